"""The operations that are not core calls: each is asked once in each of a few ways.

The plan of the core calls looks for what a client gets wrong in every operation. The sweep looks
for what is wrong with one of them: its path, its parameters, its form in guest spaces, its
credentials. How that is reported is in `sweep_findings`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kintone_conformance.judging.pairs import batches
from kintone_conformance.judging.plan import Planner
from kintone_conformance.judging.samples import NUMBERS
from kintone_conformance.judging.scenario import Ask, Open, Scenario
from kintone_conformance.model import Call
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.spec.endpoints import Product
from kintone_conformance.strategies import harmless_call

# Parameters of operations that hold any text, and those that hold any number.
_FREE = frozenset({"body", "content", "description", "keywords", "text", "title"})
_IDS = frozenset({"app", "comment", "id", "record", "space", "thread"})
_OTHER_TEXTS = ("日本語 é😀\r\n", "a\nb\r\nc <b>&amp;</b>", "100% + 1 = \\u0041")
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
        for few in batches(apis, size):
            made = planner.made((kind, form, False))
            asks = [Ask("a", harmless_call(api)) for api in few]
            yield Scenario((Open("a", made), *asks))
    yield from _other_values(planner)


def _other_values(planner: Planner) -> Iterator[Scenario]:
    """Once each with fuller parameters, with other texts where any will do, and other numbers."""
    by_kind: dict[str, list[Call]] = {}
    for api in planner.operations:
        spec = call_spec(api)
        given = spec.fuller or spec.example
        params = {name: _other(planner, name, value) for name, value in given.items()}
        kinds = [kind for kind in planner.identities.kinds if spec.accepts(kind)]
        if kinds and params != spec.example:
            by_kind.setdefault(kinds[0], []).append(Call(api, params))
    for kind, calls in by_kind.items():
        size = len(calls) if planner.quick else _GROUP
        for few in batches(calls, size):
            asks = (Ask("a", call) for call in few)
            yield Scenario((Open("a", planner.made((kind, "none", False))), *asks))


def _other(planner: Planner, name: str, value: Any) -> Any:
    match value:
        case dict():
            return {key: _other(planner, key, item) for key, item in value.items()}
        case list():
            return [_other(planner, name, item) for item in value]
        case str() if name in _FREE and value:
            return planner.bags.draw("operations", _OTHER_TEXTS)
        case int() if name in _IDS:
            return planner.bags.draw("operation ids", NUMBERS)
    return value
