"""Each finding for people: place, rule and message, and below it the lines of the code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kintone_lint.counting import counted
from kintone_lint.escaping import visible
from kintone_lint.findings import Finding, Severity, Span
from kintone_lint.kintone.secrets import ADVICE
from kintone_lint.output.snippets import Row, Snippets
from kintone_lint.output.style import INDENT, REST, Style

_RELATED = 5  # places that are shown with one finding


def concise(finding: Finding, style: Style) -> str:
    """A finding on one line, which a style with a width wraps."""
    return _first(finding, style)


def block(finding: Finding, style: Style, snippets: Snippets) -> str:
    """A finding with its lines, its related places and its fix."""
    return "\n".join(_lines(finding, style, snippets))


def _first(finding: Finding, style: Style) -> str:
    """Place, rule, message and name. What to do about a leak is said once, at the end."""
    label = [] if finding.severity is Severity.ERROR else ["warning:"]
    advice = f"; {ADVICE}" if finding.revoke else ""
    message = visible(finding.message.removesuffix(advice))
    words = [*label, *message.split(" "), f"({finding.name})"]
    place = (_place(finding.span), "place"), (finding.rule, str(finding.severity))
    return style.wrapped([*place, *((word, "") for word in words)], rest=REST)


def _lines(finding: Finding, style: Style, snippets: Snippets) -> Iterator[str]:
    span = finding.span
    same_line = [where for where, _ in finding.related if _on_line(where, span)]
    beside = [where for where in same_line if not _overlap(where, span)]
    shown = finding.related[:_RELATED]
    places = [span, *(where for where, _ in shown)]
    gutter = max(len(str(each.end_line)) for each in places)
    width = None if style.width is None else style.width - gutter - len(f"{INDENT} | ")
    yield _first(finding, style)
    rows = snippets.rows(span, "^", width, beside)
    yield from _code(rows, gutter, str(finding.severity), style)
    for where, text in shown:
        yield style.sentence(f"{_place(where)} {visible(text)}", "related", INDENT, REST)
        if where not in same_line:
            yield from _code(snippets.rows(where, "-", width), gutter, "related", style)
    if len(finding.related) > _RELATED:
        yield f"{INDENT}... and {counted(len(finding.related) - _RELATED, 'more place')}"
    if finding.fix is not None:
        option = "--fix" if finding.fix.safe else "--fix --unsafe-fixes"
        yield style.sentence(f"{option}: {visible(finding.fix.message)}", "fix", INDENT, REST)


def _on_line(where: Span, span: Span) -> bool:
    return where.path == span.path and where.line == where.end_line == span.line


def _overlap(where: Span, span: Span) -> bool:
    """Whether two places of one line have something in common."""
    return where.column < span.end_column and span.column < where.end_column


def _code(rows: Iterable[Row], gutter: int, kind: str, style: Style) -> Iterator[str]:
    for row in rows:
        number = style.paint(f"{INDENT}{row.number:>{gutter}} |", "dim")
        yield f"{number} {row.text}".rstrip(" ")
        if row.marks:
            bar = style.paint(f"{INDENT}{'':>{gutter}} |", "dim")
            yield f"{bar} {style.paint(row.marks, kind)}"


def _place(span: Span) -> str:
    return f"{visible(span.place)}:"
