"""libcst's nodes, made as quick as its parser.

Nodes are equal by identity, and libcst says so in Python, in a function that each look-up in a dict
calls; here `object` says the same. libcst validates each node that its parser makes, which says
nothing new of a text that Python's own parser has taken. Two of five nodes are whitespace, which
nobody here asks for, so that equal ones can be one node. And the parser imports libcst anew for
each node, which here does nothing: it looks the module up after that in any case.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cache

import libcst as cst

_VALIDATE = "__post_init__"
_ENTRY = "libcst._parser.entrypoints"  # what calls the parser
_BUILTINS = "__builtins__"  # of a module: what the parser takes for the built-in functions


def identified() -> None:
    """Has `object` compare and hash all nodes. To be called before any is in a dict."""
    left: list[type] = [cst.CSTNode]
    while left:
        kind = left.pop()
        kind.__eq__ = object.__eq__  # type: ignore[assignment]
        kind.__hash__ = object.__hash__  # type: ignore[assignment]
        left += kind.__subclasses__()


@contextmanager
def parsing(*, validated: bool) -> Iterator[None]:
    """What libcst parses in here is made as quickly as can be; `validated` if `ast` refused it."""
    with _validating() if validated else _unvalidated(), _shared_whitespace(), _without_imports():
        yield


@cache
def _unvalidated() -> nullcontext[None]:
    """From now on nodes are taken as they are: a class that changes for each file is a slow one."""
    setattr(cst.CSTNode, _VALIDATE, _accept)
    return nullcontext()


@contextmanager
def _validating() -> Iterator[None]:
    current = getattr(cst.CSTNode, _VALIDATE)
    setattr(cst.CSTNode, _VALIDATE, _validate)
    try:
        yield
    finally:
        setattr(cst.CSTNode, _VALIDATE, current)


@contextmanager
def _shared_whitespace() -> Iterator[None]:
    """Equal whitespace is one node; the parser looks up the class by name."""
    kind = cst.SimpleWhitespace
    setattr(cst, kind.__name__, cache(kind))
    try:
        yield
    finally:
        setattr(cst, kind.__name__, kind)


@contextmanager
def _without_imports() -> Iterator[None]:
    caller = sys.modules.get(_ENTRY)
    space: dict[str, object] = vars(caller) if caller else {}
    given = space.get(_BUILTINS)
    space[_BUILTINS] = {"__import__": "".format}  # takes anything, and does nothing
    try:
        yield
    finally:
        space[_BUILTINS] = given


_validate = getattr(cst.CSTNode, _VALIDATE)


def _accept(_node: cst.CSTNode) -> None:
    pass
