"""Trees that are kept from one look at a file to the next, in a process that looks again and again.

A command that looks once keeps none.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kintone_lint.python.cost import Cost
from kintone_lint.records import record

if TYPE_CHECKING:
    import libcst as cst

CHARACTERS = 400_000  # of all texts that a server keeps; their trees take about 200 bytes for each


@record(eq=False)
class Piece:
    """Statements of a module, and what it takes to parse their text; `blocks`: one is indented.

    The text starts with the lines before the first statement, and ends with the last.
    """

    text: str
    body: tuple[cst.SimpleStatementLine | cst.BaseCompoundStatement, ...]
    cost: Cost
    blocks: bool


@record(eq=False)
class Pieces:
    """A text that Python's own parser takes, in at least two pieces, and its tree."""

    text: str
    tree: cst.Module
    pieces: tuple[Piece, ...]


class Kept:
    """The last trees of files, of texts with at most so many characters together."""

    def __init__(self) -> None:
        self.most = 0
        self._files: dict[Path, Pieces] = {}

    def of(self, file: Path) -> Pieces | None:
        return self._files.get(file)

    def keep(self, file: Path, pieces: Pieces | None) -> None:
        """Keeps the tree of a file, if it is in pieces; others go, the oldest first."""
        self._files.pop(file, None)
        if pieces is None or len(pieces.text) > self.most:
            return
        self._files[file] = pieces
        while sum(len(each.text) for each in self._files.values()) > self.most:
            del self._files[next(iter(self._files))]


kept = Kept()
