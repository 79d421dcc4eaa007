"""Pieces that are cut out of a text that is known: slices, and one part of `split` and the like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import libcst as cst

from kintone_lint.python.alternatives import Knows
from kintone_lint.python.tree import spelled
from kintone_lint.python.values import Alternative, Constant, Expr, Literal, Text, only, unknown

_SPLITTERS = ("split", "rsplit", "partition", "rpartition")


def cut_out(node: cst.Subscript, expr: Expr, known: Knows) -> Iterator[Alternative] | None:
    """What a slice of a text is, or an item of one that is split; None for another subscript."""
    match node:
        case cst.Subscript(
            value=cst.Call(
                func=cst.Attribute(value=holder, attr=cst.Name(value=method)), args=args
            ),
            slice=[cst.SubscriptElement(slice=cst.Index(value=index))],
        ) if method in _SPLITTERS and args:
            mark = spelled(args[0].value)
            most = only(known.values(expr.beside(args[1].value))) if len(args) > 1 else None
            number = only(known.values(expr.beside(index)))
            if mark and isinstance(number, Constant) and isinstance(number.value, int):
                count = most.value if isinstance(most, Constant) else -1
                limit = count if isinstance(count, int) else -1
                return _split(expr.beside(holder), method, mark, limit, number.value, expr, known)
        case cst.Subscript(
            slice=[cst.SubscriptElement(slice=cst.Slice(lower=lower, upper=upper, step=None))]
        ):
            return _sliced(expr.beside(node.value), lower, upper, expr, known)
    return None


def _split(
    holder: Expr, method: str, mark: str, limit: int, index: int, whole: Expr, known: Knows
) -> Iterator[Alternative]:
    for each in known.values(holder):
        text = each.value.known if isinstance(each.value, Text) else None
        if text is None or not isinstance(each.value, Text):
            yield unknown(whole)
            continue
        known.work.spend(1 + len(text) // 1000)
        if method in ("partition", "rpartition"):
            pieces = list(getattr(text, method)(mark))
        else:
            pieces = list(getattr(text, method)(mark, limit))
            pieces = [piece for each_piece in pieces for piece in (each_piece, mark)][:-1]
            index = index * 2 if index >= 0 else index * 2 + 1
        if not -len(pieces) <= index < len(pieces):
            yield unknown(whole)
            continue
        start = sum(map(len, pieces[: index % len(pieces)]))
        size = len(pieces[index])
        yield replace(each, value=_range(each.value, start, start + size))


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
