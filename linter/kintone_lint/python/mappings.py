"""Mappings and sequences: what they hold, and what is written into them before a use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import libcst as cst

from kintone_lint.python.alternatives import Values, combined
from kintone_lint.python.conditions import contradict
from kintone_lint.python.scopes import Mutation
from kintone_lint.python.values import (
    Alternative,
    Entry,
    Expr,
    Items,
    Mapping,
    Text,
    Value,
    key_of,
    only,
    unknown,
)
from kintone_lint.python.work import Work

_ENTRIES = 1_000  # of one mapping that come from others


def displayed(
    elements: Sequence[cst.BaseDictElement], at: Expr, values: Values, work: Work
) -> Mapping:
    """The mapping that a dict display makes at its place."""
    entries: list[Entry] = []
    whole = True
    for element in elements:
        if isinstance(element, cst.DictElement):
            entries += _entries(at.beside(element.key), at.beside(element.value), element, values)
        else:
            inner = only(values(at.beside(element.value)))
            whole = whole and isinstance(inner, Mapping) and inner.whole
            if isinstance(inner, Mapping):
                whole = merge(entries, inner.entries, work, 2 * len(elements)) and whole
    return Mapping(tuple(entries), whole)


def _entries(key: Expr, value: Expr, node: cst.CSTNode, values: Values) -> list[Entry]:
    return [Entry(each.value, value, node) for each in values(key)[:2]]


def merge(entries: list[Entry], others: Sequence[Entry], work: Work, own: int = 0) -> bool:
    """Adds entries of another mapping as long as there is room; False where there was none."""
    room = max(_ENTRIES, own) - len(entries)
    work.spend(1 + max(min(room, len(others)), 0) // 4)
    entries += others[: max(room, 0)]
    return room >= len(others)


def united(left: Expr, right: Expr, at: Expr, values: Values, work: Work) -> Iterator[Alternative]:
    """`left | right`."""
    for both in combined([values(left), values(right)], work):
        first, second = both.values
        if isinstance(first, Mapping) and isinstance(second, Mapping):
            entries = list(first.entries)
            whole = merge(entries, second.entries, work, len(entries))
            merged = Mapping(tuple(entries), whole and first.whole and second.whole)
            yield Alternative(merged, both.choices)
        else:
            yield unknown(at)


def changed(each: Alternative, name: str, at: Expr, values: Values, work: Work) -> Alternative:
    """A mapping of this name with what is written into it before the use."""
    module = at.module
    if not isinstance(each.value, Mapping) or name not in module.mutations:
        return each
    entries = list(each.value.entries)
    whole = each.value.whole
    conditions = module.conditions(at.node)
    here = module.order[module.statement(at.node)]
    scope = module.scope[at.node]
    for mutation in module.mutations[name]:
        work.spend()
        late = mutation.scope is scope and mutation.order >= here
        if not late and not contradict(mutation.choices, conditions):
            written = _written(mutation, at, values)
            whole = merge(entries, written, work, len(each.value.entries)) and whole
    return replace(each, value=Mapping(tuple(entries), whole))


def _written(mutation: Mutation, at: Expr, values: Values) -> list[Entry]:
    frame = at.frame if at.frame and at.frame.function is mutation.scope.node else None
    value = Expr(mutation.value, at.module, frame)
    if mutation.key is not None:
        return _entries(value.beside(mutation.key), value, mutation.node, values)
    inner = only(values(value))
    return list(inner.entries) if isinstance(inner, Mapping) else []


def picked(value: Value, keys: set[object], values: Values, work: Work) -> Iterator[Alternative]:
    """What a mapping or sequence holds under one of the keys; None is any key."""
    if isinstance(value, Mapping):
        for entry in value.entries:
            work.spend(10 if isinstance(entry.key, Text) and len(entry.key.parts) > 1 else 1)
            if None in keys or key_of(entry.key) in keys:
                yield from values(entry.value)
    elif isinstance(value, Items):
        for index, item in enumerate(value.items):
            work.spend()
            if None in keys or index in keys:
                yield from values(item)


def taken(value: Value, path: tuple[int, ...], values: Values) -> Value | None:
    """What a tuple that is taken apart holds at a place of it; None where that is not known."""
    for index in path:
        if not isinstance(value, Items) or index >= len(value.items):
            return None
        inner = only(values(value.items[index]))
        if inner is None:
            return None
        value = inner
    return value
