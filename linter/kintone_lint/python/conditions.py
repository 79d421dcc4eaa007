"""Under which conditions something is reached, and which of them exclude each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import libcst as cst

from kintone_lint.python.scopes import Choice, Scope
from kintone_lint.python.tree import dotted, walk

CONDITIONS = 200  # of one place that are kept


@dataclass(frozen=True, eq=False)
class Arm:
    """One arm of a conditional expression, and the arm that this stands in."""

    choice: cst.IfExp
    taken: bool
    around: Arm | None


def further(
    around: tuple[Choice, ...], more: tuple[Choice, ...], block: cst.CSTNode | None = None
) -> tuple[Choice, ...]:
    """Conditions and those that come to them, as long as there is room.

    After that, what stands in a block is known to be conditional, but not on what.
    """
    if len(around) + len(more) <= CONDITIONS:
        return (*around, *more)
    return around if block is None else (*around, (block, True))


def arm(test: cst.BaseExpression, scope: Scope, *, taken: bool) -> tuple[Choice, ...]:
    """What holds where a test is true (`taken`), or where it is false.

    `x`, `not x`, `x is None` and `x is not None` have the key of `x`, in its scope. Both sides of
    an `and` hold where it is true, neither side of an `or` where it is false. A test of another
    shape has a key of its own, and marks the names in it as tested.
    """
    match test:
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            return arm(inner, scope, taken=not taken)
        case cst.BooleanOperation(left=left, operator=operator, right=right):
            if isinstance(operator, cst.And) == taken:
                return (*arm(left, scope, taken=taken), *arm(right, scope, taken=taken))
        case cst.Comparison(
            left=left,
            comparisons=[cst.ComparisonTarget(operator=operator, comparator=right)],
        ) if isinstance(right, cst.Name) and right.value == "None":
            name = dotted(left)
            if name and isinstance(operator, cst.Is | cst.Equal):
                return ((name_key(name, scope), not taken),)
            if name and isinstance(operator, cst.IsNot | cst.NotEqual):
                return ((name_key(name, scope), taken),)
    name = dotted(test)
    if name:
        return ((name_key(name, scope), taken),)
    names = dict.fromkeys(name for node in walk(test) if (name := dotted(node)))
    return ((test, taken), *((Tested(name_key(name, scope)), True) for name in names))


@dataclass(frozen=True)
class Tested:
    """The key of "this name was looked at": nothing is said of an empty value behind that."""

    key: object


def emptiness(key: object) -> tuple[Choice, ...]:
    """Where a name can be empty: not where it holds, nor where it is tested."""
    return ((key, False), (Tested(key), False))


def name_key(name: str, scope: Scope) -> object:
    """The key of "this name holds something"."""
    first = name.split(".")[0]
    while first not in scope.bindings and scope.parent is not None:
        scope = scope.parent
    return (scope, name)


def contradict(left: Sequence[Choice], right: Sequence[Choice]) -> bool:
    """Whether two sets of conditions exclude each other."""
    arms = dict(left)
    return any(arms.get(key, arm) != arm for key, arm in right)


def leaves(block: cst.BaseSuite) -> bool:
    """Whether what follows a block is not reached from it."""
    last: cst.CSTNode | None = block.body[-1] if block.body else None
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[-1]
    return isinstance(last, cst.Return | cst.Raise | cst.Continue | cst.Break)
