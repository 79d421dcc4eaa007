"""Which failures have one cause: they are shown as one finding, with the others named under it.

Of one cause are failures of the same verdict that say the same of the same part of a request, and
part from the documented one by the same edit: `guest/5/` is missing in the path of a read, and of
a preview. So are failures for which the same was expected and the same was sent. Each of them keeps
its row, its message and its place in the baseline: nothing that differs is hidden by another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from kintone_conformance.model import Verdict
from kintone_conformance.report.events import Row
from kintone_conformance.report.parting import edit

_BROKEN = (Verdict.FAIL, Verdict.WARN, Verdict.NOTE)
_NUMBER = re.compile(r"[0-9]+")
_ABSENT = "none"


def with_causes(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows, each with the id of the first row of its cause; "" for that one, and if alone.

    What is known keeps to itself: it is not shown, and must not take others along.
    """
    first: dict[tuple[str, ...], str] = {}
    made = []
    for row in rows:
        key = None if row.known else cause(row)
        known = first.setdefault(key, row.id) if key is not None else row.id
        made.append(msgspec.structs.replace(row, cause="" if known == row.id else known))
    return tuple(made)


def cause(row: Row) -> tuple[str, ...] | None:
    """What failures of one cause share; None if too little is known of this one."""
    if row.verdict not in _BROKEN or not row.sent:
        return None
    verdict = str(row.verdict)
    if row.sent == _ABSENT:
        return (verdict, row.part, _ABSENT) if row.part else None
    removed, added = edit(row.expected, row.sent)
    if row.part and len(removed) < len(row.expected) and (removed or added):
        parts = (row.part, _general(row), removed, added)
        return (verdict, *(_NUMBER.sub("0", part) for part in parts))
    return (verdict, row.part, row.expected, row.sent)


def _general(row: Row) -> str:
    """The message without the call that it is about."""
    apis = {step.api for step in row.counterexample}
    return " ".join("…" if word in apis else word for word in row.message.split())


def others(row: Row, rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows that are named under this one."""
    return tuple(each for each in rows if each.cause == row.id)
