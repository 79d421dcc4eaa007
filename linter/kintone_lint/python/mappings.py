"""Mappings: what a display, a union, a comprehension and each change before a use make of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

import libcst as cst

from kintone_lint.python.alternatives import Knows, combined
from kintone_lint.python.conditions import contradict
from kintone_lint.python.entries import Entries, Perhaps, entries_of
from kintone_lint.python.functions import frame_of
from kintone_lint.python.loop_writes import written
from kintone_lint.python.module import Module
from kintone_lint.python.rounds import rounds_of
from kintone_lint.python.scopes import Binding, Change, Choice, Mutation, Scope
from kintone_lint.python.tree import held, walk
from kintone_lint.python.values import (
    Alternative,
    Entry,
    Expr,
    Items,
    Literal,
    Mapping,
    Text,
    Value,
    key_of,
    only,
    unknown,
)

_LOOPS = {cst.For, cst.While}
_BEFORE = ("__init__", "__post_init__", "__enter__", "__aenter__")  # what runs before all else
_LISTED = 400  # items of a list that is added to
_HANDED = 2  # functions deep in which a mapping is changed


def displayed(elements: Sequence[cst.BaseDictElement], at: Expr, known: Knows) -> Mapping:
    """The mapping that a dict display makes at its place."""
    entries = Entries(Mapping(()), known.work, 2 * len(elements))
    for element in elements:
        value = at.beside(element.value)
        if isinstance(element, cst.DictElement):
            key = known.values(at.beside(element.key))
            for entry in entries_of(key, Entry(Text(()), value, element)):
                entries.put(entry, (), element)
        else:
            entries.merge(known.values(value), (), element)
    return entries.mapping()


def united(left: Expr, right: Expr, at: Expr, known: Knows) -> Iterator[Alternative]:
    """`left | right`."""
    for both in combined([known.values(left), known.values(right)], known.work):
        first, second = both.values
        if isinstance(first, Mapping) and isinstance(second, Mapping):
            entries = Entries(first, known.work, len(first.entries))
            entries.merge([Alternative(second)], (), at.node)
            yield Alternative(entries.mapping(), both.choices)
        else:
            yield unknown(at)


def made(call: cst.Call, at: Expr, known: Knows) -> Mapping:
    """What `dict(…)` makes, or `update(…)` writes: of mappings, pairs and keywords."""
    entries = Entries(Mapping(()), known.work)
    for arg in call.args:
        value = at.beside(arg.value)
        known.work.spend()
        if arg.keyword is not None:
            key = Text((Literal(arg.keyword.value, arg.keyword, at.module),))
            entries.put(Entry(key, value, arg), (), arg)
        elif arg.star == "*":
            entries.merge([unknown(value)], (), arg)
        else:
            entries.merge([_as_mapping(each, known) for each in known.values(value)], (), arg)
    return entries.mapping()


def _as_mapping(each: Alternative, known: Knows) -> Alternative:
    """A sequence of pairs as the mapping that it makes."""
    if not isinstance(each.value, Items):
        return each
    found: list[Entry] = []
    for item in each.value.items:
        pair = only(known.values(item))
        if not isinstance(pair, Items) or len(pair.items) != 2:
            return replace(each, value=Mapping((), whole=False))
        found += entries_of(known.values(pair.items[0]), Entry(Text(()), pair.items[1], item.node))
    return replace(each, value=Mapping(tuple(found), each.value.whole))


# ---- over time


def changed(
    each: Alternative, name: str, at: Expr, known: Knows, since: Binding | None = None
) -> Alternative:
    """What a name holds, with all that is done to it between its binding and a use."""
    mutations = at.module.changes(name, at.node)
    if not mutations or not isinstance(each.value, Mapping | Items):
        return each
    here, scope = at.module.order[at.module.statement(at.node)], at.module.scope[at.node]
    conditions = (*at.module.conditions(at.node), *each.choices)
    value, entered = each.value, at.entered()
    entries = Entries(value, known.work, len(value.entries)) if isinstance(value, Mapping) else None
    items = _List(value) if isinstance(value, Items) else None
    for mutation in mutations:
        known.work.spend()
        if mutation.scope is scope and mutation.order >= here:
            continue
        if _is_later(mutation, scope, entered, at):
            continue
        if since and mutation.scope is since.scope and mutation.order <= since.order:
            continue
        frame = at.frame if at.frame and at.frame.function is mutation.scope.node else None
        place = Expr(mutation.node, at.module, frame)
        if contradict(mutation.choices, conditions) or known.reached(place) is False:
            continue
        left = _left(mutation, conditions, place, known)
        if _elsewhere(mutation, scope, since):
            left = (*left, (Perhaps(mutation.node), True))
        if entries is not None:
            turns = written(mutation, place, at, known)
            if turns is None:
                _apply(entries, mutation, left, place, known)
            for turn in turns or ():
                _apply(entries, mutation, _in_turn(mutation, conditions, turn, known), turn, known)
        elif items is not None:
            items.apply(mutation, left, place, known, again=_repeated(mutation, since, at))
    return replace(each, value=entries.mapping() if entries else items.items() if items else value)


def _is_later(mutation: Mutation, scope: Scope, entered: dict[Scope, int], at: Expr) -> bool:
    """Whether a change in another scope comes after the call that is followed from there."""
    last = entered.get(mutation.scope) if mutation.scope is not scope else None
    if last is None or mutation.order < last:
        return False
    loops = (each for each in at.module.ancestors(mutation.node) if type(each) in _LOOPS)
    return not any(at.module.order[each] < last for each in loops)


def _repeated(mutation: Mutation, since: Binding | None, at: Expr) -> bool:
    """Whether a change is in a loop that the binding is outside of."""
    loops = [each for each in at.module.ancestors(mutation.node) if type(each) in _LOOPS]
    at.module.work.spend(len(loops))
    start = since.at if since is not None else None
    return any(start is None or not at.module.inside(start, each) for each in loops)


def _left(
    mutation: Mutation, conditions: Sequence[Choice], place: Expr, known: Knows
) -> tuple[Choice, ...]:
    """The conditions of a change that are not met for sure."""
    left = tuple(each for each in mutation.choices if each not in conditions)
    if left and known.reached(place):
        return tuple(each for each in left if each[0] is mutation.node)  # one of several callees
    return left


def _in_turn(
    mutation: Mutation, conditions: Sequence[Choice], turn: Expr, known: Knows
) -> tuple[Choice, ...]:
    """The conditions of a change in a round of a loop that is run."""
    left = _left(mutation, conditions, turn, known)
    return tuple(each for each in left if not isinstance(each[0], cst.For))


def _elsewhere(mutation: Mutation, scope: Scope, since: Binding | None) -> bool:
    """Whether a change is made in another function than where a name is bound and used."""
    function = mutation.scope.node
    around: Scope | None = scope
    while around is not None and around is not mutation.scope:
        around = around.parent
    return (
        around is None
        and isinstance(function, cst.FunctionDef)
        and function.name.value not in _BEFORE
        and (since is None or since.scope is not mutation.scope)
    )


def _apply(
    entries: Entries, mutation: Mutation, left: tuple[Choice, ...], at: Expr, known: Knows
) -> None:
    key = at.beside(mutation.key) if mutation.key is not None else None
    value = at.beside(mutation.value) if mutation.value is not None else at
    if mutation.change is Change.PUT and _grows(mutation, at.module):
        value = at  # a statement, whose value is not known
    match mutation.change:
        case Change.PUT | Change.DEFAULT if key is not None:
            for entry in entries_of(known.values(key), Entry(Text(()), value, mutation.node)):
                if mutation.change is Change.PUT:
                    entries.put(entry, left, mutation.node)
                else:
                    entries.default(entry, left, mutation.node)
        case Change.MERGE:
            found = [_as_mapping(each, known) for each in known.values(value)]
            entries.merge(found, left, mutation.node)
        case Change.MERGE_NAMED if isinstance(mutation.node, cst.Call):
            entries.merge([Alternative(made(mutation.node, at, known))], left, mutation.node)
        case Change.REMOVE:
            keys = known.values(key) if key is not None else (unknown(at),)
            entries.remove(keys, left, mutation.node)
        case Change.CLEAR:
            entries.clear(left, mutation.node)
        case Change.ASSIGN:
            entries.clear(left, mutation.node)
            entries.merge(known.values(value), left, mutation.node)
        case Change.HAND:
            for inner, conditions, place in _handed(mutation, left, at, known):
                _apply(entries, inner, conditions, place, known)


def _grows(mutation: Mutation, module: Module) -> bool:
    """Whether a round of a loop makes an entry of the one that it had in the round before."""
    match mutation.node:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Subscript() as entry)], value=value):
            name = held(entry)
            read = (each for each in islice(walk(value), _LISTED) if type(each) is cst.Subscript)
            made = name is not None and any(held(each) == name for each in read)
            return made and any(type(each) in _LOOPS for each in module.ancestors(entry))
    return False


def _handed(
    mutation: Mutation, left: tuple[Choice, ...], at: Expr, known: Knows
) -> Iterator[tuple[Mutation, tuple[Choice, ...], Expr]]:
    """What a function of the file does to a mapping that it is given."""
    depth, frame = 0, at.frame
    while frame is not None:
        depth, frame = depth + 1, frame.call.frame
    if depth > _HANDED or not isinstance(mutation.key, cst.Name):
        return
    function: cst.CSTNode = mutation.key
    while not isinstance(function, cst.FunctionDef):
        function = at.module.parent[function]
    assert isinstance(mutation.node, cst.Call)
    if at.is_in(function) or at.module.inside(mutation.node, function):
        return  # it hands the mapping on to itself
    inner = frame_of(function, mutation.node, at)
    for each in at.module.changes(mutation.key.value, function.body):
        place = Expr(each.node, at.module, inner)
        if each.scope.node is function and known.reached(place) is not False:
            yield each, (*left, *_left(each, (), place, known)), place


class _List:
    """The items of a list while it is added to."""

    def __init__(self, start: Items) -> None:
        self._items = list(start.items)
        self._when = [start.when(index) for index in range(len(start.items))]
        self._whole = start.whole
        self._kind = start.kind

    def items(self) -> Items:
        return Items(tuple(self._items), self._whole, tuple(self._when), self._kind)

    def apply(
        self,
        mutation: Mutation,
        left: tuple[Choice, ...],
        at: Expr,
        known: Knows,
        *,
        again: bool,
    ) -> None:
        if again:  # nobody knows how often
            self._whole = False
        if len(self._items) > _LISTED:
            self._whole = False
            return
        if mutation.change is Change.REORDER:
            self._whole = False
        if mutation.change in (Change.APPEND, Change.REORDER) and mutation.value is not None:
            self._items.append(at.beside(mutation.value))
            self._when.append(left)
        elif mutation.change is Change.EXTEND and mutation.value is not None:
            found = known.values(at.beside(mutation.value))
            self._whole = self._whole and len(found) == 1
            for each in found:
                if isinstance(each.value, Items):
                    self._items += each.value.items
                    count = range(len(each.value.items))
                    self._when += [(*left, *each.choices, *each.value.when(n)) for n in count]
                    self._whole = self._whole and each.value.whole
                else:
                    self._whole = False
        elif mutation.change is Change.CLEAR and not left:
            self._items, self._when = [], []
        else:
            self._whole = False
        if left:
            self._whole = False


# ---- what is picked out


def picked(value: Value, keys: set[object], known: Knows) -> Iterator[Alternative]:
    """What a mapping or sequence holds under one of the keys; None is any key."""
    if isinstance(value, Mapping):
        for entry in value.entries:
            known.work.spend(10 if isinstance(entry.key, Text) and len(entry.key.parts) > 1 else 1)
            if None in keys or key_of(entry.key) in keys:
                for each in known.values(entry.value):
                    if not contradict(entry.choices, each.choices):
                        yield replace(each, choices=(*entry.choices, *each.choices))
    elif isinstance(value, Items):
        for index, item in enumerate(value.items):
            known.work.spend()
            if None in keys or index in keys or index - len(value.items) in keys:
                for each in known.values(item):
                    yield replace(each, choices=(*value.when(index), *each.choices))


def paired(pairs: Expr, known: Knows) -> Mapping | None:
    """The mapping of `zip(keys, values)`, if both are known; None of anything else."""
    match pairs.node:
        case cst.Call(func=cst.Name(value="zip"), args=[keys, values]) if not keys.star:
            both = [only(known.values(pairs.beside(each.value))) for each in (keys, values)]
            first, second = both
            if isinstance(first, Items) and isinstance(second, Items):
                if not (first.whole and second.whole) or first.choices or second.choices:
                    return None
                together = zip(first.items, second.items, strict=False)
                return Mapping(
                    tuple(
                        entry
                        for key, value in together
                        for entry in entries_of(
                            known.values(key), Entry(Text(()), value, value.node)
                        )
                    )
                )
    return None


def filtered(node: cst.DictComp | cst.GeneratorExp, at: Expr, known: Knows) -> Mapping | None:
    """A mapping by comprehension over what is known; else None."""
    match node:
        case cst.DictComp(key=key, value=value):
            pass
        case cst.GeneratorExp(
            elt=cst.Tuple(elements=[cst.Element(value=key), cst.Element(value=value)])
        ):
            pass
        case _:
            return None
    rounds = rounds_of(node, at, known)
    if rounds is None:
        return None
    found: list[Entry] = []
    for each in rounds.turns:
        perhaps = () if each.sure else ((Perhaps((node, each.written)), True),)
        entry = Entry(Text(()), each.held(value), each.written, (*each.when, *perhaps))
        found += entries_of(known.values(each.held(key)), entry)
    return Mapping(tuple(found), rounds.whole)
