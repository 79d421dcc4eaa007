"""Where an import goes into a file: below docstring and `__future__`, in the order of isort.

A file whose imports are sorted as isort and ruff's I001 want them by default stays sorted.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from itertools import pairwise

from kintone_lint.python.lines import LINE_END, Lines
from kintone_lint.records import record

_Import = ast.Import | ast.ImportFrom
_FUTURE, _STANDARD, _OTHER = range(3)


def place_for_import(
    tree: ast.Module, text: str, lines: Lines, name: str, before: int
) -> tuple[int, str] | None:
    """Where `import name` of the standard library goes, in code points, and what to insert.

    It is before the statement at the offset `before`. None if no line is free for it.
    """
    body = tree.body
    line = lines.at(before)[0]
    limit = next((n for n, each in enumerate(body) if _last_line(each) >= line), len(body))
    lead = sum(_leads(each, number) for number, each in enumerate(body))
    block = _block(body, lead, limit)
    imports = [each for each in body[block.start : block.stop] if isinstance(each, _Import)]
    wanted = max(block.start + _sorted_place(imports, name), lead)
    gap = next((gap for gap in range(wanted, limit + 1) if _is_free(body, gap)), len(body))
    if gap >= len(body):
        return None
    found = LINE_END.search(text)
    around = _Gap(body[gap - 1] if gap else None, body[gap], gap - 1 in block, gap in block)
    rows = _Rows(text, lines.starts)
    return _inserted(around, f"import {name}", rows, found[0] if found else "\n")


def _leads(statement: ast.stmt, index: int) -> bool:
    """Whether a statement has to stay above the imports: the docstring, and `__future__`."""
    if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
        return True
    value = statement.value if isinstance(statement, ast.Expr) else None
    return index == 0 and isinstance(value, ast.Constant) and isinstance(value.value, str)


def _block(body: list[ast.stmt], lead: int, limit: int) -> range:
    """The run of imports at the top, as far as it is before `limit`; maybe empty.

    It starts with the imports of `__future__`, or after the docstring and names like
    `__version__`.
    """
    start = next((n for n in range(limit) if isinstance(body[n], _Import)), limit)
    if not all(_is_own_name(each) for each in body[lead:start]):
        return range(0)
    return range(
        start, next((n for n in range(start, limit) if not isinstance(body[n], _Import)), limit)
    )


def _is_own_name(statement: ast.stmt) -> bool:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name.startswith("__") and name.endswith("__")
    return False


def _is_free(body: list[ast.stmt], gap: int) -> bool:
    """Whether a line starts between two statements."""
    return gap in (0, len(body)) or _last_line(body[gap - 1]) < _first_line(body[gap])


def _first_line(statement: ast.stmt) -> int:
    marks: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(mark.lineno for mark in marks)])


def _last_line(statement: ast.stmt) -> int:
    return statement.end_lineno or statement.lineno


# ---- the order of isort


def _sorted_place(block: list[_Import], name: str) -> int:
    """Where in a run of imports `import name` is in order."""
    mixed = any(  # sorted by module alone: force-sort-within-sections
        _section(one) == _section(next_one)
        and isinstance(one, ast.ImportFrom)
        and isinstance(next_one, ast.Import)
        for one, next_one in pairwise(block)
    )
    new = _key(ast.Import([ast.alias(name)]), mixed=mixed)
    larger = (number for number, each in enumerate(block) if _key(each, mixed=mixed) > new)
    return next(larger, len(block))


def _key(statement: _Import, *, mixed: bool) -> tuple[object, ...]:
    taken_from = isinstance(statement, ast.ImportFrom)
    module, alias = _module(statement), statement.names[0].asname or ""
    return _section(statement), taken_from and not mixed, module.lower(), module, alias, taken_from


def _section(statement: ast.stmt | None) -> int:
    if statement is None or (isinstance(statement, ast.ImportFrom) and statement.level):
        return _OTHER
    root = _module(statement).partition(".")[0]
    if root == "__future__":
        return _FUTURE
    return _STANDARD if root in sys.stdlib_module_names else _OTHER


def _module(statement: ast.stmt) -> str:
    if isinstance(statement, ast.Import):
        return statement.names[0].name
    return getattr(statement, "module", None) or ""


# ---- the lines


@record()
class _Gap:
    """Between two statements; whether each belongs to the run of imports that is added to."""

    above: ast.stmt | None
    below: ast.stmt
    after_import: bool
    before_import: bool


@record()
class _Rows:
    """The lines of a text, from 0."""

    text: str
    starts: Sequence[int]

    def row(self, number: int) -> str:
        """A line without the spaces around it."""
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.text)
        return self.text[self.starts[number] : end].strip()


def _inserted(gap: _Gap, line: str, rows: _Rows, newline: str) -> tuple[int, str]:
    """The offset and the lines; blank lines separate it from other sections and from code."""
    under = 0 if gap.above is None else _last_line(gap.above)
    if gap.after_import and _section(gap.above) == _STANDARD:
        return rows.starts[under], line + newline
    if gap.after_import and not gap.before_import:
        return rows.starts[under], newline + line + newline * (2 if rows.row(under) else 1)
    over = _over(gap, rows)
    if gap.before_import and _section(gap.below) == _STANDARD:
        return rows.starts[over], line + newline
    close = gap.above is not None and rows.row(over - 1)
    definition = isinstance(gap.below, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    blank = 2 if definition else 1
    return rows.starts[over], (newline if close else "") + line + newline * (1 + blank)


def _over(gap: _Gap, rows: _Rows) -> int:
    """The row of a statement with the comments above it, but not with the head of the file."""
    first = row = _first_line(gap.below) - 1
    end = 0 if gap.above is None else _last_line(gap.above)
    while row > end and rows.row(row - 1).startswith("#"):
        row -= 1
    return first if row == 0 else row
