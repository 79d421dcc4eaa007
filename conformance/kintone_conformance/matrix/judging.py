"""Builds and judges SDKs, each in a process tree of its own; trouble is a row, never a gap."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from kintone_conformance.baseline import read
from kintone_conformance.errors import UsageError
from kintone_conformance.isolation import PYTHON
from kintone_conformance.matrix.manifest import Sdk
from kintone_conformance.model import ExitCode
from kintone_conformance.report import events
from kintone_conformance.report.events import Report
from kintone_conformance.report.text import conclusion
from kintone_conformance.writing import write_whole

BUILD_LIMIT = 900.0  # seconds for one command of a build
RUN_LIMIT = 600.0  # seconds for one SDK
KNOWN_FAILURES = "known-failures.toml"
_STAMP = ".built"
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
    """How SDKs are built and judged; `tell` is called with a line as things happen."""

    examples: int
    rebuild: bool
    tell: Callable[[str], None]


def judge_all(sdks: Sequence[Sdk], workers: int, how: How) -> list[Entry]:
    """Every SDK's entry, in order."""
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(lambda sdk: _entry(sdk, how), sdks))


def _entry(sdk: Sdk, how: How) -> Entry:
    try:
        if sdk.not_judged:
            return Entry(sdk)
        _build(sdk, how)
        report = _run(sdk, how.examples)
    except (_Trouble, UsageError) as trouble:
        how.tell(f"{sdk.name}: error: {trouble}")
        return Entry(sdk, trouble=str(trouble))
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
        _finished(words, sdk, BUILD_LIMIT, {0}, f"the build failed: {command}")
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


def _run(sdk: Sdk, examples: int) -> Report:
    with tempfile.TemporaryDirectory(prefix="kintone-conformance-") as folder:
        suite = [*PYTHON, "-m", "kintone_conformance", "run", *sdk.client]
        command = [*suite, "--examples", str(examples)]
        judged = {0, 1, 3, 4}
        said = _finished(
            [*command, "-n", "1", "--report-dir", folder], sdk, RUN_LIMIT, judged, "it was not run"
        )
        try:
            report = msgspec.json.decode(Path(folder, "report.json").read_bytes(), type=Report)
            return _held_against(sdk.folder / KNOWN_FAILURES, report)
        except (OSError, msgspec.DecodeError):
            raise _Trouble(f"nothing was judged: {_last_words(said)}") from None


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
    with tempfile.TemporaryFile() as output:
        process = _started(words, sdk, output)
        try:
            process.wait(limit)
        except subprocess.TimeoutExpired:
            raise _Trouble(f"{failed}: it was not done after {limit:g} s") from None
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    if process.returncode not in good:
        raise _Trouble(f"{failed}: {_last_words(text)}")
    return text


def _started(words: Sequence[str], sdk: Sdk, output: IO[bytes]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            words,
            cwd=sdk.folder,
            env=_environment(sdk.environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise _Trouble(f"{words[0]} cannot be started: {error.strerror}") from None
    except ValueError as error:
        raise _Trouble(f"{words[0]} cannot be started: {error}") from None


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, **extra}


def _last_words(said: str) -> str:
    return " ".join(said.split())[-_TAIL:] or "it said nothing"


def exit_code(entries: Sequence[Entry]) -> ExitCode:
    """3 where an SDK was not judged, 1 where one fails otherwise than it is known to."""
    codes = {entry.report.footer.exit_code for entry in entries if entry.report is not None}
    if ExitCode.HARNESS in codes or any(entry.trouble for entry in entries):
        return ExitCode.HARNESS
    return ExitCode.FAILED if ExitCode.FAILED in codes else ExitCode.OK
