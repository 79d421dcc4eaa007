"""Rounds: what a loop or a comprehension runs over, and what its names are in each round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import libcst as cst

from kintone_lint.python.alternatives import Knows
from kintone_lint.python.cutting import split
from kintone_lint.python.scopes import Choice
from kintone_lint.python.tree import arguments
from kintone_lint.python.values import Constant, Expr, Frame, Items, Mapping, Value, only

# One round of a loop: what its target is, or what each part of its target is.
Round = Expr | Value | tuple["Round", ...]

_SAME = {"list", "tuple", "set", "sorted", "reversed", "iter", "frozenset"}
_MOST = 40  # rounds of a comprehension that are looked at


# A round, the conditions under which there is one, and where what it runs over is written.
Turned = tuple[tuple[Choice, ...], Round, cst.CSTNode]


class Turn(NamedTuple):
    """One round of a comprehension.

    `at` is the comprehension in a frame with the names of its loop; `sure` where its tests are
    passed for sure; `when` are the conditions of what it runs over, which is `written` there.
    """

    at: Expr
    sure: bool
    when: tuple[Choice, ...]
    written: cst.CSTNode

    def held(self, node: cst.CSTNode) -> Expr:
        """An expression of the comprehension in this round; for a name of its loop what it is."""
        names = self.at.frame.items if self.at.frame is not None else {}
        found = names.get(node.value) if isinstance(node, cst.Name) else None
        return found if isinstance(found, Expr) else self.at.beside(node)


class Rounds(NamedTuple):
    """The rounds of a comprehension, and whether there are no others."""

    turns: list[Turn]
    whole: bool


def rounds_of(node: cst.BaseComp, at: Expr, known: Knows) -> Rounds | None:
    """The rounds of a comprehension over what is known; None for another."""
    loop = node.for_in
    if loop.inner_for_in is not None or loop.asynchronous is not None:
        return None
    return turns_of(loop.target, loop.iter, loop.ifs, at, known)


def turns_of(
    target: cst.BaseExpression,
    iterated: cst.BaseExpression,
    ifs: Sequence[cst.CompIf],
    at: Expr,
    known: Knows,
) -> Rounds | None:
    """The rounds of a loop, each with an expression `at` its place there."""
    over = at.beside(iterated)
    whole = _is_whole(over, known)
    if whole is None:
        return None
    turns: list[Turn] = []
    numbers = _numbers(over, known)
    run = run_over(over, known) if numbers is None else iter(numbers)
    for number, (when, found, written) in enumerate(run):
        names = _named(target, found, known)
        if names is None or number >= _MOST:
            return None
        inner = naming(names, at)
        truths = [known.truth(inner.beside(each.test)) for each in ifs]
        if False not in truths:
            turns.append(Turn(inner, None not in truths, when, written))
    return Rounds(turns, whole)


def _is_whole(over: Expr, known: Knows) -> bool | None:
    """Whether all rounds over something are known; None if each stands for any number."""
    match over.node:
        case cst.Call(func=cst.Name(value="range")):
            return True if _numbers(over, known) is not None else None
        case cst.Call(func=cst.Attribute(value=holder, attr=cst.Name(value="items" | "values"))):
            base = only(known.values(over.beside(holder)))
            return base.whole if isinstance(base, Mapping) else None
        case cst.Call(func=cst.Name(value="enumerate" | "zip" as name), args=args) if args:
            if name == "enumerate" and len(args) > 1:
                return None  # its numbers start elsewhere
            found = [
                _is_whole(over.beside(each.value), known) for each in args if each.keyword is None
            ]
            return True if all(found) and not any(each.star for each in args) else None
    value = only(known.values(over))
    if isinstance(value, Mapping):
        return value.whole
    return True if isinstance(value, Items) and value.whole else None


def _numbers(over: Expr, known: Knows) -> list[Turned] | None:
    """The rounds over `range(…)`; None where its ends are not known, or far apart."""
    match over.node:
        case cst.Call(func=cst.Name(value="range"), args=[*_, cst.Arg()] as args):
            ends = [only(known.values(over.beside(each.value))) for each in args]
            given = [each.value for each in ends if isinstance(each, Constant)]
            whole = [each for each in given if type(each) is int]
            if len(whole) == len(args) <= 3 and whole[2:] != [0]:
                return [
                    ((), Constant(each, over.node, over.module), over.node)
                    for each in range(*whole)[: _MOST + 1]
                ]
    return None


def naming(names: dict[str, Expr | Value], at: Expr) -> Expr:
    """The same expression with these names of a loop around it."""
    outer = at.frame or Frame(at.node, at, {})
    return at._replace(frame=replace(outer, call=at, items={**outer.items, **names}))


def _named(
    target: cst.BaseExpression, found: Round, known: Knows
) -> dict[str, Expr | Value] | None:
    """What the names of a loop are in a round; None if that is not known."""
    known.work.spend()
    match target:
        case cst.Name(value=name):
            return {name: found} if isinstance(found, Expr | Value) else None
        case cst.Tuple(elements=elements):
            parts: tuple[Round, ...] = ()
            if isinstance(found, Expr):
                value = only(known.values(found))
                parts = value.items if isinstance(value, Items) and value.whole else ()
            elif not isinstance(found, Value):
                parts = found
            if len(parts) != len(elements):
                return None
            names: dict[str, Expr | Value] = {}
            for element, part in zip(elements, parts, strict=True):
                inner = _named(element.value, part, known)
                if inner is None or not isinstance(element, cst.Element):
                    return None
                names |= inner
            return names
    return None


def run_over(value: Expr, known: Knows) -> Iterator[Turned]:
    """The rounds of a loop; of `range` only a comprehension asks for each number."""
    node = value.node
    if isinstance(node, cst.Call):
        plain, _ = arguments(node)
        inner = [value.beside(each) for each in plain]
        match node.func:
            case cst.Attribute(value=holder, attr=cst.Name(value="items" | "values" as method)):
                for each in known.values(value.beside(holder)):
                    entries = each.value.entries if isinstance(each.value, Mapping) else ()
                    for entry in entries:
                        found = (entry.key, entry.value) if method == "items" else entry.value
                        yield (*each.choices, *entry.choices), found, entry.node
                return
            case cst.Name(value="enumerate") if inner:
                for number, (when, item, written) in enumerate(run_over(inner[0], known)):
                    yield when, (Constant(number, node, value.module), item), written
                return
            case cst.Name(value="zip") if inner:
                for together in zip(*(run_over(each, known) for each in inner), strict=False):
                    when = tuple(choice for each in together for choice in each[0])
                    yield when, tuple(each[1] for each in together), together[0][2]
                return
            case cst.Name(value=name) if name in _SAME and len(inner) == 1:
                yield from run_over(inner[0], known)
                return
        for text, parts in split(value, known):
            yield from ((text.choices, part, node) for part in parts or ())
    for over in known.values(value):
        if isinstance(over.value, Items):
            for index, item in enumerate(over.value.items):
                yield (*over.choices, *over.value.when(index)), item, item.node
        elif isinstance(over.value, Mapping):
            for entry in over.value.entries:
                yield (*over.choices, *entry.choices), entry.key, entry.node
