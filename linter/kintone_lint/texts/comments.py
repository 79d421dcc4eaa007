"""Where suppressions are in a text that is not Python, by the marks that start its comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kintone_lint.patterns import regex
from kintone_lint.python.lines import Lines

_WORD = regex(r"(?i)(?:kintone-lint|noqa)\s*:")
_BLANKS = " \t"
_QUOTES = ("`", '"', "'")
_ENDS = ("-->", "*/")


def suppressing_comments(
    text: str, lines: Lines, marks: Iterable[str]
) -> Iterator[tuple[int, int, str]]:
    """Offset, line and text of each comment that may suppress something.

    The text has `#` in place of the last character of its mark, like a Python comment. A mark
    after a quote is quoted, as in documentation; whatever follows in a comment is a part of it.
    """
    done = 0
    for word in _WORD.finditer(text):
        if word.start() < done:
            continue
        before = word.start()
        while before > 0 and text[before - 1] in _BLANKS:
            before -= 1
        mark = next((mark for mark in marks if text.endswith(mark, 0, before)), None)
        if mark is None or text.endswith(_QUOTES, 0, before - len(mark)):
            continue
        start = before - 1
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        for close in _ENDS:
            stop = text.find(close, start + 1, end)
            end = stop if stop >= 0 else end
        done = end
        yield start, lines.at(start)[0], "#" + text[start + 1 : end].rstrip()
