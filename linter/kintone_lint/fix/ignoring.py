"""What `--add-ignore` does: a comment at each finding that suppresses it. Nothing else changes."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kintone_lint.engine.run import Outcome
from kintone_lint.errors import UnreadableError
from kintone_lint.findings import Finding, Trouble
from kintone_lint.python.source import Source, content, is_python
from kintone_lint.python.syntax import syntax
from kintone_lint.suppressions import end_of_codes
from kintone_lint.writing import write_whole

_SIMPLE = ("body", "cases", "handlers")  # what a statement has that holds others


@dataclass
class Ignored:
    """What came of it: files and findings with a comment, findings without, files not written.

    `elsewhere` are findings without in files that are not Python: nothing is written into those.
    """

    files: int = 0
    findings: int = 0
    left: int = 0
    elsewhere: int = 0
    failed: list[Trouble] = field(default_factory=list)


def add_ignores(outcome: Outcome, rules: frozenset[str]) -> Ignored:
    """Writes a suppression to the code of each finding of these rules."""
    done = Ignored()
    linted = {job.source.path: job.source for job in outcome.jobs if job.notebook is None}
    by_file: dict[str, list[Finding]] = {}
    for each in outcome.result.findings:
        if each.rule in rules:
            by_file.setdefault(each.span.path, []).append(each)
    for path, mine in by_file.items():
        source = linted.get(path) or (_read(path) if is_python(path) else None)
        if source is None and not is_python(path):
            done.elsewhere += len(mine)
            continue
        text, count = commented(source, mine) if source else ("", 0)
        if source and count:
            try:
                write_whole(source.named or source.file, source.encoded(text))
            except OSError as error:
                reason = error.strerror or type(error).__name__
                done.failed.append(Trouble(path, reason, outcome="no comment was written"))
                count = 0
        done.files += count > 0
        done.findings += count
        done.left += len(mine) - count
    return done


def _read(path: str) -> Source | None:
    raw = content(Path(path))
    return Source(path, Path(path), raw) if isinstance(raw, bytes) else None


def commented(source: Source, found: Iterable[Finding]) -> tuple[str, int]:
    """The text with suppressions, and how many of the findings have one; the old text where its
    meaning would not stay."""
    try:
        text, tree = source.text, syntax(source.parsable)
        lines = _Lines(source, tree)
    except (UnreadableError, SyntaxError, ValueError, RecursionError, MemoryError):
        return "", 0
    except (tokenize.TokenError, IndexError):  # newer syntax than this Python's
        return "", 0
    wanted: dict[int, set[str]] = {}
    count = 0
    for each in found:
        line = lines.for_comment(each.span.line, each.span.end_line)
        if line is not None:
            wanted.setdefault(line, set()).add(each.rule)
            count += 1
    new = _with_comments(text, lines, wanted)
    changed = Source(source.path, source.file, source.encoded(new))
    try:
        same = ast.dump(syntax(changed.parsable)) == ast.dump(tree)
    except (UnreadableError, SyntaxError, ValueError, RecursionError, MemoryError):
        same = False
    return (new, count) if same else ("", 0)


def _with_comments(text: str, lines: _Lines, wanted: Mapping[int, set[str]]) -> str:
    pieces, at = [], 0
    for line in sorted(wanted):
        end, comment = lines.ends[line]
        codes = ", ".join(sorted(wanted[line]))
        inside = end_of_codes(comment) if comment else None
        place = end if inside is None else end - len(comment) + inside
        added = f"  # kintone-lint: ignore[{codes}]" if inside is None else f", {codes}"
        pieces += [text[at:place], added]
        at = place
    return "".join([*pieces, text[at:]])


class _Lines:
    """The lines of a text: which statement they belong to, and whether a comment can end them.

    `ends` are the offsets where a line that takes a comment ends, and the comment it has already.
    """

    def __init__(self, source: Source, tree: ast.Module) -> None:
        text, starts = source.parsable, source.lines.starts
        self.ends: dict[int, tuple[int, str]] = {}
        comment = ""
        for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
            if token.type == tokenize.COMMENT:
                comment = token.string
            elif token.type in (tokenize.NEWLINE, tokenize.NL):
                row, column = token.start
                self.ends[row] = starts[row - 1] + column, comment
                comment = ""
        self._statements: dict[int, tuple[int, int]] = {}
        for first, last in _simple_statements(tree):
            for line in range(first, last + 1):
                self._statements.setdefault(line, (first, last))

    def for_comment(self, first: int, last: int) -> int | None:
        """The line whose comment counts for a place: its own, else one of its statement."""
        start, end = self._statements.get(first, (first, last))
        lines = [*range(first, last + 1), *range(end, start - 1, -1)]
        return next((line for line in lines if line in self.ends), None)


def _simple_statements(tree: ast.Module) -> Iterator[tuple[int, int]]:
    """First and last line of each statement that holds no other."""
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.stmt) and not any(hasattr(node, name) for name in _SIMPLE):
            yield node.lineno, node.end_lineno or node.lineno
        elif not isinstance(node, ast.expr):
            stack += ast.iter_child_nodes(node)
