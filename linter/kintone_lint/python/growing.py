"""Texts that grow in a loop: `path += "/" + part`, `path = f"{path}/{part}"`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import libcst as cst

from kintone_lint.python.alternatives import Knows
from kintone_lint.python.module import Module
from kintone_lint.python.rounds import naming, turns_of
from kintone_lint.python.scopes import Binding
from kintone_lint.python.tree import walk
from kintone_lint.python.values import LONGEST, Alternative, Expr, Text, only, text_of, unknown

_SCOPES = cst.FunctionDef | cst.ClassDef | cst.Lambda
_Loop = cst.For | cst.While
_MOST = 2_000  # nodes of a loop that are looked at


class Growths:
    """Names that get a value of what they had in the round before; `texts` are those of texts."""

    def __init__(self) -> None:
        self._found: dict[Binding, Growing | None] = {}
        self.texts: set[Binding] = set()

    def of(
        self, binding: Binding, value: Expr, use: Expr, known: Knows
    ) -> tuple[Alternative, ...] | None:
        """What a text is after the loop that it grows in; None where nothing grows."""
        if binding not in self._found:
            self._found[binding] = growing(binding, value.module)
        found = self._found[binding]
        start = known.values(value.beside(found.reads)) if found is not None else ()
        if found is None or not all(isinstance(each.value, Text) for each in start):
            return None
        self.texts.add(binding)
        first, whole = only(start), None
        if isinstance(first, Text) and not value.module.inside(use.node, found.loop):
            whole = grown(binding, found, first, value, known)
        return (unknown(value) if whole is None else Alternative(whole, binding.choices),)


class Growing(NamedTuple):
    """A loop, and where a value that is given in it reads what the round before gave."""

    loop: _Loop
    reads: cst.CSTNode


def growing(binding: Binding, module: Module) -> Growing | None:
    """The loop in which a name gets a value that is made of the one it had in the round before."""
    statement = binding.at
    if binding.path or not (module.has(cst.For) or module.has(cst.While)):
        return None
    reads: cst.CSTNode | None = None
    match statement:
        case cst.AugAssign(target=target):
            reads = target
        case cst.Assign(value=value):
            names = (each for each in islice(walk(value), _MOST) if isinstance(each, cst.Name))
            reads = next((each for each in names if each.value == binding.name), None)
    if statement is None or reads is None:
        return None
    before = module.lookup(binding.name, reads)[:1]
    for above in module.ancestors(statement):
        if isinstance(above, _SCOPES):
            return None
        if isinstance(above, _Loop) and not any(
            each.at is not None and module.inside(each.at, above) for each in before
        ):
            return Growing(above, reads)
    return None


def grown(binding: Binding, found: Growing, start: Text, value: Expr, known: Knows) -> Text | None:
    """What a name is after all rounds, if it is known what they are; None if not.

    The statement has to be in the loop itself, and nothing may end a round early.
    """
    loop, statement = found.loop, binding.at
    line = value.module.parent[statement] if statement is not None else None
    if not isinstance(loop, cst.For) or loop.orelse is not None or line not in loop.body.body:
        return None
    if len([*islice(_leaving(loop, binding.name), 2)]) > 1:  # the statement itself is one
        return None
    rounds = turns_of(loop.target, loop.iter, (), value, known)
    if rounds is None or not rounds.whole or any(each.when for each in rounds.turns):
        return None
    whole = start
    for turn in rounds.turns:
        inner = naming({binding.name: whole}, turn.at).beside(value.node)
        new = only(known.values(inner))
        text = text_of(new) if new is not None else None
        if text is None or len(whole.parts) > LONGEST:
            return None
        whole = Text((*whole.parts, *text.parts)) if binding.adds else text
    return whole


def _leaving(loop: cst.For, name: str) -> Iterator[cst.CSTNode]:
    """What ends a round early, and what else gives the name a value."""
    for count, node in enumerate(walk(loop.body)):
        if count > _MOST:
            yield from (loop, loop)
            return
        match node:
            case cst.Break() | cst.Continue() | cst.Return() | cst.Raise():
                yield from (node, node)
            case cst.AssignTarget(target=target) | cst.AugAssign(target=target):
                if isinstance(target, cst.Name) and target.value == name:
                    yield node
