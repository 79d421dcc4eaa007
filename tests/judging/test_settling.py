"""What a client goes on sending after its call came back is no part of the next call."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any
from urllib.parse import urlsplit

import pytest

from judging.clients import driving
from kintone_conformance.doors.sockets import Loopback
from kintone_conformance.drivers.inprocess import InProcess
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


class Miscounts(KintoneClient):
    """Promises more bytes than it writes, keeps the connection, and reports an error."""

    kept: socket.socket

    def send(self, method: str, path: str, **options: Any) -> Any:
        if method != "POST":
            return super().send(method, path, **options)
        url = urlsplit(self.base_url)
        self.kept = socket.create_connection((url.hostname, url.port))
        body = json.dumps({"app": 1, "record": {}}).encode()
        head = f"POST {path} HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Type: application/json\r\n"
        self.kept.sendall(f"{head}Content-Length: {len(body) + 9}\r\n\r\n".encode() + body)
        raise RuntimeError("write after end")

    def close(self) -> None:
        self.kept.close()


def test_a_request_that_never_ends_is_cut_off_with_its_own_call(play: Any) -> None:
    played = play(driving(Miscounts), Open("a", MADE), Ask("a", ADD), Ask("a", GET))
    first, second = played.exchanges
    assert [wire.malformed for wire in first.requests] == ["the connection ended inside the body"]
    assert "KC528" in {finding.requirement for finding in played.findings[0]}
    assert [wire.method for wire in second.requests] == ["GET"]
    assert played.findings[1] == ()


def test_who_never_sends_late_is_not_waited_for_long() -> None:
    with closing(Loopback()) as door, closing(InProcess(driving(Hasty), {})) as driver:
        stage = Stage(driver, door, patience=Patience(3, fruitless=60))
        steps = (Open("a", MADE), Ask("a", ADD), Ask("a", GET))
        stage.play(Scenario(steps))
        assert stage.patience.left == 2  # only for the call that reported an error
