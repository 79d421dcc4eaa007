"""The processes of a run: each is pytest over a share of the requirements."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kintone_conformance import processes
from kintone_conformance.drivers.said import Said
from kintone_conformance.isolation import PYTHON, SUITE
from kintone_conformance.options import Order, Share, arguments, wanted_of

_SCRUBBED = ("KINTONE_", "CYBOZU_", "KNTN_", "PYTEST_", "HYPOTHESIS_")


@dataclass
class Child:
    """A process that judges: the requirements it has left, and what it said so far."""

    process: subprocess.Popen[bytes]
    pipe: int
    left: list[str]
    mark: str
    said: Said
    last_heard: float
    at_hand: str | None = None
    judged: int = 0
    buffer: bytes = b""
    closed: bool = False


def command(order: Order, events: int, ids: Sequence[str], of: Sequence[str]) -> list[str]:
    """The command of a process that judges some of the requirements of a run."""
    here = str(Path(__file__).parent)
    isolation = ["-c", os.devnull, "--rootdir", here, "--noconftest", "-p", "no:cacheprovider"]
    plugin = ["-p", "kintone_conformance.plugin", "-p", "no:logging", "-s"]
    pytest = [*PYTHON, "-m", "pytest", "-q", "--tb=no", "--no-header"]
    share = Share(of=(",".join(of),), events=events)
    return [
        *pytest,
        *isolation,
        *plugin,
        "--pyargs",
        SUITE,
        *arguments(wanted_of(order, ids)),
        *arguments(share),
    ]


def started(order: Order, ids: Sequence[str], of: Sequence[str], folder: str, now: float) -> Child:
    """A process that judges some requirements of a run, with a folder for temporary files."""
    reading, writing = os.pipe()
    mark = processes.new_mark()
    try:
        process = subprocess.Popen(
            command(order, writing, ids, of),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=_environment(mark, folder),
            pass_fds=(writing,),
            start_new_session=True,
        )
    except BaseException:
        os.close(reading)
        raise
    finally:
        os.close(writing)
    assert process.stdout is not None
    return Child(process, reading, list(ids), mark, Said(process.stdout.fileno()), now)


def _environment(mark: str, folder: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(_SCRUBBED) and not name.upper().endswith("_PROXY")
    }
    return {
        **kept,
        processes.MARK: mark,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONWARNINGS": "ignore",
        "TMPDIR": folder,  # what a killed process leaves goes with the folder
        "HYPOTHESIS_STORAGE_DIRECTORY": folder,  # nothing of it in the user's folder
    }


def how_it_ended(child: Child) -> str:
    """How a process that is silent came to its end."""
    try:
        code = child.process.wait(5)
    except subprocess.TimeoutExpired:
        return "closed its pipe to the suite"
    return f"ended with {processes.how_it_ended(code)}"


def own_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder of this run's own, for nobody else to read.

    It lies where TMPDIR says, else in the user's cache, which no cleaner empties during a run.
    """
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111
    for parent in (os.environ.get("TMPDIR"), str(Path(cache, "kintone-conformance"))):
        with suppress(OSError):
            if parent and Path(parent).is_absolute():
                Path(parent).mkdir(mode=0o700, parents=True, exist_ok=True)
                return tempfile.TemporaryDirectory("", "run-", parent, ignore_cleanup_errors=True)
    return tempfile.TemporaryDirectory("", "kintone-conformance-", ignore_cleanup_errors=True)
