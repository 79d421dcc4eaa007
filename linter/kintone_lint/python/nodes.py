"""libcst's nodes, made as quick as its parser.

Nodes are equal by identity, and libcst says so in Python, in a function that each look-up in a dict
calls; here `object` says the same. libcst validates each node that its parser makes, which says
nothing new of a text that Python's own parser has taken. And two of five nodes are whitespace,
which nobody here asks for, so that equal ones can be one node.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import libcst as cst

_VALIDATE = "__post_init__"


def identified() -> None:
    """Has `object` compare and hash all nodes. To be called before any is in a dict."""
    left: list[type] = [cst.CSTNode]
    while left:
        kind = left.pop()
        kind.__eq__ = object.__eq__  # type: ignore[assignment]
        kind.__hash__ = object.__hash__  # type: ignore[assignment]
        left += kind.__subclasses__()


@contextmanager
def unvalidated() -> Iterator[None]:
    """What the parser makes in here is taken as it is."""
    validate = getattr(cst.CSTNode, _VALIDATE)
    setattr(cst.CSTNode, _VALIDATE, _accept)
    try:
        yield
    finally:
        setattr(cst.CSTNode, _VALIDATE, validate)


@contextmanager
def shared_whitespace() -> Iterator[None]:
    """Equal whitespace that the parser makes in here is one node; it looks up the class by name."""
    kind = cst.SimpleWhitespace
    made: dict[str, cst.SimpleWhitespace] = {}

    def whitespace(value: str) -> cst.SimpleWhitespace:
        found = made.get(value)
        if found is None:
            found = made[value] = kind(value)
        return found

    setattr(cst, kind.__name__, whitespace)
    try:
        yield
    finally:
        setattr(cst, kind.__name__, kind)


def _accept(_node: cst.CSTNode) -> None:
    pass
