"""Nothing leaves this machine."""

from __future__ import annotations

import contextlib
import socket

import pytest
import requests

from kintone_conformance.doors.guard import NetworkGuard
from kintone_conformance.model import HarnessError

# An address for documentation (RFC 5737): even without the guard nobody is there.
FAR = ("192.0.2.1", 443)


def test_a_real_name_is_not_even_looked_up() -> None:
    with NetworkGuard() as guard, pytest.raises(HarnessError, match=r"demo\.cybozu\.com"):
        socket.getaddrinfo("demo.cybozu.com", 443)
    assert guard.attempts == ["demo.cybozu.com"]


@pytest.mark.parametrize("way", ["connect", "connect_ex"])
def test_a_far_address_is_not_connected_to(way: str) -> None:
    with NetworkGuard() as guard, socket.socket() as sock, pytest.raises(HarnessError):
        getattr(sock, way)(FAR)
    assert guard.attempts == [FAR[0]]


def test_a_client_that_swallows_exceptions_does_not_swallow_this() -> None:
    def swallowing() -> None:
        with contextlib.suppress(Exception):
            requests.get("https://demo.cybozu.com/k/v1/apis.json", timeout=1)

    with NetworkGuard(), pytest.raises(HarnessError):
        swallowing()


def test_a_name_that_exists_nowhere_fails_as_it_would_anywhere() -> None:
    with NetworkGuard() as guard, pytest.raises(socket.gaierror):
        socket.getaddrinfo("a.invalid", 80)
    assert guard.attempts == ["a.invalid"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "127.1.2.3", None])
def test_loopback_is_open(host: str | None) -> None:
    with NetworkGuard() as guard:
        assert socket.getaddrinfo(host, 80)
    assert guard.attempts == []


def test_everything_is_put_back() -> None:
    before = socket.getaddrinfo, socket.socket.connect, socket.socket.connect_ex
    with NetworkGuard():
        assert socket.getaddrinfo is not before[0]
    assert (socket.getaddrinfo, socket.socket.connect, socket.socket.connect_ex) == before
