"""Keeps what runs in this process on this machine: loopback or nothing."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from types import TracebackType
from typing import Any

from kintone_conformance.doors.recording import CERTIFIED, CLOUD, SECOND, UNTRUSTED_HOSTS
from kintone_conformance.model import HarnessError

# Hosts that only a proxy or a namespace of the suite knows; elsewhere they are looked up in vain.
_PRETENDED = frozenset({CLOUD, SECOND, CERTIFIED, *UNTRUSTED_HOSTS})


def nowhere(name: str) -> bool:
    """A name that exists nowhere, or is not to be reached but through a door."""
    return name.endswith(".invalid") or name in _PRETENDED


class NetworkGuard:
    """While entered, sockets reach loopback only; `attempts` are the strangers' names.

    A real name or address raises HarnessError. A name that is `nowhere` is remembered, and looking
    it up fails as it would anywhere.
    """

    def __init__(self) -> None:
        self.attempts: list[str] = []
        self._saved: list[tuple[object, str, Any]] = []

    def __enter__(self) -> NetworkGuard:
        self._patch(socket, "getaddrinfo", lambda host, *_: host)
        self._patch(socket, "gethostbyname", lambda host: host)
        for name in ("connect", "connect_ex"):
            self._patch(socket.socket, name, _host_of)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        for owner, name, original in reversed(self._saved):
            setattr(owner, name, original)
        self._saved.clear()

    def _patch(self, owner: object, name: str, host_of: Callable[..., object]) -> None:
        original = getattr(owner, name)
        self._saved.append((owner, name, original))

        def guarded(*args: Any, **kwargs: Any) -> Any:
            self._check(host_of(*args))
            return original(*args, **kwargs)

        setattr(owner, name, guarded)

    def _check(self, host: object) -> None:
        if host is None or _is_loopback(host):
            return
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
        self.attempts.append(name)
        if nowhere(name):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        raise HarnessError(
            f"the client tried to reach {name}, but the suite lets nothing leave this machine",
            hint="use client.base_url, or a door for clients with a hard-coded host",
        )


def _host_of(sock: socket.socket, address: object) -> object:
    """The host of a socket address; None for what is not an internet address."""
    if sock.family not in (socket.AF_INET, socket.AF_INET6) or not isinstance(address, tuple):
        return None
    return address[0]


def _is_loopback(host: object) -> bool:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    if name in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(name.split("%")[0]).is_loopback
    except ValueError:
        return False
