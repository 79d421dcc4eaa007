"""A run that is ended from outside: its processes end with it, and nothing is left half written."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

import pytest

from kintone_lint.cli.ending import EndedError, heeding
from kintone_lint.cli.main import main

STUCK = Path(__file__).parent / "stuck.py"
HANGS = 3  # seconds after which a test that would hang fails

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with a name")


class Run:
    """A run whose two workers never finish, and the pipe that each of them holds open."""

    def __init__(self, folder: Path) -> None:
        for name in ("a", "b"):
            (folder / f"{name}.py").write_text("import kintone\nkintone.verify(1)\n")
        pipe = folder / "pipe"
        os.mkfifo(pipe)
        self.report = folder / "report.json"
        self.report.write_text("{}")
        self.process = subprocess.Popen(
            [
                sys.executable,
                str(STUCK),
                str(pipe),
                "check",
                ".",
                f"--output-format=json={self.report}",
            ],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.pipe: IO[str] = pipe.open()
        self.workers = [int(self.pipe.readline()) for _ in range(2)]

    def ended(self) -> bool:
        """Whether no worker holds the pipe any more."""
        ready, _, _ = select.select([self.pipe], [], [], HANGS)
        return bool(ready) and not self.pipe.read()


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    started = Run(tmp_path)
    yield started
    for each in (started.process.pid, *started.workers):
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)
    started.process.communicate()
    started.pipe.close()


@pytest.mark.parametrize(
    ("send", "number", "said"),
    [
        (os.kill, signal.SIGTERM, "terminated"),
        (os.kill, signal.SIGHUP, "terminated"),
        (os.kill, signal.SIGINT, "interrupted"),
        (os.killpg, signal.SIGINT, "interrupted"),  # as a terminal does
    ],
)
def test_the_workers_of_a_run_end_with_it(
    run: Run, send: Callable[[int, int], None], number: signal.Signals, said: str
) -> None:
    send(run.process.pid, number)
    out, err = run.process.communicate(timeout=HANGS)
    assert run.ended()
    assert run.process.returncode == 128 + number
    assert (out, err) == ("", f"kintone-lint: {said}\n")
    assert run.report.read_text() == "{}"
    assert {each.name for each in run.report.parent.iterdir()} == {
        "a.py", "b.py", "pipe", "report.json",
    }  # fmt: skip


def test_a_signal_is_heeded_only_while_a_run_lasts_and_nobody_else_does() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with heeding(), pytest.raises(EndedError):
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) == before
    try:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        with heeding():
            signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)


def test_nothing_is_said_of_a_signal_in_a_command_without_a_run() -> None:
    assert main(["--version"]) == 0
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
