"""Whether a call that did not come back is the client's failure, or nobody can tell whose.

It is the client's where the same driver, in a new process, comes back from the same call when that
is answered as documented (DESIGN rule 4: the harmless twin). A driver that lives, and says itself
that the client crashed, is believed where a call with nothing odd comes back: what it was given may
be refused, and a crash is not a refusal. What never comes back may also be waiting before it tries
again, for as long as it likes.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kintone_conformance.doors import Door
from kintone_conformance.doors.answers import documented_answer
from kintone_conformance.drivers import Driver, Ended, Silence
from kintone_conformance.judging.exchange import Asking, Exchange, Finding
from kintone_conformance.model import (
    Call,
    Client,
    Crashed,
    ErrorReport,
    HarnessError,
    Refused,
    Sent,
    Unsupported,
    Wire,
)
from kintone_conformance.strategies import harmless_auth, harmless_call

# Seconds that the harmless twin may take where the client is said to wait for ever: if it takes
# longer, the client is slow, or the machine has too much to do.
QUICK = 2.0
GIVEN_UP = 3  # calls that did not come back, by `counted_by`, after which no other is asked
_THROTTLED = (429, 503)  # a client may wait for minutes before it tries again
_STORM = 100  # requests of one call: no pause lies between them


def crashed(end: Ended | Silence) -> Crashed:
    """The outcome of a call that did not come back."""
    ended = isinstance(end, Ended)
    report = ErrorReport("", end.stderr, message=end.message)
    return Crashed(report, end.stderr if ended else "", silent=not ended)


def counted_by(asking: Asking) -> str:
    """What crashes are counted by: the failure that was answered, and the call if it was none.

    A crash after a right answer may come late, from an earlier one; it says nothing of other calls.
    """
    failure = asking.answering.failure
    return asking.answer if failure else f"{asking.answer} {asking.call.api}"


def may_wait(asking: Asking, seen: Sequence[Wire], end: HarnessError) -> bool:
    """The client may be waiting before it tries again: it has, or the answer told it to."""
    if not isinstance(end, Silence):
        return False
    if asking.answering.waits:
        return False
    own = [wire for wire in seen if wire.method != "CONNECT"]
    throttled = asking.answering.status in _THROTTLED
    return (throttled or len(own) > 1) and len(own) < _STORM


def comes_back(driver: Driver, door: Door, asking: Asking, end: HarnessError) -> bool:
    """Whether the harmless twin returns: the same call on a fresh object, answered normally."""
    if _settles(driver, door, asking.client, asking.call, end):
        return True
    if isinstance(end, Ended | Silence):
        return False
    plain = replace(
        asking.client, base_url=door.base_url, auth=harmless_auth(asking.client.auth), basic=None
    )
    return _settles(driver, door, plain, harmless_call(asking.call.api), end)


def _settles(driver: Driver, door: Door, client: Client, call: Call, end: HarnessError) -> bool:
    door.play(documented_answer)
    try:
        opened = driver.open(client)
        if isinstance(opened, Refused | Unsupported):
            return False
        started = time.monotonic()
        outcome = opened.send(call)
        slow = time.monotonic() - started > QUICK
        opened.close()
    except HarnessError:
        return False
    finally:
        door.drain()
    return isinstance(outcome, Sent | Refused) and not (slow and isinstance(end, Silence))


def about(exchange: Exchange) -> str:
    """The requirement about a call that did not come back: it may have been told to wait."""
    told = exchange.asking.answering.waits
    silent = isinstance(exchange.outcome, Crashed) and exchange.outcome.silent
    return "KC816" if told and silent else "KC815"


def crash_findings(exchange: Exchange) -> Iterator[Finding]:
    """A call that did not come back."""
    if isinstance(exchange.outcome, Crashed):
        error = exchange.outcome.error
        what = f"did not return after {exchange.asking.answering.what}"
        if not exchange.wires:
            what = "crashed, and nothing was sent"
        message = f"{exchange.call.api} {what}"
        said = error.line.removeprefix(": ")
        yield Finding(about(exchange), message, "a result, or an error", said)
