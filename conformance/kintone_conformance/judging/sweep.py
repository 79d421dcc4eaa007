"""The operations that are not core calls: each is asked once in each of a few ways.

The plan of the core calls looks for what a client gets wrong in every operation. The sweep looks
for what is wrong with one of them: its path, its parameters, its form in guest spaces, its
credentials. How that is reported is in `sweep_findings`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kintone_conformance.judging.pairs import batches
from kintone_conformance.judging.plan import Planner
from kintone_conformance.judging.samples import NUMBERS
from kintone_conformance.judging.scenario import Ask, Change, Made, Open, Scenario, Step
from kintone_conformance.model import Call
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.spec.endpoints import Product
from kintone_conformance.strategies import harmless_call

# Parameters of operations that hold any text, and those that hold any number.
_FREE = frozenset({"body", "content", "description", "keywords", "text", "title"})
_IDS = frozenset({"app", "comment", "id", "record", "space", "thread"})
_OTHER_TEXTS = ("日本語 é😀\r\n", "a\nb\r\nc <b>&amp;</b>", "100% + 1 = \\u0041")
# Of each kind in turn: after some a write could be sent again, and some lead away.
_FAILURES = (
    ("429", "520", "html 503", "empty 500", "no answer"),
    ("400", "401", "403", "404", "409"),
    ("302 elsewhere", "307 elsewhere"),
)
_GROUP = 12  # operations on one object, where it is not slow to make one


def sweep(planner: Planner) -> Iterator[Scenario]:
    """Each operation outside guest spaces with each kind of credentials, and once in a space.

    One of the kinds comes with a gate, and with credentials that a layer on the way may read as its
    own. Only the first time an operation is answered as documented: then it is refused, or led
    elsewhere. Before all that it is asked with other values.
    """
    yield from _other_values(planner)
    ways: dict[tuple[str, str, bool], list[tuple[str, str]]] = {}
    for at, api in enumerate(planner.operations):
        answers = ["ok"]
        for way in _ways(planner, api, at):
            ways.setdefault(way, []).append((api, answers[-1]))
            answers.append(_failure(planner, api, at + len(answers)))
        if len(answers) == 2:  # one way alone: it is asked again
            ways[way].append((api, answers[-1]))
    for way, asked in ways.items():
        size = len(asked) if planner.quick else _GROUP
        for few in batches(asked, size):
            made = planner.made(way, special=way[2])
            asks = [Ask("a", harmless_call(api), answer) for api, answer in few]
            again = [ask for ask in asks if ask.answer == "ok" and _reads(ask)]
            yield Scenario((Open("a", made), *_changing(planner, made, asks), *again))


def _reads(ask: Ask) -> bool:
    """A read is asked again: a client may have kept what it was answered."""
    return call_spec(ask.call.api).method == "GET"


def _ways(planner: Planner, api: str, turn: int) -> Iterator[tuple[str, str, bool]]:
    """The kinds of credentials that an operation takes, with the form of guest space and a gate."""
    spec = call_spec(api)
    kinds = [kind for kind in planner.identities.kinds if spec.accepts(kind)]
    guests = [form for form in planner.identities.forms() if form != "none"]
    gated = [kind for kind in kinds if planner.able.has("basic") and kind != "auth.oauth"]
    # A quick plan has few objects: one kind always has the gate.
    with_gate = gated[0 if planner.quick else turn % len(gated)] if gated else ""
    for kind in kinds:
        yield kind, "none", kind == with_gate
    if guests and kinds and spec.endpoint.product is Product.KINTONE:
        at = turn % len(kinds)
        yield kinds[at], guests[at % len(guests)], False


def _failure(planner: Planner, api: str, turn: int) -> str:
    """The next answer that is not the documented one; a redirect is what OAuth answers with."""
    if call_spec(api).endpoint.product is Product.OAUTH:
        return "ok"
    kind = turn % len(_FAILURES)
    return planner.bags.draw(("operation failures", kind), _FAILURES[kind])


def _changing(planner: Planner, made: Made, asks: Sequence[Ask]) -> Iterator[Step]:
    """The calls with new credentials between them, if the client takes such."""
    half = len(asks) // 2
    yield from asks[:half]
    if half and planner.able.has("auth.change"):
        yield Change("a", planner.identities.nearby(made.auth))
    yield from asks[half:]


def _other_values(planner: Planner) -> Iterator[Scenario]:
    """Once each with fuller parameters, with other texts where any will do, and other numbers.

    The credentials are those that a layer on the way may read as its own.
    """
    by_kind: dict[str, list[Call]] = {}
    for at, api in enumerate(planner.operations):
        spec = call_spec(api)
        given = spec.fuller or spec.example
        params = {name: _other(planner, name, value) for name, value in given.items()}
        kinds = [kind for kind in planner.identities.kinds if spec.accepts(kind)]
        if kinds and params != spec.example:
            turn = 0 if planner.quick else at % len(kinds)
            by_kind.setdefault(kinds[turn], []).append(Call(api, params))
    for kind, calls in by_kind.items():
        size = len(calls) if planner.quick else _GROUP
        for few in batches(calls, size):
            asks = (Ask("a", call) for call in few)
            yield Scenario((Open("a", planner.made((kind, "none", False), special=True)), *asks))


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
