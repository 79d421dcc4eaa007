"""The files of a report folder: written beside and renamed, so that an old file stays whole."""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from kintone_conformance.errors import UsageError
from kintone_conformance.model import Verdict
from kintone_conformance.report.badge import badge
from kintone_conformance.report.events import Report, Row
from kintone_conformance.report.pages import report_page
from kintone_conformance.report.pages import summary as markdown_summary
from kintone_conformance.report.plain import plain
from kintone_conformance.report.text import conclusion, explained
from kintone_conformance.writing import append, make_folder, write_whole
from kintone_lint.escaping import json_text


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


def deliver(report: Report, folder: Path | None, summary: Path | None) -> list[str]:
    """Write what was asked for; what could not be written, as sentences."""
    failed = write(report, folder) if folder is not None else []
    if summary is not None:
        failed += _attempted(append, summary, markdown_summary, report)
    return failed


def write(report: Report, folder: Path) -> list[str]:
    """Write each file; what could not be written, as sentences. Old files stay whole."""
    failed = []
    for name, made in _FILES.items():
        failed += _attempted(write_whole, folder / name, made, report)
    return failed


def _attempted(
    write: Callable[[Path, bytes], None],
    file: Path,
    made: Callable[[Report], bytes],
    report: Report,
) -> list[str]:
    """One that fails does not keep the others from being written."""
    try:
        write(file, made(report))
    except UsageError as error:
        return [error.message]
    except Exception as error:
        return [f"{file} cannot be made: {type(error).__name__}: {error}"]
    return []


def as_json(report: Report) -> bytes:
    """The report for machines, in ASCII: its texts are as they came."""
    return json_text(msgspec.to_builtins(report)).encode("ascii")


def junit(report: Report) -> bytes:
    """The report for CI systems: one test case a requirement, and one for a run that broke off."""
    report = plain(report)
    broke_off = not report.footer.complete
    counts, missing = report.footer.counts, report.footer.missing
    known = sum(bool(row.known) for row in report.requirements if row.verdict is Verdict.FAIL)
    stale = sum(bool(row.stale) for row in report.requirements if row.verdict is Verdict.PASS)
    suite = ET.Element(
        "testsuite",
        name="kintone-conformance",
        tests=str(len(report.requirements) + broke_off + len(missing)),
        failures=str(counts[Verdict.FAIL] - known + stale + len(missing)),
        errors=str(counts[Verdict.ERROR] + broke_off),
        skipped=str(counts[Verdict.NA] + known),
        time=f"{sum(row.seconds for row in report.requirements):.3f}",
    )
    if report.header.notes:
        properties = ET.SubElement(suite, "properties")
        for note in report.header.notes:
            ET.SubElement(properties, "property", name="note", value=note)
    for row in report.requirements:
        suite.append(_case(row))
    for sentence in missing:
        case = ET.SubElement(suite, "testcase", classname="kintone", name="required", time="0")
        ET.SubElement(case, "failure", message=sentence)
    if broke_off:
        case = ET.SubElement(suite, "testcase", classname="kintone", name="the run", time="0")
        ET.SubElement(case, "error", message=conclusion(report))
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
        ET.SubElement(case, "skipped", message=f"known failure: {row.known}")
    elif row.verdict in tags:
        child = ET.SubElement(case, tags[row.verdict], message=row.message)
        if row.verdict is not Verdict.NA:
            child.text = explained(row)
    elif row.stale:
        ET.SubElement(case, "failure", message=row.stale)
    elif row.verdict is not Verdict.PASS:
        ET.SubElement(case, "system-out").text = f"{row.verdict}: {explained(row)}"
    return case


_FILES: Mapping[str, Callable[[Report], bytes]] = {
    "report.json": as_json,
    "junit.xml": junit,
    "report.html": report_page,
    "badge.json": badge,
}
