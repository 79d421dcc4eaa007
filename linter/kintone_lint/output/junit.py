"""Findings for CI systems that read JUnit XML: failures, and errors for what was not linted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kintone_lint.escaping import visible
from kintone_lint.findings import Finding, Result, Trouble
from kintone_lint.junit import Case, document
from kintone_lint.output import repository


def render(result: Result) -> str:
    """A case for each finding and error; one that passed if there are none."""
    root = repository.root()
    cases = [_finding(each, root) for each in result.findings]
    cases += [_trouble(each, root) for each in result.errors]
    passed = Case("kintone-lint", "nothing found")
    return document("kintone-lint", cases or [passed]).decode("ascii")


def _finding(finding: Finding, root: Path) -> Case:
    span = finding.span
    path = repository.path_below(root, span.path)
    place = replace(span, path=path).place
    related = [
        f"{repository.path_below(root, where.path)}:{where.line}:{where.column}: {text}"
        for where, text in finding.related
    ]
    lines = [f"{place}: {finding.rule} {finding.message}", *related]
    return Case(
        f"{finding.rule} {finding.name}",
        place,
        "failure",
        finding.message,
        "\n".join(map(visible, lines)),
        str(finding.severity),
        file=path,
        line=span.row,
    )


def _trouble(error: Trouble, root: Path) -> Case:
    path = repository.path_below(root, error.path)
    place = f"{path}:{error.line}" if error.line else path
    text = visible(f"{place}: {error.sentence}")
    return Case(
        error.outcome,
        place,
        "error",
        error.message,
        text,
        error.outcome.replace(" ", "-"),
        file=path,
        line=error.line,
    )
