"""A file as bytes and as text. Nothing is translated: not newlines, not a byte order mark."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kintone_lint.errors import UnreadableError

MAX_BYTES = 8_000_000
_LONE_CR = re.compile(r"\r(?!\n)")
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")


@dataclass(frozen=True)
class Source:
    """One file. `path` is what the user is shown, `file` where it lies on the disk."""

    path: str
    file: Path
    raw: bytes

    @cached_property
    def encoding(self) -> str:
        """The encoding that the file declares (PEP 263), UTF-8 by default."""
        for line in self.raw.removeprefix(codecs.BOM_UTF8).splitlines()[:2]:
            if match := _COOKIE.match(line):
                try:
                    return codecs.lookup(match[1].decode("ascii")).name
                except LookupError:  # its name is not quoted: it can be anything
                    raise UnreadableError("it declares an encoding that is unknown") from None
            if not _BLANK.match(line):
                break
        return "utf-8"

    @property
    def mark(self) -> bytes:
        """The byte order mark, or nothing."""
        return codecs.BOM_UTF8 if self.raw.startswith(codecs.BOM_UTF8) else b""

    @cached_property
    def text(self) -> str:
        """The text without byte order mark. Raises UnreadableError."""
        if len(self.raw) > MAX_BYTES:
            raise UnreadableError(f"larger than {MAX_BYTES // 1_000_000} MB")
        try:
            text = self.raw.removeprefix(codecs.BOM_UTF8).decode(self.encoding)
        except (UnicodeDecodeError, LookupError, TypeError) as error:
            raise UnreadableError(f"not {self.encoding} text: {type(error).__name__}") from None
        if "\0" in text:
            raise UnreadableError("null bytes")
        return text

    @property
    def parsable(self) -> str:
        """The text with a lone CR as LF, as long as before: libcst alters a lone CR itself."""
        return _LONE_CR.sub("\n", self.text)

    def encoded(self, text: str) -> bytes:
        """A new text as bytes, in this file's encoding and with its byte order mark."""
        return self.mark + text.encode(self.encoding)


def shown(file: Path) -> str:
    """A path as users see it: relative to the working folder where it lies below it."""
    try:
        name = file.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        name = file.as_posix()
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
