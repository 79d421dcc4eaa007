"""What a client goes on sending after its call came back is no part of the next call."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest

from judging.clients import driving
from kintone_conformance.doors.sockets import Loopback
from kintone_conformance.drivers.inprocess import InProcess
from kintone_conformance.judging.rehearsal import rehearse
from kintone_conformance.judging.scenario import Ask, Made, Open, Scenario, Step
from kintone_conformance.judging.settling import Patience
from kintone_conformance.judging.stage import Played, Stage
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.reference_client import KintoneClient
from kintone_conformance.spec.auth import Password
from kintone_conformance.strategies import harmless_call

ADD, GET = harmless_call("record.add"), harmless_call("record.get")
MADE = Made(Password("sato", "Qm7xTz2Lw9RbKc4VnHs8Pd3J"))


@pytest.fixture
def play() -> Iterator[Any]:
    with ExitStack() as stack:

        def playing(adapter: type[ReferenceAdapter], *steps: Step) -> Played:
            door = stack.enter_context(closing(Loopback()))
            driver = stack.enter_context(closing(InProcess(adapter, {})))
            return Stage(driver, door).play(Scenario(steps))

        yield playing


class Hasty(KintoneClient):
    """Reports an error of its own at once, and writes its request a little later."""

    def send(self, method: str, path: str, **options: Any) -> Any:
        if method != "POST":
            return super().send(method, path, **options)
        late = super().send
        threading.Timer(0.1, lambda: late(method, path, **options)).start()
        raise RuntimeError("write after end")


def test_a_request_that_comes_late_belongs_to_its_own_call(play: Any) -> None:
    played = play(driving(Hasty), Open("a", MADE), Ask("a", ADD), Ask("a", GET))
    first, second = played.exchanges
    assert [wire.method for wire in first.requests] == ["POST"]
    assert [wire.method for wire in second.requests] == ["GET"]
    assert played.findings[1] == ()


def begun(client: KintoneClient, path: str, length: int, body: bytes) -> socket.socket:
    """A connection on which a POST says that its body has so many bytes, and another was sent."""
    url = urlsplit(client.base_url)
    made = socket.create_connection((url.hostname, url.port))
    head = f"POST {path} HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Type: application/json\r\n"
    made.sendall(f"{head}Content-Length: {length}\r\n\r\n".encode() + body)
    return made


class Miscounts(KintoneClient):
    """Promises more bytes than it writes, keeps the connection, and reports an error."""

    kept: socket.socket

    def send(self, method: str, path: str, **options: Any) -> Any:
        if method != "POST":
            return super().send(method, path, **options)
        body = json.dumps({"app": 1, "record": {}}).encode()
        self.kept = begun(self, path, len(body) + 9, body)
        raise RuntimeError("write after end")

    def close(self) -> None:
        self.kept.close()


def test_a_request_that_never_ends_is_cut_off_with_its_own_call(play: Any) -> None:
    played = play(driving(Miscounts), Open("a", MADE), Ask("a", ADD), Ask("a", GET))
    first, second = played.exchanges
    ended = "the connection ended inside the body, after 24 of 33 bytes"
    assert [wire.malformed for wire in first.requests] == [ended]
    assert "KC528" in {finding.requirement for finding in played.findings[0]}
    assert [wire.method for wire in second.requests] == ["GET"]
    assert played.findings[1] == ()


def test_who_never_sends_late_is_not_waited_for_long() -> None:
    with closing(Loopback()) as door, closing(InProcess(driving(Hasty), {})) as driver:
        stage = Stage(driver, door, patience=Patience(3, fruitless=60))
        steps = (Open("a", MADE), Ask("a", ADD), Ask("a", GET))
        stage.play(Scenario(steps))
        assert stage.patience.left == 2  # only for the call that reported an error


class Overruns(KintoneClient):
    """Writes more than it announces, and another request a little later."""

    kept: socket.socket
    timer: threading.Timer

    def send(self, method: str, path: str, **options: Any) -> Any:
        if method != "POST":
            return super().send(method, path, **options)
        self.kept = begun(self, path, 1, b"the rest of it\r\n\r\n")
        self.kept.recv(1)  # the answer begins
        url = urlsplit(self.base_url)
        self.timer = threading.Timer(0.2, self._late, [url.hostname, url.port, url.netloc])
        self.timer.start()
        return {}

    def _late(self, name: str, port: int, host: str) -> None:
        with socket.create_connection((name, port)) as late:
            late.sendall(f"GET /k/v1/late.json HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            late.recv(1)

    def close(self) -> None:
        if hasattr(self, "timer"):
            self.kept.close()
            KEPT.append(self.timer)


KEPT: list[threading.Timer] = []


def test_a_scenario_ends_with_bytes_that_begin_no_request() -> None:
    with closing(Loopback()) as door, closing(InProcess(driving(Overruns), {})) as driver:
        stage = Stage(driver, door)
        played = stage.play(Scenario((Open("a", MADE), Ask("a", ADD), Ask("a", GET))))
        assert [each.call.api for each in played.exchanges] == ["record.add"]
        assert played.exchanges[0].requests[-1].malformed
        after = stage.play(Scenario((Open("a", MADE), Ask("a", GET))))
        assert [wire.target for wire in after.exchanges[0].requests] == [
            b"/k/v1/record.json?app=1&id=1"
        ]
        KEPT.pop().join()


class Tardy(KintoneClient):
    """Reports an error at once, and sends its request when somebody has asked for another."""

    late: Any = None

    def send(self, method: str, path: str, **options: Any) -> Any:
        if method == "POST":
            type(self).late = lambda: super(Tardy, self).send(method, path, **options)
            raise RuntimeError("write after end")
        if Tardy.late is not None:
            Tardy.late()
            Tardy.late = None
        return super().send(method, path, **options)


def test_a_request_that_comes_with_a_later_call_is_not_taken_for_its_own() -> None:
    other = Made(Password("tanaka", "Rn8yUv3Mx1ScLd5WpJt9Qe4K"))
    with closing(Loopback()) as door, closing(InProcess(driving(Tardy), {})) as driver:
        stage = Stage(driver, door)
        stage.play(Scenario((Open("a", MADE), Ask("a", ADD))))
        played = stage.play(Scenario((Open("b", other), Ask("b", GET), Ask("b", GET))))
        assert [len(each.requests) for each in played.exchanges] == [1, 1]
        assert played.requirements == frozenset()


class Older(ReferenceAdapter):
    """Lacks every operation that is not a core call."""

    def table(self) -> Mapping[str, Callable[..., Any]]:
        def lacking(sdk: object, **params: Any) -> Any:
            raise AttributeError("no such method")

        return dict.fromkeys(super().table(), lacking)


def test_nothing_is_waited_for_after_operations_that_a_version_lacks() -> None:
    with closing(Loopback()) as door, closing(InProcess(Older, {})) as driver:
        stage = Stage(driver, door)
        rehearsal = rehearse(stage, operations=True)
        assert len(rehearsal.troubles) > 50
        assert stage.patience.left == Patience().left
        stage.play(Scenario((Open("a", MADE), Ask("a", harmless_call("apps.statistics.get")))))
        assert stage.patience.left < Patience().left


@pytest.mark.parametrize("calls", [["record.get", "record.add"], ["record.get"]])
def test_how_long_a_call_takes_is_told_by_those_after_the_first(
    monkeypatch: pytest.MonkeyPatch, calls: list[str]
) -> None:
    """The first call takes 9 seconds, those after it a tenth of one; an only one is made again."""
    ends = [0.0, 9.0, 10.0, 10.1, *([20.0, 20.3, 30.0, 30.1] if len(calls) == 1 else ())]
    clock = SimpleNamespace(perf_counter=lambda: ends.pop(0))
    adapter = driving(KintoneClient, calls, table=dict)
    with closing(Loopback()) as door, closing(InProcess(adapter, {})) as driver:
        monkeypatch.setattr("kintone_conformance.judging.rehearsal.time", clock)
        rehearsal = rehearse(Stage(driver, door))
    assert rehearsal.calls == tuple(sorted(calls))
    assert rehearsal.seconds == pytest.approx(0.1)
    assert ends == []
