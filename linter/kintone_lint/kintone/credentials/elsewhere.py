"""What is sent to other services: not Kintone's, unless it is sent there, too."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kintone_lint.kintone.hosts import elsewhere
from kintone_lint.kintone.request import Request
from kintone_lint.kintone.requests import requests
from kintone_lint.kintone.subject import Subject, query
from kintone_lint.python.values import Encoded, Expr, Items, Literal, Mapping, Text, Value

_WHERE = ("auth", "params", "json", "data")
_ENTRIES = 50  # of one mapping or sequence that are looked at


@query
def sent_elsewhere(subject: Subject) -> frozenset[cst.CSTNode]:
    """The literals that requests to other services are made of."""
    found: set[cst.CSTNode] = set()
    for request in requests(subject):
        urls = request.urls()
        if urls and all(elsewhere(each.value) for each in urls) and not request.kintone:
            found |= {literal.node for value in _values(request) for literal in _literals(value)}
    return frozenset(found)


def _values(request: Request) -> Iterator[Value]:
    headers, _ = request.headers()
    for header in headers:
        yield from header.values()
    for name in _WHERE:
        inner: tuple[Expr, ...] = ()
        match value := request.argument(name):
            case Text():
                yield value
            case Mapping(entries=entries):
                inner = tuple(each.value for each in entries[:_ENTRIES])
            case Items(items=items):
                inner = items[:_ENTRIES]
        for each in inner:
            yield from (found.value for found in request.evaluator.values(each))


def _literals(value: Value) -> Iterator[Literal]:
    for part in value.parts if isinstance(value, Text) else ():
        if isinstance(part, Literal):
            yield part
        elif isinstance(part, Encoded):
            yield from part.of.literals
