"""What string operations make of a text whose pieces are not all known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

import libcst as cst

from kintone_lint.patterns import regex
from kintone_lint.python.alternatives import Knows, Values, combined
from kintone_lint.python.mappings import picked
from kintone_lint.python.tree import evaluated, opened
from kintone_lint.python.urls import below, not_empty, starts
from kintone_lint.python.values import (
    LONGEST,
    Alternative,
    Constant,
    Encoded,
    Expr,
    Literal,
    Part,
    Text,
    Value,
    hole,
    only,
    text_of,
)
from kintone_lint.python.work import Work


def literal(node: cst.SimpleString, expr: Expr) -> Text:
    """The text of a literal, or a hole if it has none."""
    try:
        value = evaluated(node)
    except (SyntaxError, ValueError, UnicodeError):
        return hole(expr)
    raw = isinstance(value, bytes)
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    start, quotes = opened(node)
    exact = node.value[start:-quotes] == text
    return Text((Literal(text, node, expr.module, start if exact else None),), raw)


def formatted_text(node: cst.FormattedStringText, expr: Expr) -> Text:
    """What is in an f-string between two fields."""
    text = node.value.replace("{{", "{").replace("}}", "}")
    exact = "\\" not in node.value and text == node.value
    around = expr.module.parent.get(node)
    if (
        "\\" in text
        and isinstance(around, cst.FormattedString)
        and "r" not in around.prefix.lower()
    ):
        text = _ESCAPE.sub(lambda found: _ESCAPES[found[1]], text)
    return Text((Literal(text, node, expr.module, 0 if exact else None),))


def joined(
    exprs: Sequence[Expr], known: Sequence[tuple[Alternative, ...]], work: Work
) -> Iterator[Alternative]:
    """A text out of pieces, with the alternatives of each: `+`, an f-string, a join."""
    for combination in combined(known, work):
        parts: list[Part] = []
        raw = False
        codecs: tuple[Literal, ...] = ()
        for expr, value in zip(exprs, combination.values, strict=True):
            text = text_of(value)
            if len(parts) <= LONGEST:
                parts += (text or hole(expr)).parts
            raw = raw or bool(text and text.raw)
            codecs += text.codecs if text else ()
        yield Alternative(Text(tuple(parts), raw, codecs[:LONGEST]), combination.choices)


class Field(NamedTuple):
    """A field of a template: the name or number of what fills it, "" for the next.

    `path` leads on from there, as in `{0[key].name}`: `[key]`, then `.name`.
    """

    name: str | int
    path: tuple[str, ...] = ()


Fields = Callable[[Literal], Iterator[Literal | Field]]
"""Takes a piece of a template apart: into texts and fields."""


def filled(
    template: Expr,
    positional: Sequence[Expr],
    named: Mapping[str, Expr],
    whole: Expr,
    fields: Fields,
    known: Knows,
) -> Iterator[Alternative]:
    """A template with its fields filled: `{}`, `{0}`, `{name}` or `%s`. `whole` is all of it."""
    exprs = [*positional, *named.values()]
    for combination in combined([*map(known.values, [template, *exprs])], known.work):
        base = text_of(combination.values[0])
        if base is None:
            yield Alternative(hole(whole))
            continue
        by_expr = dict(zip(exprs, combination.values[1:], strict=True))
        parts: list[Part] = []
        next_field = 0
        for part in base.parts:
            if not isinstance(part, Literal):
                parts.append(part)
                continue
            for piece in islice(fields(part), LONGEST + 1):
                if len(parts) > LONGEST:
                    break
                known.work.spend()
                if isinstance(piece, Literal):
                    parts.append(piece)
                    continue
                name = piece.name
                if name == "":
                    name, next_field = next_field, next_field + 1
                source = (
                    positional[name]
                    if isinstance(name, int) and name < len(positional)
                    else named.get(str(name))
                )
                value = _at_path(by_expr[source], piece.path, known) if source else None
                if source is None or value is None:
                    parts += hole(whole).parts
                elif base.raw:
                    parts += (text_of(value) or hole(source)).parts
                else:
                    parts += formatted(value, source).parts
        yield Alternative(Text(tuple(parts), base.raw), combination.choices)


def _at_path(value: Value, path: Sequence[str], known: Knows) -> Value | None:
    """What the path of a field leads to from a value; None if that is not known."""
    for step in path:
        if not step.startswith("["):
            return None
        key = int(step[1:-1]) if step[1:-1].isdecimal() else step[1:-1]
        found = only(tuple(picked(value, {key}, known)))
        if found is None:
            return None
        value = found
    return value


def formatted(value: Value, expr: Expr) -> Text:
    """A value as `{}` or `str()` writes it; bytes become `b'…'`."""
    text = text_of(value)
    if text is None:
        return hole(expr)
    if text.raw:
        parts = tuple(
            replace(part, shown=expr) if isinstance(part, Encoded) else part for part in text.parts
        )
        return Text(parts)
    return text


LINES = ("encodebytes", "b2a_base64", "codecs.encode")
"""Encoders that end lines."""


def converted(text: Text, method: str, plain: Sequence[cst.CSTNode]) -> Text:
    """A text after one of its methods: `decode`, `strip`, `lower` and the like."""
    if method == "decode":
        return replace(text, raw=False, codecs=())
    if method in ("lower", "upper", "casefold"):
        return replace(text, parts=tuple(_cased(part, method) for part in text.parts))
    signs = None
    if plain and isinstance(plain[0], cst.SimpleString):
        value = evaluated(plain[0])
        signs = value if isinstance(value, str) else None
    parts = list(text.parts)
    if method in ("strip", "lstrip"):
        parts = _stripped(parts, lambda text: (len(text) - len(text.lstrip(signs)), len(text)))
    if method in ("strip", "rstrip"):
        parts = _stripped(parts[::-1], lambda text: (0, len(text.rstrip(signs))))[::-1]
        if parts and isinstance(parts[-1], Encoded):
            parts[-1] = in_one_line(parts[-1])
    return replace(text, parts=tuple(parts))


def _stripped(parts: Sequence[Part], kept_of: Callable[[str], tuple[int, int]]) -> list[Part]:
    """The parts of a text with the first ones stripped, as far as they are literals."""
    found: list[Part] = []
    for index, part in enumerate(parts):
        if not isinstance(part, Literal):
            return [*found, *parts[index:]]
        piece = part.cut(*kept_of(part.text))
        found.append(piece)
        if piece.text:
            return [*found, *parts[index + 1 :]]
    return found


def in_one_line(part: Encoded) -> Encoded:
    """What an encoder gives when the ends of its lines are taken away."""
    return replace(part, how="b64encode") if part.how in LINES else part


def _cased(part: Part, method: str) -> Part:
    if not isinstance(part, Literal):
        return part
    text: str = getattr(part.text, method)()
    return replace(part, text=text, at=part.at if len(text) == len(part.text) else None)


def without(text: Text, piece: str, method: str) -> Text | None:
    """A text without what it starts or ends with; None if that is not known."""
    at = 0 if method == "removeprefix" else -1
    parts = [*not_empty(text.parts)] or list(text.parts)
    part = parts[at] if parts else None
    if not isinstance(part, Literal):
        return None
    if at == 0 and part.text.startswith(piece):
        parts[at] = part.cut(len(piece), len(part.text))
    elif at == -1 and part.text.endswith(piece):
        parts[at] = part.cut(0, len(part.text) - len(piece))
    elif len(part.text) < len(piece) and len(parts) > 1:
        return None
    return replace(text, parts=tuple(parts))


_ESCAPE = regex(r"""\\([\\'"nrt\n])""")
_ESCAPES = {"\\": "\\", "'": "'", '"': '"', "n": "\n", "r": "\r", "t": "\t", "\n": ""}
_SPEC = regex(r"[<>^]?0?\d{0,2}[ds]?")


def format_of(spec: Sequence[cst.CSTNode] | None) -> str | None:
    """The text of a format in an f-string; `?` where it has fields itself."""
    if not spec:
        return None
    texts = [each.value for each in spec if isinstance(each, cst.FormattedStringText)]
    return "".join(texts) if len(texts) == len(spec) else "?"


def slashed(left: Expr, right: Expr, at: Expr, values: Values, work: Work) -> Iterator[Alternative]:
    """`url / "part"`, of objects that are addresses."""
    for both in combined([values(left), values(right)], work):
        base, path = (text_of(value) for value in both.values)
        told = path is not None and (path.literals or (base and "://" in starts(base)))
        if base is None or path is None or not told:
            yield Alternative(hole(at))
        else:
            yield Alternative(below(base, path), both.choices)


def spelled_with(value: Value, spec: str, expr: Expr) -> Text:
    """A number or text as `{value:spec}` writes it; a hole if that is not known."""
    text = text_of(value)
    known = value.value if isinstance(value, Constant) else text.known if text else None
    if not isinstance(known, str | int) or not _SPEC.fullmatch(spec):
        return hole(expr)
    try:
        return Text((Literal(format(known, spec), expr.node, expr.module),))
    except ValueError:
        return hole(expr)


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


_STEP = regex(r"\[[^\[\]]+\]|\.\w+")


def _fields(part: Literal, pattern: str) -> Iterator[Literal | Field]:
    """The fields of a template, and the texts between them; doubled marks become single ones."""
    at, text = 0, ""  # `text` is what comes before `at` since the last field, if marks are doubled
    for match in re.finditer(pattern, part.text):
        name = match["field"] or match.groupdict().get("braced") or match["field"]
        if name is None:
            text += part.text[at : match.start() + 1]
        else:
            yield from _between(part, at, match.start(), text)
            path = _STEP.findall(match.groupdict().get("path") or "")
            yield Field(int(name) if name.isdecimal() else name, tuple(path))
            text = ""
        at = match.end()
    yield from _between(part, at, len(part.text), text)


def _between(part: Literal, start: int, end: int, before: str) -> Iterator[Literal]:
    """What is between two fields; it has no place in the source if a mark in it was doubled."""
    piece = part.cut(start, end)
    if before:
        yield replace(piece, text=before + piece.text, at=None)
    elif piece.text:
        yield piece


def brace_fields(part: Literal) -> Iterator[Literal | Field]:
    return _fields(part, r"\{\{|\}\}|\{(?P<field>\w*)(?P<path>(?:\[[^\[\]{}]+\]|\.\w+)*)[^{}]*\}")


def percent_fields(part: Literal) -> Iterator[Literal | Field]:
    return _fields(
        part, r"%%|%(?:\((?P<braced>[^()]{1,200})\)|(?P<field>))[-+ #0]*\d*(?:\.\d+)?[sdrif]"
    )


def dollar_fields(part: Literal) -> Iterator[Literal | Field]:
    return _fields(part, r"\$\$|\$(?:(?P<field>[a-zA-Z_]\w*)|\{(?P<braced>[a-zA-Z_]\w*)\})")
