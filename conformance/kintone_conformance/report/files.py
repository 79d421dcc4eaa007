"""The files of a report folder: written beside and renamed, so that an old file stays whole."""

from __future__ import annotations

import os
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
from kintone_lint.junit import Case, document


def make_report_folder(folder: Path) -> None:
    """Make the folder. Raises UsageError if nothing can be written there.

    Git ignores a folder that is made so: reports hold the suite's own credentials, which are
    neither to be committed nor to be linted. A folder that was there may be anybody's.
    """
    new = not os.path.lexists(folder)
    make_folder(folder, "reports", "choose another --report-dir")
    if new:
        write_whole(folder / ".gitignore", b"*\n")


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Lock a folder. Raises UsageError if another run has it.

    The lock is on the folder itself: nothing is left behind, and it ends with the process.
    """
    import fcntl  # commands that write no report work on systems without it

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
    """Write what was asked for; returns a sentence for each file that could not be written."""
    failed = write(report, folder) if folder is not None else []
    if summary is not None:
        failed += _attempted(append, summary, markdown_summary, report)
    return failed


def write(report: Report, folder: Path) -> list[str]:
    """Write each file; returns a sentence for each that failed. Old files stay whole."""
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
    """Write one file; if it fails, the others are written all the same."""
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
    """The report for CI systems: a test case per requirement, and one for a run that broke off."""
    report = plain(report)
    cases = [_case(row) for row in report.requirements]
    cases += [
        Case("kintone", "required", "failure", sentence) for sentence in report.footer.missing
    ]
    if not report.footer.complete:
        cases.append(Case("kintone", "the run", "error", conclusion(report)))
    return document("kintone-conformance", cases, report.header.notes)


def _case(row: Row) -> Case:
    case = Case(f"kintone.{row.id[:3]}", f"{row.id} {row.name}", seconds=row.seconds)
    tags = {Verdict.FAIL: "failure", Verdict.ERROR: "error", Verdict.NA: "skipped"}
    if row.known:
        return case._replace(tag="skipped", message=f"known failure: {row.known}")
    if row.verdict in tags:
        text = "" if row.verdict is Verdict.NA else explained(row)
        return case._replace(tag=tags[row.verdict], message=row.message, text=text)
    if row.stale:
        return case._replace(tag="failure", message=row.stale)
    if row.verdict is not Verdict.PASS:
        return case._replace(tag="system-out", text=f"{row.verdict}: {explained(row)}")
    return case


_FILES: Mapping[str, Callable[[Report], bytes]] = {
    "report.json": as_json,
    "junit.xml": junit,
    "report.html": report_page,
    "badge.json": badge,
}
