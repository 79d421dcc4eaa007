"""A bench judges what is declared, makes findings small and true, and says what it cannot judge."""

from __future__ import annotations

import ast
import os
import time
from contextlib import closing
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from judging.clients import driving, results
from kintone_conformance.drivers.inprocess import InProcess
from kintone_conformance.drivers.protocol import auth_data
from kintone_conformance.errors import UsageError
from kintone_conformance.judging.bench import Bench, Budget, judged
from kintone_conformance.judging.finding import Finder
from kintone_conformance.judging.ledger import Ledger
from kintone_conformance.judging.scenario import Ask, Made, Open, Scenario, single
from kintone_conformance.judging.surroundings import Surroundings
from kintone_conformance.loading import start_python
from kintone_conformance.model import HarnessError, Result, Verdict
from kintone_conformance.processes import MARK
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.reference_client import KintoneClient, KintoneError
from kintone_conformance.spec.auth import ApiTokens, OAuth, Password
from kintone_conformance.spec.requirements import requirements
from kintone_conformance.strategies import HARMLESS_TOKENS, declared_auths, harmless_call
from kintone_conformance.suite.properties import properties


def test_every_requirement_of_the_catalogue_has_a_property() -> None:
    assert list(properties()) == list(requirements())


def test_what_is_found_for_another_requirement_is_told_under_that() -> None:
    class TwoDefects(KintoneClient):
        def password_value(self, login: str, password: str | None) -> str:
            return "Basic " + super().password_value(login, password)

    found = results(driving(TwoDefects), ["KC101", "KC106"])
    assert found["KC106"].verdict is Verdict.FAIL
    assert found["KC101"].verdict is Verdict.PASS
    only = results(driving(TwoDefects), ["KC101"])
    assert list(only) == ["KC101"]


def test_a_counterexample_is_small_and_harmless_but_for_the_defect() -> None:
    class ForgetsFive(KintoneClient):
        def write(self, method: str, path: str, body: Any) -> Any:
            if "record" in body and any("5" in str(field) for field in body["record"].values()):
                body = {**body, "record": {}}
            return super().write(method, path, body)

    result = results(driving(ForgetsFive), ["KC513"], examples=50)["KC513"]
    assert result.verdict is Verdict.FAIL
    (step,) = result.counterexample
    harmless = declared_auths(ReferenceAdapter.info).values()
    assert step.client["auth"] in [auth_data(auth) for auth in harmless], "of whatever kind"
    (field,) = step.params["record"].values()
    assert len(str(field["value"])) <= 3
    assert result.expected != result.sent


@pytest.mark.parametrize(
    ("level", "verdict"),
    [("KC106", Verdict.FAIL), ("KC503", Verdict.WARN), ("KC417", Verdict.NOTE)],
)
def test_the_level_decides_what_broken_means(level: str, verdict: Verdict) -> None:
    class Wrong(KintoneClient):
        def password_value(self, login: str, password: str | None) -> str:
            return "Basic " + super().password_value(login, password)

        def checked_base_url(self, base_url: str) -> str:
            return base_url.rstrip("/")

        def path(self, endpoint: str, preview: bool = False) -> str:
            if endpoint == "space/guests" and not self.guest:
                return "/k/v1/space/guests.json"
            return super().path(endpoint, preview)

    assert results(driving(Wrong), [level])[level].verdict is verdict


def test_of_invalid_guest_ids_the_worst_is_shown_and_not_the_smallest() -> None:
    class Believes(KintoneClient):
        def checked_guest(self, guest: Any) -> Any:
            return guest

    adapter = driving(Believes)
    start = lambda environ, _within: InProcess(adapter, environ)  # noqa: E731
    scenario = single(Made(HARMLESS_TOKENS, guest="5/"), harmless_call("app.get"))
    with closing(Surroundings(start, ("loopback",))) as around, closing(Finder(around)) as finder:
        found = [*finder.findings(scenario, around.stage().play(scenario), None)]
    assert [result.id for result in found] == ["KC415"]
    assert [step.client["guestSpaceId"] for step in found[0].counterexample] == ["5/../.."]


def test_a_driver_in_this_process_gives_its_environment_back() -> None:
    start = lambda environ, _within: InProcess(ReferenceAdapter, environ)  # noqa: E731
    before = dict(os.environ)
    for settings in (("", "odd"), ("", "odd", "bare"), ("odd", "foreign", "")):
        with closing(Surroundings(start, ("loopback", "tls"))) as around:
            for setting in settings:
                around.stage(setting)
                assert os.environ[MARK]
        assert dict(os.environ) == before, settings


# ---- state

STATE = ("KC402", "KC414", "KC701", "KC703", "KC704", "KC706", "KC708")


class Remembers(KintoneClient):
    """Goes on with the credentials it was made with."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.first = super().auth_headers()

    def auth_headers(self) -> dict[str, str]:
        return getattr(self, "first", None) or super().auth_headers()


class ForgetsAfterErrors(KintoneClient):
    """Forgets its guest space after an error."""

    def parsed(self, response: Any) -> Any:
        try:
            return super().parsed(response)
        except KintoneError:
            self.guest = None
            raise


class Grows(KintoneClient):
    """Keeps the guest prefix in its base URL."""

    def send(self, method: str, path: str, **options: Any) -> Any:
        try:
            return super().send(method, path, **options)
        finally:
            if self.guest and "/guest/" in path and "/guest/" not in self.base_url:
                self.base_url += f"/k/guest/{self.guest}/v1"


class OfTheClass(KintoneClient):
    """Sends the credentials of the object that was made last."""

    last: ClassVar[Any] = None

    def __init__(self, base_url: str, auth: Any, *rest: Any) -> None:
        super().__init__(base_url, auth, *rest)
        type(self).last = self

    def send(self, method: str, path: str, **options: Any) -> Any:
        own, self.auth = self.auth, type(self).last.auth
        try:
            return super().send(method, path, **options)
        finally:
            self.auth = own


@pytest.mark.parametrize(
    ("client", "name"),
    [
        (Remembers, "KC703"),
        (ForgetsAfterErrors, "KC706"),
        (Grows, "KC414"),
        (OfTheClass, "KC701"),
    ],
)
def test_a_defect_of_state_is_told_once_and_as_such(client: type[KintoneClient], name: str) -> None:
    found = results(driving(client), STATE)
    red = [id_ for id_, result in found.items() if result.verdict is Verdict.FAIL]
    assert red == [name]
    assert len(found[name].counterexample) in ((1, 2) if name != "KC706" else (2,))


class RemembersForEver(KintoneClient):
    """Keeps the first token of the process for all objects."""

    token: ClassVar[str] = ""

    def token_value(self, tokens: tuple[str, ...]) -> str:
        value = super().token_value(tokens)
        type(self).token = type(self).token or value
        return type(self).token


def test_what_a_fresh_process_does_not_show_is_called_memory() -> None:
    adapter = driving(RemembersForEver)
    RemembersForEver.token = ""
    start = start_python(adapter, "kintone_conformance.reference:ReferenceAdapter")
    found = judged(
        start, [properties()[id_] for id_ in ("KC201", "KC701")], Budget(5), ("loopback",)
    )
    assert found["KC701"].verdict is Verdict.FAIL
    assert "the client keeps state" in found["KC701"].message
    assert found["KC201"].verdict is Verdict.PASS


class Races(KintoneClient):
    """Loses its token once, in a call that happens to come after others'."""

    calls: ClassVar[int] = 0

    def auth_headers(self) -> dict[str, str]:
        type(self).calls += 1
        return {} if type(self).calls == 4 else super().auth_headers()


@pytest.mark.parametrize(
    ("before", "answer", "name"),
    [
        (["b", "b", "b"], "ok", "KC201"),
        (["b", "b", "a"], "ok", "KC708"),
        (["b", "b", "a"], "409", "KC708"),
    ],
)
def test_a_race_is_not_called_what_others_or_a_failure_did(
    before: list[str], answer: str, name: str
) -> None:
    Races.calls = 0
    adapter = driving(Races)
    start = lambda environ, _within: InProcess(adapter, environ)  # noqa: E731
    call = harmless_call("app.get")
    opens = [Open("a", Made(HARMLESS_TOKENS)), Open("b", Made(ApiTokens(("another",))))]
    scenario = Scenario((*opens, *(Ask(each, call, answer) for each in before), Ask("a", call)))
    with closing(Surroundings(start, ("loopback",))) as around, closing(Finder(around)) as finder:
        found = [*finder.findings(scenario, around.stage().play(scenario), None)]
    assert [result.id for result in found] == [name]
    assert "the client keeps state" not in found[0].message


class CutsWideTexts(KintoneClient):
    """Replaces what is not ASCII in a body, wherever it runs."""

    def write(self, method: str, path: str, body: Any) -> Any:
        narrow = str(body).encode("ascii", "replace").decode()
        return super().write(method, path, ast.literal_eval(narrow))


def test_what_is_wrong_in_every_locale_is_not_told_of_another_one() -> None:
    adapter = driving(CutsWideTexts, ("record.add", "app.get"))
    found = results(adapter, ["KC513", "KC517"], examples=20)
    assert found["KC513"].verdict is Verdict.FAIL
    assert found["KC517"].verdict is Verdict.PASS


# ---- refusals


@pytest.mark.parametrize(
    ("refuses", "name"),
    [
        (lambda self, body: "0" in str(body), "KC513"),
        (lambda self, body: "guests" in body and len(body["guests"]) > 1, "KC513"),
        (
            lambda self, body: isinstance(self.auth, ApiTokens) and len(self.auth.tokens) == 9,
            "KC203",
        ),
        (
            lambda self, body: isinstance(self.auth, Password) and ":" in str(self.auth.password),
            "KC109",
        ),
    ],
)
def test_a_refusal_is_named_by_what_is_refused_and_is_one_row(refuses: Any, name: str) -> None:
    class Refuses(KintoneClient):
        def write(self, method: str, path: str, body: Any) -> Any:
            if refuses(self, body):
                raise ValueError("not today")
            return super().write(method, path, body)

    calls = ("app.get", "record.add", "record.update", "guests.add")
    ids = ["KC101", "KC109", "KC202", "KC203", "KC409", "KC513", "KC514", "KC518", "KC701", "KC708"]
    found = results(driving(Refuses, calls), ids, examples=10)
    red = {id_ for id_, result in found.items() if result.verdict is Verdict.FAIL}
    assert red == {name}


class KnowsNoOAuth(KintoneClient):
    """Raises wherever an access token is used."""

    def auth_headers(self) -> dict[str, str]:
        if isinstance(self.auth, OAuth):
            raise NotImplementedError("OAuth comes with 3.0")
        return super().auth_headers()

    def __init__(self, base_url: str, auth: Any, *rest: Any) -> None:
        super().__init__(base_url, HARMLESS_TOKENS, *rest)
        self.auth = auth


def test_a_kind_of_credentials_that_no_call_takes_is_a_failure_of_that_kind() -> None:
    calls = ("app.get", "record.get", "record.add")
    found = results(driving(KnowsNoOAuth, calls), ["KC201", "KC301", "KC518"])
    assert {id_: result.verdict for id_, result in found.items()} == {
        "KC201": Verdict.PASS,
        "KC301": Verdict.FAIL,
        "KC518": Verdict.PASS,
    }


class BreaksOAuth(ReferenceAdapter):
    """An adapter with a slip of its own, in every call with an access token."""

    def record_get(self, sdk: KintoneClient, **params: Any) -> Any:
        if isinstance(sdk.auth, OAuth):
            raise TypeError("a slip")
        return sdk.get(sdk.path("record"), params)

    record_get.__kintone_api__ = "record.get"  # type: ignore[attr-defined]


def test_a_slip_of_the_adapter_s_own_is_an_error_and_no_failure() -> None:
    found = results(BreaksOAuth, ["KC301"])["KC301"]
    assert found.verdict is Verdict.ERROR
    assert "the adapter itself failed in record.get" in found.message


# ---- what cannot be judged


class Undeclared(ReferenceAdapter):
    """Declares no capability."""

    info = replace(ReferenceAdapter.info, supports=frozenset())


class PasswordsOnly(ReferenceAdapter):
    """Declares passwords only."""

    info = replace(ReferenceAdapter.info, supports=frozenset({"auth.password"}))


@pytest.mark.parametrize(
    ("adapter", "doors", "id_", "why"),
    [
        (Undeclared, None, "KC101", "not declared: auth.password"),
        (Undeclared, None, "KC401", "no authentication method"),
        (PasswordsOnly, None, "KC402", "not declared: guest"),
        (PasswordsOnly, ("loopback",), "KC411", "not declared: guest"),
        (ReferenceAdapter, ("responses",), "KC606", "cannot be judged through responses"),
        (PasswordsOnly, ("loopback",), "KC303", "not declared: auth.oauth, basic"),
    ],
)
def test_what_cannot_be_judged_says_why(
    adapter: type[ReferenceAdapter], doors: tuple[str, ...] | None, id_: str, why: str
) -> None:
    result = results(adapter, [id_], doors=doors)[id_]
    assert result.verdict is Verdict.NA
    assert why in result.message


def test_nothing_judged_is_no_pass() -> None:
    ledger = Ledger()
    ledger.judged(Result("KC101", Verdict.PASS))
    result = ledger.result("KC101")
    assert result is not None
    assert result.verdict is Verdict.NA
    ledger.counted({"KC101": ["record.get"]}, {})
    judged_once = ledger.result("KC101")
    assert judged_once is not None
    assert (judged_once.verdict, judged_once.examples) == (Verdict.PASS, 1)
    assert ledger.result("KC102") is None


def test_the_smallest_counterexample_is_kept_and_an_error_is_not_hidden() -> None:
    ledger = Ledger()
    step = results(driving(Remembers), ["KC703"])["KC703"].counterexample[0]
    long = Result("KC101", Verdict.FAIL, "long", counterexample=(step, step))
    ledger.found(long)
    ledger.found(replace(long, message="short", counterexample=(step,)))
    ledger.found(long)
    ledger.judged(Result("KC101", Verdict.PASS))
    found = ledger.result("KC101")
    assert found is not None
    assert (found.verdict, found.message) == (Verdict.FAIL, "short")
    ledger.judged(Result("KC101", Verdict.ERROR, "broke"))
    broke = ledger.result("KC101")
    assert broke is not None
    assert broke.verdict is Verdict.ERROR


class FailsInRecordGet(ReferenceAdapter):
    """Fails before it sends a byte, in one call."""

    def record_get(self, sdk: KintoneClient, **params: Any) -> Any:
        raise RuntimeError("not written yet")

    record_get.__kintone_api__ = "record.get"  # type: ignore[attr-defined]


def test_a_call_that_fails_harmlessly_is_one_error_and_touches_no_other_requirement() -> None:
    found = results(FailsInRecordGet, ["KC401", "KC504", "KC518"])
    assert {id_: result.verdict for id_, result in found.items()} == {
        "KC401": Verdict.PASS,
        "KC504": Verdict.PASS,
        "KC518": Verdict.ERROR,
    }
    assert "record.get fails with harmless input before anything is sent" in found["KC518"].message
    assert "not written yet" in found["KC518"].details
    assert results(FailsInRecordGet, ["KC401"])["KC401"].verdict is Verdict.ERROR


class Older(ReferenceAdapter):
    """Drives a version of the SDK that has no files and no cursors yet."""


def missing(self: Any, sdk: KintoneClient, **params: Any) -> Any:
    return sdk.no_such_method(**params)  # type: ignore[attr-defined]


GONE = ("cursor.create", "cursor.delete", "cursor.get", "file.download", "file.upload")
for _api in GONE:
    _method = lambda self, sdk, **params: missing(self, sdk, **params)  # noqa: E731
    _method.__kintone_api__ = _api  # type: ignore[attr-defined]
    setattr(Older, _api.replace(".", "_"), _method)
OF_FILES = ["KC406", "KC407", "KC510", "KC511", "KC512", "KC525", "KC526"]


def test_a_whole_kind_of_calls_that_is_missing_is_one_row_and_accuses_nobody() -> None:
    found = results(Older, [*OF_FILES, "KC401", "KC518", "KC704"], examples=5)
    assert found["KC518"].verdict is Verdict.ERROR
    said = f"{found['KC518'].message}\n{found['KC518'].hint}"
    assert "5 declared calls do not work with harmless input" in said
    assert all(said.count(api) == 2 for api in GONE), said
    assert {found[id_].verdict for id_ in OF_FILES} == {Verdict.NA}
    assert "none of its calls works: file.upload (see KC518)" in found["KC510"].message
    assert found["KC704"].verdict is Verdict.NA
    assert found["KC401"].verdict is Verdict.PASS


def test_without_the_requirement_that_calls_are_sent_the_first_one_tells() -> None:
    found = results(Older, OF_FILES, examples=5)
    errors = [id_ for id_, result in found.items() if result.verdict is Verdict.ERROR]
    assert errors == ["KC406"]
    assert "(see KC406)" in found["KC510"].message


def test_what_is_judged_under_the_requirement_that_tells_is_judged_all_the_same() -> None:
    found = results(FailsInRecordGet, ["KC518"], examples=20)
    assert found["KC518"].examples > 20


def test_a_call_that_breaks_its_driver_costs_one_row_and_is_given_up() -> None:
    class Breaks(ReferenceAdapter):
        """Dies with each download but the harmless one."""

        calls = 0

        def file_download(self, sdk: KintoneClient, fileKey: str) -> bytes:  # noqa: N803
            if fileKey != harmless_call("file.download").params["fileKey"]:
                Breaks.calls += 1
                raise HarnessError("the driver died", hint="restart it")
            return sdk.download(fileKey)

        file_download.__kintone_api__ = "file.download"  # type: ignore[attr-defined]

    found = results(Breaks, ["KC401", "KC406", "KC407", "KC504", "KC601"], examples=30)
    errors = [id_ for id_, result in found.items() if result.verdict is Verdict.ERROR]
    assert len(errors) == 1
    assert Breaks.calls <= 4
    assert Verdict.PASS in {result.verdict for result in found.values()}


class SaysNothing(KintoneClient):
    def get(self, path: str, params: Any) -> Any:
        return {}


def test_a_rehearsal_that_returns_without_a_request_is_an_error() -> None:
    result = results(driving(SaysNothing), ["KC504"])["KC504"]
    assert result.verdict is Verdict.ERROR
    assert "each returned with harmless input, but no request arrived" in result.hint


class NeverComesBack(KintoneClient):
    calls: ClassVar[set[str]] = set()

    def send(self, method: str, path: str, **options: Any) -> Any:
        NeverComesBack.calls.add(f"{method} {path}")
        time.sleep(100_000)


def test_a_client_that_hangs_everywhere_is_given_up_after_two_calls() -> None:
    found = results(driving(NeverComesBack), ("KC101", "KC518", "KC602"), time_limit=0.3)
    broken = {result.verdict for result in found.values()} - {Verdict.NA}
    assert broken == {Verdict.ERROR}
    assert len(NeverComesBack.calls) == 2


def test_trouble_of_the_harness_is_an_error_of_the_requirement_at_hand() -> None:
    class Dies(ReferenceAdapter):
        def file_download(self, sdk: KintoneClient, fileKey: str) -> bytes:  # noqa: N803
            if sdk.guest:
                raise HarnessError("the driver died", hint="restart it")
            return sdk.download(fileKey)

        file_download.__kintone_api__ = "file.download"  # type: ignore[attr-defined]

    found = results(Dies, ["KC407", "KC101"])
    errors = [result for result in found.values() if result.verdict is Verdict.ERROR]
    assert errors
    assert {(result.message, result.hint) for result in errors} == {
        ("the driver died", "restart it")
    }


def test_a_bug_of_the_suite_is_an_error_and_not_the_client_s_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("kintone_conformance.judging.stage.judge", broken)
    result = results(ReferenceAdapter, ["KC101"])["KC101"]
    assert result.verdict is Verdict.ERROR
    assert "internal error in the suite" in result.message


def test_the_mock_is_no_door_for_a_process() -> None:
    start = start_python(ReferenceAdapter, "reference")
    with pytest.raises(UsageError, match="inside one process"):
        Bench(
            lambda environ, within: start({**environ, "CONFORMANCE_FRESH": "1"}, within),
            ("responses",),
        )
