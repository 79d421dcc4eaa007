"""What requests send in the query of their URL, as far as it is known."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kintone_lint.kintone.request import Request
from kintone_lint.python.tree import arguments
from kintone_lint.python.values import Expr, Hole, Items, Mapping, Text, key_of
from kintone_lint.records import record


@record()
class Parameter:
    """A name and value in a query, and where they are written."""

    name: str
    value: Expr
    node: cst.CSTNode


def parameters(request: Request) -> Iterator[list[Parameter]]:
    """The parameters of a query, each alternative for itself: by `params=`, or by `urlencode`."""
    node = request.arguments.get("params")
    sources = [request.call.beside(node)] if node is not None else []
    client = request.session.argument("params") if request.session is not None else None
    if client is not None:
        sources.append(client)
    for url in request.urls():
        for part in url.value.parts if isinstance(url.value, Text) else ():
            match part:
                case Hole(node=cst.Call() as call, module=module):
                    name = request.evaluator.callees(module).name(call.func) or ""
                    plain, _ = arguments(call)
                    if name == "urllib.parse.urlencode" and plain:
                        sources.append(Expr(plain[0], module, request.call.frame))
    for source in sources:
        for each in request.evaluator.values(source):
            match each.value:
                case Mapping(entries=entries):
                    request.evaluator.work.spend(len(entries))
                    yield [
                        Parameter(key, entry.value, entry.node)
                        for entry in entries
                        if isinstance(key := key_of(entry.key), str)
                    ]
                case Items(items=items):
                    yield list(_pairs(request, items))


def _pairs(request: Request, items: tuple[Expr, ...]) -> Iterator[Parameter]:
    """The parameters in a list of pairs."""
    for item in items:
        pair = request.evaluator.one(item)
        if isinstance(pair, Items) and len(pair.items) == 2:
            name = request.evaluator.one(pair.items[0])
            if isinstance(name, Text) and name.known:
                yield Parameter(name.known, pair.items[1], item.node)
