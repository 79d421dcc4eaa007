"""The files of a report folder: written beside and renamed, so that an old file stays whole."""

from __future__ import annotations

import os
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from kintone_conformance.errors import UsageError
from kintone_conformance.model import Verdict
from kintone_conformance.report.badge import badge
from kintone_conformance.report.events import Report, Row
from kintone_conformance.report.pages import report_page
from kintone_conformance.report.text import explained
from kintone_conformance.writing import make_folder, write_whole

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def prepare(folder: Path) -> None:
    """Make the folder. Raises UsageError where nothing can be written there."""
    make_folder(folder, "reports", "choose another --report-dir")


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Have a folder for oneself. Raises UsageError where another run has it.

    The lock is on the folder itself: nothing is left behind, and it ends with the process.
    """
    import fcntl  # commands that write no report work where there is none

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(
                f"another run is writing to {folder}",
                "wait for it to end, or choose another folder",
            ) from None
        except OSError:
            pass  # a file system without locks
        yield
    finally:
        os.close(descriptor)


def write(report: Report, folder: Path) -> None:
    """Write each file. Raises UsageError where they cannot be written; old ones stay whole."""
    pretty = msgspec.json.format(msgspec.json.encode(report), indent=2)
    write_whole(folder / "report.json", pretty + b"\n")
    write_whole(folder / "junit.xml", junit(report))
    write_whole(folder / "report.html", report_page(report))
    write_whole(folder / "badge.json", badge(report))


def junit(report: Report) -> bytes:
    """The report for CI systems: one test case a requirement."""
    counts = report.footer.counts
    known = sum(bool(row.known) for row in report.requirements if row.verdict is Verdict.FAIL)
    stale = sum(bool(row.stale) for row in report.requirements if row.verdict is Verdict.PASS)
    suite = ET.Element(
        "testsuite",
        name="kintone-conformance",
        tests=str(len(report.requirements)),
        failures=str(counts[Verdict.FAIL] - known + stale),
        errors=str(counts[Verdict.ERROR]),
        skipped=str(counts[Verdict.NA] + known),
        time=f"{sum(row.seconds for row in report.requirements):.3f}",
    )
    if report.header.notes:
        properties = ET.SubElement(suite, "properties")
        for note in report.header.notes:
            ET.SubElement(properties, "property", name="note", value=_xml(note))
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
    if row.known:
        ET.SubElement(case, "skipped", message=_xml(f"known failure: {row.known}"))
    elif row.verdict in tags:
        child = ET.SubElement(case, tags[row.verdict], message=_xml(row.message))
        if row.verdict is not Verdict.NA:
            child.text = _xml(explained(row))
    elif row.stale:
        ET.SubElement(case, "failure", message=_xml(row.stale))
    elif row.verdict is not Verdict.PASS:
        ET.SubElement(case, "system-out").text = _xml(f"{row.verdict}: {explained(row)}")
    return case


def _xml(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
