"""Builds and judges SDKs, each in a process tree of its own; trouble is a row, never a gap."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from kintone_conformance import processes
from kintone_conformance.baseline import read
from kintone_conformance.errors import UsageError
from kintone_conformance.isolation import PYTHON
from kintone_conformance.matrix.manifest import Sdk
from kintone_conformance.model import ExitCode
from kintone_conformance.processes import responsible
from kintone_conformance.report import events
from kintone_conformance.report.events import Report
from kintone_conformance.report.files import claimed
from kintone_conformance.report.places import fileless, last_lines
from kintone_conformance.report.text import conclusion
from kintone_conformance.writing import write_whole

# Times the limit for an answer: for one command of a build, and for the run of one SDK.
BUILD = 90
RUN = 60
KNOWN_FAILURES = "known-failures.toml"
_STAMP = ".built"
_KEPT = 20_000  # bytes of what a command prints
_TAIL = 600  # characters of a broken command's last words


@dataclass(frozen=True)
class Entry:
    """A row of the matrix: what was found, or why nothing was."""

    sdk: Sdk
    report: Report | None = None
    trouble: str = ""


class _Trouble(Exception):  # noqa: N818 - it becomes the text of a row
    pass


@dataclass(frozen=True)
class How:
    """How SDKs are built and judged; `tell` is called with a line as things happen.

    `time_limit` is what an answer of a client may take, in seconds.
    """

    examples: int
    time_limit: float
    rebuild: bool
    tell: Callable[[str], None]


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
        if sdk.not_judged:
            return Entry(sdk)
        with claimed(sdk.folder):
            _build(sdk, how)
            report = _run(sdk, how)
    except (_Trouble, UsageError) as trouble:
        how.tell(f"{sdk.name}: error: {trouble}")
        return Entry(sdk, trouble=fileless(str(trouble)))
    how.tell(f"{sdk.name}: {conclusion(report)}")
    return Entry(sdk, report)


def _build(sdk: Sdk, how: How) -> None:
    """Run the build, unless its sources are those of the last one."""
    missing = [program for program in sdk.needs if shutil.which(program) is None]
    if missing:
        raise _Trouble(f"it needs {', '.join(missing)}, which this machine does not have")
    stamp, state = sdk.folder / _STAMP, _state(sdk)
    if not how.rebuild and _text(stamp) == state:
        return
    with suppress(OSError):
        stamp.unlink()
    for command in sdk.build:
        how.tell(f"{sdk.name}: {command}")
        words = [word.replace("{python}", sys.executable) for word in _words(command)]
        _finished(words, sdk, BUILD * how.time_limit, {0}, f"the build failed: {command}")
    write_whole(stamp, state.encode("ascii"))


def _words(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise _Trouble(f"{command!r} is no command: {error}") from None
    if not words:
        raise _Trouble("an empty text is no command")
    return words


def _text(file: Path) -> str:
    try:
        return file.read_text("ascii")
    except (OSError, UnicodeDecodeError):
        return ""


def _state(sdk: Sdk) -> str:
    digest = hashlib.sha256(repr(sdk.build).encode())
    for name in sdk.sources:
        try:
            digest.update((sdk.folder / name).read_bytes())
        except OSError as error:
            raise _Trouble(f"{name} cannot be read: {error.strerror}") from None
    return digest.hexdigest()


def _run(sdk: Sdk, how: How) -> Report:
    with tempfile.TemporaryDirectory(prefix="kintone-conformance-") as folder:
        suite = [*PYTHON, "-m", "kintone_conformance", "run", *sdk.client]
        command = [*suite, "--examples", str(how.examples), "--time-limit", str(how.time_limit)]
        words = [*command, "-n", "1", "--isolated", "--report-dir", folder]
        judged = {0, 1, 3, 4}
        said = _finished(words, sdk, RUN * how.time_limit, judged, "it was not run")
        try:
            report = msgspec.json.decode(Path(folder, "report.json").read_bytes(), type=Report)
        except (OSError, msgspec.DecodeError):
            raise _Trouble(f"nothing was judged: {_last_words(said)}") from None
        if not report.footer.complete:
            what = "not everything" if report.requirements else "nothing"
            raise _Trouble(f"{what} was judged: {_last_words(said)}")
        return _held_against(sdk.folder / KNOWN_FAILURES, report)


def _held_against(path: Path, report: Report) -> Report:
    """The report as known failures excuse it."""
    if not path.exists():
        return report
    baseline = read(path)
    rows = tuple(baseline.applied(row) for row in report.requirements)
    footer = events.footer(rows, strict=report.header.strict, complete=report.footer.complete)
    return msgspec.structs.replace(report, requirements=rows, footer=footer)


def _finished(words: Sequence[str], sdk: Sdk, limit: float, good: set[int], failed: str) -> str:
    """What a command printed. Raises _Trouble where it ended badly, or not in time."""
    mark = processes.new_mark()
    with tempfile.TemporaryFile() as output:
        process = _started(words, sdk, output, mark)
        try:
            process.wait(limit)
        except subprocess.TimeoutExpired:
            raise _Trouble(f"{failed}: it was not done after {limit:g} s") from None
        finally:
            processes.end(process.pid, mark)
            process.wait()
        size = output.seek(0, os.SEEK_END)
        output.seek(max(0, size - _KEPT))
        text = output.read().decode("utf-8", "replace")
    if process.returncode not in good:
        raise _Trouble(f"{failed}: {_last_words(text)}")
    return text


def _started(
    words: Sequence[str], sdk: Sdk, output: IO[bytes], mark: str
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            words,
            cwd=sdk.folder,
            env={**os.environ, **sdk.environ, processes.MARK: mark},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise _Trouble(f"{words[0]} cannot be started: {error.strerror}") from None
    except ValueError as error:
        raise _Trouble(f"{words[0]} cannot be started: {error}") from None


def _last_words(said: str) -> str:
    return " ".join(" ".join(last_lines(said)).split())[-_TAIL:] or "it said nothing"


def exit_code(entries: Sequence[Entry]) -> ExitCode:
    """3 where an SDK was not judged, 1 where one fails otherwise than it is known to."""
    codes = {entry.report.footer.exit_code for entry in entries if entry.report is not None}
    if ExitCode.HARNESS in codes or any(entry.trouble for entry in entries):
        return ExitCode.HARNESS
    return ExitCode.FAILED if ExitCode.FAILED in codes else ExitCode.OK
