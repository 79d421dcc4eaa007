"""Findings for reviewdog: its Diagnostic Format as rdjson.

The form is the message `DiagnosticResult` of `proto/rdf/reviewdog.proto` in reviewdog/reviewdog:
columns count bytes of UTF-8 from 1, the end is exclusive, a range without columns is whole lines.
"""

from __future__ import annotations

from typing import Any

from kintone_lint.codes import names
from kintone_lint.escaping import json_text
from kintone_lint.findings import Finding, Result, Span, TextFix, Trouble
from kintone_lint.output.sources import Sources
from kintone_lint.pages import page_of


def render(result: Result, sources: Sources) -> str:
    """`{"source": …, "severity": …, "diagnostics": […]}`, errors among them."""
    diagnostics = [_finding(each, sources) for each in result.findings]
    diagnostics += [_trouble(each) for each in result.errors]
    severity = "ERROR" if any(each["severity"] == "ERROR" for each in diagnostics) else "WARNING"
    content = {
        "source": {"name": "kintone-lint"},
        "severity": severity,
        "diagnostics": diagnostics,
    }
    return json_text(content)


def _finding(finding: Finding, sources: Sources) -> dict[str, Any]:
    page = page_of(finding.rule, names()[finding.rule])
    diagnostic: dict[str, Any] = {
        "message": f"{finding.span.told}{finding.message}",
        "location": _location(finding.span, sources),
        "severity": finding.severity.name,
        "code": {"value": finding.rule, **({"url": page} if page else {})},
    }
    if finding.related:
        diagnostic["related_locations"] = [
            {"message": text, "location": _location(span, sources)}
            for span, text in finding.related
        ]
    if finding.fix is not None and (suggestion := _suggestion(finding.fix, finding.span, sources)):
        diagnostic["suggestions"] = [suggestion]
    return diagnostic


def _suggestion(fix: TextFix, span: Span, sources: Sources) -> dict[str, Any] | None:
    """A fix of one edit in the file of the finding; a suggestion is taken alone, or not at all."""
    edit, *more = fix.edits
    if more or edit.span.path != span.path or sources.text(span.path) is None:
        return None
    if sources.import_edits(fix) != []:
        return None
    return {"range": _range(edit.span, sources), "text": edit.text}


def _location(span: Span, sources: Sources) -> dict[str, Any]:
    return {"path": span.path, "range": _range(span, sources)}


def _range(span: Span, sources: Sources) -> dict[str, Any]:
    if span.cell:
        return {"start": {"line": span.row}, "end": {"line": span.row}}
    start = sources.byte_column(span.path, span.line, span.column)
    end = sources.byte_column(span.path, span.end_line, span.end_column)
    if start is None or end is None:
        return {"start": {"line": span.line}, "end": {"line": span.end_line}}
    return {
        "start": {"line": span.line, "column": start},
        "end": {"line": span.end_line, "column": end},
    }


def _trouble(error: Trouble) -> dict[str, Any]:
    line = {"range": {"start": {"line": error.line}}} if error.line else {}
    return {
        "message": error.sentence,
        "location": {"path": error.path, **line},
        "severity": "ERROR",
    }
