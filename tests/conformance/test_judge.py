"""The rules on outcomes: what must be sent, what a refusal is worth, what counts as judged."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st

from kintone_conformance.adapter import Unserved
from kintone_conformance.doors.sockets import Loopback
from kintone_conformance.drivers.inprocess import InProcess
from kintone_conformance.model import Client, ErrorReport, HarnessError, Verdict
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.reference_client import KintoneClient
from kintone_conformance.spec.auth import ApiTokens, OAuth
from kintone_conformance.spec.requirements import requirements
from kintone_conformance.strategies import HARMLESS_PASSWORD, Asked, harmless_call
from kintone_conformance.suite.bench import Bench
from kintone_conformance.suite.examine import Budget, examine
from kintone_conformance.suite.judge import Broken, Judge, NotJudged
from kintone_conformance.suite.properties import properties
from kintone_conformance.suite.requirement import Property

GET = harmless_call("record.get")
TEN = ApiTokens(tuple(f"token{n}" for n in range(10)))


def driving(client: type[KintoneClient]) -> type[ReferenceAdapter]:
    return type("Adapter", (ReferenceAdapter,), {"client": client})


class RefusesEverything(KintoneClient):
    def get(self, path: str, params: Any) -> Any:
        raise ValueError("no")


class SaysNothing(KintoneClient):
    def get(self, path: str, params: Any) -> Any:
        return {}


class RefusesTen(KintoneClient):
    def token_value(self, tokens: tuple[str, ...]) -> str:
        if len(tokens) > 9:
            raise ValueError("too many")
        return ",".join(tokens)


class Typed(ReferenceAdapter):
    """Cannot be handed ten tokens."""

    def open(self, client: Client) -> KintoneClient:
        if client.auth == TEN:
            raise Unserved("an array of nine")
        return super().open(client)


@pytest.fixture
def judging() -> Iterator[Callable[[type[ReferenceAdapter]], Judge]]:
    opened: list[Any] = []

    def make(adapter: type[ReferenceAdapter]) -> Judge:
        door, driver = Loopback(), InProcess(adapter, {})
        opened.extend([driver, door])
        return Judge(driver, door)

    yield make
    for each in opened:
        each.close()


Judging = Callable[[type[ReferenceAdapter]], Judge]


def test_a_documented_input_that_is_refused_is_broken(judging: Judging) -> None:
    judge = judging(driving(RefusesEverything))
    with judge.example(), pytest.raises(Broken, match="refused an input that the documentation"):
        judge.send(GET, HARMLESS_PASSWORD)


def test_returning_without_a_request_is_broken_whatever_the_input(judging: Judging) -> None:
    judge = judging(driving(SaysNothing))
    with judge.example(), pytest.raises(Broken, match="sent no request"):
        judge.offer(GET, TEN)


def test_a_refusal_of_an_undocumented_input_counts(judging: Judging) -> None:
    judge = judging(driving(RefusesTen))
    with judge.example():
        assert judge.send(GET, TEN).refused


def test_a_refusal_is_worth_nothing_where_the_twin_is_refused_too(judging: Judging) -> None:
    judge = judging(driving(RefusesEverything))
    with judge.example(), pytest.raises(Broken, match="harmless twin"):
        judge.offer(GET, TEN)


class RefusesOAuthInBulk(KintoneClient):
    def send(self, method: str, path: str, **options: Any) -> Any:
        if isinstance(self.auth, OAuth) and "bulkRequest" in path:
            raise ValueError("bulkRequest takes no OAuth")
        return super().send(method, path, **options)


def test_credentials_that_an_api_does_not_take_may_be_refused(judging: Judging) -> None:
    judge = judging(driving(RefusesOAuthInBulk))
    with judge.example(), pytest.raises(NotJudged):
        judge.send(harmless_call("bulkRequest"), OAuth("token"))
    with judge.example():
        assert judge.send(GET, OAuth("token")).requests


def test_an_undocumented_input_that_cannot_be_expressed_is_not_judged(judging: Judging) -> None:
    judge = judging(Typed)
    with judge.example(), pytest.raises(NotJudged):
        judge.offer(GET, TEN)


def test_a_documented_input_that_cannot_be_expressed_is_broken(judging: Judging) -> None:
    judge = judging(Typed)
    with judge.example(), pytest.raises(Broken, match="declared, yet unsupported"):
        judge.open(TEN).send(GET)


BASE = properties()["KC401"]
NOTE = properties()["KC407"]


def prop(body: Callable[..., None], like: Property = BASE, **values: Any) -> Property:
    return replace(like, body=body, values=values or {"number": st.integers(0, 1000)})


def examined(judge: Judge, body: Callable[..., None], like: Property = BASE, **values: Any) -> Any:
    asked = Asked(judge.info, ("record.get",))
    return examine(prop(body, like, **values), judge, asked, Budget(examples=50))


def test_a_failure_is_shrunk_and_its_trace_is_the_smallest(judging: Judging) -> None:
    def body(judge: Judge, number: int) -> None:
        judge.send(replace(GET, params={"app": number, "id": 1}), HARMLESS_PASSWORD)
        if number > 17:
            raise Broken("too large")

    result = examined(judging(ReferenceAdapter), body)
    assert result.verdict is Verdict.FAIL
    assert [step.params["app"] for step in result.counterexample] == [18]


@pytest.mark.parametrize(
    ("level", "verdict"),
    [("MUST", Verdict.FAIL), ("SHOULD", Verdict.WARN), ("NOTE", Verdict.NOTE)],
)
def test_the_level_decides_what_broken_means(judging: Judging, level: Any, verdict: Any) -> None:
    def body(judge: Judge, number: int) -> None:
        raise Broken("always")

    like = replace(BASE, requirement=replace(BASE.requirement, level=level))
    assert examined(judging(ReferenceAdapter), body, like).verdict is verdict


def test_nothing_judged_is_no_pass(judging: Judging) -> None:
    def body(judge: Judge, number: int) -> None:
        raise NotJudged("typed")

    result = examined(judging(ReferenceAdapter), body)
    assert (result.verdict, result.examples) == (Verdict.NA, 0)
    assert result.not_applicable > 0


def test_no_input_at_all_is_no_pass(judging: Judging) -> None:
    def body(judge: Judge, number: int) -> None:
        raise AssertionError("never called")

    assert examined(judging(ReferenceAdapter), body, number=st.nothing()).verdict is Verdict.NA


def test_a_failure_that_does_not_come_back_is_still_a_failure(judging: Judging) -> None:
    class Once:
        done: ClassVar[bool] = False

    def body(judge: Judge, number: int) -> None:
        if not Once.done:
            Once.done = True
            raise Broken("only once")

    result = examined(judging(ReferenceAdapter), body)
    assert result.verdict is Verdict.FAIL
    assert "memory" in result.message


def test_trouble_of_the_harness_is_one_error_and_is_not_replayed(judging: Judging) -> None:
    calls = []

    def body(judge: Judge, number: int) -> None:
        calls.append(number)
        raise HarnessError("the driver died", hint="restart it")

    result = examined(judging(ReferenceAdapter), body)
    assert (result.verdict, result.hint, len(calls)) == (Verdict.ERROR, "restart it", 1)


def test_a_bug_of_the_suite_is_an_error_and_not_the_client_s_fault(judging: Judging) -> None:
    def body(judge: Judge, number: int) -> None:
        raise ZeroDivisionError

    result = examined(judging(ReferenceAdapter), body)
    assert result.verdict is Verdict.ERROR
    assert "the suite itself" in result.message


def test_every_requirement_of_the_catalogue_has_a_property() -> None:
    assert list(properties()) == list(requirements())


class Undeclared(ReferenceAdapter):
    """Declares no capability."""

    info = replace(ReferenceAdapter.info, supports=frozenset())


class NoGuest(ReferenceAdapter):
    """Declares passwords only."""

    info = replace(ReferenceAdapter.info, supports=frozenset({"auth.password"}))


class FailsInRecordGet(ReferenceAdapter):
    """Fails before it sends a byte, in one call."""

    def record_get(self, sdk: KintoneClient, **params: Any) -> Any:
        raise RuntimeError("not written yet")

    record_get.__kintone_api__ = "record.get"  # type: ignore[attr-defined]


def bench(adapter: type[ReferenceAdapter], doors: tuple[str, ...] | None = None) -> Bench:
    return Bench(lambda environ, _within: InProcess(adapter, environ), doors)


@pytest.mark.parametrize(
    ("adapter", "doors", "id_", "why"),
    [
        (Undeclared, None, "KC101", "not declared: auth.password"),
        (Undeclared, None, "KC401", "no authentication method"),
        (NoGuest, None, "KC402", "not declared: guest"),
        (ReferenceAdapter, ("responses",), "KC606", "cannot be seen through responses"),
    ],
)
def test_what_cannot_be_judged_says_why(
    adapter: type[ReferenceAdapter], doors: tuple[str, ...] | None, id_: str, why: str
) -> None:
    with closing(bench(adapter, doors)) as tested:
        result = tested.examine(properties()[id_], Budget(examples=1))
    assert result.verdict is Verdict.NA
    assert why in result.message


def test_a_call_that_fails_harmlessly_is_the_adapter_s_error_wherever_it_is_used() -> None:
    with closing(bench(FailsInRecordGet)) as tested:
        using, not_using = (
            tested.examine(properties()[id_], Budget(examples=5)) for id_ in ("KC401", "KC504")
        )
    assert using.verdict is Verdict.ERROR
    assert "record.get fails with harmless input before anything is sent" in using.message
    assert "not written yet" in using.details
    assert not_using.verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (ErrorReport("E", "first\nsecond", message="told"), "E: told"),
        (ErrorReport("E", "first\nsecond"), "E: first"),
        (ErrorReport("E", ""), "E: "),
    ],
)
def test_an_error_is_told_in_a_line_even_where_it_says_nothing(
    report: ErrorReport, line: str
) -> None:
    assert report.line == line


class NoPasswords(KintoneClient):
    def password_value(self, login: str, password: str | None) -> str:
        raise ValueError("not today")


def test_credentials_that_fail_harmlessly_cost_only_what_needs_them() -> None:
    with closing(bench(driving(NoPasswords))) as tested:
        password, token, either = (
            tested.examine(properties()[id_], Budget(examples=5))
            for id_ in ("KC101", "KC201", "KC401")
        )
    assert password.verdict is Verdict.ERROR
    assert "with auth.password fails with harmless input" in password.message
    assert (token.verdict, either.verdict) == (Verdict.PASS, Verdict.PASS)


def test_a_call_that_returns_without_a_request_is_the_client_s_failure() -> None:
    with closing(bench(driving(SaysNothing))) as tested:
        result = tested.examine(properties()["KC504"], Budget(examples=5))
    assert result.verdict is Verdict.FAIL
    assert "sent no request" in result.message


class NeverComesBack(ReferenceAdapter):
    """Hangs in every call."""

    calls: ClassVar[set[str]] = set()

    class client(KintoneClient):  # noqa: N801
        def send(self, method: str, path: str, **options: Any) -> Any:
            NeverComesBack.calls.add(f"{method} {path}")
            time.sleep(100_000)


def test_a_client_that_hangs_everywhere_is_given_up_after_two_calls() -> None:
    hanging = Bench(lambda environ, _within: InProcess(NeverComesBack, environ, time_limit=0.3))
    with closing(hanging) as tested:
        found = [tested.examine(prop, Budget(examples=5)) for prop in properties().values()]
    assert {result.verdict for result in found} == {Verdict.ERROR}
    assert "did not come back" in found[0].message
    assert len(NeverComesBack.calls) == 2
