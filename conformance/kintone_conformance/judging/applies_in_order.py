"""Which requirements a scenario can judge: those of its calls, and what comes of their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kintone_conformance.judging.applies import judged_by
from kintone_conformance.judging.scenario import (
    Ask,
    Change,
    Close,
    Made,
    Open,
    Scenario,
    Together,
)
from kintone_conformance.model import NO_GUEST
from kintone_conformance.spec.requirements import requirements


def judged_in(scenario: Scenario) -> dict[str, set[str]]:
    """The requirements that a scenario can judge, each with the calls that do."""
    found: dict[str, set[str]] = {}
    for asking in scenario.askings():
        for id_ in judged_by(asking):
            found.setdefault(id_, set()).add(asking.call.api)
    for id_, api in by_sequence(scenario):
        found.setdefault(id_, set()).add(api)
    return found


def by_sequence(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Requirements on what one call, or one object, must not leave behind; with the calls."""
    known = requirements()
    for id_, api in _by_sequence(scenario):
        if api in known[id_].calls:
            yield id_, api


def _by_sequence(scenario: Scenario) -> Iterator[tuple[str, str]]:
    alive: dict[str, Made] = {}
    before: dict[str, list[Ask]] = {}
    changed: set[str] = set()
    for step in scenario.steps:
        match step:
            case Open(name, made):
                alive[name], before[name] = made, []
            case Close(name):
                alive.pop(name)
            case Change(name):
                changed.add(name)
            case Together(asks):
                yield from (("KC702", ask.call.api) for ask in asks)
            case Ask(name, call):
                yield from _after(before[name], alive[name], call.api)
                if name in changed:
                    yield "KC703", call.api
                if len(alive) > 1:
                    yield "KC701", call.api
                before[name].append(step)
    if scenario.growth:
        yield from (("KC705", ask.call.api) for ask in scenario.asks())


def _after(before: Sequence[Ask], made: Made, api: str) -> Iterator[tuple[str, str]]:
    if not before:
        return
    yield "KC708", api
    if made.guest is not NO_GUEST:
        yield "KC414", api
    if any(ask.call.api == "file.upload" for ask in before):
        yield "KC704", "file.upload"
    if before[-1].answering.failure:
        yield "KC706", api
