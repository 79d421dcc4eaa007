"""Cookies that an answer sets: they are for the object that was answered, at its own host.

A client may keep one for the calls that follow on the same object, or ignore it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache

from kintone_conformance import wires
from kintone_conformance.doors.playing import COOKIE
from kintone_conformance.judging.exchange import Exchange, Finding, line_of
from kintone_conformance.model import Client
from kintone_conformance.spec.auth import Auth, Basic

_SESSION = re.compile(rf"{COOKIE}=([0-9a-f]+)")


def session_of(client: Client) -> str:
    """The session that an answer opens for a client: another one for other credentials."""
    return _session(client.auth, client.basic)


@lru_cache(maxsize=512)
def _session(auth: Auth, basic: Basic | None) -> str:
    return hashlib.sha256(repr((auth, basic)).encode()).hexdigest()[:24]


def cookie_findings(exchange: Exchange) -> Iterator[Finding]:
    """Requests that carry the session of other credentials, or their own to another host."""
    own = session_of(exchange.client)
    for wire in exchange.requests:
        for value in wire.values("Cookie"):
            sessions = _SESSION.findall(wires.text(value))
            shown = f"Cookie: {wires.text(value)}"
            if any(session != own for session in sessions):
                message = (
                    f"{line_of(wire)} carries a session cookie that was set for other credentials"
                )
                yield Finding("KC701", message, f"no cookie, or {COOKIE}={own}", shown)
                return
            if sessions and not exchange.at_home(wire):
                message = f"the cookie that an answer set was sent on to {wire.origin}"
                yield Finding("KC602", message, f"no cookie at {wire.origin}", shown)
                return
