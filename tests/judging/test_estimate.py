"""How long a run will take is told from its plan, with no look at a clock."""

from __future__ import annotations

import pytest

from kintone_conformance.judging.applies_in_order import judged_in
from kintone_conformance.judging.bench import Bench, Budget
from kintone_conformance.judging.course import Judging
from kintone_conformance.judging.estimate import least_and_most
from kintone_conformance.judging.owners import planned
from kintone_conformance.judging.plan import Able, Planner
from kintone_conformance.judging.rehearsal import Rehearsal
from kintone_conformance.judging.scenario import Ask, Made, Open, Scenario
from kintone_conformance.loading import start_python
from kintone_conformance.model import Call
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.spec.auth import ApiTokens
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.suite.properties import properties

OPEN = Open("a", Made(ApiTokens(("t",))))
ASK = Ask("a", Call("app.get", {"id": 1}))
BESIDE = least_and_most([], 0, 0, 1.0)[0]


@pytest.mark.parametrize(
    ("plan", "drawn", "least", "most"),
    [
        ([], (0, 0), 0, 0),
        ([Scenario((OPEN, ASK))] * 10, (0, 0), 10, 20),
        ([Scenario((OPEN, ASK, ASK, ASK))] * 10, (0, 0), 10, 60),
        ([], (10, 10), 10, 20),
        ([Scenario((OPEN, ASK))] * 10, (5, 30), 15, 80),
    ],
)
def test_objects_are_the_least_and_calls_the_most(
    plan: list[Scenario], drawn: tuple[int, int], least: float, most: float
) -> None:
    found = least_and_most(plan, *drawn, 1.0)
    assert found == pytest.approx((BESIDE + least, BESIDE + most))
    half = least_and_most(plan, *drawn, 0.5)
    assert half == pytest.approx((BESIDE + least / 2, BESIDE + most / 2))


@pytest.mark.parametrize("quick", [False, True])
def test_a_bench_counts_its_plan_and_what_it_draws(quick: bool) -> None:
    props = [*properties().values()]
    bench = Bench(start_python(ReferenceAdapter, "reference"), ("loopback",), Budget(quick=quick))
    try:
        assert bench.seconds(props) is None, "nothing is known before the rehearsal"
        calls = tuple(sorted(api for api in bench.info.calls if call_spec(api).core))
        planner = Planner(Able(bench.info, calls, ("loopback",)), 0, quick=quick)
        bench._rehearsal, bench._planner = Rehearsal(calls, seconds=0.01), planner
        drawn = bench.seconds(props)
        asked = [Judging(each, judged_in(each)) for each in planner.sequences()]
        for each in planned(asked, frozenset(properties())):
            bench._plan.setdefault(each.owner, []).append(each)
        whole = bench.seconds(props)
    finally:
        bench.close()
    assert drawn
    assert whole
    assert BESIDE < drawn[0] < whole[0] < whole[1]
    assert drawn[1] < whole[1]
    assert (drawn[0] < BESIDE + 4) is quick, "few texts are drawn then"
