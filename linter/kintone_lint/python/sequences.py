"""Sequences: what a display holds, what a loop runs over, what taking one apart gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import libcst as cst

from kintone_lint.python.alternatives import MOST, Knows, combined
from kintone_lint.python.cutting import split
from kintone_lint.python.functions import called, handed_out
from kintone_lint.python.narrowing import names_in, sorts_out
from kintone_lint.python.project import Project
from kintone_lint.python.rounds import Round, naming, rounds_of, run_over
from kintone_lint.python.scopes import EACH, Binding, Choice, Key, Nth, Rest, Step
from kintone_lint.python.tree import dotted, walk
from kintone_lint.python.values import (
    Alternative,
    Expr,
    Items,
    Mapping,
    Value,
    falsy,
    key_of,
    only,
    unknown,
)

_REDUCED = 20  # items that a function puts together one by one


def comprehended(
    node: cst.ListComp | cst.SetComp | cst.GeneratorExp, at: Expr, known: Knows
) -> Items:
    """What a comprehension holds: an item for each round, or any number of one item."""
    kind = "" if isinstance(node, cst.GeneratorExp) else type(node).__name__[:-4].lower()
    rounds = rounds_of(node, at, known)
    if rounds is None:
        return Items((at.beside(node.elt),), whole=False, kind=kind)
    names = [each.value for each in walk(node.for_in.target) if isinstance(each, cst.Name)]
    tests = [each.test for each in node.for_in.ifs]
    if any(sorts_out(test, name, at.module) for test in tests for name in names):
        return Items((at.beside(node.elt),), whole=False, kind=kind)
    items = tuple(each.held(node.elt) for each in rounds.turns)
    whole = rounds.whole and all(each.sure for each in rounds.turns)
    when = tuple(each.when for each in rounds.turns)
    return Items(items, whole, when if any(when) else (), kind)


def joinable(value: Expr, known: Knows) -> tuple[Expr, ...] | None:
    """The items of a sequence in their order, as `join` takes them; None if not all are known."""
    match value.node:
        case cst.Call(func=cst.Name(value="map"), args=[made, over]) if (
            dotted(made.value) == "str" and not over.star
        ):
            return joinable(value.beside(over.value), known)
        case cst.Call(func=cst.Name(value="list" | "tuple"), args=[over]) if not over.star:
            return joinable(value.beside(over.value), known)
    found = only(known.values(value))
    if not isinstance(found, Items) or not found.whole or any(found.choices):
        return None
    if found.kind == "set" and len(found.items) > 1:
        return None  # in any order
    return found.items


def listed(node: cst.Tuple | cst.List | cst.Set, at: Expr, known: Knows) -> Items:
    """A tuple, list or set display, with what is known of a starred part put in."""
    elements, kind = node.elements, type(node).__name__.lower()
    known.work.spend(len(elements) // 4)
    if not any(isinstance(each, cst.StarredElement) for each in elements):
        return Items(tuple(at.beside(each.value) for each in elements), kind=kind)
    found: list[Expr] = []
    for element in elements:
        value = at.beside(element.value)
        inner = only(known.values(value)) if isinstance(element, cst.StarredElement) else None
        if isinstance(inner, Items) and inner.whole:
            known.work.spend(len(inner.items))
            found += inner.items
        else:
            found.append(value if isinstance(element, cst.Element) else at.beside(element))
    return Items(tuple(found), kind=kind)


def sifted(test: Expr, over: Expr, known: Knows) -> Items | None:
    """What `filter(None, …)` leaves: the items that are not empty; None if that is not known."""
    items = joinable(over, known) if dotted(test.node) in ("None", "bool") else None
    if items is None:
        return None
    left: list[Expr] = []
    for item in items:
        values = [each.value for each in known.values(item)]
        if not any(map(falsy, values)):
            left.append(item)
        elif not all(map(falsy, values)):
            return None
    return Items(tuple(left))


_SETS = ("set", "frozenset")


def copied(value: Expr, name: str, known: Knows) -> Iterator[Alternative]:
    """`list(…)`, `tuple(…)`, `sorted(…)`: the same items; keys of a mapping are not followed."""
    kind = "set" if name in _SETS else "tuple" if name == "tuple" else "list"
    for each in known.values(value):
        if isinstance(each.value, Items):
            sure = kind == "set" or (name != "sorted" and each.value.kind != "set")
            whole = each.value.whole and (sure or len(each.value.items) < 2)
            yield replace(each, value=replace(each.value, whole=whole, kind=kind))
        else:
            yield unknown(value)


def mapped(function: Expr, at: Expr, project: Project) -> Alternative:
    """`map(function, …)`: any number of what the function returns."""
    if isinstance(function.node, cst.Lambda):
        return Alternative(Items((function.beside(function.node.body),), whole=False))
    found = called(function.node, function.module, project)
    returned = handed_out(found.function, found.module) if found is not None else None
    if found is None or returned is None or found.function.decorators:
        return unknown(at)
    return Alternative(Items((Expr(returned, found.module),), whole=False))


def reduced(function: Expr, over: Expr, known: Knows) -> Value | None:
    """`functools.reduce(lambda …, items)`; None if a step of it is not known."""
    items = only(known.values(over))
    match function.node:
        case cst.Lambda(
            params=cst.Parameters(params=[cst.Param(name=left), cst.Param(name=right)]), body=body
        ) if isinstance(items, Items) and items.whole and not any(items.choices):
            steps = items.items[: _REDUCED + 1]
        case _:
            return None
    if not steps or len(steps) > _REDUCED:
        return None
    value = only(known.values(steps[0]))
    for item in steps[1:]:
        if value is not None:
            step = naming({left.value: value, right.value: item}, function)
            value = only(known.values(step.beside(body)))
    return value


def added(exprs: Sequence[Expr], at: Expr, known: Knows) -> Iterator[Alternative]:
    """One sequence after another: `a + b`."""
    for combination in combined([known.values(each) for each in exprs], known.work):
        items: list[Expr] = []
        when: list[tuple[Choice, ...]] = []
        for each in combination.values:
            if not isinstance(each, Items):
                yield unknown(at)
                break
            known.work.spend(len(each.items) // 4)
            items += each.items
            when += [each.when(index) for index in range(len(each.items))]
        else:
            whole = all(isinstance(each, Items) and each.whole for each in combination.values)
            yield Alternative(Items(tuple(items), whole, tuple(when)), combination.choices)


def taken(
    value: Expr, path: tuple[Step, ...], known: Knows, choices: tuple[Choice, ...] = ()
) -> Iterator[Alternative]:
    """What is at a place of a tuple that is taken apart, or in a round of a loop."""
    if not path:
        yield from known.values(value)
    elif path[0] == EACH:
        for index, (when, found, _) in enumerate(run_over(value, known)):
            if index >= MOST:
                return
            known.work.spend()
            around = (*choices, (value.node, Nth(index)), *when)
            yield from _at(found, path[1:], known, around)
    elif pieces := split(value, known):
        for text, parts in pieces:
            if parts is not None:
                yield from _at(parts, path, known, (*choices, *text.choices))
    else:
        for each in known.values(value):
            around = (*choices, *each.choices)
            yield from _at(each.value, path, known, around)


def bound(binding: Binding, value: Expr, use: Expr, known: Knows) -> Iterator[Alternative]:
    """What a binding gives of a value; in a comprehension only what passes its tests."""
    ifs = binding.at.ifs if isinstance(binding.at, cst.CompFor) else ()
    tests = [each.test for each in ifs if binding.name in names_in(each.test, use.module)]
    if not tests:  # as nearly always
        yield from taken(value, binding.path, known)
        return
    for each in taken(value, binding.path, known):
        inner = naming({binding.name: each.value}, value)
        truths = [known.truth(inner.beside(test)) for test in tests]
        if False not in truths:
            yield unknown(use) if None in truths else each


def _at(
    found: Round, path: tuple[Step, ...], known: Knows, choices: tuple[Choice, ...]
) -> Iterator[Alternative]:
    """What a part of a round is, with the conditions of the round."""
    for step in path:
        if isinstance(found, Expr):
            inner = only(known.values(found))
            if inner is None:
                return
            found = inner
        if isinstance(step, Key):
            held = found.entries if isinstance(found, Mapping) else ()
            values = [each.value for each in held if key_of(each.key) == step.key]
            if len(values) != 1:
                return
            found = values[0]
            continue
        parts = found.items if isinstance(found, Items) and found.whole else found
        if not isinstance(parts, tuple):
            return
        if isinstance(step, Rest):
            rest = parts[step.start : len(parts) - step.end]
            if not all(isinstance(each, Expr) for each in rest):
                return
            found = Items(tuple(each for each in rest if isinstance(each, Expr)))
        elif -len(parts) <= step < len(parts):
            found = parts[step]
        else:
            return
    if isinstance(found, Expr):
        for each in known.values(found):
            yield replace(each, choices=(*choices, *each.choices))
    elif not isinstance(found, tuple):
        yield Alternative(found, choices)
