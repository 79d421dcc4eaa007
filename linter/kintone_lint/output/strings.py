"""Where a string ends, told without parsing the text around it.

A field of an f-string may hold strings, since Python 3.12 with the quotes of the f-string itself.
"""

from __future__ import annotations

import re

from kintone_lint.patterns import regex
from kintone_lint.records import record

_DEEPEST = 20  # f-strings in fields of f-strings
_PREFIX = regex(r"(?<!\w)[rRbBuUfFtT]{0,2}\Z")
_PLAIN = {
    '"""': regex(r'[^"\\]*+(?:(?:\\.|"{1,2}+(?!"))[^"\\]*+)*+', re.DOTALL),
    "'''": regex(r"[^'\\]*+(?:(?:\\.|'{1,2}+(?!'))[^'\\]*+)*+", re.DOTALL),
    '"': regex(r'[^"\\\r\n]*+(?:\\(?:\r\n|.)[^"\\\r\n]*+)*+', re.DOTALL),
    "'": regex(r"[^'\\\r\n]*+(?:\\(?:\r\n|.)[^'\\\r\n]*+)*+", re.DOTALL),
}
# Of an f-string, up to a field or a quote: in one line, or over lines.
_IN_LINE = regex(r"(?:[^{}'\"\\\r\n]|\\(?:\r\n|[^{}])|\\(?=[{}])|\{\{|\}\})*+", re.DOTALL)
_OVER_LINES = regex(r"(?:[^{}'\"\\]|\\[^{}]|\\(?=[{}])|\{\{|\}\})*+", re.DOTALL)
# Of a field, up to what may end it.
_CODE = regex(r"(?:[^(){}\[\]'\"#:]|#[^\r\n]*+)*+")
_OPENING = {**dict.fromkeys("([{", 1), **dict.fromkeys(")]}", -1)}


@record()
class Extent:
    """What is between the quotes of a string, from `start` to `end`; `prefix` is in lower case."""

    start: int
    end: int
    prefix: str
    quote: str

    @property
    def after(self) -> int:
        """The offset after the closing quote."""
        return self.end + len(self.quote)


def string_at(text: str, at: int, deep: int = 0) -> Extent | None:
    """The string whose first quote is at an offset; None if it does not end."""
    quote = text[at] if text[at : at + 3] not in _PLAIN else text[at : at + 3]
    found = _PREFIX.search(text, max(at - 2, 0), at)
    prefix = found[0].lower() if found else ""
    start = at + len(quote)
    if {"f", "t"} & {*prefix}:
        end = _end_of_text(text, start, quote, deep)
        return None if end is None else Extent(start, end, prefix, quote)
    match = _PLAIN[quote].match(text, start)
    if match is None or not text.startswith(quote, match.end()):
        return None
    return Extent(start, match.end(), prefix, quote)


def _end_of_text(text: str, at: int, ending: str, deep: int) -> int | None:
    """Where an f-string ends, or the format of a field: before its quote, or its brace."""
    piece = _IN_LINE if len(ending) == 1 else _OVER_LINES
    while deep < _DEEPEST and (match := piece.match(text, at)):
        at = match.end()
        if text.startswith(ending, at):
            return at
        if at >= len(text) or text[at] in "\r\n":
            return None
        if text[at] != "{":
            at += 1  # a quote of another kind, or a brace that closes nothing
            continue
        end = _end_of_field(text, at + 1, deep + 1)
        if end is None:
            return None
        at = end + 1
    return None


def _end_of_field(text: str, at: int, deep: int) -> int | None:
    """Where the code of a field ends: before its closing brace."""
    nested = 0
    while match := _CODE.match(text, at):
        at = match.end()
        sign = text[at : at + 1]
        if not sign:
            return None
        if not nested and sign == "}":
            return at
        if not nested and sign == ":":
            return _end_of_text(text, at + 1, "}", deep)
        if sign in "'\"":
            inner = string_at(text, at, deep)
            if inner is None:
                return None
            at = inner.after
        else:
            nested += _OPENING.get(sign, 0)
            at += 1
    return None
