"""The lines of a text: a table that is made once a file. Lines end at CR LF, CR or LF only."""

from __future__ import annotations

import bisect
from array import array

from kintone_lint.patterns import regex

LINE_END = regex(r"\r\n|\r|\n")


class Lines:
    """Where the lines of a text start, in code points."""

    def __init__(self, text: str) -> None:
        self.starts = array("L", [0])
        self.starts.extend(match.end() for match in LINE_END.finditer(text))

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of an offset in code points."""
        line = bisect.bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1
