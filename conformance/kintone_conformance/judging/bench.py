"""The bench: the client under test, for the length of a run.

Plans what is asked of it, plays it, counts what was judged, and makes a finding of each
difference: smaller, confirmed in a fresh process, and named.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial

from kintone_conformance import processes
from kintone_conformance.doors import ownership
from kintone_conformance.doors.namespace import available as namespace_available
from kintone_conformance.drivers import Driver, StartDriver
from kintone_conformance.errors import UsageError, internal_error
from kintone_conformance.judging.counting import Count
from kintone_conformance.judging.course import course
from kintone_conformance.judging.estimate import least_and_most
from kintone_conformance.judging.finding import Finder, Smaller
from kintone_conformance.judging.ledger import Ledger
from kintone_conformance.judging.owners import Planned, planned, setting
from kintone_conformance.judging.plan import Able, Planner
from kintone_conformance.judging.property import Examples, Probe, Property
from kintone_conformance.judging.rehearsal import Rehearsal, rehearse, told_together
from kintone_conformance.judging.scenario import Scenario
from kintone_conformance.judging.stage import Stage
from kintone_conformance.judging.surroundings import Surroundings
from kintone_conformance.judging.sweep_findings import SWEEP
from kintone_conformance.judging.unjudged import unasked, why_not
from kintone_conformance.model import HarnessError, Info, Result, Verdict
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.spec.requirements import Requirement, requirements

_ANYBODY = (
    "this system does not tell which process a request comes from: all are taken for the client's"
)
_DETACHED = "on this system a process that starts a session of its own may outlive the run"
WHOLE = 100  # examples a requirement from which on the plan is played as a whole
_QUICK_EXAMPLES = 2
_QUICK_CALLS = 12  # on an object whose credentials are drawn
_MOST_BREAKS = 2  # times that a call breaks its driver, after which it is left out


@dataclass(frozen=True)
class Budget:
    """How long to look: examples per requirement, and a seed (None: always the same inputs).

    With fewer examples than `WHOLE` the plan is cut short as well: its promises hold from there
    on. `quick` keeps them with fewer objects: more calls on each, and few drawn texts.
    """

    examples: int = 100
    seed: int | None = None
    quick: bool = False

    @property
    def drawing(self) -> Examples:
        """How many texts are drawn for a requirement, before the plan's share is taken off."""
        if self.quick:
            return Examples(min(self.examples, _QUICK_EXAMPLES), self.seed, _QUICK_CALLS)
        return Examples(self.examples, self.seed)

    @property
    def whole(self) -> bool:
        """The plan is played as a whole."""
        return self.quick or self.examples >= WHOLE


class Bench:
    """Judges the requirements of one run; this process may have a share of them only."""

    def __init__(
        self,
        start: StartDriver,
        doors: tuple[str, ...] | None = None,
        budget: Budget | None = None,
        wanted: Iterable[str] = (),
        *,
        any_process: bool = False,
    ) -> None:
        hello = start({}, ())
        self.info: Info = hello.info
        hello.close()
        if doors == ("responses",) and hello.own_process:
            raise UsageError(
                "--door responses works inside one process, but this client runs in its own",
                "choose another --door, or judge a Python client by its --adapter",
            )
        self.doors = doors or tuple(door for door in self.info.doors if usable(door, hello))
        self.budget = budget or Budget()
        self._wanted = frozenset(wanted) or frozenset(requirements())
        self._any_process = any_process
        self._around = Surroundings(start, self.doors, any_process)
        self._outsiders: Counter[str] = Counter()
        self._rehearsal: Rehearsal | None = None
        self._told: set[str] = set()  # troubles, by their sentences
        self._breaks: Counter[str] = Counter()  # how often each call broke what drives the client
        self._planner: Planner | None = None
        self._plan: dict[str, list[Planned]] = {}
        self._met: dict[str, set[str]] = {}  # the calls that judge each requirement in the plan
        self._finder = Finder(self._around)
        self.count = Count()

    def blind_spots(self) -> tuple[str, ...]:
        """What this system does not let the run see, a sentence each."""
        network = "" if self._any_process or ownership.network() else _ANYBODY
        detached = "" if processes.LINUX else _DETACHED
        return tuple(filter(None, (network, detached, unasked(self.info, self._wanted))))

    def outsiders(self) -> Counter[str]:
        """The requests of other processes since the last call, by the names of the processes."""
        counts = self._around.outsiders()
        new, self._outsiders = counts - self._outsiders, counts
        return new

    def close(self) -> None:
        """End the client and its doors."""
        self._finder.close()
        self._around.close()

    def examine(
        self,
        prop: Property,
        beat: Callable[[int], None] = lambda _judged: None,
        found: Callable[[Result], None] = lambda _result: None,
    ) -> Result:
        """Judge what is counted under one requirement, or say why it is not judged.

        Each finding, of whatever requirement, goes to `found` as soon as it is made; how many
        calls judged which requirement is in `count`.
        """
        started = time.perf_counter()
        requirement = prop.requirement
        result = Result(requirement.id, Verdict.PASS)
        excuse = self._why_not(requirement)
        if excuse:
            return replace(result, verdict=Verdict.NA, message=excuse)
        try:
            planner = self._prepared()
            result = replace(result, door=self._door_of(requirement))
            result = self._judged(prop, planner, result, beat, found)
        except HarnessError as error:
            result = _error(result, error)
        except UsageError as error:  # a driver that declares something else when it starts anew
            result = _error(result, HarnessError(error.message, error.hint))
        except Exception as error:
            result = _error(result, HarnessError(*internal_error(error)))
        return replace(result, seconds=round(time.perf_counter() - started, 4))

    def _judged(
        self,
        prop: Property,
        planner: Planner,
        result: Result,
        beat: Callable[[int], None],
        found: Callable[[Result], None],
    ) -> Result:
        """What comes of playing a requirement's share of the plan, and what is drawn for it."""
        troubles = [*self._troubles_of(prop.requirement)]
        judged = broke = 0
        for scenario, smaller, at in self._asked(prop, planner):
            trouble = self._attempt(scenario, smaller, found)
            judged += trouble is None
            broke += trouble is not None
            if trouble is not None and trouble.message not in self._told:
                self._told.add(trouble.message)
                troubles.append(trouble)
            beat(at)
            if broke > _MOST_BREAKS:
                break  # each may take the time limit
        if troubles:
            return _error(result, *troubles)
        left = self._left_without(prop.requirement)
        if left or (broke and not judged):
            return replace(result, message=left or "the adapter or driver failed with every input")
        return result

    def _asked(
        self, prop: Property, planner: Planner
    ) -> Iterator[tuple[Scenario, Smaller | None, int]]:
        for number, each in enumerate(self._plan.get(prop.requirement.id, ())):
            yield each.scenario, None, number
        if prop.draws:
            probe = self._probe(prop, planner)
            for scenario, at in probe.scenarios():
                yield scenario, partial(probe.smaller, at), at

    def _probe(self, prop: Property, planner: Planner) -> Probe:
        met = self._met.get(prop.requirement.id, ())
        return Probe(prop, planner, self.budget.drawing, met)

    def _attempt(
        self, scenario: Scenario, smaller: Smaller | None, found: Callable[[Result], None]
    ) -> HarnessError | None:
        """Judge a scenario; the trouble of whatever drives the client, if that broke.

        A call that broke it twice is not made again, and costs the others nothing more.
        """
        apis = {ask.call.api for ask in scenario.asks()}
        if any(self._breaks[api] >= _MOST_BREAKS for api in apis):
            return None
        stage = self._around.stage(setting(scenario))
        try:
            self._judge(stage, scenario, smaller, found)
        except HarnessError as error:
            self._breaks[stage.at] += 1
            error.refused_calls = ()  # it works with harmless input
            return error
        return None

    def _judge(
        self,
        stage: Stage,
        scenario: Scenario,
        smaller: Smaller | None,
        found: Callable[[Result], None],
    ) -> None:
        played = stage.play(scenario)
        self.count.add(self.info, scenario, played, stage.door.name)
        for result in self._finder.findings(scenario, played, smaller):
            found(result)

    def seconds(self, props: Sequence[Property]) -> tuple[float, float] | None:
        """The least and the most that these may take, once it is known what a call takes."""
        if self._planner is None or self._rehearsal is None:
            return None
        asked = (
            each.scenario for prop in props for each in self._plan.get(prop.requirement.id, ())
        )
        drawn = sum(self._probe(prop, self._planner).count for prop in props if prop.draws)
        calls = drawn * self.budget.drawing.calls
        return least_and_most(asked, drawn, calls, self._rehearsal.seconds)

    # ---- what is asked

    def _prepared(self) -> Planner:
        """The planner, after a rehearsal and with the whole plan made."""
        if self._planner is None:
            swept = bool(self._wanted & SWEEP)
            self._rehearsal = rehearse(self._around.stage(), operations=swept)
            self._around.habits = self._rehearsal.habits
            core, others = _parted(self._rehearsal.calls)
            able = Able(self.info, core, self.doors, self._odd(), others)
            seed, quick = self.budget.seed or 0, self.budget.quick
            self._planner, asked = course(able, seed, quick=quick)
            for each in planned(asked, self._wanted):
                self._plan.setdefault(each.owner, []).append(each)
                for id_, apis in each.judges.items():
                    self._met.setdefault(id_, set()).update(apis)
            for owner, mine in self._plan.items():
                some = mine if self.budget.whole else mine[: self.budget.examples]
                self._plan[owner] = sorted(some, key=lambda each: setting(each.scenario))
        return self._planner

    def _odd(self) -> bool:
        """A process of the client with another environment can be started."""
        return self.doors[0] != "responses"

    def _door_of(self, requirement: Requirement) -> str:
        return next(door for door in self.doors if door in requirement.doors)

    def _why_not(self, requirement: Requirement) -> str:
        return why_not(self.info, self.doors, requirement)

    def _troubles_of(self, requirement: Requirement) -> Iterator[HarnessError]:
        """The trouble of the calls that do not work, under one requirement of the run.

        That is KC518, which demands that calls are sent, or the first that is about such a
        call.
        """
        assert self._rehearsal is not None
        for apis in _parted(self._rehearsal.troubles):
            if apis and requirement.id == self._telling(apis):
                yield told_together({api: self._rehearsal.troubles[api] for api in apis})

    def _telling(self, apis: Iterable[str]) -> str:
        """The requirement under which calls that do not work are reported."""
        about = [
            id_
            for id_ in sorted(self._wanted)
            if set(apis) & set(requirements()[id_].calls) and not self._why_not(requirements()[id_])
        ]
        return "KC518" if "KC518" in about else next(iter(about), "")

    def _left_without(self, requirement: Requirement) -> str:
        """Why a requirement has nothing to be judged with: none of its calls works."""
        assert self._rehearsal is not None
        declared = sorted(self.info.calls & set(requirement.calls))
        if set(declared) & set(self._rehearsal.calls):
            return ""
        telling = self._telling(declared)
        return f"none of its calls works: {', '.join(declared)} (see {telling})"

    # ---- what was judged

    def counted(self) -> Count:
        """What was judged since last asked."""
        count, self.count = self.count, Count()
        return count


def judged(
    start: StartDriver,
    props: Sequence[Property],
    budget: Budget | None = None,
    doors: tuple[str, ...] | None = None,
) -> dict[str, Result]:
    """What comes of these requirements, judged in this process, by id."""
    ledger = Ledger()
    ids = [prop.requirement.id for prop in props]
    with closing(Bench(start, doors, budget, ids)) as bench:
        for prop in props:
            ledger.judged(bench.examine(prop, found=ledger.found))
            count = bench.counted()
            ledger.counted(count.pairs, count.unserved)
    return {id_: result for id_ in ids if (result := ledger.result(id_)) is not None}


def _parted(apis: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Separates the core calls from the others."""
    core = tuple(api for api in apis if call_spec(api).core)
    return core, tuple(api for api in apis if api not in core)


def _error(result: Result, error: HarnessError, *others: HarnessError) -> Result:
    return replace(
        result,
        verdict=Verdict.ERROR,
        message=error.message,
        hint=error.hint,
        details=error.details,
        stderr=error.stderr,
        refused_calls=() if others else error.refused_calls,
    )


def usable(door: str, driver: Driver) -> bool:
    """Whether the client can be caught this way: its own nature and this machine allow it."""
    if door == "namespace":
        return driver.own_process and namespace_available()
    return not (door == "responses" and driver.own_process)
