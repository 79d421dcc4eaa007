"""The operations that are not core calls: each is asked once in each of a few ways.

The plan of the core calls looks for what a client gets wrong in every operation. The sweep looks
for what is wrong with one of them: its path, its parameters, its form in guest spaces, its
credentials. How that is reported is in `sweep_findings`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kintone_conformance.judging.plan import Planner
from kintone_conformance.judging.scenario import Ask, Open, Scenario
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.spec.endpoints import Product
from kintone_conformance.strategies import harmless_call

_GROUP = 12  # operations on one object, where it is not slow to make one


def sweep(planner: Planner) -> Iterator[Scenario]:
    """Each operation outside guest spaces with each kind of credentials, and once in a space."""
    ways: dict[tuple[str, str], list[str]] = {}
    guests = [form for form in planner.identities.forms() if form != "none"]
    for at, api in enumerate(planner.operations):
        kinds = [kind for kind in planner.identities.kinds if call_spec(api).accepts(kind)]
        for kind in kinds:
            ways.setdefault((kind, "none"), []).append(api)
        if guests and kinds and call_spec(api).endpoint.product is Product.KINTONE:
            turn = at % len(kinds)
            ways.setdefault((kinds[turn], guests[turn % len(guests)]), []).append(api)
    for (kind, form), apis in ways.items():
        size = len(apis) if planner.quick else _GROUP
        for start in range(0, len(apis), size):
            made = planner.made((kind, form, False))
            asks = [Ask("a", harmless_call(api)) for api in apis[start : start + size]]
            yield Scenario((Open("a", made), *asks))
