"""Findings for machines: the JSON of version 1."""

from __future__ import annotations

from collections import Counter
from typing import Any

from kintone_lint.escaping import json_text
from kintone_lint.findings import Finding, Result, Span, TextFix, Trouble


def render(result: Result) -> str:
    """`{"version": 1, "findings": […], "errors": […]}`, lines and columns from 1.

    Of a run over several checkouts also `repositories`, and with each finding and error its own.
    """
    content: dict[str, Any] = {
        "version": 1,
        "findings": [
            {**_finding(each), **_repository(result, each.span.path)} for each in result.findings
        ],
        "errors": [{**_trouble(each), **_repository(result, each.path)} for each in result.errors],
    }
    if result.repositories:
        content["repositories"] = _repositories(result)
    return json_text(content)


def _repository(result: Result, path: str) -> dict[str, str | None]:
    if not result.repositories:
        return {}
    found = result.repository_of(path)
    return {"repository": found.path if found else None}


def _repositories(result: Result) -> list[dict[str, Any]]:
    found = Counter(result.repository_of(each.span.path) for each in result.findings)
    failed = Counter(result.repository_of(each.path) for each in result.errors)
    return [
        {"path": each.path, "files": each.files, "findings": found[each], "errors": failed[each]}
        for each in result.repositories
    ]


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "name": finding.name,
        **_span(finding.span),
        "message": finding.message,
        "severity": str(finding.severity),
        "confidence": str(finding.confidence),
        "related": [{**_span(span), "message": text} for span, text in finding.related],
        "fix": _fix(finding.fix) if finding.fix else None,
        "fingerprint": finding.fingerprint,
    }


def _span(span: Span) -> dict[str, Any]:
    return {
        "path": span.path,
        **({"cell": span.cell} if span.cell else {}),
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def _fix(fix: TextFix) -> dict[str, Any]:
    return {
        "message": fix.message,
        "safe": fix.safe,
        "edits": [{**_span(edit.span), "text": edit.text} for edit in fix.edits],
        "imports": list(fix.imports),
    }


def _trouble(error: Trouble) -> dict[str, Any]:
    return {
        "path": error.path,
        "line": error.line,
        "outcome": error.outcome,
        "message": error.message,
    }
