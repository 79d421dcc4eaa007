"""Addresses of furl, which are changed in place: `address.path = …`, `address.path.add(…)`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import libcst as cst

from kintone_lint.python.alternatives import Knows
from kintone_lint.python.module import Module
from kintone_lint.python.scopes import Binding, Scope
from kintone_lint.python.tree import dotted
from kintone_lint.python.urls import below, split
from kintone_lint.python.values import Alternative, Expr, Text, hole, only, text_of

_SET = ("scheme", "host", "path", "netloc")


class _Write(NamedTuple):
    """A statement that changes an address: where, what, and the value, None if it is unclear."""

    node: cst.CSTNode
    piece: str
    value: cst.BaseExpression | None


def is_furl(binding: Binding, module: Module) -> bool:
    """Whether a name is bound to an address of furl."""
    if "furl" not in module.calls_of:
        return False
    func = binding.node.func if isinstance(binding.node, cst.Call) else None
    return func is not None and (dotted(func) or "").rpartition(".")[2] == "furl"


def written(each: Alternative, name: str, expr: Expr, since: Binding, known: Knows) -> Alternative:
    """An address with all that is written to it between its binding and a use."""
    if not isinstance(each.value, Text):
        return each
    module, scope = expr.module, expr.module.scope[expr.node]
    here, met = module.order[module.statement(expr.node)], module.conditions(expr.node)
    value: Text | None = each.value
    for write in sorted(_writes(name, scope, module), key=lambda one: module.order[one.node]):
        known.work.spend()
        if not since.order < module.order[module.statement(write.node)] < here:
            continue
        sure = all(choice in met for choice in module.conditions(write.node))
        value = _changed(value, write, expr, known) if sure and value is not None else None
    return replace(each, value=value) if value is not None else replace(each, value=hole(expr))


def _changed(base: Text, write: _Write, expr: Expr, known: Knows) -> Text | None:
    given = only(known.values(expr.beside(write.value))) if write.value is not None else None
    text, pieces = text_of(given) if given is not None else None, split(base)
    if text is None or pieces is None:
        return None
    if write.piece == "add":
        return below(base, text)
    piece = "host" if write.piece == "netloc" else write.piece
    return pieces._replace(**{piece: text.parts}).whole()


def _writes(name: str, scope: Scope, module: Module) -> Iterator[_Write]:
    """The statements in a scope that change an address; what only its query has is left out."""
    for node in module.of(cst.Assign, cst.AugAssign, cst.Call):
        if module.scope[node] is not scope:
            continue
        match node:
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Attribute() as target)]):
                holder, _, piece = (dotted(target) or "").rpartition(".")
                if holder == name and piece in _SET:
                    yield _Write(node, piece, node.value)
                elif holder.startswith(f"{name}.path"):
                    yield _Write(node, piece, None)
            case cst.AugAssign(target=cst.Attribute() as target, operator=cst.DivideAssign()):
                if dotted(target) == f"{name}.path":
                    yield _Write(node, "add", node.value)
            case cst.AugAssign(target=target) if _about_path(target, name):
                yield _Write(node, "path", None)
            case cst.Call(func=cst.Attribute(attr=cst.Name(value=method)) as func):
                yield from _by_method(node, (dotted(func) or "").rpartition(".")[0], name, method)


def _by_method(node: cst.Call, holder: str, name: str, method: str) -> Iterator[_Write]:
    args = node.args
    if holder == f"{name}.path" and method == "add" and len(args) == 1:
        yield _Write(node, "add", args[0].value)
    elif holder.startswith(f"{name}.path"):
        yield _Write(node, "path", None)
    elif holder == name and method in ("set", "add", "remove", "join", "load"):
        for arg in args:
            keyword = arg.keyword.value if arg.keyword is not None else "path"
            if keyword in _SET:
                piece = "add" if method == "add" and keyword == "path" else keyword
                yield _Write(node, piece, arg.value if method in ("set", "add") else None)


def _about_path(target: cst.CSTNode, name: str) -> bool:
    """Whether what is added to is the path of an address, or an item of its parts."""
    while isinstance(target, cst.Subscript):
        target = target.value
    return (dotted(target) or "").startswith(f"{name}.path")
