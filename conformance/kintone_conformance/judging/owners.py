"""Under which requirement each scenario of a plan is played, and in which environment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kintone_conformance.judging.course import Judging
from kintone_conformance.judging.exchange import FOREIGN
from kintone_conformance.judging.scenario import Open, Scenario


@dataclass(frozen=True)
class Planned:
    """A scenario, the requirement that it is counted under, and those that it can judge.

    `judges` has the calls that do, for each.
    """

    scenario: Scenario
    owner: str
    judges: Mapping[str, set[str]]


def planned(asked: Sequence[Judging], wanted: frozenset[str]) -> list[Planned]:
    """The scenarios that can judge a wanted requirement, each under one of them.

    Each goes to the one that has the fewest so far, so that the requirements take about as long.
    """
    loads: Counter[str] = Counter()
    found = []
    for each in asked:
        scenario, judges = each.scenario, each.judges
        mine = sorted(
            judges.keys() & wanted, key=lambda id_: (_rank(scenario, id_), loads[id_], id_)
        )
        if mine:
            loads[mine[0]] += len(scenario.steps)
            found.append(Planned(scenario, mine[0], judges))
    return found


# What a special environment is for, so that it is made for few requirements.
_HOMES: Mapping[str, tuple[str, ...]] = {
    "odd": ("KC119", "KC308", "KC309", "KC311", "KC312", "KC517", "KC610", "KC618"),
    "bare": ("KC614",),
    "tls": ("KC603", "KC606", "KC607", "KC613", "KC615", "KC616"),
    "proxy": ("KC609", "KC611", "KC612"),
    "foreign": ("KC503",),
}


def setting(scenario: Scenario) -> str:
    """The environment that it needs: `odd`, `bare`, `foreign`, the name of a door, or ""."""
    if scenario.odd:
        return "odd"
    if scenario.bare:
        return "bare"
    bases = {step.made.base for step in scenario.steps if isinstance(step, Open)}
    return "foreign" if bases & FOREIGN.keys() else scenario.door


def _rank(scenario: Scenario, id_: str) -> int:
    homes = _HOMES.get(setting(scenario), ())
    return 0 if id_ in homes else 1
