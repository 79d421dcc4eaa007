"""Waits for what a client goes on sending after its call has come back.

A client may report an error while its request is still being written: a stream that fails, a body
that is longer than its Content-Length. What arrives then would be taken for a part of the next
call, and be said of credentials that have nothing to do with it.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from kintone_conformance import wires
from kintone_conformance.doors import Door
from kintone_conformance.judging.allowed import may_refuse
from kintone_conformance.judging.exchange import Asking
from kintone_conformance.model import Outcome, Refused, Sent, Wire
from kintone_conformance.spec.request import Documented

_MOST = 400  # calls that are waited for: a client that fails everywhere takes no longer
_FRUITLESS = 60  # of them, after which a client is taken for one that sends nothing late
_QUIET = 0.05  # seconds in which nothing arrives
_LOOKS = 10
_OWED = 20  # calls whose request never came
_UNSENT = 6  # looks, for a request that was not seen at all: it may still be connecting


@dataclass
class Patience:
    """How many more calls are waited for, and for how many nothing came."""

    left: int = _MOST
    fruitless: int = 0
    owed: deque[Documented] = field(default_factory=lambda: deque(maxlen=_OWED))

    def none(self) -> Patience:
        """One that waits for nothing; what is owed is the same."""
        return Patience(0, owed=self.owed)

    def own(
        self, door: Door, asking: Asking, outcome: Outcome, seen: Sequence[Wire]
    ) -> tuple[Wire, ...]:
        """The requests of a call: those seen and those that still arrive, less those of others.

        Of a call that reported an error of its own, and sent nothing, the request may come while
        another call is at hand.
        """
        mine = self._without_owed(asking.expected, (*seen, *self.rest(door, asking, outcome, seen)))
        if _may_go_on(asking, outcome, mine) and not any(map(_is_whole, mine)):
            self.owed.append(asking.expected)
        return mine

    def _without_owed(self, mine: Documented, seen: Sequence[Wire]) -> tuple[Wire, ...]:
        if not self.owed:
            return tuple(seen)
        late = [wire for wire in seen if not _is_of(wire, mine) and self._takes(wire)]
        if not late:
            return tuple(seen)
        return tuple(wire for wire in seen if wire not in late and not is_garbled(wire))

    def _takes(self, wire: Wire) -> bool:
        """Whether an earlier call still owed this request: then it owes it no more."""
        for owing in self.owed:
            if _is_of(wire, owing):
                self.owed.remove(owing)
                return True
        return False

    def rest(
        self, door: Door, asking: Asking, outcome: Outcome, seen: Sequence[Wire]
    ) -> tuple[Wire, ...]:
        """The requests that still arrive after a call that may not be over; () after others."""
        if self.left <= 0 or not _may_go_on(asking, outcome, seen):
            return ()
        self.left -= 1
        unsent = not any(map(_is_whole, seen)) and self.fruitless < _FRUITLESS
        late = _until_quiet(door, _UNSENT if unsent else 1)
        door.hang_up()  # what follows would be read as the end of this request
        late += _until_quiet(door, 1)
        self.fruitless = 0 if late else self.fruitless + 1
        return tuple(late)

    def settle(self, door: Door) -> None:
        """Let the rest of a broken request arrive, and forget it."""
        if self.left > 0:
            self.left -= 1
            _until_quiet(door, _UNSENT)
            door.hang_up()


def _until_quiet(door: Door, least: int) -> list[Wire]:
    """What arrives until a look finds nothing, after at least so many of them."""
    late: list[Wire] = []
    for look in range(1, _LOOKS + 1):
        time.sleep(_QUIET)
        more = door.drain()
        if not more and (late or look >= least):
            break
        late += more
    return late


def _is_of(wire: Wire, expected: Documented) -> bool:
    """It goes where this call's request goes, in whatever form a read travels."""
    sent = wires.effective(wire)
    return sent.method == expected.method and sent.path in expected.paths


def _is_whole(wire: Wire) -> bool:
    return not wire.malformed and wire.method != "CONNECT"


def is_garbled(wire: Wire) -> bool:
    """Bytes that do not begin a request: the rest of one whose length was wrong, for instance."""
    return bool(wire.malformed) and not wire.target.startswith(b"/")


def _may_go_on(asking: Asking, outcome: Outcome, seen: Sequence[Wire]) -> bool:
    """Whether the client came back early: with an error of its own making, or in mid-body.

    Success without a request may be told of an earlier answer that came late.
    """
    if any(map(_is_cut, seen)) or (isinstance(outcome, Sent) and not seen):
        return True
    answering = asking.answering
    if not isinstance(outcome, Refused) or answering.tunnel:
        return False
    reached = [wire for wire in seen if wire.method != "CONNECT"]
    if not reached:
        return not may_refuse(asking)
    return not answering.failure and any(map(_is_whole, reached))


def _is_cut(wire: Wire) -> bool:
    """The body says it is JSON, and is not: the rest of it may follow."""
    kind = b"".join(wire.values("Content-Type")).lower()
    if not wire.body or b"json" not in kind:
        return False
    try:
        json.loads(wire.body)
    except ValueError:
        return True
    return False
