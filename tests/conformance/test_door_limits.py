"""A door takes so much and no more, and goes on working for whoever asks for less."""

from __future__ import annotations

import contextlib
import os
import resource
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kintone_conformance.doors import limits, recording
from kintone_conformance.doors.limits import Connections, Limits
from kintone_conformance.doors.recording import Recorder
from kintone_conformance.doors.sockets import Loopback
from kintone_conformance.model import HarnessError, Wire

GET = b"GET /k/v1/apis.json HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST /k/v1/record.json HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"
PATIENCE = 60.0  # seconds, for a busy machine


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with closing(Loopback()) as door:
        yield door


def connected(door: Loopback) -> socket.socket:
    return socket.create_connection(("127.0.0.1", urlsplit(door.base_url).port), timeout=PATIENCE)


def answered(sock: socket.socket, request: bytes = GET) -> bool:
    """Whether a request is answered; False where the connection was closed."""
    with contextlib.suppress(OSError):
        sock.sendall(request)
        return sock.recv(65_536).startswith(b"HTTP/1.1 ")
    return False


def ended(sock: socket.socket) -> bool:
    try:
        return sock.recv(65_536) == b""
    except ConnectionResetError:
        return True


def malformed(door: Loopback) -> str:
    (wire,) = door.drain()
    return wire.malformed


def test_a_head_that_does_not_end_is_cut(loopback: Loopback) -> None:
    with connected(loopback) as sock:
        with contextlib.suppress(OSError):
            for _ in range(100):
                sock.sendall(b"x" * 10_000)
        sock.settimeout(PATIENCE)
        while not ended(sock):
            pass
    assert malformed(loopback) == "the head is over 256 KiB"


def test_a_body_over_the_limit_is_cut(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Recorder, "limits", Limits(body=1 << 20))
    with connected(loopback) as sock:
        assert answered(sock, POST % (1 << 20) + b"x" * (1 << 20))
        assert malformed(loopback) == ""
        answered(sock, POST % (3 << 20) + b"x" * (2 << 20))
    assert malformed(loopback) == "the body is over 1 MiB"


@pytest.mark.parametrize("part", [b"GET / HT", POST % 10 + b"abc"])
def test_a_sender_that_is_too_slow_is_cut(
    loopback: Loopback, part: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Recorder, "limits", Limits(seconds=0.1))
    with connected(loopback) as sock:
        sock.sendall(part)
        while not ended(sock):
            pass
    assert malformed(loopback)


def test_the_connection_idle_for_longest_makes_room(loopback: Loopback) -> None:
    with contextlib.ExitStack() as opened:
        many = [opened.enter_context(connected(loopback)) for _ in range(limits.MOST_CONNECTIONS)]
        assert answered(many[0]), "it is not the one idle for longest any more"
        assert all(answered(opened.enter_context(connected(loopback))) for _ in range(20))
        assert answered(many[0])
        assert all(ended(sock) for sock in many[1:21])
        assert answered(many[21])


def test_a_connection_with_a_request_on_it_is_not_closed_for_another() -> None:
    left, right = socket.socketpair()
    with left, right:
        connections = Connections(most=1)
        first = connections.admit(left)
        assert first is not None
        connections.work(first)
        assert connections.admit(right) is None
        connections.rest(first)
        assert connections.admit(right) is not None


def test_one_connection_is_closed_at_a_time_for_want_of_descriptors() -> None:
    (a, b), (c, d) = socket.socketpair(), socket.socketpair()
    with a, b, c, d:
        connections = Connections()
        first, second = connections.admit(a), connections.admit(c)
        assert first is not None
        assert second is not None
        connections.make_room()
        b.setblocking(False)
        with pytest.raises(BlockingIOError):
            b.recv(1)  # nothing was asked on it yet
        b.setblocking(True)
        for connection in (first, second):
            connections.work(connection)
            connections.rest(connection)
        connections.make_room()
        assert b.recv(1) == b"", "the one idle for longest was shut"
        connections.leave(first)
        connections.make_room()
        d.setblocking(False)
        with pytest.raises(BlockingIOError):
            d.recv(1)
        connections.left(first)
        connections.make_room()
        assert d.recv(1) == b""


def test_requests_beyond_the_most_are_said_and_not_kept(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "MOST_REQUESTS", 3)
    with connected(loopback) as sock:
        assert all(answered(sock) for _ in range(5))
        with pytest.raises(HarnessError, match="over 3 requests"):
            loopback.drain()
        assert answered(sock)
    assert len(loopback.drain()) == 1


def test_bytes_beyond_the_most_are_said_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_AT_ONCE", 1_000)
    recorder = Recorder()
    for _ in range(3):
        recorder.record(Wire("GET", b"/", (), b"x" * 400))
    with pytest.raises(HarnessError, match="more than the door can hold"):
        recorder.drain()
    recorder.record(Wire("GET", b"/", (), b"x" * 900))
    assert len(recorder.drain()) == 1


def test_a_door_without_descriptors_works_again_when_there_are_some(loopback: Loopback) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    used = max(int(file.name) for file in Path("/dev/fd").iterdir()) + 1
    with contextlib.ExitStack() as opened:
        first = opened.enter_context(connected(loopback))
        assert answered(first)
        waiting = opened.enter_context(socket.socket())
        resource.setrlimit(resource.RLIMIT_NOFILE, (used + 2, hard))
        try:
            spare = opened.enter_context(contextlib.ExitStack())
            with contextlib.suppress(OSError):
                while True:
                    spare.callback(os.close, os.dup(0))
            waiting.connect(("127.0.0.1", urlsplit(loopback.base_url).port))
            assert ended(first), "it was idle, and made room"
        finally:
            spare.close()
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        waiting.settimeout(PATIENCE)
        assert answered(waiting)
