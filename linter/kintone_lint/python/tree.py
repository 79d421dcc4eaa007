"""Walking a libcst tree by its fields. Whitespace and punctuation are not visited."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter

import libcst as cst

_PUNCTUATION = ("whitespace", "comma", "semicolon", "lpar", "rpar", "header", "footer", "lines")
_NEVER = {"equal", "colon", "dot", "lbrace", "rbrace", "lbracket", "rbracket", "newline"}


class _Values(dict[type[cst.CSTNode], Callable[[cst.CSTNode], tuple[object, ...]]]):
    """What tells the values of the fields of a node that can hold nodes which are visited."""

    def __missing__(self, kind: type[cst.CSTNode]) -> Callable[[cst.CSTNode], tuple[object, ...]]:
        fields = (
            field.name for field in dataclasses.fields(kind) if field.type not in (str, "str")
        )
        names = [
            name
            for name in fields
            if name not in _NEVER and not any(word in name for word in _PUNCTUATION)
        ]
        if len(names) == 1:
            only = attrgetter(*names)
            self[kind] = lambda node: (only(node),)
        else:
            self[kind] = attrgetter(*names) if names else _nothing
        return self[kind]


def _nothing(_node: cst.CSTNode) -> tuple[object, ...]:
    return ()


class _Nodes(dict[type, bool]):
    """Whether a type is one of nodes, asked once: `isinstance` of an abstract class is slow."""

    def __missing__(self, kind: type) -> bool:
        self[kind] = issubclass(kind, cst.CSTNode)
        return self[kind]


_values = _Values()
_is_node = _Nodes()


def children(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The nodes directly below a node that are not whitespace or punctuation, in source order."""
    found: list[cst.CSTNode] = []
    for value in _values[type(node)](node):
        kind = type(value)
        if kind is tuple or kind is list:
            found += value  # type: ignore[arg-type]
        elif _is_node[kind]:
            found.append(value)  # type: ignore[arg-type]
    return found


def walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node and everything below it, in source order. Needs no recursion."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack += reversed(children(current))


def regarded(test: cst.CSTNode) -> list[cst.CSTNode]:
    """The nodes of a test but for the names of attributes, which are not asked for alone."""
    nodes = [*walk(test)]
    attributes = {each.attr for each in nodes if isinstance(each, cst.Attribute)}
    return [each for each in nodes if each not in attributes]


def is_super(node: cst.CSTNode) -> bool:
    """`super()`, with arguments or without."""
    return isinstance(node, cst.Call) and dotted(node.func) == "super"


def uncalled(node: cst.BaseExpression) -> cst.BaseExpression:
    """What a call calls; any other expression as it is. A decorator may be either."""
    return node.func if isinstance(node, cst.Call) else node


_PARTS = 100  # of a name: what is longer names nothing that anybody looks for


def dotted(node: cst.CSTNode) -> str | None:
    """`a.b.c` for a name or a chain of attributes on a name, else None."""
    parts: list[str] = []
    while type(node) is cst.Attribute and len(parts) < _PARTS:
        parts.append(node.attr.value)
        node = node.value
    if type(node) is not cst.Name:
        return None
    return ".".join([node.value, *reversed(parts)]) if parts else node.value


def held(node: cst.CSTNode) -> str | None:
    """The name of what holds something: `a.b`, `a["b"]`, and both in a chain; else None."""
    parts: list[str] = []
    while len(parts) < _PARTS:
        match node:
            case cst.Name(value=name):
                return name + "".join(reversed(parts))
            case cst.Attribute(value=inner, attr=attr):
                parts.append(f".{attr.value}")
                node = inner
            case cst.Subscript(
                value=inner,
                slice=[cst.SubscriptElement(cst.Index(value=cst.SimpleString() as key))],
            ):
                parts.append(f"[{spelled(key)!r}]")
                node = inner
            case _:
                return None
    return None


def looked_at(node: cst.CSTNode) -> str | None:
    """The name of what a test is about: as `held` says it, and `a.get("b")` is `a["b"]`."""
    match node:
        case cst.Call(
            func=cst.Attribute(value=inner, attr=cst.Name(value="get")),
            args=[cst.Arg(value=cst.SimpleString() as key), *_],
        ):
            holder = held(inner)
            return f"{holder}[{spelled(key)!r}]" if holder else None
    return held(node)


def arguments(call: cst.Call) -> tuple[list[cst.BaseExpression], dict[str, cst.BaseExpression]]:
    """The positional and the named arguments of a call; `*args` and `**kwargs` are left out."""
    return sorted_out(call.args)


def sorted_out(
    args: Sequence[cst.Arg],
) -> tuple[list[cst.BaseExpression], dict[str, cst.BaseExpression]]:
    """The arguments by position, and by name; `*args` and `**kwargs` are left out."""
    positional = [arg.value for arg in args if arg.keyword is None and not arg.star]
    named = {arg.keyword.value: arg.value for arg in args if arg.keyword is not None}
    return positional, named


def evaluated(node: cst.SimpleString) -> str | bytes:
    """What a literal is worth. Python's parser is asked only if it says more than what is written.

    Raises SyntaxError and ValueError.
    """
    start, quotes = opened(node)
    written = node.value[start:-quotes]
    if "\\" in written or "\r" in written or "b" in node.value[: start - quotes].lower():
        return node.evaluated_value
    return written


def opened(node: cst.SimpleString) -> tuple[int, int]:
    """Where the text of a literal starts in it, and how many quotes are before and after it."""
    whole = node.value
    mark = whole[0]
    if mark not in "\"'":
        return len(node.prefix) + len(node.quote), len(node.quote)
    quotes = 3 if len(whole) > 5 and whole.startswith(mark * 3) else 1
    return quotes, quotes


def spelled(node: cst.BaseExpression) -> str | None:
    """The text of a plain string literal; None for bytes and anything else."""
    value = evaluated(node) if type(node) is cst.SimpleString else None
    return value if isinstance(value, str) else None
