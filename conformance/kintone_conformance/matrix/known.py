"""What is known of an SDK: what is broken in its newest version, and that older ones have less."""

from __future__ import annotations

import re

import msgspec

from kintone_conformance.baseline import read
from kintone_conformance.matrix.manifest import Sdk
from kintone_conformance.model import Verdict
from kintone_conformance.report import events
from kintone_conformance.report.events import Report, Row
from kintone_conformance.spec.calls import calls

KNOWN_FAILURES = "known-failures.toml"
LACKS = "this version lacks "
# A call with documented input sends its request, and so does each declared operation.
_SENT = ("KC518", "KC901")


def held_against(sdk: Sdk, report: Report) -> Report:
    """The report as what is known of this version excuses it. Raises UsageError."""
    path = sdk.folder / KNOWN_FAILURES
    if not sdk.newest:
        rows = tuple(map(_of_older, report.requirements))
    elif path.exists():
        rows = tuple(map(read(path).applied, report.requirements))
    else:
        return report
    footer = events.footer(rows, strict=report.header.strict, complete=report.footer.complete)
    return msgspec.structs.replace(report, requirements=rows, footer=footer)


def _of_older(row: Row) -> Row:
    """Calls of the driver that an older version lacks are not judged there, and no error."""
    if row.id not in _SENT or row.verdict is not Verdict.ERROR:
        return row
    words = re.findall(r"[\w.]+", row.message.partition("(")[0])
    names = ", ".join(word for word in words if word in calls())
    return msgspec.structs.replace(row, verdict=Verdict.NA, message=f"{LACKS}{names}")


def lacking(report: Report) -> str:
    """The calls that a version lacks, as `guests.add, space.get`; empty where it has all."""
    found = [row.message for row in report.requirements if row.id in _SENT]
    names = [each.removeprefix(LACKS) for each in found if each.startswith(LACKS)]
    return ", ".join(names)
