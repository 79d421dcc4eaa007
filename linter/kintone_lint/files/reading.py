"""A file read from the disk, and read once for the screen: what is in it, and what it imports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kintone_lint.errors import UnreadableError
from kintone_lint.files.marks import Reading
from kintone_lint.python.imports import Question
from kintone_lint.python.source import MAX_BYTES, Source

_OVERLAP = 200  # bytes of a part that are read again with the next, for words in between
_PARTS = 50
_SMALL = 200_000  # bytes whose tree is small, whatever they are


def too_much_to_read(text: str) -> bool:
    """Whether a text is more than Python's own parser is given; it needs a third of libcst's."""
    from kintone_lint.python.cost import cost

    return cost(text).too_much(share=2.5) is not None


def rest_is_candidate(file: Path, words: list[bytes]) -> bool:
    """Whether what follows the first bytes of a file that is too large has to do with Kintone."""
    from kintone_lint.kintone.words import candidate

    try:
        with file.open("rb") as stream:
            stream.seek(MAX_BYTES - _OVERLAP)
            for _ in range(_PARTS):
                part = stream.read(MAX_BYTES)
                if candidate(part, words):
                    return True
                if len(part) < MAX_BYTES:
                    return False
                stream.seek(-_OVERLAP, 1)
    except OSError:
        pass
    return True  # larger than anybody searches


def reading_of(source: Source) -> Reading | None:
    """What the screen needs of a file; None if it cannot be parsed: the engine says why."""
    from kintone_lint.files.screen import read
    from kintone_lint.python.syntax import syntax

    try:
        if len(source.raw) > _SMALL and too_much_to_read(source.parsable):
            return None
        return read(syntax(source.parsable))
    except (UnreadableError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def questions(reading: Reading, file: Path) -> Iterator[Question]:
    """What a file's imports ask for."""
    for module, name, level in reading.imports:
        yield file.parent, module, name, level
