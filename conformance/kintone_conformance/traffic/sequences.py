"""What only several requests show: redirects that were followed, repeats, boundaries of uploads."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

from kintone_conformance import wires
from kintone_conformance.judging.bodies import boundary_findings
from kintone_conformance.judging.exchange import Finding, Fixed, line_of
from kintone_conformance.model import Wire
from kintone_conformance.spec.header_names import AUTHORIZATION, PASSWORD_HEADER, TOKEN_HEADER
from kintone_conformance.traffic.recorded import Recorded

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_MOST = 64  # requests that are remembered of each kind
_BUSY = (429, *range(500, 600))
_CREDENTIALS = (PASSWORD_HEADER, TOKEN_HEADER, AUTHORIZATION)


@dataclass(frozen=True)
class _Led:
    """What is kept of a redirected request, to compare the next one with it."""

    wire: Wire
    digest: bytes
    status: int


class Sequences:
    """Remembers the last requests; what is found is about the one at hand.

    `shown` are the requirements that the last one could show. `repeats` counts the writes that
    were sent again after 429 or 5xx: by the client or by its user, which the traffic does not tell.
    """

    def __init__(self) -> None:
        self._led: OrderedDict[str, _Led] = OrderedDict()
        self._failed: OrderedDict[bytes, int] = OrderedDict()
        self._boundaries: OrderedDict[str, tuple[bytes, bytes]] = OrderedDict()
        self.shown: set[str] = set()
        self.repeats = 0

    def findings(self, recorded: Recorded) -> Iterator[Finding]:
        """What a request breaks after those before it."""
        self.shown = set()
        wire = recorded.wire
        digest = hashlib.sha256(wire.body).digest()
        led = self._led.pop(_place(_url(wire)), None)
        if led is not None:
            yield from self._followed(led, wire, digest)
        self._count_repeats(recorded, digest)
        yield from self._uploaded(wire, digest)
        answered = recorded.answered
        if answered is not None and answered.location and 300 <= answered.status < 400:
            bodiless = Wire(wire.method, wire.target, wire.headers, b"", wire.origin)
            with suppress(ValueError):  # a Location that is not URL leads nowhere
                target = urljoin(_url(wire), answered.location)
                _keep(self._led, _place(target), _Led(bodiless, digest, answered.status))

    def _followed(self, led: _Led, wire: Wire, digest: bytes) -> Iterator[Finding]:
        before, after = urlsplit(_url(led.wire)), urlsplit(_url(wire))
        downgraded = (before.scheme, after.scheme) == ("https", "http")
        if downgraded or before.hostname != after.hostname:
            requirement = "KC603" if downgraded else "KC602"
            self.shown.add(requirement)
            for name in _CREDENTIALS:
                if kept := set(wire.values(name)) & set(led.wire.values(name)):
                    message = f"{name} was sent on to {wire.origin}, where a redirect led"
                    value = wires.text(min(kept))
                    yield Finding(requirement, message, Fixed("no credential there"), value)
                    return
        elif led.status in (307, 308):
            self.shown.add("KC529")
            if led.wire.method != wire.method:
                message = f"{led.wire.method} became {wire.method} after a {led.status}"
                yield Finding("KC529", message, line_of(led.wire), line_of(wire))
            elif digest != led.digest and wires.boundary(wire) is None:
                message = f"the body changed after a {led.status}"
                yield Finding("KC529", message, "the same body", line_of(wire))

    def _count_repeats(self, recorded: Recorded, digest: bytes) -> None:
        wire = recorded.wire
        if wires.method(wire) == "GET":
            return
        key = hashlib.sha256(b"\0".join((wire.method.encode(), _raw_url(wire), digest))).digest()
        self.repeats += self._failed.pop(key, None) is not None
        if recorded.answered is not None and recorded.answered.status in _BUSY:
            _keep(self._failed, key, recorded.answered.status)

    def _uploaded(self, wire: Wire, digest: bytes) -> Iterator[Finding]:
        boundary = wires.boundary(wire)
        if boundary is None:
            return
        before = self._boundaries.pop(wire.origin, None)
        _keep(self._boundaries, wire.origin, (boundary, digest))
        if before is not None and before[1] != digest:
            self.shown.add("KC526")
            yield from boundary_findings([before[0], boundary])


def _url(wire: Wire) -> str:
    return wires.text(_raw_url(wire))


def _place(url: str) -> str:
    """A URL without its scheme, which a dump does not tell."""
    return url.partition("//")[2]


def _raw_url(wire: Wire) -> bytes:
    return wire.target if wires.is_absolute(wire) else wire.origin.encode() + wire.target


def _keep(kept: OrderedDict[_Key, _Value], key: _Key, value: _Value) -> None:
    kept[key] = value
    while len(kept) > _MOST:
        kept.popitem(last=False)
