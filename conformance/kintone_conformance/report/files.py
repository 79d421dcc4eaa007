"""report.json and junit.xml: written beside and renamed, so that an old file stays whole."""

from __future__ import annotations

import os
import re
import tempfile
import xml.etree.ElementTree as ET
from contextlib import suppress
from pathlib import Path

import msgspec

from kintone_conformance.errors import UsageError
from kintone_conformance.model import Verdict
from kintone_conformance.report.events import Report, Row
from kintone_conformance.report.text import explained

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def prepare(folder: Path) -> None:
    """Make the folder. Raises UsageError where nothing can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UsageError(
            f"reports cannot be written to {folder}: {error.strerror or error}",
            "choose another --report-dir",
        ) from error


def write(report: Report, folder: Path) -> None:
    """Write both files. Raises UsageError where they cannot be written; old ones stay whole."""
    pretty = msgspec.json.format(msgspec.json.encode(report), indent=2)
    _replace(folder / "report.json", pretty + b"\n")
    _replace(folder / "junit.xml", junit(report))


def _replace(path: Path, content: bytes) -> None:
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
    except OSError as error:
        with suppress(OSError):
            Path(beside).unlink()
        raise UsageError(
            f"{path} was not written: {error.strerror or error}",
            "free space or choose another --report-dir; an older file there is untouched",
        ) from error


def junit(report: Report) -> bytes:
    """The report for CI systems: one test case a requirement."""
    counts = report.footer.counts
    suite = ET.Element(
        "testsuite",
        name="kintone-conformance",
        tests=str(len(report.requirements)),
        failures=str(counts[Verdict.FAIL]),
        errors=str(counts[Verdict.ERROR]),
        skipped=str(counts[Verdict.NA]),
        time=f"{sum(row.seconds for row in report.requirements):.3f}",
    )
    for row in report.requirements:
        suite.append(_case(row))
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _case(row: Row) -> ET.Element:
    case = ET.Element(
        "testcase",
        classname=f"kintone.{row.id[:3]}",
        name=f"{row.id} {row.name}",
        time=f"{row.seconds:.3f}",
    )
    tags = {Verdict.FAIL: "failure", Verdict.ERROR: "error", Verdict.NA: "skipped"}
    if row.verdict in tags:
        child = ET.SubElement(case, tags[row.verdict], message=_xml(row.message))
        if row.verdict is not Verdict.NA:
            child.text = _xml(explained(row))
    elif row.verdict is not Verdict.PASS:
        ET.SubElement(case, "system-out").text = _xml(f"{row.verdict}: {explained(row)}")
    return case


def _xml(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
