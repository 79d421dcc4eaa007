"""Makes a finding of a difference: as small as it gets, confirmed where it may be memory, named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace

from kintone_conformance.judging.credentials import OF_KIND
from kintone_conformance.judging.exchange import Finding, guest_id
from kintone_conformance.judging.identities import BAD_GUEST_IDS
from kintone_conformance.judging.invariants import TEXTS
from kintone_conformance.judging.naming import is_of_state, named
from kintone_conformance.judging.owners import setting
from kintone_conformance.judging.scenario import (
    Ask,
    Made,
    Open,
    Scenario,
    Together,
    single,
    with_usual_base,
)
from kintone_conformance.judging.shrink import Budget, Still, smaller
from kintone_conformance.judging.stage import Played, Stage
from kintone_conformance.judging.surroundings import Surroundings
from kintone_conformance.judging.telling import told
from kintone_conformance.judging.texts import PASSWORD_TRAITS
from kintone_conformance.model import NO_GUEST, HarnessError, Result
from kintone_conformance.spec.requirements import requirements
from kintone_conformance.strategies import harmless_auth, harmless_call

_TRIES = 60  # scenarios for one finding
_ALL_TRIES = 1_500  # for all findings of a process
_FRESH_TRIES = 10  # processes for one finding
_ALL_FRESH = 24  # for all findings of a process

_CONFIRMED = ("", "bare")  # settings in which a finding is looked for in a fresh process, too
_HANGS = ("KC815", "KC816")
# What other objects, former ones or a failure did to this object.
_OF_WHAT_WAS = ("KC701", "KC705", "KC706")
_REPEATS = 3  # before it is said that they did
_OTHERS = 4  # calls after which a kind of credentials is said to be refused with every call
_ONCE = "a call did not return once, but did when it was repeated"
_ONCE_HINT = "find out what it waits for, or what ends it; --time-limit gives it more time"

# Lets Hypothesis make the texts of a scenario smaller, where it drew them.
Smaller = Callable[[Still], Scenario | None]


@dataclass(frozen=True)
class _Case:
    """A scenario that breaks a requirement, and what came of it.

    `state`: there was something before the call that shows it. `memory`: a fresh process does not
    show it; `fresh`: the scenario was made smaller in fresh processes alone.
    """

    scenario: Scenario
    played: Played
    state: bool
    memory: bool = False
    fresh: bool = False


class Finder:
    """Remembers what was found, so that each requirement is made small once."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._seen: set[tuple[str, str, str]] = set()
        self._tries = Budget(_ALL_TRIES)
        self._processes = Budget(_ALL_FRESH)
        self._shared: Stage | None = None
        self._stack = ExitStack()

    def close(self) -> None:
        """End the process in which findings were confirmed."""
        self._stack.close()

    def findings(
        self, scenario: Scenario, played: Played, probe: Smaller | None
    ) -> Iterator[Result]:
        """A result for each requirement that was not found broken before."""
        for at, found in enumerate((*played.findings, played.beside)):
            state = at > 0 or sum(isinstance(step, Open) for step in scenario.steps) > 1
            for finding in found:
                seen = (finding.requirement, finding.origin, _place(played, at) if state else "")
                if seen in self._seen:
                    continue
                if not self._is_told_otherwise(finding.requirement, scenario):
                    self._seen.add(seen)
                    yield self._settled(finding, _Case(scenario, played, state), probe)

    def _settled(self, finding: Finding, case: _Case, probe: Smaller | None) -> Result:
        id_ = finding.requirement
        case = self._confirmed(id_, case, self._smaller(id_, case, probe))
        name = named(id_, case.scenario)
        if name == "KC704":
            case = self._after_any_call(id_, case)
            name = named(id_, case.scenario)
        if name == "KC518":
            name = self._of_kind(case) or name
        if case.memory and name == id_ and is_of_state(id_):
            name = "KC701"  # what outlives an object reaches the next
        doubtful = name != id_ and name in _OF_WHAT_WAS and not case.fresh
        if doubtful and not self._is_steady(id_, case.scenario):
            name = named(id_, case.scenario.of_last())
            case = replace(case, memory=False)
        shown = next(each for each in case.played.all() if each.requirement == id_)
        door = self._around.stage(setting(case.scenario)).door.name
        return told(name, shown, case.played.exchanges, door, case.memory)

    def _is_steady(self, id_: str, scenario: Scenario) -> bool:
        """Whether a scenario shows a finding each time: a race within an object does not."""
        again = (self._played(scenario) for _ in range(_REPEATS))
        return all(played is not None and id_ in played.requirements for played in again)

    def _after_any_call(self, id_: str, case: _Case) -> _Case:
        """The same with its last call in the place of an upload, if that shows it, too."""
        *before, last = case.scenario.steps
        steps = [
            replace(step, call=last.call)
            if isinstance(step, Ask) and isinstance(last, Ask) and step.call.api == "file.upload"
            else step
            for step in before
        ]
        scenario = replace(case.scenario, steps=(*steps, last))
        played = self._played(scenario)
        if played is None or id_ not in played.requirements:
            return case
        return replace(case, scenario=scenario, played=played)

    def _is_told_otherwise(self, id_: str, scenario: Scenario) -> bool:
        """Whether a finding in odd surroundings is reported for the usual ones instead.

        Odd are another locale, an environment that names another authority, and a base URL with
        a query or a fragment.
        """
        if id_ == "KC527":
            played = self._played(with_usual_base(scenario))
            return played is not None and bool(played.requirements)
        if id_ == "KC614":
            played = self._played(replace(scenario, bare=False))
            return played is not None and bool(played.requirements)
        if id_ not in ("KC119", "KC517"):
            return False
        played = self._played(replace(scenario, odd=False))
        texts = TEXTS if id_ == "KC517" else {"KC102", *PASSWORD_TRAITS.values()}
        return played is not None and bool(played.requirements & texts)

    def _of_kind(self, case: _Case) -> str | None:
        """The requirement about a kind of credentials with which every call is refused."""
        opened = next(step.made for step in case.scenario.steps if isinstance(step, Open))
        id_ = OF_KIND[opened.kind.removeprefix("auth.")]
        served = self._around.stage().driver.info.calls & set(requirements()[id_].calls)
        own = case.played.exchanges[-1].call.api
        for api in [own, *sorted(served - {own})][:_OTHERS]:
            made = Made(harmless_auth(opened.auth))
            played = self._played(single(made, harmless_call(api)))
            if played is None or not all(each.refused for each in played.exchanges):
                return None
        return id_

    # ---- smaller

    def _smaller(self, id_: str, case: _Case, probe: Smaller | None) -> _Case:
        best = case

        def still(scenario: Scenario) -> bool:
            nonlocal best
            played = self._played(scenario)
            if played is None or id_ not in played.requirements:
                return False
            best = replace(case, scenario=scenario, played=played)
            return True

        if id_ in _HANGS:  # each try may take as long as a call that never comes back
            if not any(map(still, (*_on_its_own(case), case.scenario))):
                raise HarnessError(_ONCE, _ONCE_HINT)
            return best
        if id_ == "KC415":
            still(_worst(case.scenario))
        if probe is not None and self._tries.tries > 0:
            drawn = probe(still)
            self._tries.tries -= _TRIES // 2
            if drawn is None or best.scenario != drawn:
                best = case
        budget = Budget(min(_TRIES, self._tries.tries))
        given = budget.tries
        smaller(best.scenario, still, budget)
        self._tries.tries -= given - max(budget.tries, 0)
        return best

    def _played(self, scenario: Scenario) -> Played | None:
        """What comes of a scenario; None if adapter or driver cannot play it."""
        try:
            return self._around.stage(setting(scenario)).play(scenario)
        except HarnessError:
            return None

    # ---- confirmed

    def _confirmed(self, id_: str, whole: _Case, small: _Case) -> _Case:
        """The same in a process that has done nothing; or the smallest that shows it there.

        A fork of this process would remember as much as it does; threads cannot be asked for
        elsewhere.
        """
        at_once = any(isinstance(step, Together) for step in small.scenario.steps)
        if at_once or setting(small.scenario) not in _CONFIRMED or id_ in _HANGS:
            return small
        played = self._alone(small)
        if played is None or id_ in played.requirements:
            return small
        cases: list[_Case] = []

        def still(scenario: Scenario) -> bool:
            found = self._in_fresh(scenario)
            if found is None or id_ not in found.requirements:
                return False
            cases.append(_Case(scenario, found, True, fresh=True))
            return True

        if setting(whole.scenario) in _CONFIRMED and still(whole.scenario):
            smaller(whole.scenario, still, Budget(_FRESH_TRIES))
            return cases[-1]
        return replace(small, memory=True)

    def _alone(self, case: _Case) -> Played | None:
        """The scenario in a fresh process; scenarios that begin with their call share one."""
        if case.state or setting(case.scenario):
            return self._in_fresh(case.scenario)
        if self._shared is None:
            self._shared = self._stack.enter_context(self._around.fresh())
        return None if self._shared is None else _safely(self._shared, case.scenario)

    def _in_fresh(self, scenario: Scenario) -> Played | None:
        if not self._processes.spend():
            return None
        with self._around.fresh(setting(scenario)) as stage:
            return None if stage is None else _safely(stage, scenario)


def _place(played: Played, at: int) -> str:
    """What is reported apart for calls after the first: those right after an upload (KC704)."""
    apis = [exchange.call.api for exchange in played.exchanges[max(at - 1, 0) : at + 1]]
    return "upload" if apis[:1] == ["file.upload"] != apis[1:] and apis[1:] else "later"


def _on_its_own(case: _Case) -> Iterator[Scenario]:
    """The call that did not come back as the only one, on an object like its own."""
    asking = case.played.exchanges[-1].asking
    made = [step.made for step in case.scenario.steps if isinstance(step, Open)]
    own = next((each for each in made if each.auth == asking.client.auth), made[0])
    for call in (harmless_call(asking.call.api), asking.call):
        yield replace(case.scenario, steps=single(own, call, asking.answer).steps)


def _worst(scenario: Scenario) -> Scenario:
    """The same with the id that leads out of the guest space, where one is given that is none."""
    steps = tuple(
        replace(step, made=replace(step.made, guest=BAD_GUEST_IDS[0]))
        if isinstance(step, Open)
        and step.made.guest is not NO_GUEST
        and guest_id(step.made.guest) is None
        else step
        for step in scenario.steps
    )
    return replace(scenario, steps=steps)


def _safely(stage: Stage, scenario: Scenario) -> Played | None:
    try:
        return stage.play(scenario)
    except HarnessError:
        return None
