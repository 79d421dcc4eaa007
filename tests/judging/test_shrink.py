"""What is left of a scenario is what the defect needs, and no value that is special of itself."""

from __future__ import annotations

from typing import Any

import pytest

from kintone_conformance.judging.samples import upload
from kintone_conformance.judging.scenario import (
    Ask,
    Change,
    Made,
    Open,
    Scenario,
    Together,
    single,
)
from kintone_conformance.judging.shrink import Budget, smaller
from kintone_conformance.model import NO_GUEST, Call
from kintone_conformance.spec.auth import ApiTokens, Basic, Password, Session
from kintone_conformance.spec.shapes import accepts
from kintone_conformance.strategies import HARMLESS_PASSWORD, harmless_call

MADE = Made(Password("佐藤", "secret"), Basic("gate", "open"), "42", second=True)
FAILING = Call("records.get", {"app": 7, "query": "a+b", "fields": ["x", "y"], "totalCount": True})


def shrunk(scenario: Scenario, still: Any, tries: int = 500) -> Scenario:
    assert still(scenario)
    found = smaller(scenario, still, Budget(tries))
    assert still(found)
    return found


def test_one_call_on_a_harmless_object_is_left_where_nothing_else_matters() -> None:
    long = Scenario(
        (
            Open("a", MADE),
            Ask("a", harmless_call("record.get"), "520"),
            Open("b", Made(Session("abc"))),
            Ask("b", FAILING),
            Change("a", Password("x", "y")),
            Ask("a", FAILING, "html 503"),
        )
    )
    found = shrunk(long, lambda s: any("query" in ask.call.params for ask in s.asks()))
    assert found == single(Made(HARMLESS_PASSWORD), harmless_call("records.get"))


def test_the_kind_of_credentials_stays() -> None:
    session = Session("abc")
    found = shrunk(single(Made(session), FAILING), lambda s: any(s.asks()))
    (made,) = (step.made for step in found.steps if isinstance(step, Open))
    assert isinstance(made.auth, Session)


def test_what_the_defect_needs_stays() -> None:
    def still(scenario: Scenario) -> bool:
        made = next(step.made for step in scenario.steps if isinstance(step, Open))
        asks = [*scenario.asks()]
        return made.guest is not NO_GUEST and len(asks) > 1 and asks[0].answer != "ok"

    scenario = Scenario((Open("a", MADE), Ask("a", FAILING, "no answer"), Ask("a", FAILING)))
    found = shrunk(scenario, still)
    opened, first, second = found.steps
    assert isinstance(opened, Open)
    assert opened.made == Made(HARMLESS_PASSWORD, guest=5)
    assert isinstance(first, Ask)
    assert isinstance(second, Ask)
    assert (first.answer, second.answer) == ("404", "ok")


def test_calls_at_once_become_calls_one_after_the_other_where_that_will_do() -> None:
    asks = tuple(Ask("a", Call("record.get", {"app": n, "id": 1})) for n in range(1, 5))
    scenario = Scenario((Open("a", Made(ApiTokens(("t",)))), Together(asks)))
    alone = shrunk(scenario, lambda s: any(ask.call.params["app"] == 3 for ask in s.asks()))
    assert alone.steps[1:] == (asks[2],)
    together = shrunk(scenario, lambda s: any(isinstance(step, Together) for step in s.steps))
    assert [len(step.asks) for step in together.steps if isinstance(step, Together)] == [2]


@pytest.mark.parametrize(
    ("value", "still", "left"),
    [
        ("aaaaaaaaaa+bbbbbbbbbbbbbb", lambda text: "+" in text, "+"),
        ("x" * 300, lambda text: len(text) > 100, None),
        ("before\r\nafter", lambda text: "\r\n" in text, "\r\n"),
    ],
)
def test_a_text_becomes_short(value: str, still: Any, left: str | None) -> None:
    call = Call("records.get", {"app": 1, "query": value})
    found = shrunk(
        single(Made(HARMLESS_PASSWORD), call),
        lambda s: still(next(iter(s.asks())).call.params.get("query", "")),
    )
    text = next(iter(found.asks())).call.params["query"]
    assert text == left if left is not None else len(text) < len(value)


@pytest.mark.parametrize("special", ["", "0", " ", "null"])
def test_nothing_becomes_a_value_that_is_special_to_a_language(special: str) -> None:
    seen: list[object] = []

    def still(scenario: Scenario) -> bool:
        record = next(iter(scenario.asks())).call.params.get("record", {})
        seen.extend(field.get("value") for field in record.values())
        return any(
            "x" in str(field.get("value")) or field == {"value": special}
            for field in record.values()
        )

    call = Call(
        "record.add", {"app": 1, "record": {"f": {"value": f"x{special}y"}, "g": {"value": 1}}}
    )
    shrunk(single(Made(HARMLESS_PASSWORD), call), still)
    assert special not in seen


def test_lists_and_files_become_small_and_stay_what_the_schema_allows() -> None:
    records = [{"title": {"value": f"r{n}"}, "f": {"value": "x"}} for n in range(100)]
    call = Call("records.add", {"app": 1, "records": records})

    def many(scenario: Scenario) -> bool:
        asked = next(iter(scenario.asks())).call
        assert accepts(asked.api, asked.params)
        return len(asked.params["records"]) > 20

    found = shrunk(single(Made(HARMLESS_PASSWORD), call), many)
    left = next(iter(found.asks())).call.params["records"]
    assert len(left) <= 25
    assert all(len(record) == 1 for record in left)
    file = shrunk(
        single(Made(HARMLESS_PASSWORD), upload("a.bin", b"x" * 100_000)),
        lambda s: len(next(iter(s.asks())).call.params["contentBase64"]) > 11_000,
    )
    assert len(next(iter(file.asks())).call.params["contentBase64"]) < 30_000


def test_the_budget_is_kept() -> None:
    tries = 0

    def still(scenario: Scenario) -> bool:
        nonlocal tries
        tries += 1
        return len(str(scenario)) > 100

    smaller(single(MADE, FAILING), still, Budget(7))
    assert tries <= 7
