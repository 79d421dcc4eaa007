"""Which names of a loop get a value that is made of the one they had in the round before."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice

import libcst as cst

from kintone_lint.python.conditions import contradict
from kintone_lint.python.module import Module
from kintone_lint.python.scopes import Binding
from kintone_lint.python.tree import dotted, walk

Loop = cst.For | cst.While

_LOOPS = {cst.For, cst.While}
_SCOPES = {cst.FunctionDef, cst.ClassDef, cst.Lambda, cst.Module}
_MOST = 2_000  # nodes of a value that are looked at, and pairs of bindings of a loop


def loops_around(binding: Binding, module: Module) -> list[Loop]:
    """The loops of its function that give a name its value, the outermost first."""
    node, found = binding.at, list[Loop]()
    if node is None or not (module.has(cst.For) or module.has(cst.While)):
        return found
    if isinstance(node, cst.For):
        found.append(node)
    while (above := module.parent.get(node)) is not None and type(above) not in _SCOPES:
        module.work.spend()
        if isinstance(above, Loop) and node in (above.body, above.orelse):
            found.append(above)
        node = above
    return found[::-1]


def bound_in(loop: Loop, module: Module) -> dict[str, list[Binding]]:
    """The names that a loop gives values to, in source order; those of comprehensions are none."""
    scope = module.scope[loop]
    start = module.order[loop]
    found: dict[str, list[Binding]] = {}
    outer = {name: home.bindings.get(name, []) for name, home in scope.outer.items()}
    for name, bindings in (scope.bindings | outer).items():
        module.work.spend()
        first = bisect_left(bindings, start, key=lambda each: each.order)
        inside = []
        for each in bindings[first:]:
            if each.at is None or type(each.at) is cst.CompFor:
                continue
            if not module.inside(each.at, loop):
                break
            inside.append(each)
        if inside:
            found[name] = inside
    return found


def carried(loop: Loop, module: Module) -> frozenset[Binding]:
    """The bindings in a loop whose values lead back to themselves, over one round or several."""
    found = module.carried.get(loop)
    if found is None:
        found = module.carried[loop] = _carried(loop, module)
    return found


def _carried(loop: Loop, module: Module) -> frozenset[Binding]:
    names = bound_in(loop, module)
    left = {each for bindings in names.values() for each in bindings if each.at is not loop}
    makes: dict[Binding, list[Binding]] = {}  # by binding, those whose values are made of it
    wanted: dict[Binding, set[Binding]] = {}
    pairs = 0
    for binding in left:
        wanted[binding] = set()
        for read in _reads(binding):
            for other in _seen(names.get(read.value, ()), read, loop, module):
                module.work.spend()
                pairs += 1
                if other in left and pairs < _MOST and other not in wanted[binding]:
                    wanted[binding].add(other)
                    makes.setdefault(other, []).append(binding)
    done = [each for each in left if not wanted[each]]
    while done:  # what is made of nothing that leads back
        each = done.pop()
        left.discard(each)
        for other in makes.get(each, ()):
            wanted[other].discard(each)
            if not wanted[other] and other in left:
                done.append(other)
    return frozenset(left)


def _reads(binding: Binding) -> Iterator[cst.Name]:
    """The names that the value of a binding is made of."""
    at = binding.at
    values: list[cst.CSTNode] = []
    if binding.adds and isinstance(at, cst.AugAssign):
        values.append(at.target)
    if isinstance(binding.node, cst.BaseExpression):
        values.append(binding.node)
    for value in values:
        nodes = [*islice(walk(value), _MOST)]
        other = {each.attr for each in nodes if isinstance(each, cst.Attribute)}
        other |= {each.keyword for each in nodes if isinstance(each, cst.Arg) and each.keyword}
        yield from (each for each in nodes if isinstance(each, cst.Name) and each not in other)


def _seen(
    bindings: list[Binding] | tuple[()], read: cst.Name, loop: Loop, module: Module
) -> Iterator[Binding]:
    """Those of a loop that a name may have where it is read: of the same round, or of another."""
    if not bindings:
        return
    here, conditions = module.order[module.statement(read)], module.conditions(read)
    before = [each for each in bindings if each.order < here or each.at is loop]
    for each in reversed(before):
        if contradict(each.choices, conditions):
            continue
        yield each
        if each.at is loop or all(choice in conditions for choice in each.choices):
            return
    yield from bindings[len(before) :]


def grows(binding: Binding, module: Module) -> bool:
    """Whether an attribute gets a value in a loop that is made of the one it had before."""
    if not loops_around(binding, module):
        return False
    own = f".{binding.name}"
    return binding.adds or (
        binding.node is not None
        and any(
            isinstance(each, cst.Attribute) and (dotted(each) or "").endswith(own)
            for each in islice(walk(binding.node), _MOST)
        )
    )
