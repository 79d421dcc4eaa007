"""What was sent where a redirect led: it keeps method and body, and it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from kintone_conformance import wires
from kintone_conformance.doors.redirects import ENDLESS, moved
from kintone_conformance.judging.exchange import Exchange, Finding, line_of
from kintone_conformance.model import Wire
from kintone_conformance.wires import Effective


def has_followed(exchange: Exchange, wire: Wire) -> bool:
    """The request went where a redirect led to."""
    return bool(exchange.asking.answering.leads) and moved(wires.path(wire)) is not None


def redirect_findings(
    exchange: Exchange, own: Sequence[tuple[Wire, Effective]], followed: Sequence[Wire]
) -> Iterator[Finding]:
    """What is wrong with the requests that followed a redirect of the call's own."""
    if not own:
        return
    longest = _longest(exchange)
    if longest >= ENDLESS:
        message = f"{exchange.call.api} follows a redirect that leads to itself without end"
        sent = f"{longest} requests, until the server gave up"
        yield Finding("KC815", message, "an error after a few requests", sent)
    here = [wire for wire in followed if exchange.at_home(wire)]
    status = exchange.asking.answering.status
    if here and status in (307, 308):
        yield from _changed(own[0], here[0], status)


def _longest(exchange: Exchange) -> int:
    """The most requests in a row that followed a redirect; a call tried again starts anew."""
    runs = groupby(exchange.requests, lambda wire: has_followed(exchange, wire))
    return max((len([*run]) for led, run in runs if led), default=0)


def _changed(own: tuple[Wire, Effective], wire: Wire, status: int) -> Iterator[Finding]:
    """A redirect with 307 or 308 that is followed keeps method and body (RFC 9110)."""
    first, sent = own
    again = wires.effective(wire)
    if again.method != sent.method:
        message = f"{first.method} became {wire.method} after a {status}"
        yield Finding("KC529", message, line_of(first), line_of(wire))
    elif sent.parts and len(again.parts) != len(sent.parts):
        message = f"the file was not sent again after a {status}"
        yield Finding("KC529", message, line_of(first), line_of(wire))
    elif sorted(part.content for part in again.parts) != sorted(p.content for p in sent.parts):
        message = f"the parts that were sent again after a {status} are others"
        sizes = (sum(len(part.content) for part in each.parts) for each in (sent, again))
        yield Finding("KC529", message, *(f"parts of {size:,} bytes" for size in sizes))
    elif again.params != sent.params and not sent.parts:
        message = f"the parameters changed after a {status}"
        yield Finding("KC529", message, str(sent.params)[:300], str(again.params)[:300])
