"""How text is laid out for people: colours, the width of characters, wrapping."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from kintone_lint.records import record

_COLOURS = {
    "error": "31;1",
    "warning": "33;1",
    "place": "1",
    "dim": "2",
    "related": "36",
    "fix": "32",
}
INDENT = "  "
REST = "    "
_NARROWEST = 40  # below it wrapping helps nobody


@record()
class Style:
    """What the reader's terminal shows. `width` is None if nothing is to be wrapped."""

    colour: bool = False
    width: int | None = None

    def paint(self, text: str, kind: str) -> str:
        return f"\x1b[{_COLOURS[kind]}m{text}\x1b[0m" if self.colour and text and kind else text

    def wrapped(self, words: Iterable[tuple[str, str]], first: str = "", rest: str = "") -> str:
        """Words, each with the kind it is painted as, in as many lines as they need.

        `first` and `rest` are the indentation of the first line and of the others.
        """
        most = None if self.width is None else max(self.width, _NARROWEST)
        lines: list[list[tuple[str, str]]] = [[]]
        used = width_of(first)
        for word, kind in words:
            size = width_of(word)
            if most is not None and lines[-1] and used + 1 + size > most:
                lines.append([])
                used = width_of(rest)
            used += size + bool(lines[-1])
            lines[-1].append((word, kind))
        starts = (first, *[rest] * (len(lines) - 1))
        return "\n".join(map(self._line, starts, lines))

    def _line(self, start: str, words: list[tuple[str, str]]) -> str:
        """Words of the same kind that stand together are painted once."""
        runs = groupby(words, key=itemgetter(1))
        return start + " ".join(
            self.paint(" ".join(word for word, _ in run), kind) for kind, run in runs
        )

    def sentence(self, text: str, kind: str = "", first: str = "", rest: str = "") -> str:
        """A text of one kind, wrapped between its words."""
        return self.wrapped(((word, kind) for word in text.split(" ")), first, rest)


def width_of(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    import unicodedata  # not for a text in ASCII

    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
