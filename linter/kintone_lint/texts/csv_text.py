"""Tables of comma- or tab-separated values, with the places of their cells.

The first row names the columns. Cells over lines are not read.
"""

from __future__ import annotations

from collections.abc import Iterator

from kintone_lint.patterns import regex
from kintone_lint.texts.entries import MOST, Entry

_LONGEST = 4_000  # characters of a row
_CELLS = {
    mark: regex(
        rf" *+(?:\"(?P<quoted>(?:[^\"\n]|\"\")*+)\" *+|(?P<bare>[^{mark}\n]*+))(?:{mark}|$)"
    )
    for mark in (",", "\t", ";")
}


def csv_entries(text: str) -> Iterator[Entry]:
    """The cells of a table, each under the name of its column; those of a row are a group."""
    first, _, _ = text[:_LONGEST].partition("\n")
    mark = max(_CELLS, key=first.count)
    names: list[str] = []
    at = count = 0
    inside = False  # a cell over several lines
    for number, line in enumerate(text.split("\n")):
        start, at = at, at + len(line) + 1
        row = line.rstrip("\r")
        around, inside = inside, inside ^ (row.count('"') % 2 == 1)
        if not row or around or inside or len(row) > _LONGEST:
            continue
        cells = [*_cells(row, mark)]
        if not names:
            names = [value.strip("\ufeff# ") for value, _, _ in cells]
            continue
        for name, (value, low, high) in zip(names, cells, strict=False):
            count += 1
            if count > MOST:
                return
            yield Entry((name,), value, start + low, start + high, number)


def _cells(row: str, mark: str) -> Iterator[tuple[str, int, int]]:
    at = 0
    while at < len(row) and (cell := _CELLS[mark].match(row, at)):
        kind = cell.lastgroup or "bare"
        value = cell[kind].rstrip()
        yield value, cell.start(kind), cell.start(kind) + len(value)
        if cell.end() == at:
            return
        at = cell.end()
