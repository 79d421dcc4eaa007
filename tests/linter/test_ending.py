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

import pytest

from kintone_lint.cli.ending import EndedError, signals_raised
from kintone_lint.cli.main import main

STUCK = Path(__file__).parent / "stuck.py"
HANGS = 60  # seconds after which a test that would hang fails

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
        self.pipe = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        waits = os.open(pipe, os.O_WRONLY)  # so that it has no end before the workers hold it
        command = [sys.executable, str(STUCK), str(pipe), "check", "."]
        self.process = subprocess.Popen(
            [*command, f"--output-format=json={self.report}"],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            self._wait_for_workers()
        except BaseException:
            self.end()
            raise
        finally:
            os.close(waits)

    def _wait_for_workers(self) -> None:
        said = b""
        while said.count(b"\n") < 2:
            assert self._ready(), "the workers did not start"
            said += os.read(self.pipe, 100)

    def _ready(self) -> bool:
        return bool(select.select([self.pipe], [], [], HANGS)[0])

    def ended(self) -> bool:
        """Whether no worker holds the pipe any more."""
        return self._ready() and not os.read(self.pipe, 1)

    def end(self) -> None:
        """End all of it, whatever is left."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()
        os.close(self.pipe)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    started = Run(tmp_path)
    yield started
    started.end()


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
    assert run.ended()
    out, err = run.process.communicate()
    assert run.process.returncode == 128 + number
    assert (out, err) == ("", f"kintone-lint: {said}\n")
    assert run.report.read_text() == "{}"
    assert {each.name for each in run.report.parent.iterdir()} == {
        "a.py", "b.py", "pipe", "report.json",
    }  # fmt: skip


def test_a_signal_is_raised_only_while_a_run_lasts_and_nobody_else_does() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with signals_raised(), pytest.raises(EndedError):
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) == before
    try:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        with signals_raised():
            signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)


def test_nothing_is_said_of_a_signal_in_a_command_without_a_run() -> None:
    assert main(["--version"]) == 0
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
