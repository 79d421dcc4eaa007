"""The texts that findings are in, for formats that need more of them than lines and columns."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePath

from kintone_lint.edits.importing import Imports, imports_for
from kintone_lint.errors import UnreadableError
from kintone_lint.findings import Finding, TextEdit, TextFix
from kintone_lint.python.lines import LINE_END
from kintone_lint.python.source import Source
from kintone_lint.texts.kinds import Form, form_of
from kintone_lint.texts.plain import PlainSource


class Sources:
    """The files of a run as they were linted, and others as they are on the disk."""

    def __init__(self, linted: Iterable[Source], findings: Iterable[Finding] = ()) -> None:
        self._known: dict[str, Source | None] = {source.path: source for source in linted}
        self._fixes: dict[str, list[TextFix]] = {}
        for fix in (each.fix for each in findings if each.fix is not None):
            self._fixes.setdefault(fix.edits[0].span.path, []).append(fix)
        self._imports: dict[str, Imports | None] = {}
        self._lines: dict[str, list[str]] = {}
        # The column asked for last in a line, and the bytes before it: most are asked in order.
        self._reached: dict[tuple[str, int], tuple[int, int]] = {}

    def text(self, path: str) -> str | None:
        """The text of a file, by the path that findings give; None if it cannot be read."""
        source = self._source(path)
        try:
            return source.text if source else None
        except UnreadableError:
            return None

    def form(self, path: str) -> Form | None:
        """What a file is that is not Python; None for one with Python."""
        plain = isinstance(self._source(path), PlainSource)
        return form_of(PurePath(path).name) if plain else None

    def import_edits(self, fix: TextFix) -> list[TextEdit] | None:
        """What has to be inserted for one fix alone; None if its file does not allow it.

        The fix is one of the findings that this object was made with.
        """
        if not fix.imports:
            return []
        path = fix.edits[0].span.path
        if path not in self._imports:
            text = self.text(path)
            self._imports[path] = None if text is None else imports_for(text, self._fixes[path])
        imports = self._imports[path]
        return imports.edits([fix]) if imports and imports.possible(fix) else None

    def byte_column(self, path: str, line: int, column: int) -> int | None:
        """A column in bytes of UTF-8, from 1, the byte order mark among them.

        None if the text cannot be read, or is not the one that was linted.
        """
        source = self._source(path)
        if path not in self._lines:
            self._lines[path] = split(self.text(path) or "")
        lines = self._lines[path]
        if source is None or line > len(lines) or column > len(lines[line - 1]) + 1:
            return None
        mark = source.mark if line == 1 else b""
        start, size = self._reached.get((path, line), (1, 0))
        if column < start:
            start, size = 1, 0
        size += len(lines[line - 1][start - 1 : column - 1].encode())
        self._reached[path, line] = column, size
        return len(mark) + size + 1

    def _source(self, path: str) -> Source | None:
        if path not in self._known:
            file = Path(path)
            try:
                self._known[path] = Source(path, file, file.read_bytes())
            except (OSError, ValueError):
                self._known[path] = None
        return self._known[path]


def split(text: str) -> list[str]:
    """The lines of a text without their ends, which are CR LF, CR and LF only."""
    return LINE_END.split(text)
