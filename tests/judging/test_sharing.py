"""What is one object's own: cookies that it was answered, and the authority that it was told."""

from __future__ import annotations

import pytest

from judging.exchanges import ORIGIN, TOKEN, TOKEN_HEADERS, found, read, wire
from judging.test_plan import made
from kintone_conformance.doors.playing import COOKIE, script
from kintone_conformance.doors.redirects import Targets
from kintone_conformance.judging.cookies import session_of
from kintone_conformance.judging.exchange import UNTOLD
from kintone_conformance.judging.scenario import Ask, Open, Scenario
from kintone_conformance.model import Client, ErrorReport, Refused, Wire
from kintone_conformance.spec.auth import ApiTokens, OAuth, Password, Session

PATH, PARAMS = "/k/v1/record.json", {"app": "1", "id": "1"}
OWN = session_of(Client(ORIGIN, TOKEN))
OTHER = session_of(Client(ORIGIN, ApiTokens(("another",))))


def cookie(session: str, **options: str) -> Wire:
    return read(PATH, PARAMS, more=(("Cookie", f"a=b; {COOKIE}={session}; lang=ja"),), **options)


def test_a_session_that_an_answer_opened_is_for_its_own_object() -> None:
    assert found("record.get", cookie(OTHER)) == ["KC701"]
    assert found("record.get", cookie(OWN)) == []  # a jar of its own
    assert found("record.get", cookie("")) == []
    assert found("record.get", read(PATH, PARAMS, more=(("Cookie", "a=b"),))) == []


def test_it_is_for_its_own_host_as_well() -> None:
    refused = Refused(ErrorReport("KintoneError", "302"))
    given = (("Cookie", f"{COOKIE}={OWN}"),)
    moved = wire(f"/moved{PATH}", given=given, origin="http://127.0.0.1:9")
    options = {"answer": "302 elsewhere", "outcome": refused}
    assert found("record.get", read(PATH, PARAMS), moved, **options) == ["KC602"]
    same = wire(f"/moved{PATH}", given=(*TOKEN_HEADERS, *given))
    assert found("record.get", read(PATH, PARAMS), same, **options) == []


def test_an_answer_opens_the_session_of_whoever_asks() -> None:
    reply = script("cookie", "GET", PATH, Targets(ORIGIN, "", session=OWN))
    headers = dict(reply(read(PATH, PARAMS)).headers)
    assert headers["Set-Cookie"].startswith(f"{COOKIE}={OWN};")
    assert "Set-Cookie" not in dict(reply(read("/k/v1/app.json", {"id": "1"})).headers)


@pytest.mark.parametrize("quick", [False, True])
def test_every_call_is_made_after_a_session_was_opened_for_other_credentials(quick: bool) -> None:
    planner, scenarios = made(quick=quick)
    met: set[tuple[type, str]] = set()
    for scenario in scenarios:
        opened = {step.name: step.made for step in scenario.steps if isinstance(step, Open)}
        sessions = [step for step in asked(scenario) if step.answer == "cookie"]
        assert not any(isinstance(opened[step.name].auth, Session) for step in sessions)
        for step in asked(scenario) if sessions else ():
            if opened[step.name].auth != opened[sessions[0].name].auth:
                met.add((type(opened[step.name].auth), step.call.api))
    kinds = {"auth.password": Password, "auth.token": ApiTokens}
    kinds |= {} if quick else {"auth.oauth": OAuth}
    for api in planner.named_by("KC701"):
        assert {kinds[kind] for kind in planner.kinds([api]) if kind in kinds} <= {
            kind for kind, called in met if called == api
        }


def asked(scenario: Scenario) -> list[Ask]:
    return [step for step in scenario.steps if isinstance(step, Ask)]


@pytest.mark.parametrize("quick", [False, True])
def test_an_object_is_asked_for_that_was_not_told_the_authority_that_another_was(
    quick: bool,
) -> None:
    planner, scenarios = made(quick=quick)
    orders: dict[str, set[bool]] = {}
    for scenario in scenarios:
        opens = [step for step in scenario.steps if isinstance(step, Open)]
        untold = [step.name for step in opens if step.made.base == UNTOLD]
        if untold:
            assert scenario.bare, "elsewhere the environment names the authority"
            for step in asked(scenario):
                orders.setdefault(step.call.api, set()).add(opens[0].name not in untold)
    if not quick:
        assert set(orders) == set(planner.named_by("KC614"))
    assert set.union(*orders.values()) == ({True} if quick else {True, False})


def test_what_was_not_told_its_authority_trusts_nobody() -> None:
    refused = Refused(ErrorReport("SSLError", "unable to get local issuer certificate"))
    options = {"base": UNTOLD, "door": "tls"}
    assert found("record.get", outcome=refused, bare=True, **options) == []
    assert found("record.get", read(PATH, PARAMS), bare=True, **options) == ["KC606"]
    assert found("record.get", read(PATH, PARAMS), bare=False, **options) == []  # environment
