"""Where strings and comments are in a text, told without parsing it, in one pass.

An f-string is one literal, with its fields and the strings in them.
"""

from __future__ import annotations

import warnings
from bisect import bisect_right
from functools import cached_property

from kintone_lint.output.strings import string_at
from kintone_lint.patterns import regex
from kintone_lint.records import record

_CODE = regex(r"[^'\"#]*+")
_LINE = regex(r"[^\r\n]*+")
_LONGEST_VALUE = 20_000
_NEAR = 60
_VARIABLE = regex(
    r"(?:environ\s*(?:\[|\.\s*(?:get|setdefault|pop)\s*\()|getenv\s*\()\s*[rRuU]?['\"]{1,3}\Z"
)


@record()
class Literal:
    """What is between two quotes, or after `#`; `value` is what a string of it is worth."""

    start: int
    end: int
    written: str
    prefix: str = ""
    comment: bool = False

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
        code = _CODE.match(self._text, self._at)
        at = len(self._text) if code is None else code.end()
        if at >= len(self._text):
            self._at = at
            return False
        if self._text[at] == "#":
            comment = _LINE.match(self._text, at)
            self._at = len(self._text) if comment is None else comment.end()
            self._add(Literal(at, self._at, self._text[at : self._at], comment=True))
            return True
        string = string_at(self._text, at)
        if string is None:
            self._known = at
            self._at = len(self._text)
            return False
        written = self._text[string.start : string.end]
        self._add(Literal(string.start, string.end, written, string.prefix))
        self._at = string.after
        return True

    def _add(self, found: Literal) -> None:
        self._found.append(found)
        self._starts.append(found.start)


def names_variable(text: str, literal: Literal) -> bool:
    """Whether a literal is the name of an environment variable, which is not a secret."""
    near = max(literal.start - _NEAR, 0)
    return not literal.comment and _VARIABLE.search(text, near, literal.start) is not None
