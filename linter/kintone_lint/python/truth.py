"""Whether a test holds, as far as the values in it are known."""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import product

import libcst as cst

from kintone_lint.python.alternatives import Knows
from kintone_lint.python.tree import dotted
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
    unknown,
)
from kintone_lint.python.work import CHARACTERS

_AFFIXES = ("startswith", "endswith")
_COMPARED = 40  # pairs of alternatives of two sides


def told(held: bool | None, expr: Expr) -> Alternative:
    """A truth as a value."""
    known = Alternative(Constant(held, expr.node, expr.module))
    return unknown(expr) if held is None else known


def arrives(expr: Expr, known: Knows) -> bool:
    """Whether an expression may be run in its frame, and those of its frame in theirs."""
    at: Expr | None = expr
    while at is not None and at.frame is not None:
        if known.reached(at) is False or not _in_arm(at, known):
            return False
        at = at.frame.call
    return True


def _in_arm(expr: Expr, known: Knows) -> bool:
    """Whether the conditional expressions around an expression can come to it."""
    return all(
        known.truth(expr.beside(arm.choice.test)) in (None, arm.taken)
        for arm in expr.module.arms(expr.node)
    )


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
        case cst.Call(func=cst.Name(value="isinstance"), args=[held, kinds]):
            return _is_instance(test.beside(held.value), test.beside(kinds.value), known)
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
    pairs = product(known.values(holder), known.values(affix))
    found: set[bool | None] = set()
    for number, both in enumerate(pairs):
        text, given = (each.value.known if isinstance(each.value, Text) else None for each in both)
        if text is None or given is None or number > _COMPARED:
            return None
        found.add(text.startswith(given) if method == "startswith" else text.endswith(given))
    return found.pop() if len(found) == 1 else None


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
        if isinstance(holder, Mapping):
            return _has_key(left, holder, known, there=isinstance(operator, cst.In))
        if isinstance(holder, Text):
            return _within(left, holder, known, there=isinstance(operator, cst.In))
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


def _within(left: Expr, text: Text, known: Knows, *, there: bool) -> bool | None:
    """Whether a text has another one in it, or, if it is not `there`, has it not."""
    value = only(known.values(left))
    wanted = value.known if isinstance(value, Text) else None
    if wanted is None or text.raw or (isinstance(value, Text) and value.raw):
        return None
    known.work.spend(1 + sum(len(part.text) for part in text.literals) // CHARACTERS)
    if any(wanted in part.text for part in text.literals):
        return there
    return None if text.known is None else (wanted in text.known) is there


def _has_key(key: Expr, holder: Mapping, known: Knows, *, there: bool) -> bool | None:
    """Whether a mapping has a key, or, if it is not `there`, has it not."""
    value = only(known.values(key))
    wanted = None if value is None else key_of(value)
    if wanted is None:
        return None
    found = [each for each in holder.entries if key_of(each.key) in (None, wanted)]
    if any(key_of(each.key) == wanted and not each.choices for each in found):
        return there
    return None if found or not holder.whole else not there


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
        held = case_taken(expr.beside(test), known) if isinstance(test, cst.MatchCase) else None
        if isinstance(test, cst.BaseExpression):
            held = known.truth(expr.beside(test))
        if held is not None and held is not taken:
            return False
        sure = sure and held is not None
    return True if sure else None


def case_taken(case: Expr, known: Knows) -> bool | None:
    """Whether a case of a match is taken, once it is looked at."""
    assert isinstance(case.node, cst.MatchCase)
    match = case.module.parent[case.node]
    if not isinstance(match, cst.Match):
        return None
    pattern, subject = case.beside(case.node.pattern), case.beside(match.subject)
    found = {_matches(pattern, each.value, known) for each in known.values(subject)}
    held = found.pop() if len(found) == 1 else None
    return None if held and case.node.guard is not None else held


def _matches(pattern: Expr, subject: Value, known: Knows) -> bool | None:
    match pattern.node:
        case cst.MatchAs(pattern=None):
            return True
        case cst.MatchAs(pattern=cst.MatchPattern() as inner):
            return _matches(pattern.beside(inner), subject, known)
        case cst.MatchValue(value=value) | cst.MatchSingleton(value=value):
            one = only(known.values(pattern.beside(value)))
            wanted, given = _plain(one) if one is not None else None, _plain(subject)
            return None if wanted is None or given is None else wanted == given
        case cst.MatchOr(patterns=patterns):
            found = [_matches(pattern.beside(each.pattern), subject, known) for each in patterns]
            return True if True in found else None if None in found else False
        case cst.MatchClass(cls=cst.Name(value=name), patterns=[], kwds=[]):
            return _is_a(subject, {name})
    return None


def _is_instance(held: Expr, kinds: Expr, known: Knows) -> bool | None:
    """`isinstance(held, kinds)`, of the types that are built in."""
    named = kinds.node.elements if isinstance(kinds.node, cst.Tuple) else [kinds.node]
    names = {dotted(each.value if isinstance(each, cst.BaseElement) else each) for each in named}
    found = {_is_a(each.value, names) for each in known.values(held)}
    return found.pop() if len(found) == 1 else None


_KINDS = {"str", "bytes", "int", "bool", "float", "list", "tuple", "set", "dict"}
_SEQUENCES = {"list", "tuple", "set"}


def _is_a(value: Value, names: Collection[str | None]) -> bool | None:
    """Whether a value is of one of the types; None if that is not told."""
    match value:
        case Constant(value=inner):
            kinds = {type(inner).__name__, *({"int"} if isinstance(inner, bool) else ())}
        case Text() if value.known is not None:
            kinds = {"bytes" if value.raw else "str"}
        case Mapping():
            kinds = {"dict"}
        case Items(kind=""):
            asked = _SEQUENCES & {*names}
            return True if {"list", "tuple"} <= asked else None if asked else _none_of(names)
        case Items(kind=kind):
            kinds = {kind}
        case _:
            return None
    return True if kinds & {*names} else _none_of(names)


def _none_of(names: Collection[str | None]) -> bool | None:
    """False where all types are built in: another may be a base of them."""
    return False if {*names} <= _KINDS else None
