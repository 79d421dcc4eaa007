"""What string operations make of a text whose pieces are not all known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import libcst as cst

from kintone_lint.python.module import Module
from kintone_lint.python.values import Encoded, Literal, Part, Text, Value, hole, text_of


def formatted(value: Value, node: cst.CSTNode, module: Module) -> Text:
    """A value as `{}` or `str()` writes it; bytes become `b'…'`."""
    text = text_of(value)
    if text is None:
        return hole(node, module)
    if text.raw:
        parts = tuple(
            replace(part, shown=True) if isinstance(part, Encoded) else part for part in text.parts
        )
        return Text(parts)
    return text


def kept(text: Text, method: str, plain: Sequence[cst.CSTNode]) -> Text:
    if method == "encode":
        return replace(text, raw=True)
    if method == "decode":
        return replace(text, raw=False)
    if method in ("lower", "upper", "casefold"):
        return text
    signs = None
    if plain and isinstance(plain[0], cst.SimpleString):
        value = plain[0].evaluated_value
        signs = value if isinstance(value, str) else None
    parts = list(text.parts)
    if parts and method in ("strip", "lstrip") and isinstance(parts[0], Literal):
        first = parts[0]
        parts[0] = first.cut(len(first.text) - len(first.text.lstrip(signs)), len(first.text))
    if parts and method in ("strip", "rstrip") and isinstance(parts[-1], Literal):
        parts[-1] = parts[-1].cut(0, len(parts[-1].text.rstrip(signs)))
    return replace(text, parts=tuple(parts))


def sliced(text: Text, end: int) -> Iterator[Part]:
    for part in text.literals:
        if end > 0:
            yield part.cut(0, min(end, len(part.text)))
        end -= len(part.text)


def terms(node: cst.BinaryOperation) -> list[cst.CSTNode]:
    terms: list[cst.CSTNode] = []
    current: cst.CSTNode = node
    while isinstance(current, cst.BinaryOperation) and isinstance(current.operator, cst.Add):
        terms.append(current.right)
        current = current.left
    return [current, *reversed(terms)]


def strings(node: cst.ConcatenatedString) -> list[cst.CSTNode]:
    """The strings that stand one after the other, as one."""
    found: list[cst.CSTNode] = []
    current: cst.CSTNode = node
    while isinstance(current, cst.ConcatenatedString):
        found.append(current.left)
        current = current.right
    return [*found, current]


def _fields(part: Literal, pattern: str) -> Iterator[Literal | str | int]:
    at = 0
    for match in re.finditer(pattern, part.text):
        if match["field"] is None:
            continue
        if match.start() > at:
            yield part.cut(at, match.start())
        name = match["field"]
        yield int(name) if name.isdecimal() else name
        at = match.end()
    if at < len(part.text):
        yield part.cut(at, len(part.text))


def brace_fields(part: Literal) -> Iterator[Literal | str | int]:
    return _fields(part, r"\{\{|\}\}|\{(?P<field>\w*)[^{}]*\}")


def percent_fields(part: Literal) -> Iterator[Literal | str | int]:
    return _fields(part, r"%%|%(?:(?P<field>)[-+ #0]*\d*(?:\.\d+)?[sdrif])")
