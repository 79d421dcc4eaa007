"""What is under a key or at an index, and what is cut out of a text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import libcst as cst

from kintone_lint.python.alternatives import Knows, may_be_empty, under
from kintone_lint.python.conditions import contradict
from kintone_lint.python.cutting import cut_out
from kintone_lint.python.in_rounds import Keys, keyed
from kintone_lint.python.mappings import changed, picked
from kintone_lint.python.registries import registered
from kintone_lint.python.tree import held
from kintone_lint.python.values import Alternative, Expr, Text, unknown


def subscripted(node: cst.Subscript, expr: Expr, known: Knows) -> Iterator[Alternative]:
    """The alternatives of `holder[key]`."""
    cut = cut_out(node, expr, known)
    if cut is not None:
        yield from cut
        return
    match node.slice:
        case [cst.SubscriptElement(slice=cst.Index(value=key))]:
            keys = keyed(known.values(expr.beside(key)))
        case _:
            keys = []
    found, name = False, held(node) or ""
    for holder in known.values(expr.beside(node.value)):
        for value in _picked(holder, keys, known):
            found = True
            choices = (*value.choices, *may_be_empty(value, name, expr))
            yield changed(replace(value, choices=choices), name, expr, known)
    if not found:
        yield from taken_out(node, expr, known)


def _picked(holder: Alternative, keys: Keys, known: Knows) -> Iterator[Alternative]:
    """What a holder has under each key, in the round that both are of."""
    for together, way in keys:
        if not contradict(holder.choices, way):
            found = picked(holder.value, together, known)
            yield from under(found, (*holder.choices, *way))


def taken_out(node: cst.CSTNode, expr: Expr, known: Knows) -> Iterator[Alternative]:
    """What is taken out of a registry or a member of an Enum, if it is known what is there."""
    if isinstance(node, cst.Attribute) and node.attr.value == "value":  # no text has it
        members = known.values(expr.beside(node.value))
        texts = [each for each in members if isinstance(each.value, Text) and each.value.known]
        if texts:
            yield from texts
            return
    inner = registered(node, expr.module)
    here = expr.module.scope[node]
    if inner is None or expr.module.scope[inner] is here:  # written where it is read
        yield unknown(expr)
    else:
        yield from (Alternative(each.value) for each in known.values(Expr(inner, expr.module)))
