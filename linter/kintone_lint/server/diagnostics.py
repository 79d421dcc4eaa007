"""What was found in a document, as an editor shows it. No secret is in it, as in no output."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from kintone_lint.counting import counted
from kintone_lint.escaping import visible
from kintone_lint.findings import Finding, Severity, Span, Trouble
from kintone_lint.output.sources import Sources
from kintone_lint.pages import page_of
from kintone_lint.server.documents import Places, Text, opened
from kintone_lint.server.look import MARK, Looked, Snapshot
from kintone_lint.server.uris import uri_of

SOURCE = "kintone-lint"
_MOST = 1_000  # of one document
_RELATED = 20  # places of one finding


class Ranges:
    """Ranges of LSP for spans in a document."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._text = snapshot.text
        self._cell = snapshot.cell
        self._places = Places(snapshot.text)
        self._marked = len(MARK) if snapshot.text.text.startswith(MARK) else 0

    def of(self, span: Span) -> types.Range:
        """The range of a span; of one in a notebook that is open as JSON its whole line."""
        if span.cell and not self._cell:
            return self.line(span.row)
        start = self._at(span.line, span.column)
        return types.Range(start, self._at(span.end_line, span.end_column))

    def line(self, number: int) -> types.Range:
        """A line, from 1."""
        length = len(self._text.line(number - 1))
        return types.Range(self._places.at(number, 1), self._places.at(number, length + 1))

    def between(self, start: int, end: int) -> types.Range:
        """The range of offsets in the text as it is linted, without a mark."""
        return types.Range(
            self._places.at_offset(start + self._marked), self._places.at_offset(end + self._marked)
        )

    def _at(self, line: int, column: int) -> types.Position:
        return self._places.at(line, column + self._marked if line == 1 else column)


def diagnostics(looked: Looked, *, related: bool) -> list[types.Diagnostic]:
    """A diagnostic for each finding and each trouble. `related`: the editor shows other places."""
    ranges = Ranges(looked.snapshot)
    elsewhere = _Elsewhere(looked.snapshot) if related else None
    shown = [diagnostic(each, ranges, elsewhere) for each in looked.findings[:_MOST]]
    left = len(looked.findings) - len(shown)
    more = [_quiet(f"not shown: {counted(left, 'more finding')}", ranges.line(1))] if left else []
    return [*(_trouble(each, ranges) for each in looked.troubles), *more, *shown]


def diagnostic(
    finding: Finding, ranges: Ranges, elsewhere: _Elsewhere | None = None
) -> types.Diagnostic:
    error = finding.severity is Severity.ERROR
    page = page_of(finding.rule, finding.name)
    places = [*elsewhere.of(finding, ranges)] if elsewhere and finding.related else []
    return types.Diagnostic(
        range=ranges.of(finding.span),
        message=visible(finding.message),
        severity=types.DiagnosticSeverity.Error if error else types.DiagnosticSeverity.Warning,
        code=finding.rule,
        code_description=types.CodeDescription(page) if page else None,
        source=SOURCE,
        related_information=places or None,
    )


def _trouble(trouble: Trouble, ranges: Ranges) -> types.Diagnostic:
    """What could not be looked at: shown quietly, because editors often hold half-written code."""
    return _quiet(visible(trouble.sentence), ranges.line(trouble.line or 1))


def _quiet(message: str, place: types.Range) -> types.Diagnostic:
    return types.Diagnostic(
        range=place,
        message=message,
        severity=types.DiagnosticSeverity.Information,
        source=SOURCE,
    )


class _Elsewhere:
    """Locations of what is related to a finding, in its document and in other files."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._files = Sources(())
        self._known: dict[str, tuple[str, Ranges] | None] = {}

    def of(self, finding: Finding, ranges: Ranges) -> Iterator[types.DiagnosticRelatedInformation]:
        for span, text in finding.related[:_RELATED]:
            own = (self._snapshot.uri, ranges) if span.path == finding.span.path else None
            place = own or self._file(span.path)
            if place is not None:
                location = types.Location(place[0], place[1].of(span))
                yield types.DiagnosticRelatedInformation(location, visible(text))

    def _file(self, path: str) -> tuple[str, Ranges] | None:
        if path not in self._known:
            uri, text = uri_of(path), self._files.text(path)
            if uri is None or text is None:
                self._known[path] = None
            else:
                other = Snapshot(uri, self._snapshot.path, self._like(text), 0, 0)
                self._known[path] = uri, Ranges(other)
        return self._known[path]

    def _like(self, text: str) -> Text:
        return opened(text, self._snapshot.text.encoding)
