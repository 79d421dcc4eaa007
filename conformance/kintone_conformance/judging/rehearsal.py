"""Before anything is judged: each declared call once, with harmless input and the usual answer.

A call that does not get as far as a request is trouble of the adapter, the driver or the SDK that
says nothing about requirements: it is told once, and the others are judged without it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from statistics import median

from kintone_conformance.drivers import Silence
from kintone_conformance.judging.invariants import beside
from kintone_conformance.judging.scenario import Ask, Made, Open, Scenario, single
from kintone_conformance.judging.stage import Played, Stage
from kintone_conformance.model import (
    NO_GUEST,
    Crashed,
    HarnessError,
    Outcome,
    Refused,
    Unsupported,
)
from kintone_conformance.spec.auth import Auth
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.spec.request import needs_guest
from kintone_conformance.strategies import declared_auths, harmless_call

_SILENCES = 2  # calls that never come back, after which no other is tried
_GUEST = 5
_AGAIN = 3  # times that an only call is made again, as a program is slow when it has just started


@dataclass(frozen=True)
class Rehearsal:
    """The calls that work, what was wrong with each other, and what is sent beside calls.

    `seconds` is what one call on one new object takes once the driver has started.
    """

    calls: tuple[str, ...]
    troubles: Mapping[str, HarnessError] = field(default_factory=dict)
    habits: frozenset[str] = frozenset()
    seconds: float = 0.0


def rehearse(stage: Stage, *, operations: bool = False) -> Rehearsal:
    """Try every declared call, with each kind of credentials until one works.

    Of `operations`, those that are not core calls, several are tried on one object before that. An
    older version of a client may lack many: nothing is waited for after them.
    """
    patience = stage.patience
    info = stage.driver.info
    working: list[str] = []
    troubles: dict[str, HarnessError] = {}
    habits: set[str] = set()
    times: list[float] = []
    stage.patience = patience.none()
    swept = _together(stage) if operations else frozenset[str]()
    working += sorted(swept)
    for api in sorted(info.calls):
        if api in swept or not (operations or call_spec(api).core):
            continue
        stage.patience = patience if call_spec(api).core else patience.none()
        silences = [error for error in troubles.values() if isinstance(error, Silence)]
        trouble: HarnessError | None = silences[0] if len(silences) >= _SILENCES else None
        try:
            for auth in taken(declared_auths(info), api) if trouble is None else ():
                started = time.perf_counter()
                trouble, seen = tried(stage, api, auth)
                times.append(time.perf_counter() - started)
                habits |= seen
                if trouble is None:
                    break
        except HarnessError as error:
            trouble = error
        if trouble is None:
            working.append(api)
        else:
            troubles[api] = trouble
    stage.patience = patience
    if len(times) == 1 and working:
        times += [_again(stage, working[-1]) for _ in range(_AGAIN)]
    usual = median(times[1:] or times or [0.0])  # the first starts the driver
    return Rehearsal(tuple(working), troubles, frozenset(habits), usual)


def _again(stage: Stage, api: str) -> float:
    """The seconds that the only call takes in a driver that has started."""
    started = time.perf_counter()
    with suppress(HarnessError):
        tried(stage, api, taken(declared_auths(stage.driver.info), api)[0])
    return time.perf_counter() - started


def _together(stage: Stage) -> frozenset[str]:
    """The operations that work on an object with the first kind of credentials that they take."""
    info = stage.driver.info
    groups: dict[Auth, list[str]] = {}
    for api in sorted(info.calls):
        if not call_spec(api).core:
            groups.setdefault(taken(declared_auths(info), api)[0], []).append(api)
    seen: set[str] = set()
    for auth, apis in groups.items():
        asks = tuple(Ask("a", harmless_call(api)) for api in apis)
        try:
            played = stage.play(Scenario((Open("a", Made(auth)), *asks)))
        except HarnessError:
            continue  # each of them is tried on its own
        seen |= {exchange.call.api for exchange in played.exchanges if exchange.requests}
    return frozenset(seen)


def told_together(troubles: Mapping[str, HarnessError]) -> HarnessError:
    """The trouble of several calls as one: which calls, then a line for each kind of trouble."""
    found = list(troubles.values())
    if len(found) == 1:
        return found[0]
    kinds: dict[str, list[str]] = {}
    for api, error in troubles.items():
        kinds.setdefault(error.message.replace(api, "{}"), []).append(api)
    lines = [
        kind.replace("{}", apis[0])
        if len(apis) == 1
        else f"{', '.join(apis)}: {kind.replace('{}', 'each')}"
        for kind, apis in kinds.items()
    ]
    advice = dict.fromkeys(error.hint for error in found if error.hint)
    return HarnessError(
        f"{len(found)} declared calls do not work with harmless input: {', '.join(troubles)}",
        hint="\n".join((*lines, *advice)),
        details="\n".join(error.details for error in found if error.details),
        stderr=next((error.stderr for error in found if error.stderr), ""),
        refused_calls=tuple(troubles) if all(error.refused_calls for error in found) else (),
    )


def taken(auths: Mapping[str, Auth], api: str) -> list[Auth]:
    """The kinds that Kintone documents for an API, or all where the client has none of them."""
    return [auth for auth in auths.values() if call_spec(api).takes(auth)] or [*auths.values()]


def tried(stage: Stage, api: str, auth: Auth) -> tuple[HarnessError | None, set[str]]:
    """What is wrong with a harmless call, None if nothing; and the reads sent beside it.

    Raises HarnessError if adapter or driver cannot play it at all.
    """
    guest = _GUEST if needs_guest(api) else NO_GUEST
    before = stage.door.outsiders()
    played = stage.play(single(Made(auth, guest=guest), harmless_call(api)))
    seen = {path for exchange in played.exchanges for path in beside(exchange)}
    return trouble_of(played, stage.door.outsiders() - before), seen


def trouble_of(played: Played, outsiders: Counter[str]) -> HarnessError | None:
    """What is wrong with a harmless call that did not get as far as a request.

    `outsiders` are the requests of other processes that came meanwhile, by their names.
    """
    exchange = played.exchanges[-1]
    if exchange.requests or exchange.strangers:
        return None
    api = exchange.call.api
    if outsiders:
        return HarnessError(
            f"{api} sent nothing, but another process did ({', '.join(outsiders)}), "
            "which this run did not start",
            hint="a client that sends from a container or a daemon is judged with --any-process",
        )
    return _trouble(api, exchange.outcome)


def _trouble(api: str, outcome: Outcome) -> HarnessError:
    match outcome:
        case Refused(error, printed) | Crashed(error, printed):
            return HarnessError(
                f"{api} fails with harmless input before anything is sent ({error.line})",
                hint="fix the driver or the client, or do not declare the call; "
                "--debug shows the traceback",
                details=error.text,
                stderr=printed,
                refused_calls=(api,) if isinstance(outcome, Refused) else (),
            )
        case Unsupported(reason):
            return HarnessError(
                f"the client declares {api}, but does not support harmless input: {reason}",
                hint="declare only what works",
                refused_calls=(api,),
            )
    return HarnessError(
        f"{api} returned with harmless input, but no request arrived",
        hint="await the SDK's call before you answer, and use the base URL that is given",
    )
