"""The expressions that put a text together."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from kintone_lint.python.functions import function_called
from kintone_lint.python.module import Module
from kintone_lint.python.project import Project
from kintone_lint.python.values import Literal

_STEPS = 8
# By exact type: for most nodes, which are none of these, `match` is slow.
_HOLDERS = {cst.ConcatenatedString, cst.FormattedString, cst.BinaryOperation, cst.Attribute}


def assembly(part: Literal) -> cst.CSTNode:
    """The largest string expression around a literal."""
    known, node = part.module.assemblies, part.node
    below: list[cst.CSTNode] = []
    while node not in known:
        below.append(node)
        above = _assembled_in(node, part.module)
        if above is None:
            known[node] = node
        else:
            node = above
    known.update(dict.fromkeys(below, known[node]))
    return known[node]


def _assembled_in(node: cst.CSTNode, module: Module) -> cst.CSTNode | None:
    """The string expression that another one is directly a part of."""
    above = module.parent.get(node)
    if type(above) not in _HOLDERS:
        return None
    match above:
        case cst.ConcatenatedString() | cst.FormattedString():
            return above
        case cst.BinaryOperation(operator=cst.Add() | cst.Modulo()):
            return above
        case cst.Attribute(attr=cst.Name(value="format" | "replace" | "strip" | "rstrip")):
            call = module.parent.get(above)
            return call if isinstance(call, cst.Call) and call.func is above else None
    return None


def meeting(
    node: cst.CSTNode, module: Module, project: Project | None
) -> tuple[Module, cst.CSTNode]:
    """Where the pieces of a text meet: through names, and calls of functions with one `return`."""
    for _ in range(_STEPS):
        values: Sequence[cst.CSTNode | None] = ()
        match node:
            case cst.Name(value=name):
                values = [each.node for each in module.lookup(name, node)]
            case cst.Call(func=func) if project is not None:
                values = _returned(func, module, project)
        if len(values) != 1 or not isinstance(values[0], cst.BaseExpression):
            break
        node = values[0]
    return module, node


def _returned(func: cst.BaseExpression, module: Module, project: Project) -> list[cst.CSTNode]:
    """What a function of the file returns."""
    function = function_called(func, module, project)
    if function is None or isinstance(function.body, cst.BaseExpression):
        return []
    found = module.returns.get(module.scope[function.body], ())
    return [each.value for each in found if each.value is not None]
