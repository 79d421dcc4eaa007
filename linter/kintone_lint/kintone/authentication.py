"""Authentication by code of the user's own: what it writes into the headers of a request.

An object whose class has `__call__` (requests) or `auth_flow` (httpx), or a function, is given the
request before it is sent.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kintone_lint.python.evaluator import Evaluator
from kintone_lint.python.functions import Called, called, method_of, owner_of
from kintone_lint.python.mappings import changed
from kintone_lint.python.scopes import parameters
from kintone_lint.python.tree import dotted, walk
from kintone_lint.python.values import Alternative, Expr, Frame, Mapping

_METHODS = ("__call__", "auth_flow", "sync_auth_flow", "async_auth_flow")
_MOST = 2_000  # nodes of a method that are looked at


def added_headers(auth: Expr, evaluator: Evaluator) -> Mapping:
    """The headers that an `auth` adds; not `whole` where it may add others."""
    found = next(_writers(auth, evaluator), None)
    if found is None:
        return Mapping(())
    writer, param, frame = found
    module = writer.module
    if _hands_on(writer.function, param):
        return Mapping((), whole=False)
    *_, end = walk(writer.function.body)  # what is written before has happened there
    at = Expr(end, module, frame)
    added = changed(Alternative(Mapping(())), f"{param}.headers", at, evaluator).value
    return added if isinstance(added, Mapping) else Mapping((), whole=False)


def _writers(auth: Expr, evaluator: Evaluator) -> Iterator[tuple[Called, str, Frame | None]]:
    """The function that is given the request, the name of its parameter, and a call of it."""
    function = called(auth.node, auth.module, evaluator.project)
    if function is not None and function.module is auth.module:
        names = [each.name.value for each in parameters(function.function.params)]
        if len(names) == 1 and function.function.name.value != "__init__":
            yield function, names[0], None
    made = evaluator.objects.makers.maker(auth)
    if made is None or not isinstance(made.node, cst.Call):
        return
    owner = owner_of(made.node.func, made.module, evaluator.project)
    for name in _METHODS if owner is not None and owner.scope is not None else ():
        method = method_of(owner, name, evaluator.project) if owner is not None else None
        if method is not None and method.module is auth.module:
            names = [each.name.value for each in parameters(method.function.params)]
            holder = cst.Attribute(made.node, cst.Name(name))
            if len(names) == 2:
                yield method, names[1], Frame(method.function, made.beside(holder), {})


def _hands_on(function: cst.FunctionDef, param: str) -> bool:
    """Whether a method gives the request to something else that may write headers."""
    for count, node in enumerate(walk(function.body)):
        if count > _MOST:
            return True
        if isinstance(node, cst.Call) and any(dotted(arg.value) == param for arg in node.args):
            return True
    return False
