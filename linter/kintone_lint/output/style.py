"""How text is laid out for people: colours, the width of characters, wrapping."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Style:
    """What the reader's terminal shows. `width` is None where nothing is to be wrapped."""

    colour: bool = False
    width: int | None = None

    def paint(self, text: str, kind: str) -> str:
        return f"\x1b[{_COLOURS[kind]}m{text}\x1b[0m" if self.colour and text and kind else text

    def wrapped(self, words: Iterable[tuple[str, str]], first: str = "", rest: str = "") -> str:
        """Words, each with the kind it is painted as, in as many lines as they need.

        `first` and `rest` are the indentation of the first line and of the others.
        """
        most = None if self.width is None else max(self.width, _NARROWEST)
        lines = [first]
        used, fresh = width_of(first), True
        for word, kind in words:
            size = width_of(word)
            if most is not None and not fresh and used + 1 + size > most:
                lines.append(rest)
                used, fresh = width_of(rest), True
            lines[-1] += ("" if fresh else " ") + self.paint(word, kind)
            used += size + (not fresh)
            fresh = False
        return "\n".join(lines)

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
