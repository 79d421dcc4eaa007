"""Credentials that are given to what another module has, and sent as headers there."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kintone_lint.kintone.credentials.by_flow import in_header
from kintone_lint.kintone.credentials.credential import Credential
from kintone_lint.kintone.header_keys import AUTH_KEYS, header_key
from kintone_lint.kintone.headers import pairs
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.functions import Called, called, frame_of
from kintone_lint.python.module import Module
from kintone_lint.python.scopes import imported
from kintone_lint.python.spots import Spot
from kintone_lint.python.tree import spelled
from kintone_lint.python.values import Expr, Frame, Text

_MOST = 20  # headers of one function or class
_WRITES = (cst.DictElement, cst.Assign, cst.Call)


def in_imported(subject: Subject) -> Iterator[Credential]:
    """In calls of what is imported from another file of the project, by its headers."""
    module = subject.module
    for call in module.of(cst.Call):
        if not call.args or not _is_imported(call.func, module):
            continue
        found = called(call.func, module, subject.project)
        if found is None or found.module is module:
            continue
        for name, value, frame in _headers(found, call, subject):
            for each in subject.evaluator.values(Expr(value, found.module, frame)):
                if isinstance(each.value, Text):
                    use = Spot(module, call)
                    own = (one for one in in_header(subject, each.value, use, name))
                    yield from (one for one in own if one.spot.module is module)


def _is_imported(func: cst.CSTNode, module: Module) -> bool:
    while isinstance(func, cst.Attribute):
        func = func.value
    bindings = module.lookup(func.value, func) if isinstance(func, cst.Name) else []
    return any(imported(each) is not None for each in bindings[:1])


def _headers(
    found: Called, call: cst.Call, subject: Subject
) -> Iterator[tuple[str, cst.CSTNode, Frame]]:
    """The headers that a function writes, or a class in any of its methods, for one call."""
    function, module = found
    own = module.scope[function.body]
    around = module.scope[function] if function.name.value == "__init__" else None
    count = 0
    at = Expr(call, subject.module)
    for node in module.of(*_WRITES):
        scope = module.scope[node]
        inside = scope is own if around is None else scope.enclosing_class is around
        for key, value in pairs(node) if inside else ():
            name = header_key(spelled(key) or "")
            method = scope.node
            if name not in AUTH_KEYS or not isinstance(method, cst.FunctionDef):
                continue
            count += 1
            if count > _MOST:
                return
            if method is function:
                yield name, value, frame_of(function, call, at, module)
            else:
                holder = cst.Attribute(call, cst.Name(method.name.value))
                yield name, value, Frame(method, at.beside(holder), {})
