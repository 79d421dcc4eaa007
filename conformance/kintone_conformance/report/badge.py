"""`badge.json`: the verdict as a badge, in the endpoint form of shields.

Source of the form: https://shields.io/badges/endpoint-badge
"""

from __future__ import annotations

import json

from kintone_conformance.model import ExitCode, Verdict
from kintone_conformance.report.events import Report

_COLOURS = {
    ExitCode.OK: "brightgreen",
    ExitCode.FAILED: "red",
    ExitCode.HARNESS: "lightgrey",
    ExitCode.NOTHING_JUDGED: "lightgrey",
}


def badge(report: Report) -> bytes:
    """How many of the judged requirements hold; yellow where the rest is known."""
    counts, code = report.footer.counts, ExitCode(report.footer.exit_code)
    judged = sum(counts.values()) - counts[Verdict.NA] - counts[Verdict.ERROR]
    known = any(row.known for row in report.requirements)
    content = {
        "schemaVersion": 1,
        "label": "kintone conformance",
        "message": "error" if code is ExitCode.HARNESS else f"{counts[Verdict.PASS]} of {judged}",
        "color": "yellow" if known and code is ExitCode.OK else _COLOURS[code],
    }
    return json.dumps(content, indent=2).encode() + b"\n"
