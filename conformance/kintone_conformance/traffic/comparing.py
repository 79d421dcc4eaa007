"""Compares two clients: both get the same calls, and the results are compared.

What differs between two runs of one client, or does not differ again, is noise and left out.
"""

from __future__ import annotations

import fnmatch
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace

from kintone_conformance.drivers import StartDriver
from kintone_conformance.judging.bench import usable
from kintone_conformance.judging.exchange import Exchange
from kintone_conformance.judging.inputs import of_inputs
from kintone_conformance.judging.plan import Able, Planner
from kintone_conformance.judging.scenario import Open, Scenario
from kintone_conformance.judging.shrink import Budget, smaller
from kintone_conformance.judging.sweep import sweep
from kintone_conformance.model import HarnessError, Info
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.traffic.fields import differing, fields
from kintone_conformance.traffic.sides import Played, Side, each_at_once
from kintone_lint.counting import counted

_TRIES = 30  # scenarios for the smallest input of one difference
_A_SECOND = 10  # tries, that one costs: a client may wait for what does not come
_SHRUNK = 20  # differences that are made small
_MOST = 200  # differences that are told
_SHARES = 2  # of the scenarios: while a client waits in one, the other goes on
_ENDED = "calls before the process ended"


@dataclass
class Difference:
    """A field in which the two differ: in how many calls, of which APIs, and the first of them.

    `exchange` is the call of the smallest input, as it was asked of the first client, and `other`
    the same of the second.
    """

    name: str
    left: str
    right: str
    scenario: Scenario
    exchange: Exchange
    other: Exchange
    count: int = 0
    apis: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Compared:
    """What came of it: the clients, what they share, and every difference.

    `asked` is the number of calls that were compared, `noise` the fields that differ between two
    runs of the first client, or differed once and not again. `alone` are calls and capabilities
    that only one declares. `more` is the number of differences beyond those, which are not told.
    """

    clients: tuple[Info, Info]
    door: str
    calls: tuple[str, ...]
    asked: int
    noise: tuple[str, ...]
    differences: tuple[Difference, ...]
    more: int = 0

    @property
    def alone(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The calls and capabilities that only the first declares, and only the second."""
        left, right = (info.calls | info.supports for info in self.clients)
        return tuple(sorted(left - right)), tuple(sorted(right - left))


@dataclass(frozen=True)
class How:
    """How two clients are compared: through which door, and which fields are ignored.

    `order`: the order of headers is compared. `ignore` are patterns of fields.
    """

    doors: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    order: bool = False
    seed: int = 0
    tell: Callable[[str], None] = lambda _: None


def compare(one: StartDriver, other: StartDriver, how: How) -> Compared:
    """Ask both clients for the same calls. Each must start a process of its own.

    Raises HarnessError if one cannot be driven, or they share no door.
    """
    (info, doors), (other_info, others) = _hello(one), _hello(other)
    names = how.doors or tuple(door for door in doors if door in others)
    if not names:
        raise HarnessError(
            f"the two share no door: {', '.join(doors)}; {', '.join(others)}",
            hint="--door names one through which both can be caught",
        )
    with ExitStack() as opened:
        shares = [
            [opened.enter_context(closing(Side(names[0], start))) for start in (one, one, other)]
            for _ in range(_SHARES)
        ]
        first, _, second = shares[0]
        planner = _planner(_common(info, other_info), (first, second), names, how.seed)
        scenarios = [*_asked(planner)]
        calls = sum(1 for scenario in scenarios for _ in scenario.asks())
        how.tell(f"{calls} calls on {len(scenarios)} objects, asked of both")
        left, repeated, right = _played(shares, scenarios)
        noise = frozenset(each.name for each in _differences(scenarios, left, repeated, how))
        found = _differences(scenarios, left, right, how, noise)
        told = _confirmed(found[:_MOST], first, second, how)
    unsure = {each.name for each in found[:_MOST]} - {each.name for each in told}
    pairs = zip(left, right, strict=True)
    asked = sum(min(len(one.exchanges), len(other.exchanges)) for one, other in pairs)
    shared = (*planner.calls, *planner.operations)
    return Compared(
        (info, other_info),
        names[0],
        shared,
        asked,
        tuple(sorted(noise | unsure)),
        told,
        len(found[_MOST:]),
    )


def _planner(common: Info, sides: tuple[Side, Side], doors: tuple[str, ...], seed: int) -> Planner:
    """The plan for the calls that work with harmless input at both sides."""
    left, right = each_at_once(sides, Side.working)
    working = sorted(common.calls & {*left} & {*right})
    core = tuple(api for api in working if call_spec(api).core)
    others = tuple(api for api in working if not call_spec(api).core)
    return Planner(Able(common, core, doors, operations=others), seed, quick=True)


def _played(
    shares: Sequence[Sequence[Side]], scenarios: Sequence[Scenario]
) -> list[Sequence[Played]]:
    """What comes of the scenarios at each of the compared; every share asks its part of them."""
    parts = {
        side: scenarios[number :: len(shares)]
        for number, share in enumerate(shares)
        for side in share
    }
    plays = each_at_once([*parts], lambda side: side.played(parts[side]))
    done = dict(zip(parts, plays, strict=True))
    return [
        [done[sides[at % len(sides)]][at // len(sides)] for at in range(len(scenarios))]
        for sides in zip(*shares, strict=True)
    ]


def _asked(planner: Planner) -> Iterator[Scenario]:
    """Every call with every kind of credentials, guest space and answer, and special inputs; every
    other operation with every kind of credentials, and in a guest space."""
    if planner.calls:
        yield from planner.left_over()
        for scenario in of_inputs(planner):
            if not any(ask.holds_boundary for ask in scenario.asks()):  # it is drawn in each run
                yield scenario
    if planner.operations:
        yield from sweep(planner)


def _confirmed(
    found: Sequence[Difference], left: Side, right: Side, how: How
) -> tuple[Difference, ...]:
    """Those that differ again; the first of them with a small input."""
    return tuple(
        each
        for number, each in enumerate(found)
        if _shrunk(each, left, right, how, _TRIES if number < _SHRUNK else 0)
    )


def _shrunk(difference: Difference, left: Side, right: Side, how: How, tries: int) -> bool:
    """Make the input of a difference small, while the same field differs.

    False if it does not differ again: what came of one side was chance.
    """
    budget = Budget(tries)

    def still(scenario: Scenario) -> bool:
        started = time.monotonic()
        one, other = each_at_once((left, right), lambda side: side.play(scenario))
        budget.tries -= int((time.monotonic() - started) * _A_SECOND)
        for name, values, both in _apart(one, other, how):
            if name == difference.name:
                difference.left, difference.right = values
                difference.scenario = scenario
                difference.exchange, difference.other = both
                return True
        return False

    whole = difference.scenario
    own = next(step for step in whole.steps if isinstance(step, Open))
    alone = (ask for ask in whole.asks() if ask.call == difference.exchange.call)
    first = replace(whole, steps=(own, next(alone)))
    if not still(first) and not still(whole) and not still(whole):
        return False
    if tries:
        smaller(difference.scenario, still, budget)
    return True


def _hello(start: StartDriver) -> tuple[Info, tuple[str, ...]]:
    with closing(start({}, ())) as driver:
        return driver.info, tuple(door for door in driver.info.doors if usable(door, driver))


def _common(left: Info, right: Info) -> Info:
    """What both declare."""
    return replace(
        left,
        supports=left.supports & right.supports,
        calls=left.calls & right.calls,
        parameters=left.parameters & right.parameters,
        hosted=left.hosted | right.hosted,
        no_guest=(*left.no_guest, *right.no_guest),
    )


def _apart(
    left: Played, right: Played, how: How
) -> Iterator[tuple[str, tuple[str, str], tuple[Exchange, Exchange]]]:
    """The fields in which two plays of a scenario differ, call by call, and the number of calls."""
    for one, other in zip(left.exchanges, right.exchanges, strict=False):
        found = differing(fields(one, how.order), fields(other, how.order))
        for name, values in found.items():
            if not _left_out(name, how):
                yield name, values, (one, other)
    longest = max(left.exchanges, right.exchanges, key=len)
    if len(left.exchanges) != len(right.exchanges) and not _left_out(_ENDED, how):
        yield _ENDED, (_ended(left), _ended(right)), (longest[-1], longest[-1])


def _ended(played: Played) -> str:
    count = len(played.exchanges)
    calls = counted(count, "call")
    return f"{calls}: {played.trouble}" if played.trouble else calls


def _left_out(name: str, how: How) -> bool:
    """The field is ignored: `header:user-agent`, of every request; * stands for any."""
    last = name.partition(": ")[2] if name.startswith("request ") else name
    wanted = (pattern.replace(":", " ", 1).lower() for pattern in how.ignore)
    return any(fnmatch.fnmatchcase(last.lower(), pattern) for pattern in wanted)


def _differences(
    scenarios: Sequence[Scenario],
    left: Sequence[Played],
    right: Sequence[Played],
    how: How,
    noise: frozenset[str] = frozenset(),
) -> list[Difference]:
    """The differences by field, those of most calls first; none in a field that is noise."""
    found: dict[str, Difference] = {}
    for scenario, one, other in zip(scenarios, left, right, strict=True):
        for name, (a, b), both in _apart(one, other, how):
            if name in noise:
                continue
            known = found.setdefault(name, Difference(name, a, b, scenario, *both))
            known.count += 1
            known.apis.add(both[0].call.api)
    return sorted(found.values(), key=lambda each: (-each.count, each.name))
