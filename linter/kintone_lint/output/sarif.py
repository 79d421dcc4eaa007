"""Findings as SARIF 2.1.0, for GitHub code scanning and other viewers.

The format is the OASIS standard; what GitHub takes of it is in "SARIF support for code
scanning" in the GitHub Docs. There are no snippets: the code around a finding may hold secrets.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kintone_lint.escaping import json_text
from kintone_lint.findings import Finding, Result, Span, TextFix, Trouble
from kintone_lint.output import repository
from kintone_lint.output.sources import Sources

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT = "%SRCROOT%"
_FINGERPRINT = "kintoneLint/v1"


def render(result: Result, sources: Sources) -> str:
    """A log of one run, or of one for each checkout of several.

    Only rules with results are listed: the rules need not be imported for a clean run.
    """
    parts = _parts(result) if result.repositories else [(repository.root(), "", result)]
    runs = [_run(part, root, name, sources) for root, name, part in parts]
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": runs})


def _place(name: str) -> Path:
    """Where a checkout lies, without links; as it is where no file can have its name."""
    try:
        return Path(name).resolve()
    except (OSError, ValueError):
        return Path(name).absolute()


def _parts(result: Result) -> list[tuple[Path, str, Result]]:
    """The root, the name and the result of each checkout, and what is in none of them."""
    found: dict[str, list[Finding]] = {each.path: [] for each in result.repositories}
    failed: dict[str, list[Trouble]] = {each.path: [] for each in result.repositories}
    for finding in result.findings:
        owner = result.repository_of(finding.span.path)
        found.setdefault(owner.path if owner else "", []).append(finding)
    for error in result.errors:
        owner = result.repository_of(error.path)
        failed.setdefault(owner.path if owner else "", []).append(error)
    return [
        (
            _place(name) if name else repository.root(),
            name,
            Result(tuple(found.get(name, ())), tuple(failed.get(name, ()))),
        )
        for name in dict.fromkeys((*found, *failed))
    ]


def _run(result: Result, root: Path, name: str, sources: Sources) -> dict[str, Any]:
    codes = sorted({finding.rule for finding in result.findings})
    about = {"automationDetails": {"id": f"kintone-lint/{name}/"}} if name else {}
    return {
        "tool": {
            "driver": {
                "name": "kintone-lint",
                "version": version("kintone-conformance"),
                "rules": _rules(codes),
            }
        },
        **about,
        "invocations": [_invocation(result.errors, root)],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\r", "\n"],
        "results": [
            _result(finding, codes.index(finding.rule), root, sources)
            for finding in result.findings
        ],
    }


def _rules(codes: Iterable[str]) -> list[dict[str, Any]]:
    if not codes:
        return []
    from kintone_lint.output.sarif_rules import descriptor

    return [descriptor(code) for code in codes]


def _invocation(errors: Iterable[Trouble], root: Path) -> dict[str, Any]:
    notifications = [_notification(error, root) for error in errors]
    return {
        "executionSuccessful": not notifications,
        "toolExecutionNotifications": notifications,
    }


def _notification(error: Trouble, root: Path) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": _artifact(error.path, root)}
    if error.line:
        place["region"] = {"startLine": error.line}
    return {
        "level": "error",
        "message": _message(f"{error.path}: {error.sentence}"),
        "locations": [{"physicalLocation": place}],
    }


def _result(finding: Finding, rule: int, root: Path, sources: Sources) -> dict[str, Any]:
    related = [
        {"id": number, **_location(span, root), "message": _message(text)}
        for number, (span, text) in enumerate(finding.related, 1)
    ]
    links = "".join(f" ([{_plain(text)}]({n}))" for n, (_, text) in enumerate(finding.related, 1))
    result = {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": str(finding.severity),
        "message": {"text": f"{finding.span.told}{_plain(finding.message)}{links}"},
        "locations": [_location(finding.span, root)],
        "relatedLocations": related,
        "partialFingerprints": {_FINGERPRINT: finding.fingerprint},
        "properties": {"confidence": str(finding.confidence)},
    }
    if finding.flow:
        result["codeFlows"] = [_flow(finding, root)]
    if finding.fix is not None and (fix := _fix(finding.fix, root, sources)):
        result["fixes"] = [fix]
    return result


def _message(text: str) -> dict[str, str]:
    return {"text": _plain(text)}


def _plain(text: str) -> str:
    """A text in which nothing is a link (section 3.11.6), also within the text of a link.

    GitHub shows related places as links in a message, and only so.
    """
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _flow(finding: Finding, root: Path) -> dict[str, Any]:
    said = {finding.span: finding.message, **dict(finding.related)}
    steps = [
        {"location": {**_location(span, root), "message": _message(said[span])}}
        for span in finding.flow
    ]
    return {"threadFlows": [{"locations": steps}]}


def _fix(fix: TextFix, root: Path, sources: Sources) -> dict[str, Any] | None:
    """A fix with the imports it needs; None if they cannot be placed."""
    path = fix.edits[0].span.path
    imports = sources.import_edits(fix)
    if sources.text(path) is None or imports is None:
        return None
    replacements = [
        {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}
        for edit in (*fix.edits, *imports)
    ]
    change = {"artifactLocation": _artifact(path, root), "replacements": replacements}
    return {
        "description": _message(fix.message),
        "artifactChanges": [change],
        "properties": {"safe": fix.safe},
    }


def _location(span: Span, root: Path) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(span.path, root),
            "region": _region(span),
        }
    }


def _region(span: Span) -> dict[str, int]:
    if span.cell:
        return {"startLine": span.row}
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _artifact(shown: str, root: Path) -> dict[str, str]:
    path = repository.path_below(root, shown)
    if Path(path).is_absolute():
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(path, errors="surrogatepass"), "uriBaseId": _ROOT}
