"""Jupyter notebooks: the code of all cells as one text of Python, and the texts around it.

Code cells run one after the other in one process, so they are one program. Magics and shell lines
are not Python: they are taken out of it, and are texts like outputs and Markdown cells.
"""

from __future__ import annotations

import ast
import enum
import re
import warnings
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from kintone_lint.patterns import regex
from kintone_lint.records import record
from kintone_lint.texts.json_text import NotReadableError

_MAGIC = regex(r"[ \t]*(?:[%!?]|.*\?[ \t]*$)")
_MARK = regex(r"[%!?]+")
_ASSIGNED = regex(r"(?P<left>[ \t]*[\w., ]+=[ \t]*)[%!]")
# Cell magics that run their cell as Python of this notebook.
_PYTHON_CELL = regex(r"%%(?:time|timeit|capture|prun|memit|mprun)\b")
_OUTPUTS = 2_000_000  # characters of the outputs of one notebook that are searched
_CELLS = 20_000


@record()
class Block:
    """Lines of a cell: `first` is the first of them in the joined text, `line` in the cell."""

    first: int
    cell: int
    line: int


class Role(enum.Enum):
    """What a text in a notebook is."""

    COMMAND = enum.auto()
    PROSE = enum.auto()
    OUTPUT = enum.auto()


@record()
class Piece:
    """A text of a cell that is not Python, from a line of the cell."""

    cell: int
    text: str
    role: Role
    line: int = 1


@record()
class Notebook:
    """The code of a notebook as one text, where its lines come from, and its other texts."""

    code: str
    blocks: tuple[Block, ...]
    pieces: tuple[Piece, ...]
    raw: str

    def place(self, line: int) -> tuple[int, int]:
        """Cell and line in the cell, from 1, of a line of the joined code."""
        if not self.blocks:
            return 1, line
        at = bisect_right([block.first for block in self.blocks], line) - 1
        block = self.blocks[max(at, 0)]
        return block.cell, block.line + line - block.first

    def file_line(self, cell: int, text: str) -> int:
        """The line of the file in which a line of a cell is, as near as can be told."""
        import json

        at = -1
        for _ in range(cell):
            at = self.raw.find('"cell_type"', at + 1)
        for plain in (False, True):
            found = self.raw.find(json.dumps(text, ensure_ascii=plain)[1:-1], max(at, 0))
            if found >= 0:
                return self.raw.count("\n", 0, found) + 1
        return 1


def read_notebook(raw: bytes) -> Notebook:
    """Reads a notebook, also one of an older format. Raises NotReadableError."""
    import json  # not for a run without notebooks

    try:
        whole = raw.decode("utf-8-sig")
        content = json.loads(whole)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        where = f" at line {line}" if line else ""
        raise NotReadableError(f"not valid JSON{where}") from None
    cells = [*_cells(content)]
    python = _is_python(content)
    lines: list[str] = []
    blocks: list[Block] = []
    pieces: list[Piece] = []
    for number, cell in enumerate(cells, 1):
        text = _text(cell.get("source", cell.get("input", "")))
        if cell.get("cell_type") == "code" and python:
            lines_of, rest = _code(text)
            pieces += [Piece(number, line, Role.COMMAND, at) for at, line in rest]
            if lines_of:
                blocks.append(Block(len(lines) + 1, number, 1))
                lines += lines_of
        else:
            role = Role.COMMAND if cell.get("cell_type") == "code" else Role.PROSE
            pieces.append(Piece(number, text, role))
        pieces += [Piece(number, each, Role.OUTPUT) for each in _outputs(cell)]
    code = "\n".join(lines) + "\n" if lines else ""
    return Notebook(code, tuple(blocks), tuple(pieces), whole)


def _cells(content: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(content, dict):
        raise NotReadableError("not a notebook: it has no cells")
    sheets = content.get("worksheets")  # until version 3
    holders = sheets if isinstance(sheets, list) else [content]
    if not any(isinstance(each, dict) and isinstance(each.get("cells"), list) for each in holders):
        raise NotReadableError("not a notebook: it has no cells")
    count = 0
    for holder in holders:
        for cell in holder.get("cells") or () if isinstance(holder, dict) else ():
            if isinstance(cell, dict) and count < _CELLS:
                count += 1
                yield cell


def _is_python(content: dict[str, Any]) -> bool:
    about = content.get("metadata")
    about = about if isinstance(about, dict) else {}
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        found = about.get(key)
        if isinstance(found, dict) and isinstance(found.get(name), str):
            return "python" in found[name].lower()
    return True


def _text(source: Any) -> str:
    if isinstance(source, list):
        return "".join(each for each in source if isinstance(each, str))
    return source if isinstance(source, str) else ""


def _code(text: str) -> tuple[list[str], list[tuple[int, str]]]:
    """The lines of a cell as Python, as many as before, and those that are not Python."""
    lines = re.split(r"\r\n|\r|\n", text)
    if _parses(lines):
        return lines, []
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%") and not _PYTHON_CELL.match(lines[first]):
        return [], [(1, text)]
    code: list[str] = []
    rest: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        assigned = _ASSIGNED.match(line)
        if assigned:
            code.append(f"{assigned['left']}None")
        elif _MAGIC.match(line):
            indent = line[: len(line) - len(line.lstrip())]
            code.append(f"{indent}pass")
        else:
            code.append(line)
            continue
        rest.append((number, _MARK.sub(" ", line, count=1)))
    if _parses(code):
        return code, rest
    return [], [(1, text)]


def _parses(lines: list[str]) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _outputs(cell: dict[str, Any]) -> Iterator[str]:
    left = _OUTPUTS
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else ():
        if not isinstance(output, dict):
            continue
        data = output.get("data")
        texts = [output.get("text"), _lines(output.get("traceback"))]
        if isinstance(data, dict):
            texts += [each for kind, each in data.items() if not str(kind).startswith("image/")]
        for each in texts:
            text = _text(each)
            if text and left > 0:
                yield text[:left]
                left -= len(text)


def _lines(traceback: Any) -> str:
    return "\n".join(map(str, traceback)) if isinstance(traceback, list) else ""
