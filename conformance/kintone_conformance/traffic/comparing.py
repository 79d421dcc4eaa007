"""Compares two clients: both are asked for the same, and what comes of it is held together.

What differs between two runs of one client is noise, found first and left out.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from kintone_conformance.doors import Door
from kintone_conformance.doors.catalogue import open_door
from kintone_conformance.drivers import Driver, StartDriver
from kintone_conformance.judging.bench import usable
from kintone_conformance.judging.exchange import Exchange
from kintone_conformance.judging.plan import Able, Planner
from kintone_conformance.judging.rehearsal import rehearse
from kintone_conformance.judging.scenario import Open, Scenario
from kintone_conformance.judging.shrink import Budget, smaller
from kintone_conformance.judging.stage import Stage
from kintone_conformance.model import HarnessError, Info
from kintone_conformance.traffic.fields import differing, fields

_TRIES = 30  # scenarios for the smallest input of one difference
_SHRUNK = 20  # differences that are made small
_MOST = 200  # differences that are told
_ENDED = "calls before the process ended"


@dataclass
class Difference:
    """A field in which the two differ: in how many calls, of which APIs, and the first of them.

    `exchange` is the call of the smallest input, as it was asked of the first client.
    """

    name: str
    left: str
    right: str
    scenario: Scenario
    exchange: Exchange
    count: int = 0
    apis: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Compared:
    """What came of it: the clients, what they share, and every difference.

    `alone` are calls and capabilities that only one declares; `noise` the fields that differ
    between two runs of the first client.
    """

    clients: tuple[Info, Info]
    door: str
    calls: tuple[str, ...]
    asked: int
    noise: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def alone(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The calls and capabilities that only the first declares, and only the second."""
        left, right = (info.calls | info.supports for info in self.clients)
        return tuple(sorted(left - right)), tuple(sorted(right - left))


@dataclass(frozen=True)
class How:
    """How two clients are compared: through which door, and which fields are not looked at.

    `order`: the order of headers is looked at. `noise` are names of fields, `ignore` patterns.
    """

    doors: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    order: bool = False
    seed: int = 0
    noise: frozenset[str] = frozenset()
    tell: Callable[[str], None] = lambda _: None


def compare(left: StartDriver, right: StartDriver, how: How) -> Compared:
    """Ask both for the same.

    Each must start a process of its own. Raises HarnessError where one cannot be driven, or they
    share no door.
    """
    (one, doors), (other, others) = _hello(left), _hello(right)
    names = how.doors or tuple(door for door in doors if door in others)
    if not names:
        raise HarnessError(
            f"the two share no door: {', '.join(doors)}; {', '.join(others)}",
            hint="--door names one through which both can be caught",
        )
    common = _common(one, other)
    with closing(open_door(names[0])) as door, closing(_Runs(door, (left, right))) as runs:
        planner = Planner(Able(common, runs.working(common), names), how.seed, quick=True)
        scenarios = [*planner.left_over()] if planner.calls else []
        asked = sum(1 for scenario in scenarios for _ in scenario.asks())
        how.tell(f"{asked} calls on {len(scenarios)} objects, asked of both")
        first = runs.played(0, scenarios)
        again = runs.played(0, scenarios, fresh=True)
        noise = frozenset(each.name for each in _differences(scenarios, first, again, how))
        quiet = replace(how, noise=noise)
        found = _differences(scenarios, first, runs.played(1, scenarios), quiet)
        for difference in found[:_SHRUNK]:
            runs.shrink(difference, quiet)
    told = tuple(found[:_MOST])
    return Compared((one, other), names[0], planner.calls, asked, tuple(sorted(noise)), told)


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
        no_guest=(*left.no_guest, *right.no_guest),
    )


_Played = tuple[Exchange, ...]


class _Runs:
    """Both clients behind one door."""

    def __init__(self, door: Door, starts: tuple[StartDriver, StartDriver]) -> None:
        self._door = door
        self._starts = starts
        self._stages: dict[int, Stage] = {}

    def close(self) -> None:
        for stage in self._stages.values():
            stage.driver.close()

    def working(self, common: Info) -> tuple[str, ...]:
        """The calls of both that work with harmless input."""
        left, right = (set(rehearse(self._stage(at)).calls) for at in range(2))
        return tuple(sorted(common.calls & left & right))

    def played(self, at: int, scenarios: Sequence[Scenario], fresh: bool = False) -> list[_Played]:
        """What comes of each scenario, in a new process where that is asked for."""
        if fresh:
            self._stages.pop(at).driver.close()
        return [self._play(at, scenario) for scenario in scenarios]

    def _play(self, at: int, scenario: Scenario) -> _Played:
        try:
            return self._stage(at).play(scenario).exchanges
        except HarnessError:  # an answer that ends its process: what follows is asked of a new one
            self._stages.pop(at).driver.close()
            return ()

    def _stage(self, at: int) -> Stage:
        if at not in self._stages:
            driver: Driver = self._starts[at](self._door.environ, self._door.within)
            self._stages[at] = Stage(driver, self._door, judges=False)
        return self._stages[at]

    def shrink(self, difference: Difference, how: How) -> None:
        """Make the input of a difference small, while the same field differs."""

        def still(scenario: Scenario) -> bool:
            left, right = (self._play(at, scenario) for at in range(2))
            for name, values, exchange in _apart(left, right, how):
                if name == difference.name:
                    difference.left, difference.right = values
                    difference.scenario, difference.exchange = scenario, exchange
                    return True
            return False

        own = next(step for step in difference.scenario.steps if isinstance(step, Open))
        for ask in difference.scenario.asks():
            if ask.call == difference.exchange.call:
                still(replace(difference.scenario, steps=(own, ask)))
                break
        smaller(difference.scenario, still, Budget(_TRIES))


def _apart(
    left: _Played, right: _Played, how: How
) -> Iterator[tuple[str, tuple[str, str], Exchange]]:
    """The fields in which two plays of a scenario differ, call by call."""
    for one, other in zip(left, right, strict=False):
        found = differing(fields(one, how.order), fields(other, how.order))
        for name, values in found.items():
            if not _left_out(name, how):
                yield name, values, one


def _left_out(name: str, how: How) -> bool:
    """The field is noise, or ignored: `header:user-agent`, of every request; * stands for any."""
    if name in how.noise:
        return True
    last = name.partition(": ")[2] if name.startswith("request ") else name
    wanted = (pattern.replace(":", " ", 1).lower() for pattern in how.ignore)
    return any(fnmatch.fnmatchcase(last.lower(), pattern) for pattern in wanted)


def _differences(
    scenarios: Sequence[Scenario], left: Sequence[_Played], right: Sequence[_Played], how: How
) -> list[Difference]:
    """The differences by field, those of most calls first."""
    found: dict[str, Difference] = {}
    for scenario, one, other in zip(scenarios, left, right, strict=True):
        apart = [*_apart(one, other, how)]
        if len(one) != len(other):
            counts = f"{len(one)} calls", f"{len(other)} calls"
            apart.append((_ENDED, counts, max(one, other, key=len)[-1]))
        for name, (a, b), exchange in apart:
            known = found.setdefault(name, Difference(name, a, b, scenario, exchange))
            known.count += 1
            known.apis.add(exchange.call.api)
    return sorted(found.values(), key=lambda each: (-each.count, each.name))
