"""Whether a test holds, as far as the values in it are known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import libcst as cst

from kintone_lint.python.alternatives import Knows, under
from kintone_lint.python.conditions import arm
from kintone_lint.python.values import (
    Alternative,
    Constant,
    Expr,
    Items,
    Mapping,
    Text,
    Value,
    falsy,
    key_of,
    only,
)

_AFFIXES = ("startswith", "endswith")
_COMPARED = 40  # pairs of alternatives of two sides


def conditional(node: cst.IfExp, expr: Expr, known: Knows) -> Iterator[Alternative]:
    """What `one if test else other` is: both, each under its condition, or the one that holds."""
    scope, truth = expr.module.scope[node], known.truth(expr.beside(node.test))
    for taken, inner in ((True, node.body), (False, node.orelse)):
        if truth is not (not taken):
            choices = arm(node.test, scope, taken=taken)
            yield from under(known.values(expr.beside(inner)), choices)


def is_true(test: Expr, known: Knows) -> bool | None:
    """Whether a test holds; None if that is not known."""
    known.work.spend()
    match test.node:
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            held = known.truth(test.beside(inner))
            return None if held is None else not held
        case cst.BooleanOperation(left=left, operator=operator, right=right):
            decides = isinstance(operator, cst.Or)
            sides = [known.truth(test.beside(left)), known.truth(test.beside(right))]
            return decides if decides in sides else None if None in sides else not decides
        case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget() as target]):
            return _compared(
                test.beside(left), target.operator, test.beside(target.comparator), known
            )
        case cst.NamedExpr(value=value):
            return known.truth(test.beside(value))
        case cst.Call(
            func=cst.Attribute(value=holder, attr=cst.Name(value=method)), args=[arg]
        ) if method in _AFFIXES:
            return _affixed(test.beside(holder), method, test.beside(arg.value), known)
        case cst.Attribute():
            return None  # of what object it is, and who else sets it, is not known
    found = known.values(test)
    if all(falsy(each.value) for each in found):
        return False
    sure = all(_sure(each.value) for each in found)
    return True if sure and not any(falsy(each.value) for each in found) else None


def _affixed(holder: Expr, method: str, affix: Expr, known: Knows) -> bool | None:
    """Whether a text starts or ends with another one, where both are known."""
    whole, part = only(known.values(holder)), only(known.values(affix))
    text, given = (each.known if isinstance(each, Text) else None for each in (whole, part))
    if text is None or given is None:
        return None
    return text.startswith(given) if method == "startswith" else text.endswith(given)


def _sure(value: Value) -> bool:
    """Whether a value that is not falsy is true for sure."""
    match value:
        case Constant():
            return True
        case Mapping(entries=entries):
            return any(not each.choices for each in entries)
        case Items(items=items):
            return any(not value.when(index) for index in range(len(items)))
    return key_of(value) is not None


def _compared(left: Expr, operator: cst.BaseCompOp, right: Expr, known: Knows) -> bool | None:
    compare = _OPERATORS.get(type(operator))
    if compare is None or isinstance(left.node, cst.Attribute):
        return None
    if isinstance(operator, cst.In | cst.NotIn):
        holder = only(known.values(right))
        if not isinstance(holder, Items) or not holder.whole or len(holder.items) > _COMPARED:
            return None
        inner = [only(known.values(item)) for item in holder.items]
        texts = {_plain(each) if each is not None else None for each in inner}
        if None in texts:
            return None
        found = {
            None if (plain := _plain(each.value)) is None else compare(plain, texts)
            for each in known.values(left)
        }
    else:
        pairs = product(known.values(left), known.values(right))
        found = set()
        for number, (first, second) in enumerate(pairs):
            one, other = _plain(first.value), _plain(second.value)
            unclear = one is None or other is None or number > _COMPARED
            found.add(None if unclear else compare(one, other))
    return found.pop() if len(found) == 1 else None


def _plain(value: Value) -> object:
    """A value that can be compared; None for what is not known."""
    if isinstance(value, Constant):
        return (type(value.value).__name__ == "NoneType", value.value)
    known = key_of(value)
    return None if known is None else (False, known)


_OPERATORS: dict[type, Callable[..., bool]] = {
    cst.Equal: lambda one, other: one == other,
    cst.Is: lambda one, other: one == other,
    cst.NotEqual: lambda one, other: one != other,
    cst.IsNot: lambda one, other: one != other,
    cst.In: lambda one, others: one in others,
    cst.NotIn: lambda one, others: one not in others,
}


def is_reached(expr: Expr, known: Knows) -> bool | None:
    """Whether the tests around a statement hold in the frame of an expression there."""
    tests = expr.module.tests.get(expr.module.statement(expr.node), ())
    sure = True
    for test, taken in tests:
        held = _case(expr.beside(test), known) if isinstance(test, cst.MatchCase) else None
        if isinstance(test, cst.BaseExpression):
            held = known.truth(expr.beside(test))
        if held is not None and held is not taken:
            return False
        sure = sure and held is not None
    return True if sure else None


def _case(case: Expr, known: Knows) -> bool | None:
    """Whether a case of a match is taken, once it is looked at."""
    assert isinstance(case.node, cst.MatchCase)
    match = case.module.parent[case.node]
    if not isinstance(match, cst.Match) or case.node.guard is not None:
        return None
    subject = {_plain(each.value) for each in known.values(case.beside(match.subject))}
    return None if None in subject else _matches(case.beside(case.node.pattern), subject, known)


def _matches(pattern: Expr, subject: set[object], known: Knows) -> bool | None:
    match pattern.node:
        case cst.MatchAs(pattern=None):
            return True
        case cst.MatchValue(value=value) | cst.MatchSingleton(value=value):
            texts = {_plain(each.value) for each in known.values(pattern.beside(value))}
            if None in texts or len(texts) != 1:
                return None
            return True if subject == texts else None if subject & texts else False
        case cst.MatchOr(patterns=patterns):
            found = [_matches(pattern.beside(each.pattern), subject, known) for each in patterns]
            return True if True in found else None if None in found else False
    return None
