"""Notebooks: what their joined code gives is named by cell, and other texts are searched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kintone_lint.config import Config
from kintone_lint.engine.texts import piece_findings
from kintone_lint.findings import FileResult, Finding, Span, Trouble
from kintone_lint.kintone.written import Subject
from kintone_lint.python.lines import LINE_END
from kintone_lint.python.source import Source
from kintone_lint.texts.kinds import Form, Kind, Syntax
from kintone_lint.texts.notebook import Notebook, Piece, Role

_FORMS = {
    Role.COMMAND: Form(Kind.NOTEBOOK, Syntax.SHELL, ("#",)),
    Role.PROSE: Form(Kind.NOTEBOOK, Syntax.DOCUMENT),
    Role.OUTPUT: Form(Kind.NOTEBOOK, Syntax.DOCUMENT),
}


def in_cells(result: FileResult, notebook: Notebook, source: Source, config: Config) -> FileResult:
    """What the code of a notebook gave, by cells, and what its other texts give. Without fixes."""
    places = _Places(notebook, source.path)
    wanted = config.rules_for(source.named or source.file)
    found = [places.finding(each) for each in result.findings]
    secrets = set(result.secrets)
    for piece in notebook.pieces:
        mine, hidden = _in_piece(piece, source, places)
        found += (each for each in mine if each.rule in wanted)
        secrets |= hidden
    errors = [places.trouble(each) for each in result.errors]
    return FileResult(sorted(found, key=Finding.place), errors, secrets, result.used)


def _in_piece(piece: Piece, source: Source, places: _Places) -> tuple[Iterable[Finding], set[str]]:
    output = piece.role is Role.OUTPUT
    subject = Subject(source.path, piece.text, _FORMS[piece.role], output=output)
    found, secrets = piece_findings(subject, source)
    lines = LINE_END.split(piece.text)
    placed = (
        replace(each, span=places.piece_span(each.span, piece, lines[each.span.line - 1]))
        for each in found
    )
    return placed, secrets


class _Places:
    """Where the lines of cells are in the file."""

    def __init__(self, notebook: Notebook, path: str) -> None:
        self._notebook = notebook
        self._path = path
        self._lines = notebook.code.split("\n")

    def finding(self, finding: Finding) -> Finding:
        """The same by cells, without a fix: a text edit would not fit JSON."""
        related = tuple((self.span(span), text) for span, text in finding.related)
        flow = tuple(map(self.span, finding.flow))
        return replace(finding, span=self.span(finding.span), related=related, flow=flow, fix=None)

    def span(self, span: Span) -> Span:
        if span.path != self._path:
            return span
        cell, line = self._notebook.place(span.line)
        return replace(
            span,
            line=line,
            end_line=line + span.end_line - span.line,
            cell=cell,
            file_line=self._notebook.file_line(cell, self._lines[span.line - 1]),
        )

    def piece_span(self, span: Span, piece: Piece, text: str) -> Span:
        line = piece.line - 1 + span.line
        return replace(
            span,
            line=line,
            end_line=line,
            cell=piece.cell,
            file_line=self._notebook.file_line(piece.cell, text),
        )

    def trouble(self, error: Trouble) -> Trouble:
        if error.line is None:
            return error
        cell, line = self._notebook.place(error.line)
        return replace(error, line=None, message=f"cell {cell}, line {line}: {error.message}")
