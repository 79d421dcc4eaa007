"""What many objects leave behind: a request after them is held against the same one before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kintone_conformance import wires
from kintone_conformance.judging.differing import differs
from kintone_conformance.judging.exchange import Exchange, Finding
from kintone_conformance.model import Wire

# A clock, or a number made for one request: what differs there says nothing.
_CLOCK = re.compile(r"\d:\d\d|\d{8}|[0-9a-fA-F]{8}")
_OWN = {"content-length", "content-type", "host"}


def growth_findings(exchanges: Sequence[Exchange], calls: int) -> Iterator[Finding]:
    """Compares the headers of calls made at first, again, and at the end: they must stay the same.

    What differs between the first two is noise.
    """
    for at in range(calls):
        equal = exchanges[at], exchanges[calls + at], exchanges[len(exchanges) - calls + at]
        first, again, last = (_headers(each.requests) for each in equal)
        for name in sorted({*first, *last}):
            before, after = first.get(name), last.get(name)
            if before == after or before != again.get(name) or name in _OWN:
                continue
            if not (before and after and _CLOCK.search(before) and _CLOCK.search(after)):
                message = f"the header {name} differs after many clients were made"
                yield differs("KC705", message, before or "none", after or "none")
                return


def _headers(requests: Sequence[Wire]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in requests[-1].headers if requests else ():
        key = wires.text(name).lower()
        found[key] = f"{found[key]}, {wires.text(value)}" if key in found else wires.text(value)
    return found
