"""Pieces that are cut out of a text that is known: slices, and one part of `split` and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import libcst as cst

from kintone_lint.python.alternatives import Knows
from kintone_lint.python.tree import spelled
from kintone_lint.python.values import Alternative, Constant, Expr, Literal, Text, only, unknown

_SPLITTERS = ("split", "rsplit", "partition", "rpartition")
_MOST = 1_000  # pieces of one text that are looked at


def cut_out(node: cst.Subscript, expr: Expr, known: Knows) -> Iterator[Alternative] | None:
    """What a slice of a text is, or an item of one that is split; None for another subscript."""
    match node.slice:
        case [cst.SubscriptElement(slice=cst.Index(value=index))]:
            number = only(known.values(expr.beside(index)))
            pieces = split(expr.beside(node.value), known)
            if pieces and isinstance(number, Constant) and isinstance(number.value, int):
                return _item(pieces, number.value, expr)
        case [cst.SubscriptElement(slice=cst.Slice(lower=lower, upper=upper, step=None))]:
            return _sliced(expr.beside(node.value), lower, upper, expr, known)
    return None


class Split(NamedTuple):
    """A text that is split, and its pieces; None if the text is not known."""

    text: Alternative
    pieces: tuple[Text, ...] | None


def split(call: Expr, known: Knows) -> list[Split]:
    """What `split`, `partition` and the like make of a text; nothing for another expression."""
    match call.node:
        case cst.Call(func=cst.Attribute(value=holder, attr=cst.Name(value=method)), args=args) if (
            method in _SPLITTERS and len(args) <= 2
        ):
            mark = spelled(args[0].value) if args else None
            if args and not mark:
                return []
            most = only(known.values(call.beside(args[1].value))) if len(args) > 1 else None
            limit = most.value if isinstance(most, Constant) else -1
            if isinstance(limit, int) and (len(args) < 2 or most is not None):
                texts = known.values(call.beside(holder))
                return [Split(each, _pieces(each, method, mark, limit, known)) for each in texts]
    return []


def _pieces(
    of: Alternative, method: str, mark: str | None, limit: int, known: Knows
) -> tuple[Text, ...] | None:
    text = of.value.known if isinstance(of.value, Text) else None
    if text is None or not isinstance(of.value, Text):
        return None
    known.work.spend(1 + len(text) // 1000)
    if mark is None:
        spans = [match.span() for match in re.finditer(r"\S+", text)]
        return tuple(_range(of.value, *span) for span in spans[:_MOST])
    if method in ("partition", "rpartition"):
        pieces, step = list(getattr(text, method)(mark)), 0
    else:
        pieces, step = list(getattr(text, method)(mark, limit)), len(mark)
    found, at = [], 0
    for piece in pieces[:_MOST]:
        found.append(_range(of.value, at, at + len(piece)))
        at += len(piece) + step
    return tuple(found)


def _item(of: list[Split], index: int, whole: Expr) -> Iterator[Alternative]:
    for text, pieces in of:
        if pieces is None or not -len(pieces) <= index < len(pieces):
            yield unknown(whole)
        else:
            yield replace(text, value=pieces[index])


def _sliced(
    holder: Expr,
    lower: cst.BaseExpression | None,
    upper: cst.BaseExpression | None,
    whole: Expr,
    known: Knows,
) -> Iterator[Alternative]:
    ends: list[int | None] = []
    for end in (lower, upper):
        value = only(known.values(whole.beside(end))) if end is not None else None
        number = value.value if isinstance(value, Constant) else None
        if end is not None and not isinstance(number, int):
            yield unknown(whole)
            return
        ends.append(number if isinstance(number, int) else None)
    for each in known.values(holder):
        text = each.value.known if isinstance(each.value, Text) else None
        if text is None or not isinstance(each.value, Text):
            yield unknown(whole)
        else:
            start, stop, _ = slice(*ends).indices(len(text))
            yield replace(each, value=_range(each.value, start, max(start, stop)))


def _range(text: Text, start: int, end: int) -> Text:
    """The pieces of a range of a text that is known."""
    parts, before = [], 0
    for part in text.parts:
        assert isinstance(part, Literal)
        size = len(part.text)
        if before + size > start and before < end:
            parts.append(part.cut(max(start - before, 0), min(end - before, size)))
        before += size
    first = text.literals[0] if text.literals else None
    if not parts and first is not None:
        parts.append(first.cut(0, 0))
    return replace(text, parts=tuple(parts))
