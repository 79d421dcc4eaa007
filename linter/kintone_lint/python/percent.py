"""`template % values`: of a tuple, a mapping, or one value."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kintone_lint.python.alternatives import Knows
from kintone_lint.python.texts import filled, percent_fields
from kintone_lint.python.values import Alternative, Expr, Items, Mapping, key_of, only


def percent(template: Expr, right: Expr, whole: Expr, known: Knows) -> Iterator[Alternative]:
    """The texts that a template is filled to; fields of what is not known are holes."""
    items: list[Expr] = [right]
    named: dict[str, Expr] = {}
    if isinstance(right.node, cst.Tuple):
        items = [right.beside(element.value) for element in right.node.elements]
    else:
        match only(known.values(right)):
            case Mapping(entries=entries):
                known.work.spend(len(entries))
                named = {str(key_of(each.key)): each.value for each in entries}
            case Items(items=several, whole=True) if isinstance(_bound(right), cst.Tuple):
                items = list(several)
    yield from filled(template, items, named, whole, percent_fields, known)


def _bound(expr: Expr) -> cst.CSTNode | None:
    """What a name is bound to: a list is written as one value, a tuple fills one field each."""
    if not isinstance(expr.node, cst.Name):
        return None
    return next((each.node for each in expr.module.lookup(expr.node.value, expr.node)[:1]), None)
