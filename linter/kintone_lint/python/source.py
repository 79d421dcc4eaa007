"""A file as bytes and as text. Nothing is translated: not newlines, not a byte order mark."""

from __future__ import annotations

import codecs
from functools import cached_property
from pathlib import Path

from kintone_lint.bounded import read_start
from kintone_lint.errors import UnreadableError
from kintone_lint.patterns import regex
from kintone_lint.python.lines import Lines
from kintone_lint.records import record

MAX_BYTES = 8_000_000
SUFFIXES = (".py", ".pyi", ".pyw")
_LONE_CR = regex(r"\r(?!\n)")
_COOKIE = regex(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = regex(rb"^[ \t\f]*(?:#.*)?$")
_TWO_LINES = regex(rb"[^\r\n]*(?:\r\n|\r|\n)?[^\r\n]*")
# Python takes them for no source file either; the first needs quadratic time.
_NO_ENCODINGS = {"punycode", "idna", "undefined"}


def is_python(name: str) -> bool:
    """Whether a file is Python by its name; Windows and macOS do not tell `.PY` from `.py`."""
    return name.lower().endswith(SUFFIXES)


@record()
class Source:
    """One file. `path` is what the user is shown, `file` where it lies on the disk.

    `named` is how the run came to it, with the links on its way; None if it has no other name.
    """

    path: str
    file: Path
    raw: bytes
    named: Path | None = None

    def __reduce__(self) -> tuple[type[Source], tuple[str, Path, bytes]]:
        """Another process works out the text itself."""
        return Source, (self.path, self.file, self.raw)

    @cached_property
    def encoding(self) -> str:
        """The encoding that the file declares (PEP 263), UTF-8 by default."""
        head = _TWO_LINES.match(self.raw.removeprefix(codecs.BOM_UTF8))
        for line in head[0].splitlines() if head else ():
            if match := _COOKIE.match(line):
                name = match[1].decode("ascii")
                try:
                    found = codecs.lookup(name).name
                except LookupError:
                    found = "undefined"
                if found in _NO_ENCODINGS:  # its name is not quoted: it can be anything
                    raise UnreadableError("it declares an unknown encoding")
                return found
            if not _BLANK.match(line):
                break
        return "utf-8"

    @property
    def is_plain(self) -> bool:
        """Whether bytes of ASCII in it are the characters that they are in ASCII, for certain."""
        try:
            return self.encoding in ("utf-8", "ascii", "iso8859-1")
        except UnreadableError:
            return False

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
        except (UnicodeError, LookupError, TypeError) as error:
            raise UnreadableError(f"not {self.encoding} text: {type(error).__name__}") from None
        if "\0" in text:
            raise UnreadableError("null bytes")
        return text

    @cached_property
    def parsable(self) -> str:
        """The text with a lone CR as LF, as long as before: libcst alters a lone CR itself."""
        return _LONE_CR.sub("\n", self.text)

    @cached_property
    def lines(self) -> Lines:
        """Where its lines start, worked out once."""
        return Lines(self.text)

    def encoded(self, text: str) -> bytes:
        """A new text as bytes, in this file's encoding and with its byte order mark."""
        return self.mark + text.encode(self.encoding)


def content(file: Path) -> bytes | OSError:
    """The bytes of a file, of one that is too large one more than may be."""
    try:
        return read_start(file, MAX_BYTES + 1)
    except OSError as error:
        return error


def source_of(file: Path, raw: bytes) -> Source:
    """The source of a file as it is named."""
    return Source(shown(file), file.resolve(), raw, file)


def shown(file: Path) -> str:
    """A path as users see it: relative to the working folder where it lies below it."""
    try:
        name = file.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        name = file.as_posix()
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
