"""A requirement as something to be judged: its entry in the catalogue, and texts that test it.

The plan judges every requirement; `made` and `call` are Hypothesis strategies for those that are
about texts, where more values than a plan can hold are worth their time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import cycle
from random import Random
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity
from hypothesis import strategies as st
from hypothesis.errors import Flaky, NoSuchExample, Unsatisfiable
from hypothesis.strategies import SearchStrategy

from kintone_conformance.judging.drawing import by_seed_alone
from kintone_conformance.judging.plan import Planner
from kintone_conformance.judging.scenario import Ask, Made, Open, Scenario, single
from kintone_conformance.model import NO_GUEST, Call
from kintone_conformance.spec.auth import OAuth
from kintone_conformance.spec.requirements import Requirement
from kintone_conformance.strategies import harmless_call

_FIND = 60  # examples that Hypothesis may take to make a text smaller
Values = SearchStrategy[Any] | Callable[["Planner"], SearchStrategy[Any]] | None


@dataclass(frozen=True)
class Property:
    """A requirement and what is drawn for it.

    `made` draws an object to make (`Made`), `call` a `Call`; each may be a function of the
    planner. What is left out is harmless, and taken in turn.
    """

    requirement: Requirement
    made: Values = None
    call: Values = None

    @property
    def draws(self) -> bool:
        """There is something to draw."""
        return self.made is not None or self.call is not None

    def strategy(self, planner: Planner) -> SearchStrategy[tuple[Made | None, Call | None]]:
        """The object and the call, None for what is not drawn."""
        parts = (
            st.none() if values is None else values(planner) if callable(values) else values
            for values in (self.made, self.call)
        )
        return st.tuples(*parts)


@dataclass(frozen=True)
class Examples:
    """How many examples a requirement gets, and the seed (None: the same every time).

    `calls` is how many calls are made on the object that is drawn for one example.
    """

    count: int = 100
    seed: int | None = None
    calls: int = 1


class Probe:
    """Draws texts for one requirement, and makes them smaller.

    `met` are the calls with which the plan judges it: the others come first, and twice, because
    not every text that is drawn judges it.
    """

    def __init__(
        self,
        prop: Property,
        planner: Planner,
        examples: Examples,
        met: Collection[str] = (),
    ) -> None:
        self._prop = prop
        self._planner = planner
        self._examples = examples
        calls = [api for api in planner.calls if api in prop.requirement.calls]
        self._left = [api for api in calls if api not in met]
        self._calls = [*self._left, *self._left, *(api for api in calls if api in met)]

    @property
    def count(self) -> int:
        """Half of the examples, and each call in one: the plan has more of every requirement."""
        calls = len(self._left)
        if self._prop.call is None:
            calls = -(-calls // self._examples.calls)
        half = -(-self._examples.count // 2)  # one of one
        return max(half, min(self._examples.count, calls))

    def scenarios(self) -> Iterator[tuple[Scenario, int]]:
        """A scenario for each example, the calls in turn; with the number of the example."""
        drawn = self._drawn()
        numbers = [at * self._examples.calls for at in range(self.count if drawn else 0)]
        usable = [
            (at, scenario)
            for value, at in zip(cycle(drawn), numbers, strict=False)
            if (scenario := self._scenario(value, at)) is not None
        ]
        if self._prop.call is not None:
            yield from self._joined(usable)
            return
        for at, scenario in usable:
            yield self._with_more(scenario, at), at

    def _joined(self, drawn: Sequence[tuple[int, Scenario]]) -> Iterator[tuple[Scenario, int]]:
        """Drawn calls in turn, with the next ones on the same object as far as it takes them."""
        left = list(drawn)
        while left:
            at, first = left.pop(0)
            made = next(step.made for step in first.steps if isinstance(step, Open))
            more: list[Ask] = []
            while left and len(more) < self._examples.calls - 1:
                asks = tuple(left[0][1].asks())
                if not all(self._is_for(ask.call.api, made) for ask in asks):
                    break
                more += asks
                left.pop(0)
            yield replace(first, steps=(*first.steps, *more)), at

    def _is_for(self, api: str, made: Made) -> bool:
        """An object of this kind takes the call."""
        takes = self._planner.combinations([api])
        return any(_fits(each, made) and _same_form(each, made) for each in takes)

    def _with_more(self, scenario: Scenario, at: int) -> Scenario:
        """The same with the next calls on the same object, as far as it takes them."""
        made = next(step.made for step in scenario.steps if isinstance(step, Open))
        apis = self._left[at + 1 : at + self._examples.calls]
        more = [Ask("a", harmless_call(api)) for api in apis if self._is_for(api, made)]
        return replace(scenario, steps=(*scenario.steps, *more))

    def smaller(self, at: int, still: Callable[[Scenario], bool]) -> Scenario | None:
        """The smallest that Hypothesis finds for the call of an example, None if it finds none."""

        def broken(value: tuple[Made | None, Call | None]) -> bool:
            scenario = self._scenario(value, at)
            return scenario is not None and still(scenario)

        settings = self._settings(_FIND, [Phase.generate, Phase.shrink])
        # A client may change its mind.
        with suppress(Flaky, NoSuchExample, Unsatisfiable), by_seed_alone():
            strategy = self._prop.strategy(self._planner)
            seeded = Random(self._examples.seed or 0)
            value = hypothesis.find(strategy, broken, settings=settings, random=seeded)
            return self._scenario(value, at)
        return None

    def _drawn(self) -> list[tuple[Made | None, Call | None]]:
        found: list[tuple[Made | None, Call | None]] = []

        def collect(value: tuple[Made | None, Call | None]) -> None:
            found.append(value)

        collect.__qualname__ = collect.__name__ = self._prop.requirement.id
        settings = self._settings(self.count, [Phase.generate])
        test = settings(hypothesis.given(self._prop.strategy(self._planner))(collect))
        if self._examples.seed is not None:
            test = hypothesis.seed(self._examples.seed)(test)
        with suppress(Unsatisfiable), by_seed_alone():
            test()
        return found

    def _settings(self, count: int, phases: Sequence[Phase]) -> hypothesis.settings:
        return hypothesis.settings(
            max_examples=count,
            deadline=None,
            database=None,
            derandomize=self._examples.seed is None and Phase.shrink not in phases,
            phases=phases,
            verbosity=Verbosity.quiet,
            suppress_health_check=list(HealthCheck),
        )

    def _scenario(self, value: tuple[Made | None, Call | None], at: int) -> Scenario | None:
        """The scenario of an example; None if the client cannot be asked for it."""
        made, call = value
        planner = self._planner
        if call is None:
            if not self._calls:
                return None
            api = self._calls[at % len(self._calls)]
            call = harmless_call(api)
        forms = planner.combinations([call.api]) if call.api in planner.calls else []
        if made is not None:
            forms = [each for each in forms if _fits(each, made)]
        if not forms:
            return None
        combination = forms[at % len(forms)]
        if made is None:
            return single(planner.made(combination), call)
        guest = made.guest
        if guest is NO_GUEST and combination[1] != "none":
            guest = planner.identities.guest(combination[1])
        return single(replace(made, guest=guest), call)


def _same_form(combination: tuple[str, str, bool], made: Made) -> bool:
    """The combination has a guest space if the object has one."""
    return (combination[1] == "none") is (made.guest is NO_GUEST)


def _fits(combination: tuple[str, str, bool], made: Made) -> bool:
    """The combination is of the kind of credentials that was drawn."""
    kind, form, gate = combination
    own = made.kind == kind
    if isinstance(made.auth, OAuth) and made.basic is not None:
        return own and form == "none"
    return own and gate is (made.basic is not None) and (made.guest is NO_GUEST or form == "none")
