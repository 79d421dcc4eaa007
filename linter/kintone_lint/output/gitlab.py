"""Findings for the Code Quality reports of GitLab.

The form: "Code Quality report format" in the GitLab Docs.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

from kintone_lint.escaping import json_text
from kintone_lint.findings import Finding, Result, Severity, Trouble
from kintone_lint.output import repository

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor"}


def render(result: Result) -> str:
    """`[{"description": …, "check_name": …, "fingerprint": …, …}, …]`, errors among them."""
    root = repository.root()
    entries = [_finding(each, root) for each in result.findings]
    entries += [_trouble(each, root) for each in result.errors]
    _distinguish(entries)
    return json_text(entries)


def _finding(finding: Finding, root: Path) -> dict[str, Any]:
    path = repository.path_below(root, finding.span.path)
    return {
        "description": f"{finding.span.told}{finding.message} ({finding.name})",
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": path, "lines": {"begin": finding.span.row}},
    }


def _trouble(error: Trouble, root: Path) -> dict[str, Any]:
    path = repository.path_below(root, error.path)
    return {
        "description": error.sentence,
        "check_name": error.outcome.replace(" ", "-"),
        "fingerprint": _digest(f"{path}\0{error.sentence}"),
        "severity": "major",
        "location": {"path": path, "lines": {"begin": error.line or 1}},
    }


def _distinguish(entries: list[dict[str, Any]]) -> None:
    """GitLab drops an entry whose fingerprint it has seen: the second one gets another."""
    seen: Counter[str] = Counter()
    for entry in entries:
        fingerprint = entry["fingerprint"]
        seen[fingerprint] += 1
        if seen[fingerprint] > 1:
            entry["fingerprint"] = _digest(f"{fingerprint}\0{seen[fingerprint]}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]
