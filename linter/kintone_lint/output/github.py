"""Findings as annotations of GitHub Actions: one workflow command a line.

The form and its escapes: "Workflow commands for GitHub Actions" in the GitHub Docs. GitHub shows
ten errors and ten warnings of a step; SARIF has no such limit.
"""

from __future__ import annotations

from pathlib import Path

from kintone_lint.escaping import command_data, command_property
from kintone_lint.findings import Finding, Result, Span, Trouble
from kintone_lint.output import repository


def render(result: Result) -> str:
    """`::error file=…,line=…::…` for each finding and error; nothing for a clean run."""
    root = repository.root()
    commands = [_finding(each, root) for each in result.findings]
    commands += [_trouble(each, root) for each in result.errors]
    return "".join(f"{command}\n" for command in commands)


def _finding(finding: Finding, root: Path) -> str:
    related = [
        f"{repository.path_below(root, span.path)}:{span.row}:{span.column}: {span.told}{text}"
        for span, text in finding.related
    ]
    properties = {
        "file": repository.path_below(root, finding.span.path),
        **_range(finding.span),
        "title": f"{finding.rule} {finding.name}",
    }
    return _command(
        str(finding.severity),
        properties,
        "\n".join([f"{finding.span.told}{finding.message}", *related]),
    )


def _range(span: Span) -> dict[str, str]:
    """The runner drops both columns where the lines differ."""
    if span.cell:
        return {"line": str(span.row), "endLine": str(span.row)}
    lines = {"line": str(span.line), "endLine": str(span.end_line)}
    if span.line != span.end_line:
        return lines
    return {**lines, "col": str(span.column), "endColumn": str(span.end_column)}


def _trouble(error: Trouble, root: Path) -> str:
    line = {"line": str(error.line)} if error.line else {}
    properties = {"file": repository.path_below(root, error.path), **line, "title": error.outcome}
    return _command("error", properties, error.message)


def _command(name: str, properties: dict[str, str], message: str) -> str:
    shown = ",".join(f"{key}={command_property(value)}" for key, value in properties.items())
    return f"::{name} {shown}::{command_data(message)}"
