"""Where strings and comments are in a text, told without parsing it, in one pass.

What is between two quotes is taken as one literal, also in an f-string. In one whose fields have
quotes of the same kind again (Python 3.12) the pieces come out as literals and code by turns.
"""

from __future__ import annotations

import re
import warnings
from bisect import bisect_right
from functools import cached_property

from kintone_lint.patterns import regex
from kintone_lint.records import record

_PIECE = regex(
    r"[^'\"#]*+(?:"
    r"(?P<comment>\#[^\r\n]*+)"
    r'|"""(?P<a>[^"\\]*+(?:(?:\\.|"{1,2}+(?!"))[^"\\]*+)*+)"""'
    r"|'''(?P<b>[^'\\]*+(?:(?:\\.|'{1,2}+(?!'))[^'\\]*+)*+)'''"
    r'|"(?!"")(?P<c>[^"\\\r\n]*+(?:\\(?:\r\n|.)[^"\\\r\n]*+)*+)"'
    r"|'(?!'')(?P<d>[^'\\\r\n]*+(?:\\(?:\r\n|.)[^'\\\r\n]*+)*+)'"
    r"|(?P<lost>['\"]++))",
    re.DOTALL,
)
_PREFIX = regex(r"[rRbBuUfFtT]*\Z")
_LONGEST_VALUE = 20_000


@record()
class Literal:
    """What is between two quotes, or after `#`; `value` is what a string of it is worth."""

    start: int
    end: int
    written: str
    prefix: str
    comment: bool

    @cached_property
    def value(self) -> str:
        if self.comment or "r" in self.prefix or len(self.written) > _LONGEST_VALUE:
            return self.written
        return unescaped(self.written)


def unescaped(written: str) -> str:
    """What is between the quotes of a literal that is not raw, with its escapes read."""
    if "\\" not in written:
        return written
    text = written.replace("\r\n", "\n").replace("\r", "\n")  # as Python reads them
    try:
        with warnings.catch_warnings(action="ignore"):  # of escapes that Python does not know
            return text.encode("latin-1", "backslashreplace").decode("unicode_escape")
    except UnicodeDecodeError:
        return written


class Literals:
    """The strings and comments of a text, found as far as they are asked for.

    From a quote on that nothing ends, nobody knows what is code.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: list[Literal] = []
        self._starts: list[int] = []
        self._at = 0
        self._known = len(text)

    def between(self, start: int, end: int) -> list[Literal] | None:
        """Those that have something between two offsets; None if that is not known."""
        while self._at < end and self._read():
            pass
        if end > self._known:
            return None
        first = max(bisect_right(self._starts, start) - 1, 0)
        last = bisect_right(self._starts, end)
        return [each for each in self._found[first:last] if each.start < end and each.end > start]

    def _read(self) -> bool:
        """Reads up to the end of the next one; whether there may be more."""
        match = _PIECE.match(self._text, self._at)
        if match is None or match.lastgroup is None or match.lastgroup == "lost":
            if match is not None:
                self._known = match.end()
            self._at = len(self._text)
            return False
        kind = match.lastgroup
        self._at = match.end()
        start, end = match.span(kind)
        quote = start - (3 if kind in "ab" else 1)
        prefix = "" if kind == "comment" else _prefix(self._text[max(quote - 2, 0) : quote])
        self._found.append(Literal(start, end, match[kind], prefix, kind == "comment"))
        self._starts.append(start)
        return True


def _prefix(before: str) -> str:
    match = _PREFIX.search(before)
    return match[0].lower() if match else ""
