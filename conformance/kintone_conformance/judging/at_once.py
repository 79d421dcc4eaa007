"""Calls that are made at the same time: which request is whose, and is answered how.

A request tells whose it is by what it carries: it is that of the call from which it differs least.
"""

from __future__ import annotations

from collections.abc import Sequence

from kintone_conformance.doors import Answer, Script
from kintone_conformance.doors.answers import documented_answer
from kintone_conformance.judging.exchange import Asking
from kintone_conformance.judging.invariants import own_differences
from kintone_conformance.model import Wire


def each_its_own(askings: Sequence[Asking], scripts: Sequence[Script]) -> Script:
    """Answer each request as its call is to be answered."""
    if all(asking.answer == "ok" for asking in askings):
        return documented_answer

    def reply(wire: Wire) -> Answer:
        return scripts[_nearest(wire, askings, [0] * len(askings))](wire)

    return reply


def shared_out(seen: Sequence[Wire], askings: Sequence[Asking]) -> list[list[Wire]]:
    """The requests of each call, of all that were seen."""
    shares: list[list[Wire]] = [[] for _ in askings]
    for wire in seen:
        shares[_nearest(wire, askings, [*map(len, shares)])].append(wire)
    return shares


def _nearest(wire: Wire, askings: Sequence[Asking], had: Sequence[int]) -> int:
    """The call that a request is most like; of several the one that has had the fewest."""
    costs = [
        (own_differences(asking, wire), count) for asking, count in zip(askings, had, strict=True)
    ]
    return costs.index(min(costs))
