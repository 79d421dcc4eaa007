"""A report as two runs write it alike: without ports, boundaries, and places of this machine."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from kintone_conformance.nested import texts_in
from kintone_conformance.report.events import Report, Row
from kintone_conformance.report.text import portless

_BOUNDARY = re.compile(r"boundary=\"?([^\s\";]+)")
_RANDOM = re.compile(r"-{6,}formdata-undici-\d+")


def steady(report: Report, folder: Path) -> Report:
    """The same report with what differs from run to run named instead."""
    rows = [_steady_row(row, (str(folder.parent), str(Path.home()))) for row in report.requirements]
    return msgspec.structs.replace(report, requirements=tuple(rows))


def _steady_row(row: Row, places: Sequence[str]) -> Row:
    data = msgspec.to_builtins(row)
    texts = " ".join(texts_in(data))
    boundaries = sorted({*_BOUNDARY.findall(texts), *_RANDOM.findall(texts)}, key=len, reverse=True)
    reproduce, source = row.reproduce, row.source

    def mended(text: str) -> str:
        for boundary in boundaries:
            text = text.replace(boundary, "BOUNDARY")
        for place in places:
            text = text.replace(f"{place}/", "")
        return portless(text)

    told: Row = msgspec.convert(_each(data, mended), Row)
    return msgspec.structs.replace(told, reproduce=reproduce, source=source, seconds=0.0)


def _each(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: _each(item, change) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_each(item, change) for item in value]
    return value
