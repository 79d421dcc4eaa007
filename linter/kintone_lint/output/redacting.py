"""Masks the secrets of a whole file by the places of its literals, whatever way they spell them.

A secret can be spelt over lines, with escapes, as bytes, or in pieces that are put together: none
of these holds it as it is, so that a search for its value misses it.
"""

from __future__ import annotations

import warnings
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate

import libcst as cst

from kintone_lint.errors import UnreadableError
from kintone_lint.kintone.masking import MASK, SHORT, Hidden, masked_quotes, worth_masking
from kintone_lint.output.literals import Literals, names_variable, unescaped
from kintone_lint.patterns import regex
from kintone_lint.python import positions
from kintone_lint.python.parsing import parsed
from kintone_lint.python.source import Source
from kintone_lint.python.tree import evaluated, walk
from kintone_lint.records import record

_PAIRS = 2_000_000
_LINE = regex(r"[^\r\n]+")


@record()
class _Literal:
    """A literal, or the text of an f-string between two fields: as it is written, and its value.

    `quotes` are how many characters are before and after what is between the quotes.
    """

    node: cst.CSTNode
    written: str
    value: str
    quotes: tuple[int, int] = (0, 0)


def redacted(source: Source, secrets: Collection[str]) -> str:
    """The text of a file without these secrets, and without what is shaped like a token or a piece.

    Lines stay lines. Of a file that libcst does not parse, only values are masked.
    """
    text, values = source.text, worth_masking(secrets)
    try:
        module = parsed(source)
        with warnings.catch_warnings(action="ignore"):  # of escapes that Python does not know
            literals = [*_literals(module.tree)]
        telling = [literals[number] for number in {*_telling(literals, secrets)}]
        spans = positions.places(module, {each.node for each in telling})
    except (UnreadableError, ValueError, RecursionError):
        return masked_quotes(text, values)
    places = [(spans[each.node], each.quotes) for each in telling]
    for (start, end), (before, after) in sorted(places, reverse=True):
        inside = text[start + before : end - after]
        text = text[: start + before] + _LINE.sub(MASK, inside) + text[end - after :]
    return _masked_in_literals(text, values)


def _masked_in_literals(text: str, values: Hidden) -> str:
    """A text without these values in its strings and comments.

    Masked in code as well, a password such as `kintone` would be told by `import ****`.
    """
    literals = Literals(text).between(0, len(text))
    if literals is None:
        return masked_quotes(text, values)
    at, shown = 0, list[str]()
    for each in literals:
        hidden = None if names_variable(text, each) else values
        shown += masked_quotes(text[at : each.start]), masked_quotes(each.written, hidden)
        at = each.end
    return "".join((*shown, masked_quotes(text[at:])))


def _literals(tree: cst.Module) -> Iterator[_Literal]:
    raw: set[cst.CSTNode] = set()
    for node in walk(tree):
        match node:
            case cst.SimpleString():
                quotes = len(node.prefix) + len(node.quote), len(node.quote)
                yield _Literal(node, node.raw_value, _value(node), quotes)
            case cst.FormattedString() if "r" in node.prefix:
                raw |= set(node.parts)
            case cst.FormattedStringText():
                value = node.value if node in raw else unescaped(node.value)
                yield _Literal(node, node.value, value.replace("{{", "{").replace("}}", "}"))


def _value(node: cst.SimpleString) -> str:
    try:
        value = evaluated(node)
    except (SyntaxError, ValueError):
        return node.raw_value
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _telling(literals: Sequence[_Literal], secrets: Collection[str]) -> Iterator[int]:
    """The literals that spell a secret, or a piece of one, and do not hold it as it is.

    All of them, if there are too many to compare each with each.
    """
    if len(literals) * len(secrets) > _PAIRS:
        yield from range(len(literals))
        return
    starts = [0, *accumulate(len(each.value) for each in literals)]
    whole = "".join(each.value for each in literals)
    for secret in filter(None, secrets):
        short = len(secret) <= SHORT
        for number, each in enumerate(literals):
            escaped = each.value.count(secret) > each.written.count(secret)
            piece = len(each.value) > SHORT and each.value in secret and each.value != secret
            lines = "\n" in secret and secret in each.value
            if each.value == secret if short else escaped or piece or lines:
                yield number
        at = -1 if short else whole.find(secret)
        while at >= 0:
            first, last = (bisect_right(starts, place) - 1 for place in (at, at + len(secret) - 1))
            if first < last:
                yield from range(first, last + 1)
            at = whole.find(secret, at + 1)
