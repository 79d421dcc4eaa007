"""Under which conditions something is reached, and which of them exclude each other."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import libcst as cst

from kintone_lint.python.scopes import Choice, Nth, Scope
from kintone_lint.python.tree import dotted, looked_at, regarded, spelled
from kintone_lint.records import record

CONDITIONS = 200  # of one place that are kept


@record(eq=False)
class Arm:
    """One arm of a conditional expression, and the arm that this is in."""

    choice: cst.IfExp
    taken: bool
    around: Arm | None


def further(
    around: tuple[Choice, ...], more: tuple[Choice, ...], block: cst.CSTNode | None = None
) -> tuple[Choice, ...]:
    """Conditions and those that come to them, as long as there is room.

    After that, what is in a block is known to be conditional, but not on what.
    """
    if len(around) + len(more) <= CONDITIONS:
        return (*around, *more)
    return around if block is None else (*around, (block, True))


def arm(test: cst.BaseExpression, scope: Scope, *, taken: bool) -> tuple[Choice, ...]:
    """What holds where a test is true (`taken`), or where it is false.

    `x`, `not x`, `x is None` and `x is not None` have the key of `x`, in its scope; comparisons of
    `x` with one literal or name, and of its type, exclude each other. Both sides of an `and` hold
    where it is true, and neither side of an `or` where it is false; in the other arm at least one
    of them does not hold. A test of another shape has a key of its own, and marks the names in it
    as tested.
    """
    match test:
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            return arm(inner, scope, taken=not taken)
        case cst.BooleanOperation():
            conjunction = isinstance(test.operator, cst.And)
            arms = (arm(term, scope, taken=conjunction) for term in _terms(test))
            parts = tuple(choice for choices in arms for choice in choices)
            holds = conjunction is taken
            both = Both(frozenset(without_marks(parts)))
            return (*(parts if holds else _marks(test, scope)), (both, holds))
        case cst.Comparison(
            left=left,
            comparisons=[cst.ComparisonTarget(operator=operator, comparator=right)],
        ) if (name := looked_at(left)) and isinstance(operator, _ALIKE | _UNLIKE):
            alike = taken is isinstance(operator, _ALIKE)
            if isinstance(right, cst.Name) and right.value == "None":
                return ((name_key(name, scope), not alike),)
            return _compared(name_key(name, scope), right, alike=alike) or _other(
                test, scope, taken=taken
            )
        case cst.Call(func=cst.Name(value="isinstance"), args=[held, kind]) if looked_at(
            held.value
        ):
            key = Kind(name_key(looked_at(held.value) or "", scope))
            return _compared(key, kind.value, alike=taken) or _other(test, scope, taken=taken)
    name = looked_at(test)
    if name:
        return ((name_key(name, scope), taken),)
    return _other(test, scope, taken=taken)


_ALIKE = cst.Is | cst.Equal
_UNLIKE = cst.IsNot | cst.NotEqual


def _compared(key: object, right: cst.BaseExpression, *, alike: bool) -> tuple[Choice, ...]:
    """What a comparison with a literal or a name says; one thing is not alike to two of them."""
    other = dotted(right) if isinstance(right, cst.Name | cst.Attribute) else _plain(right)
    if other is None:
        return ()
    held: tuple[Choice, ...] = ((Alike(key), other),) if alike else ()
    tested = key.key if isinstance(key, Kind) else key
    return ((Alike(key, other), alike), *held, (Tested(tested), True))


def _plain(node: cst.BaseExpression) -> str | None:
    return repr(spelled(node)) if spelled(node) else getattr(node, "value", None)


def _other(test: cst.BaseExpression, scope: Scope, *, taken: bool) -> tuple[Choice, ...]:
    return ((test, taken), *_marks(test, scope))


def _terms(test: cst.BooleanOperation) -> list[cst.BaseExpression]:
    """What one operator ties together, however long the chain is."""
    kind, terms = type(test.operator), list[cst.BaseExpression]()
    left: cst.BaseExpression = test
    while isinstance(left, cst.BooleanOperation) and type(left.operator) is kind:
        terms.append(left.right)
        left = left.left
    return [left, *reversed(terms)]


def _marks(test: cst.BaseExpression, scope: Scope) -> tuple[Choice, ...]:
    names = dict.fromkeys(name for node in regarded(test) if (name := looked_at(node)))
    return tuple((Tested(name_key(name, scope)), True) for name in names)


def without(choices: Sequence[Choice], names: Collection[str]) -> tuple[Choice, ...]:
    """Conditions that are not about these names, whatever their scope."""
    return tuple(each for each in choices if _names_of(each[0]).isdisjoint(names))


def _names_of(key: object) -> set[str]:
    """The first parts of the names that a condition is about."""
    if isinstance(key, Both):
        return set().union(*(_names_of(part) for part, _ in key.parts))
    key = told_of(key)
    name = key[1] if isinstance(key, tuple) and len(key) == 2 else None
    return {_first(name)} if isinstance(name, str) else set()


def _first(name: str) -> str:
    return name.partition(".")[0].partition("[")[0]


def told_of(key: object) -> object:
    """The key of the name that a condition says something of."""
    while isinstance(key, Alike | Kind | Tested):
        key = key.key
    return key


@record()
class Alike:
    """The key of "it is this one"; without `other`, the key of which one it is."""

    key: object
    other: str | None = None


@record()
class Kind:
    """The key of what kind of object a name holds."""

    key: object


@record()
class Tested:
    """The key of "this name was looked at": after that, nothing is said about an empty value."""

    key: object


@record()
class Both:
    """The key of "all these conditions hold"."""

    parts: frozenset[Choice]


@record()
class Broken:
    """The key of "this loop was left by `break`": then its `else` is not run."""

    loop: object


def emptiness(key: object) -> tuple[Choice, ...]:
    """Where a name can be empty: not where it holds, nor where it is tested."""
    return ((key, False), (Tested(key), False))


def name_key(name: str, scope: Scope) -> object:
    """The key of "this name holds something"; that of `self.name` is the same in all methods."""
    first = _first(name)
    if first == "self" and first != name and (around := scope.enclosing_class) is not None:
        return (around, name)
    while not scope.binds(first) and scope.parent is not None:
        scope = scope.parent
    return (scope, name)


def contradict(left: Sequence[Choice], right: Sequence[Choice]) -> bool:
    """Whether two sets of conditions exclude each other."""
    arms = dict(left)
    return any(arms.get(key, arm) != arm for key, arm in right)


def rounds(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Of conditions those that say which round of a loop it is."""
    return tuple(
        each for each in choices if isinstance(each[1], Nth) and isinstance(each[0], cst.CSTNode)
    )


def without_marks(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Conditions without the notes of what was looked at."""
    return tuple(each for each in choices if not isinstance(each[0], Tested))


def without_sums(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Conditions without those that only say that several others of them hold."""
    return tuple(each for each in choices if not (isinstance(each[0], Both) and each[1] is True))


def leaves(block: cst.BaseSuite) -> bool:
    """Whether what follows a block is not reached from it."""
    last: cst.CSTNode | None = block.body[-1] if block.body else None
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[-1]
    match last:
        case cst.Return() | cst.Raise() | cst.Continue() | cst.Break():
            return True
        case cst.If(body=body, orelse=cst.Else(body=orelse)):
            return leaves(body) and leaves(orelse)
        case cst.Expr(value=cst.Call(func=func)):
            return dotted(func) in _EXITS
    return False


_EXITS = ("sys.exit", "exit", "quit", "os._exit")
