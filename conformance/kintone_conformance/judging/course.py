"""The whole plan of a client, made once for all clients that can do the same.

A process that judges many clients, as the kill matrix does, would plan for a second each time.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass

from kintone_conformance.judging.applies_in_order import judged_in
from kintone_conformance.judging.plan import Able, Planner
from kintone_conformance.judging.scenario import Scenario
from kintone_conformance.judging.specials import specials

_MOST = 4  # plans that are kept


@dataclass(frozen=True)
class Judging:
    """A scenario, and the requirements that it can judge, each with the calls that do."""

    scenario: Scenario
    judges: Mapping[str, set[str]]


_made: dict[str, tuple[Planner, tuple[Judging, ...]]] = {}


def course(able: Able, seed: int, *, quick: bool = False) -> tuple[Planner, tuple[Judging, ...]]:
    """What is asked of a client, and the planner that made it, as it was then, for what is drawn.

    A client without calls is asked nothing.
    """
    key = repr((able, seed, quick))
    if key not in _made:
        while len(_made) >= _MOST:
            del _made[next(iter(_made))]
        _made[key] = _planned(able, seed, quick)
    planner, scenarios = _made[key]
    return deepcopy(planner, {id(planner.able): planner.able}), scenarios


def _planned(able: Able, seed: int, quick: bool) -> tuple[Planner, tuple[Judging, ...]]:
    planner = Planner(able, seed, quick=quick)
    if not planner.calls and not planner.operations:
        return planner, ()
    scenarios = [*planner.sequences(), *planner.left_over(), *specials(planner)]
    return planner, tuple(Judging(each, judged_in(each)) for each in scenarios)
