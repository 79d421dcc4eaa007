"""In which rounds of the loops around it a test holds: what one round has belongs together.

`for api, guest in (("apps", False), ("records", True))` gives `api` and `guest` two values each,
and a test of `guest` holds in the second round alone. Each round is tried with its own values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import libcst as cst

from kintone_lint.python.alternatives import MOST, Knows, Ways, When, combined, spread, under
from kintone_lint.python.conditions import arm, contradict, rounds
from kintone_lint.python.module import Module
from kintone_lint.python.narrowing import names_in
from kintone_lint.python.reaching import Test
from kintone_lint.python.scopes import Binding, Choice
from kintone_lint.python.truth import case_taken
from kintone_lint.python.values import Alternative, Expr, Frame, Text, Value, falsy, key_of

_TESTS = 6  # around one place that are tried
_NAMES = 4  # in them that have a value for each round

ALWAYS = When(((),), ((),))
"""Nothing is known of any round."""


def when(tests: Sequence[Test], at: Expr, known: Knows) -> When:
    """In which rounds the tests around a place come out as they have to."""
    told = [each for each in tests if isinstance(each[0], cst.BaseExpression | cst.MatchCase)]
    told = told[-_TESTS:]
    many = _many(told, at, known) if told else {}
    if not many:
        return ALWAYS
    reached: dict[tuple[Choice, ...], None] = {}
    missed: dict[tuple[Choice, ...], None] = {}
    outer = at.frame or Frame(at.node, at, {})
    for each in combined([*many.values()], known.work):
        items = {**outer.items, **dict(zip(many, each.values, strict=True))}
        inside = at._replace(frame=replace(outer, items=items, trial=True))
        held = {_comes_out(test, inside, known) for test in told}
        if False not in held:
            reached[each.choices] = None
        if held != {True}:
            missed[each.choices] = None
    return When((*reached,), (*missed,)) if len(reached) + len(missed) > 1 else ALWAYS


def when_bound(binding: Binding, use: Expr, known: Knows) -> When:
    """In which rounds a name gets a value."""
    if binding.at is None or not binding.choices or isinstance(binding.at, cst.CompFor):
        return ALWAYS
    module, frame = use.module, use.frame
    if frame is not None and frame.function is not binding.scope.node:
        frame = frame if module.scope[use.node] is binding.scope else None
    statement = module.statement(binding.at)
    return known.rounds(Expr(statement, module, frame)) if module.tests.get(statement) else ALWAYS


def when_here(bindings: Sequence[Binding], use: Expr, known: Knows) -> When:
    """In which rounds a name is used that a loop gives a value in each."""
    module = use.module
    if not any(isinstance(each.at, cst.For) for each in bindings):
        return ALWAYS
    if use.frame is not None and use.frame.trial:
        return ALWAYS
    statement = module.statement(use.node)
    if not module.tests.get(statement):
        return ALWAYS
    return known.rounds(use.beside(statement))


def both(one: Ways, other: Ways) -> Ways:
    """Rounds that are of both."""
    if other == ALWAYS.missed:
        return one
    if one == ALWAYS.missed:
        return other
    return [(*each, *more) for each in one for more in other if not contradict(each, more)][:MOST]


def _many(tests: Sequence[Test], at: Expr, known: Knows) -> dict[str, tuple[Alternative, ...]]:
    """The names in tests that have a value for each round, which nobody changes on the way."""
    found: dict[str, tuple[Alternative, ...]] = {}
    for node, _ in tests:
        test = _looks_at(node, at.module)
        for name in sorted(names_in(test, at.module)) if test is not None else ():
            assert test is not None
            if name in found or name in at.module.mutations or len(found) >= _NAMES:
                continue
            held = known.named(name, at.beside(test))
            if len(held) > 1 and all(rounds(each.choices) for each in held):
                found[name] = tuple(Alternative(one.value, rounds(one.choices)) for one in held)
    return found


def _looks_at(test: cst.CSTNode, module: Module) -> cst.BaseExpression | None:
    if isinstance(test, cst.MatchCase):
        match = module.parent[test]
        return match.subject if isinstance(match, cst.Match) else None
    return test if isinstance(test, cst.BaseExpression) else None


def _comes_out(test: Test, at: Expr, known: Knows) -> bool | None:
    """Whether a test comes out as it has to; None if that is not known."""
    node, taken = test
    inside = at.beside(node)
    held = case_taken(inside, known) if isinstance(node, cst.MatchCase) else known.truth(inside)
    return None if held is None else held is taken


def conditional(
    node: cst.IfExp | cst.BooleanOperation, expr: Expr, known: Knows
) -> Iterator[Alternative]:
    """What `one if test else other` is: both, each under its condition, or the one that holds.

    `test and one` is `one if test else test`; `one or other` is as in `_either`.
    """
    if isinstance(node, cst.IfExp):
        test, one, other = node.test, node.body, node.orelse
    elif isinstance(node.operator, cst.Or):
        yield from _either(expr.beside(node.left), expr.beside(node.right), known)
        return
    else:
        test, one, other = node.left, node.right, node.left
    scope, truth = expr.module.scope[node], known.truth(expr.beside(test))
    told = when([(test, True)], expr, known) if truth is None else ALWAYS
    for taken, inner, ways in ((True, one, told.reached), (False, other, told.missed)):
        if truth is not (not taken):
            choices = arm(test, scope, taken=taken)
            yield from spread(under(known.values(expr.beside(inner)), choices), ways)


def _either(left: Expr, right: Expr, known: Knows) -> Iterator[Alternative]:
    """`left or right`: the other one only in rounds in which the first may be empty."""
    first = known.values(left)
    yield from (each for each in first if not falsy(each.value))
    ways: Ways = ((),)
    if len(first) > 1 and all(rounds(each.choices) for each in first):
        ways = [rounds(each.choices) for each in first if not _is_there(each.value)]
    yield from spread(known.values(right), ways)


def _is_there(value: Value) -> bool:
    """Whether a value is not empty, for sure."""
    if isinstance(value, Text):
        return any(part.text for part in value.literals)
    return key_of(value) is not None and not falsy(value)


Keys = list[tuple[set[object], tuple[Choice, ...]]]
"""Keys that something is looked up by, and the round that they are of."""


def keyed(keys: Sequence[Alternative]) -> Keys:
    """The keys that something is looked up by, each with the round that it is of."""
    found: dict[tuple[Choice, ...], set[object]] = {}
    for each in keys:
        found.setdefault(rounds(each.choices), set()).add(key_of(each.value))
    return [(together, way) for way, together in found.items()]
