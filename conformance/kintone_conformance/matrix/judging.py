"""Builds and judges SDKs, each in a process tree of its own; trouble is a row, never a gap."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kintone_conformance import processes
from kintone_conformance.errors import UsageError
from kintone_conformance.isolation import PYTHON
from kintone_conformance.matrix.building import build, make_workplace
from kintone_conformance.matrix.excusing import held_against
from kintone_conformance.matrix.manifest import Sdk
from kintone_conformance.matrix.running import Trouble, finished, last_words
from kintone_conformance.model import ExitCode
from kintone_conformance.processes import responsible
from kintone_conformance.report.events import Report
from kintone_conformance.report.files import as_json, claimed
from kintone_conformance.report.places import fileless
from kintone_conformance.report.text import conclusion
from kintone_conformance.writing import write_whole
from kintone_lint.bounded import read_whole

# Times the limit for an answer: for one command of a build, and for the run of one SDK.
BUILD = 90
RUN = 60
LARGEST = 64 << 20  # bytes of results, or of a report


@dataclass(frozen=True)
class Entry:
    """One version of an SDK: what was found, or why nothing was.

    `trouble` is what broke, `elsewhere` why it is not judged on this machine.
    """

    sdk: Sdk
    report: Report | None = None
    trouble: str = ""
    elsewhere: str = ""


@dataclass(frozen=True)
class How:
    """How SDKs are built and judged; `tell` is called with a line as things happen.

    `time_limit` is what an answer of a client may take, in seconds. `reports` is the folder that
    the report of each goes to.
    """

    examples: int
    time_limit: float
    rebuild: bool
    tell: Callable[[str], None]
    reports: Path | None = None


def judge_all(sdks: Sequence[Sdk], workers: int, how: How) -> list[Entry]:
    """Every SDK's entry, in order. None of their processes is left, however it ends."""
    with responsible(), ThreadPoolExecutor(workers) as pool:
        try:
            return list(pool.map(lambda sdk: _entry(sdk, how), sdks))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            processes.end_own()  # so that no thread waits for one
            raise


def _entry(sdk: Sdk, how: How) -> Entry:
    try:
        make_workplace(sdk)
        with claimed(sdk.workplace):
            try:
                build(sdk, BUILD * how.time_limit, how.rebuild, how.tell)
            except Trouble as trouble:
                if not sdk.not_judged:
                    raise
                how.tell(f"{sdk.title}: not judged here: {trouble}")
                return Entry(sdk, elsewhere=sdk.not_judged)
            report = _run(sdk, how)
        if how.reports is not None:
            write_whole(how.reports / f"{sdk.label}.json", as_json(report))
        report = held_against(sdk, report)
    except (Trouble, UsageError) as trouble:
        how.tell(f"{sdk.title}: error: {trouble}")
        return Entry(sdk, trouble=fileless(str(trouble)))
    how.tell(f"{sdk.title}: {conclusion(report)}")
    return Entry(sdk, report)


def _run(sdk: Sdk, how: How) -> Report:
    with tempfile.TemporaryDirectory(prefix="kintone-conformance-") as folder:
        suite = [*PYTHON, "-m", "kintone_conformance", "run", *sdk.client]
        command = [*suite, "--examples", str(how.examples), "--time-limit", str(how.time_limit)]
        words = [*command, "-n", "1", "--quiet", "--isolated", "--report-dir", folder]
        limit, judged = RUN * how.time_limit, {0, 1, 3, 4}
        said = finished(words, sdk.workplace, sdk.environ, limit, judged, "it was not run")
        try:
            content = read_whole(Path(folder, "report.json"), LARGEST)
            report = msgspec.json.decode(content, type=Report)
        except (OSError, msgspec.DecodeError, RecursionError):
            raise Trouble(f"nothing was judged: {last_words(said)}") from None
        if not report.footer.complete:
            what = "not everything" if report.requirements else "nothing"
            raise Trouble(f"{what} was judged: {last_words(said)}")
        return report


def exit_code(entries: Sequence[Entry]) -> ExitCode:
    """3 where an SDK was not judged, 1 where one fails otherwise than it is known to.

    What is known is known of the newest version; an older one may fail as it did.
    """
    judged = [entry for entry in entries if entry.report is not None]
    codes = {entry.report.footer.exit_code for entry in judged if entry.report}
    new = {e.report.footer.exit_code for e in judged if e.report and e.sdk.newest}
    if ExitCode.HARNESS in codes or any(entry.trouble for entry in entries):
        return ExitCode.HARNESS
    return ExitCode.FAILED if ExitCode.FAILED in new else ExitCode.OK
