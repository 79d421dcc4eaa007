"""Small clients for tests of the machinery: the bundled one, with one thing changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Any

from kintone_conformance.doors.sockets import Loopback
from kintone_conformance.drivers.inprocess import InProcess
from kintone_conformance.judging.bench import Budget, judged
from kintone_conformance.judging.plan import Able, Planner
from kintone_conformance.judging.scenario import Scenario
from kintone_conformance.judging.stage import Stage
from kintone_conformance.model import Result
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.reference_client import KintoneClient
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.suite.properties import properties


def driving(
    client: type[KintoneClient], calls: Iterable[str] = (), **members: Any
) -> type[ReferenceAdapter]:
    """An adapter of a client that differs from the reference; it serves these calls, or all."""
    left_out = {
        name: None
        for name, method in vars(ReferenceAdapter).items()
        if calls and getattr(method, "__kintone_api__", None) not in {None, *calls}
    }
    if calls:
        members["table"] = lambda self: {
            api: call for api, call in ReferenceAdapter.table(self).items() if api in calls
        }
    return type("Adapter", (ReferenceAdapter,), {"client": client, **left_out, **members})


def results(
    adapter: type[ReferenceAdapter],
    ids: Iterable[str],
    examples: int = 5,
    doors: tuple[str, ...] | None = ("loopback",),
    **options: Any,
) -> dict[str, Result]:
    """What comes of these requirements, in this process only."""
    props = [properties()[id_] for id_ in ids]
    return judged(
        lambda environ, _within: InProcess(adapter, environ, **options),
        props,
        Budget(examples=examples),
        doors,
    )


def broken(
    client: type[KintoneClient],
    scenarios: Callable[[Planner], Iterable[Scenario]],
    calls: tuple[str, ...],
) -> frozenset[str]:
    """What a client with few calls breaks in the scenarios of one kind that its plan has."""
    with closing(Loopback()) as door, closing(InProcess(driving(client, calls), {})) as driver:
        core = tuple(api for api in sorted(driver.info.calls) if call_spec(api).core)
        others = tuple(api for api in sorted(driver.info.calls) if api not in core)
        planner = Planner(Able(driver.info, core, ("loopback",), False, others), 0)
        stage = Stage(driver, door)
        played = [stage.play(scenario) for scenario in scenarios(planner)]
        assert played
        return frozenset().union(*(each.requirements for each in played))
