"""A scenario is played as it is written, and every exchange of it is judged."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from judging.clients import driving
from kintone_conformance.adapter import Unserved, serves
from kintone_conformance.doors.sockets import Loopback
from kintone_conformance.drivers.inprocess import InProcess
from kintone_conformance.judging.samples import upload
from kintone_conformance.judging.scenario import (
    Ask,
    Change,
    Close,
    Made,
    Open,
    Scenario,
    Step,
    Together,
    single,
)
from kintone_conformance.judging.stage import Played, Stage
from kintone_conformance.model import Call, Client, HarnessError, Refused, Unsupported
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.reference_client import KintoneClient
from kintone_conformance.spec.auth import ApiTokens, Basic, OAuth, Password, Session
from kintone_conformance.strategies import HARMLESS_TOKENS, harmless_call

GET = harmless_call("record.get")
A = Made(Password("sato", "Qm7xTz2Lw9RbKc4VnHs8Pd3J"))
B = Made(HARMLESS_TOKENS, guest=5)


@pytest.fixture
def play() -> Iterator[Any]:
    with ExitStack() as stack:

        def playing(adapter: type[ReferenceAdapter], *steps: Step, **options: Any) -> Played:
            door = stack.enter_context(closing(Loopback()))
            driver = stack.enter_context(closing(InProcess(adapter, {})))
            return Stage(driver, door).play(Scenario(steps, **options))

        yield playing


def test_the_reference_is_right_in_a_long_scenario(play: Any) -> None:
    played = play(
        ReferenceAdapter,
        Open("a", A),
        Ask("a", GET, "520"),
        Open("b", replace(B, second=True)),
        Ask("b", GET),
        Change("a", OAuth("Zt4Wm9Kc2Xq7Rv5Bn8Ls3Hd6")),
        Ask("a", harmless_call("record.add"), "half an answer"),
        Close("b"),
        Ask("a", harmless_call("file.download"), "307 here"),
        Open("b2", B),
        Together((Ask("a", numbered(1)), Ask("b2", numbered(2)), Ask("a", numbered(3)))),
    )
    assert played.requirements == frozenset()
    assert len(played.exchanges) == 7
    assert all(len(exchange.requests) == 1 for exchange in played.exchanges)
    second = played.exchanges[1]
    assert second.requests[0].origin == second.client.base_url
    assert second.client.base_url != played.exchanges[0].client.base_url


def numbered(number: int) -> Call:
    return Call("record.get", {"app": number, "id": 1})


class OfTheClass(KintoneClient):
    """Keeps its base URL and its credentials on the class."""

    last: ClassVar[Any] = None

    def __init__(self, base_url: str, auth: Any, *rest: Any) -> None:
        super().__init__(base_url, auth, *rest)
        type(self).last = (self.base_url, auth)

    def send(self, method: str, path: str, **options: Any) -> Any:
        self.base_url, self.auth = type(self).last
        return super().send(method, path, **options)


class TidiesWhatItIsGiven(KintoneClient):
    """Trims the texts of a record where its caller holds them."""

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        for cell in body["record"].values():
            cell["value"] = cell["value"].strip()
        return super().write(method, path, body)


def test_what_a_client_changes_in_its_parameters_is_held_against_what_was_given(play: Any) -> None:
    call = Call("record.add", {"app": 1, "record": {"title": {"value": " conformance "}}})
    played = play(driving(TidiesWhatItIsGiven), Open("a", A), Ask("a", call))
    assert played.requirements == {"KC513"}


def test_what_two_objects_mix_is_seen(play: Any) -> None:
    other = replace(B, guest=A.guest)
    alone = play(driving(OfTheClass), Open("a", A), Ask("a", GET))
    assert alone.requirements == frozenset()
    mixed = play(driving(OfTheClass), Open("a", A), Open("b", other), Ask("a", GET))
    assert {"KC101", "KC306", "KC601"} == mixed.requirements
    hosts = play(
        driving(OfTheClass), Open("a", A), Open("b", replace(A, second=True)), Ask("a", GET)
    )
    assert hosts.requirements == {"KC707"}


class Chatty(KintoneClient):
    """Says what it does, in every way that Python has."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        import os
        import sys

        os.write(2, b"made-by-descriptor\n")
        print("made", file=sys.stderr)

    def close(self) -> None:
        import logging
        import warnings

        warnings.warn("closed-by-warning", stacklevel=1)
        logging.getLogger("sdk").warning("closed-by-log")
        print("closed", self.auth)


def test_what_is_printed_belongs_to_a_call_of_the_object_and_closing_counts(play: Any) -> None:
    played = play(driving(Chatty), Open("a", A), Ask("a", GET), Ask("a", GET))
    first, last = (exchange.printed for exchange in played.exchanges)
    assert "made-by-descriptor" in first
    assert "made" in first.split()
    assert "closed-by-warning" in last
    assert "closed-by-log" in last
    assert played.requirements == {"KC605"}


def test_an_object_that_is_not_made_is_told_once(play: Any) -> None:
    played = play(
        ReferenceAdapter, Open("a", replace(A, guest="abc")), Ask("a", GET), Ask("a", GET)
    )
    assert [type(exchange.outcome) for exchange in played.exchanges] == [Refused]
    assert played.requirements == frozenset()


class Keeps(KintoneClient):
    def upload(self, name: str, content: bytes) -> Any:
        self.http.headers["Content-Type"] = "multipart/form-data; boundary=fixed-0123456789"
        return super().upload(name, content)


def test_a_file_can_hold_the_boundary_of_the_one_before(play: Any) -> None:
    first = Ask("a", upload("a", b"first"))
    again = Ask("a", upload("a", b"again"), holds_boundary=True)
    right = play(ReferenceAdapter, Open("a", A), first, again)
    assert right.requirements == frozenset()
    assert b"before\r\n--" in right.exchanges[1].requests[0].body
    alone = play(ReferenceAdapter, Open("a", A), again)
    assert alone.exchanges == ()


class RefusesChanges(ReferenceAdapter):
    def change_auth(self, sdk: KintoneClient, auth: Any) -> None:
        raise ValueError("no")


def test_a_change_that_is_refused_is_told(play: Any) -> None:
    played = play(RefusesChanges, Open("a", A), Change("a", B.auth), Ask("a", GET))
    assert played.requirements == {"KC703"}
    assert played.exchanges == ()


class Shared(KintoneClient):
    def get(self, path: str, params: Mapping[str, Any]) -> Any:
        self.at_hand = params
        time.sleep(0.02)
        return super().get(path, self.at_hand)


def test_calls_at_once_are_told_apart_by_their_parameters(play: Any) -> None:
    asks = tuple(Ask("a", numbered(number)) for number in range(1, 5))
    assert play(ReferenceAdapter, Open("a", A), Together(asks)).requirements == frozenset()
    assert play(driving(Shared), Open("a", A), Together(asks)).requirements
    assert play(driving(Shared), Open("a", A), *asks).requirements == frozenset()


def test_reads_beside_calls_at_once_accuse_nobody(play: Any) -> None:
    class LooksUp(KintoneClient):
        def get(self, path: str, params: Mapping[str, Any]) -> Any:
            self.send("GET", "/k/v1/apis.json")
            return super().get(path, params)

    asks = tuple(Ask(name, numbered(at)) for at, name in enumerate("abab", 1))
    played = play(driving(LooksUp), Open("a", A), Open("b", B), Together(asks))
    assert played.requirements == frozenset()


def test_what_is_looked_up_at_once_at_two_base_urls_is_told_apart(play: Any) -> None:
    class LooksUpOnce(KintoneClient):
        looked = False

        def send(self, method: str, path: str, **options: Any) -> Any:
            if not self.looked:
                self.looked = True
                super().send("GET", "/k/v1/apis.json")
            return super().send(method, path, **options)

    here = Made(Session("Jf8Gk3Py6Tn2Vd9Cw5Mx7Rb4", "JSESSIONID=a"))
    opens = (Open("a", here), Open("b", replace(here, second=True)))
    asks = tuple(Ask(name, numbered(at)) for at, name in enumerate("aaab", 1))
    assert play(driving(LooksUpOnce), *opens, Together(asks)).requirements == frozenset()


class Numbered(KintoneClient):
    """Puts something of its own into a header."""

    value: Any = None

    def auth_headers(self) -> dict[str, str]:
        return {**super().auth_headers(), "X-Own": str(type(self).value(self))}


@pytest.mark.parametrize(
    ("value", "broken"),
    [
        (lambda self: "same", set()),
        (lambda self: time.time_ns(), set()),
        (lambda self: time.strftime("%H:%M:%S"), set()),
        (lambda self: len(self.base_url), set()),
        (lambda self: seen(self.auth), {"KC705"}),
    ],
)
def test_only_what_grows_with_other_objects_is_growth(
    play: Any, value: Any, broken: set[str]
) -> None:
    SEEN.clear()
    client = type("Client", (Numbered,), {"value": staticmethod(value)})
    others = [
        step
        for number in range(3)
        for step in (
            Open(f"o{number}", Made(Password(f"user{number}", "Qm7xTz2Lw9RbKc4VnHs8Pd3J"))),
            Ask(f"o{number}", GET),
        )
    ]
    equal = [step for name in "ab" for step in (Open(name, A), Ask(name, GET))]
    played = play(driving(client), *equal, *others, Open("z", A), Ask("z", GET), growth=1)
    assert played.requirements == broken


SEEN: set[object] = set()


def seen(auth: object) -> int:
    SEEN.add(auth)
    return len(SEEN)


def test_a_gate_that_is_passed_once_is_seen_with_the_second_call(play: Any) -> None:
    class Once(KintoneClient):
        passed = False

        def gate_headers(self) -> dict[str, str]:
            headers = {} if self.passed else super().gate_headers()
            self.passed = self.passed or bool(getattr(self, "http", None))
            return headers

    gated = replace(A, basic=Basic("gate", "Hs5Nv8Xt2Qc7Lk4Zm9Wb3Rf6"))
    played = play(driving(Once), Open("a", gated), Ask("a", GET), Ask("a", GET))
    assert [[finding.requirement for finding in found] for found in played.findings] == [
        [],
        ["KC302"],
    ]


# ---- adapters with async methods


class AsyncSdk:
    def __init__(self, client: KintoneClient) -> None:
        self.client = client
        self.loop = asyncio.get_running_loop()

    async def get(self, params: Mapping[str, Any]) -> Any:
        assert asyncio.get_running_loop() is self.loop
        await asyncio.sleep(0)
        return self.client.get(self.client.path("record"), params)


class AsyncAdapter(ReferenceAdapter):
    async def open(self, client: Client) -> AsyncSdk:  # type: ignore[override]
        return AsyncSdk(ReferenceAdapter.open(self, client))

    async def close(self, sdk: AsyncSdk) -> None:  # type: ignore[override]
        assert asyncio.get_running_loop() is sdk.loop
        sdk.client.close()

    @serves("record.get")
    async def record_get(self, sdk: AsyncSdk, **params: Any) -> Any:  # type: ignore[override]
        return await sdk.get(params)


def test_an_async_object_lives_in_one_loop_and_its_calls_are_awaited_together(play: Any) -> None:
    asks = tuple(Ask("a", numbered(number)) for number in range(1, 4))
    played = play(AsyncAdapter, Open("a", A), *asks, Open("b", B), Together(asks), Ask("b", GET))
    assert played.requirements == frozenset()
    assert len(played.exchanges) == 7


class PrintsItsToken(AsyncAdapter):
    @serves("record.get")
    async def record_get(self, sdk: AsyncSdk, **params: Any) -> Any:  # type: ignore[override]
        if isinstance(sdk.client.auth, ApiTokens):
            print(sdk.client.auth.tokens)
        return await sdk.get(params)


def test_what_is_printed_by_calls_that_are_awaited_together_is_searched(play: Any) -> None:
    asks = tuple(Ask("a", numbered(number)) for number in range(1, 4))
    assert play(PrintsItsToken, Open("a", B), Together(asks)).requirements == {"KC605"}


class NotAwaited(AsyncAdapter):
    @serves("record.get")
    async def record_get(self, sdk: AsyncSdk, **params: Any) -> Any:  # type: ignore[override]
        _ = sdk.get(params)  # forgotten


class OtherLoop(AsyncAdapter):
    @serves("record.get")
    async def record_get(self, sdk: AsyncSdk, **params: Any) -> Any:  # type: ignore[override]
        raise RuntimeError("Event loop is closed")


@pytest.mark.parametrize(
    ("adapter", "said"), [(NotAwaited, "never awaited"), (OtherLoop, "closed")]
)
def test_a_loop_that_is_misused_is_the_adapter_s_mistake(
    play: Any, adapter: Any, said: str
) -> None:
    with pytest.raises(HarnessError, match=said):
        play(adapter, Open("a", A), Ask("a", GET))


def test_a_single_call_is_the_smallest_scenario(play: Any) -> None:
    played = play(ReferenceAdapter, *single(A, GET).steps)
    assert [exchange.call for exchange in played.exchanges] == [GET]
    assert "KintoneClient object" in played.exchanges[0].shown


class SmallIds(ReferenceAdapter):
    @serves("record.get")
    def record_get(self, sdk: KintoneClient, **params: Any) -> Any:
        if params["id"] > 99:
            raise Unserved("an id has two digits")
        return ReferenceAdapter.record_get(self, sdk, **params)


def test_what_an_input_was_to_meet_is_met_with_a_harmless_one(play: Any) -> None:
    large = Call("record.get", {"app": 1, "id": 100})
    first, second = play(SmallIds, Open("a", A), Ask("a", large, "520")).exchanges
    assert isinstance(first.outcome, Unsupported)
    assert first.requests == ()
    assert second.asking.answer == "520"
    assert isinstance(second.outcome, Refused)
    assert second.call == GET


class SmallFiles(ReferenceAdapter):
    @serves("file.upload")
    def file_upload(self, sdk: KintoneClient, name: str, contentBase64: str) -> Any:  # noqa: N803
        if len(contentBase64) > 40:
            raise Unserved("a file has 30 bytes")
        return ReferenceAdapter.file_upload(self, sdk, name, contentBase64)


def test_a_file_that_holds_a_boundary_is_replaced_by_one_without(play: Any) -> None:
    ask = Ask("a", upload("a.txt", b"a"))
    played = play(SmallFiles, Open("a", A), ask, replace(ask, holds_boundary=True))
    assert [isinstance(each.outcome, Unsupported) for each in played.exchanges] == [
        False,
        True,
        False,
    ]


def test_an_input_that_is_replaced_does_not_hide_what_many_objects_leave_behind(play: Any) -> None:
    SEEN.clear()
    client = type("Client", (Numbered,), {"value": staticmethod(lambda self: seen(self.auth))})
    large = Call("record.get", {"app": 1, "id": 100})
    other = (Open("o", Made(Password("user", "Qm7xTz2Lw9RbKc4VnHs8Pd3J"))), Ask("o", large))
    equal = [step for name in "ab" for step in (Open(name, A), Ask(name, GET))]
    small = type("Small", (SmallIds,), {"client": client})
    played = play(small, *equal, *other, Open("z", A), Ask("z", GET), growth=1)
    assert played.requirements == {"KC705"}
