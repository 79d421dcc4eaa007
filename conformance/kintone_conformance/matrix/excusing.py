"""Known failures apply to the newest version; calls that an older version lacks are not judged."""

from __future__ import annotations

import msgspec

from kintone_conformance.baseline import read
from kintone_conformance.matrix.manifest import Sdk
from kintone_conformance.model import Verdict
from kintone_conformance.report import events
from kintone_conformance.report.causes import excused
from kintone_conformance.report.events import Report, Row

KNOWN_FAILURES = "known-failures.toml"


def held_against(sdk: Sdk, report: Report) -> Report:
    """The report, with what this version is known to fail excused. Raises UsageError."""
    path = sdk.folder / KNOWN_FAILURES
    if not sdk.newest:
        rows = tuple(map(_of_older, report.requirements))
    elif path.exists():
        rows = excused(tuple(map(read(path).applied, report.requirements)))
    else:
        return report
    footer = events.footer(rows, strict=report.header.strict, complete=report.footer.complete)
    return msgspec.structs.replace(report, requirements=rows, footer=footer)


def _of_older(row: Row) -> Row:
    """An older version may lack calls of the driver; that is not judged. Other errors remain."""
    if row.verdict is not Verdict.ERROR or not row.refused_calls:
        return row
    message = f"this version lacks {', '.join(row.refused_calls)}"
    return msgspec.structs.replace(row, verdict=Verdict.NA, message=message)


def lacking(report: Report) -> str:
    """The calls that a version lacks, as `guests.add, space.get`; empty where it has all."""
    rows = [row for row in report.requirements if row.verdict is Verdict.NA]
    return ", ".join(call for row in rows for call in row.refused_calls)
