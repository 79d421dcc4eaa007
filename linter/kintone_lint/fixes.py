"""Applies fixes to a text: edits on spans, and the imports they need."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from kintone_lint.findings import Finding, TextEdit
from kintone_lint.source import Source
from kintone_lint.syntax import syntax

_ROUNDS = 8
_LINE_END = re.compile(r"\r\n|\r|\n")


def fixed(
    source: Source,
    found: Iterable[Finding],
    relint: Callable[[Source], list[Finding]],
    *,
    unsafe: bool,
) -> tuple[str, list[Finding]]:
    """The text with every fix applied that may be, and the findings that this put right.

    Fixes that touch each other wait for the next round, in which the file is linted again. A
    round whose result is no valid Python is left out.
    """
    text = source.text
    right: list[Finding] = []
    findings = list(found)
    for _ in range(_ROUNDS):
        edits, imports, applied = _compatible(findings, unsafe=unsafe)
        if not applied:
            break
        changed = _edited(text, edits)
        for name in sorted(imports):
            changed = with_import(changed, name)
        if not _valid(changed):
            break
        text = changed
        right += applied
        source = Source(source.path, source.file, source.encoded(text))
        findings = relint(source)
    return text, right


def _compatible(
    findings: Iterable[Finding], *, unsafe: bool
) -> tuple[list[TextEdit], set[str], list[Finding]]:
    edits: list[TextEdit] = []
    imports: set[str] = set()
    applied: list[Finding] = []
    for finding in findings:
        fix = finding.fix
        if fix is None or not (fix.safe or unsafe):
            continue
        new = [edit for edit in fix.edits if edit not in edits]
        if any(_touch(edit, other) for edit in new for other in edits):
            continue
        edits += new
        imports |= set(fix.imports)
        applied.append(finding)
    return edits, imports, applied


def _touch(one: TextEdit, other: TextEdit) -> bool:
    return one.start <= other.end and other.start <= one.end


def _edited(text: str, edits: list[TextEdit]) -> str:
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end), reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _valid(text: str) -> bool:
    try:
        syntax(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def with_import(text: str, name: str) -> str:
    """The text with `import name` at the top, unless it is there: below docstring and future."""
    found = missing_import(text, name)
    if found is None:
        return text
    at, line = found
    return text[:at] + line + text[at:]


@lru_cache(maxsize=4)
def missing_import(text: str, name: str) -> tuple[int, str] | None:
    """Where the line `import name` has to go, in code points, and the line; None if it is there.

    None too where the text is no valid Python.
    """
    try:
        body = syntax(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    imports = (each for each in body if isinstance(each, ast.Import))
    if any(alias.name == name and not alias.asname for each in imports for alias in each.names):
        return None
    first = next((each for index, each in enumerate(body) if not _leads(each, index)), None)
    ends = [match.end() for match in _LINE_END.finditer(text)]
    found = _LINE_END.search(text)
    newline = found[0] if found else "\n"
    if first is None:
        lead = "" if not text or text.endswith(("\n", "\r")) else newline
        return len(text), f"{lead}import {name}{newline}"
    line = min([first.lineno, *(each.lineno for each in getattr(first, "decorator_list", ()))])
    return ends[line - 2] if line > 1 else 0, f"import {name}{newline}"


def _leads(statement: ast.stmt, index: int) -> bool:
    """Whether a statement has to stay above the imports: the docstring, and `__future__`."""
    if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
        return True
    value = statement.value if isinstance(statement, ast.Expr) else None
    return index == 0 and isinstance(value, ast.Constant) and isinstance(value.value, str)
