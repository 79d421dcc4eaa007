"""When the clients of a matrix were judged."""

from __future__ import annotations

from collections.abc import Sequence

from kintone_conformance.matrix.judging import Entry


def judged_on(entries: Sequence[Entry]) -> str:
    """As `2026-11-27`, or `2026-11-20 to 2026-11-27`; empty if nothing was judged."""
    days = sorted({entry.report.header.started[:10] for entry in entries if entry.report})
    return " to ".join(dict.fromkeys((days[0], days[-1]))) if days else ""
