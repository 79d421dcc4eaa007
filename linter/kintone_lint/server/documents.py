"""The documents that are open in the editor, as their changes leave them.

Positions of LSP count lines from 0, which end at CR LF, CR or LF only, and code units of the
encoding that editor and server have agreed on; ours are code points. The document classes of pygls
are not used: they take a form feed and U+2028 for the end of a line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lsprotocol import types

from kintone_lint.patterns import regex
from kintone_lint.python.lines import Lines
from kintone_lint.records import record

_UNITS = {
    types.PositionEncodingKind.Utf8: ("utf-8", 1),
    types.PositionEncodingKind.Utf16: ("utf-16-le", 2),
    types.PositionEncodingKind.Utf32: ("utf-32-le", 4),
}
_SURROGATE = regex("[\ud800-\udfff]")


@record()
class Text:
    """A text whose places an editor counts in units of an `encoding`."""

    text: str
    encoding: types.PositionEncodingKind

    @cached_property
    def lines(self) -> Lines:
        return Lines(self.text)

    def offset(self, place: types.Position) -> int:
        """Code points before a position; one after the end of its line is that end."""
        starts = self.lines.starts
        if place.line >= len(starts):
            return len(self.text)
        start = starts[place.line]
        return start + _index(self.line(place.line), place.character, self.encoding)

    def line(self, number: int) -> str:
        """A line, from 0, without its end; "" after the last."""
        starts = self.lines.starts
        if number >= len(starts):
            return ""
        end = starts[number + 1] if number + 1 < len(starts) else len(self.text)
        return self.text[starts[number] : end].rstrip("\r\n")

    def changed(self, changes: Iterable[types.TextDocumentContentChangeEvent]) -> Text:
        """The text after changes, which are made one after the other."""
        text = self
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                start, end = text.offset(change.range.start), text.offset(change.range.end)
                new = text.text[:start] + change.text + text.text[max(start, end) :]
            else:
                new = change.text
            text = Text(_joined(new), self.encoding)
        return text


class Places:
    """Positions of LSP for places of ours, quick where they are asked for in order."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._line = -1
        self._code = ""
        self._reached = (0, 0)  # code points, units

    def at(self, line: int, column: int) -> types.Position:
        """The position of a line and column, both from 1."""
        if line - 1 != self._line:
            self._line, self._code, self._reached = line - 1, self._text.line(line - 1), (0, 0)
        column = max(min(column - 1, len(self._code)), 0)
        before, units = self._reached if self._reached[0] <= column else (0, 0)
        units += _units(self._code[before:column], self._text.encoding)
        self._reached = column, units
        return types.Position(self._line, units)

    def at_offset(self, offset: int) -> types.Position:
        return self.at(*self._text.lines.at(offset))


@dataclass
class Document:
    """An open document. `serial` changes whenever what is known of it becomes stale."""

    uri: str
    language: str
    version: int
    path: Path
    text: Text
    serial: int = 0


def opened(text: str, encoding: types.PositionEncodingKind | str | None) -> Text:
    """The text of a document as an editor opens it."""
    known = {str(kind.value): kind for kind in _UNITS}
    kind = known.get(getattr(encoding, "value", encoding) or "", types.PositionEncodingKind.Utf16)
    return Text(_joined(text), kind)


def _joined(text: str) -> str:
    """A text in which no character is in two halves: two changes can bring one each."""
    if text.isascii() or not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _units(text: str, encoding: types.PositionEncodingKind) -> int:
    if text.isascii() or encoding is types.PositionEncodingKind.Utf32:
        return len(text)
    codec, width = _UNITS[encoding]
    return len(text.encode(codec, "surrogatepass")) // width


def _index(line: str, units: int, encoding: types.PositionEncodingKind) -> int:
    """Code points in the first units of a line; a character that is cut is not among them."""
    if line.isascii() or encoding is types.PositionEncodingKind.Utf32:
        return min(units, len(line))
    codec, width = _UNITS[encoding]
    raw = line.encode(codec, "surrogatepass")
    end = min(units * width, len(raw))
    while 0 < end < len(raw) and _cuts(raw, end, width):
        end -= width
    return len(raw[:end].decode(codec, "surrogatepass"))


def _cuts(raw: bytes, end: int, width: int) -> bool:
    """Whether a place in UTF-8 or UTF-16 is within a character."""
    if width == 1:
        return raw[end] & 0xC0 == 0x80
    return 0xDC <= raw[end + 1] <= 0xDF and 0xD8 <= raw[end - 1] <= 0xDB
