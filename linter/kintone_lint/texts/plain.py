"""A text file that is not Python: its bytes as text, whatever they are encoded in."""

from __future__ import annotations

import codecs
from functools import cached_property
from pathlib import Path

from kintone_lint.python.source import Source, shown

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEAD = 8_000  # bytes in which a file that is not a text has a null byte


class PlainSource(Source):
    """A file as text. Any bytes have one: nobody runs it, so a wrong character costs nothing."""

    @cached_property
    def encoding(self) -> str:
        """By its byte order mark; else UTF-8, or what Japanese Windows writes."""
        for mark, name in _MARKS:
            if self.raw.startswith(mark):
                return name
        for name in ("utf-8", "cp932"):
            try:
                self.raw.decode(name)
            except UnicodeDecodeError:
                continue
            return name
        return "latin-1"

    @cached_property
    def text(self) -> str:
        """The text without byte order mark."""
        return self.raw.decode(self.encoding, "replace").removeprefix("\ufeff")

    @cached_property
    def parsable(self) -> str:
        """The text: nothing is parsed."""
        return self.text


def plain(file: Path, raw: bytes) -> PlainSource:
    """The text of a file as it is named."""
    return PlainSource(shown(file), file.resolve(), raw, file)


def binary(raw: bytes) -> bool:
    """Whether bytes are not text."""
    if any(raw.startswith(mark) for mark, name in _MARKS if name != "utf-8"):
        return False
    return b"\0" in raw[:_HEAD]
