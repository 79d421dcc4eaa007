"""Nothing that a run starts outlives it, however the run ends and however the process hides."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.leaving_driver import WAYS
from kintone_conformance import processes

HERE = Path(__file__).parent
SUITE = [sys.executable, "-m", "kintone_conformance"]
LINUX_ONLY = pytest.mark.skipif(not processes.LINUX, reason="detached processes are seen on Linux")
ADAPTER = """
import subprocess, sys
from kintone_conformance.reference import ReferenceAdapter
class Mine(ReferenceAdapter):
    def __init__(self):
        left = [sys.executable, {driver!r}, {folder!r}]
        subprocess.Popen(left, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).wait()
"""


@pytest.fixture
def left(tmp_path: Path) -> Iterator[Path]:
    """The folder into which a driver writes what it left behind; all of it is ended at the end."""
    folder = tmp_path / "left"
    folder.mkdir()
    yield folder
    for _, pid in found(folder):
        if _lives(pid):
            os.kill(pid, signal.SIGKILL)


def driver(left: Path) -> str:
    return shlex.join([sys.executable, str(HERE / "leaving_driver.py"), str(left)])


def alive(left: Path) -> set[str]:
    """The ways in which a process was left behind that still lives."""
    return {way for way, pid in found(left) if _lives(pid)}


def found(left: Path) -> list[tuple[str, int]]:
    """The processes that were left behind: way and id."""
    files = [file for file in left.iterdir() if file.suffix != ".part"]
    return [(file.name.partition("_")[2], int(file.read_text())) for file in files]


def _lives(pid: int) -> bool:
    known = processes.running().get(pid)
    return known is not None and not known.ended


def started(*command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_for(left: Path, process: subprocess.Popen[bytes]) -> None:
    while len(alive(left)) < len(WAYS):
        assert process.poll() is None, "it ended before its driver was there"
        time.sleep(0.01)


@LINUX_ONLY
def test_a_driver_s_processes_end_with_the_run(left: Path) -> None:
    done = subprocess.run(
        [*SUITE, "run", "--driver", driver(left), "--select", "KC201", "--examples", "2"],
        check=False,
    )
    assert done.returncode == 0
    assert {way for way, _ in found(left)} == set(WAYS)
    assert alive(left) == set()


@LINUX_ONLY
def test_a_driver_s_processes_end_with_the_trial(left: Path) -> None:
    done = subprocess.run([*SUITE, "check-driver", driver(left)], check=False)
    assert done.returncode == 0
    assert {way for way, _ in found(left)} == set(WAYS)
    assert alive(left) == set()


@LINUX_ONLY
def test_an_adapter_s_processes_end_with_the_run(left: Path, tmp_path: Path) -> None:
    facts = {"driver": str(HERE / "leaving_driver.py"), "folder": str(left)}
    (tmp_path / "adapter.py").write_text(ADAPTER.format(**facts))
    named = f"{tmp_path}/adapter.py:Mine"
    only = ("--select", "KC201", "--examples", "2")
    done = subprocess.run([*SUITE, "run", "--adapter", named, *only], check=False)
    assert done.returncode == 0
    assert {way for way, _ in found(left)} == set(WAYS)
    assert alive(left) == set()


@LINUX_ONLY
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"])
def test_a_run_that_is_told_to_end_leaves_nothing(name: str, left: Path) -> None:
    """Killed outright it cannot look for what has detached itself and hides its environment."""
    process = started(*SUITE, "run", "--driver", driver(left), "--examples", "100000")
    wait_for(left, process)
    process.send_signal(signal.Signals[name])
    process.wait()
    hidden = {"daemon-without-environment"} if name == "SIGKILL" else set()
    while (found := alive(left)) - hidden and name == "SIGKILL":
        time.sleep(0.01)  # its child ends them after it
    assert found <= hidden


@LINUX_ONLY
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_matrix_that_is_told_to_end_leaves_nothing(name: str, left: Path, tmp_path: Path) -> None:
    sdk = tmp_path / "sdks" / "mine"
    sdk.mkdir(parents=True)
    facts = {"name": "mine", "language": "python", "url": "https://example.com"}
    lines = ['versions = ["1"]', *(f'{key} = "{value}"' for key, value in facts.items())]
    (sdk / "sdk.toml").write_text("\n".join([*lines, f"driver = '''{driver(left)}'''"]), "utf-8")
    process = started(*SUITE, "matrix", str(sdk.parent), "--examples", "100000")
    wait_for(left, process)
    process.send_signal(signal.Signals[name])
    assert process.wait() == 130
    assert alive(left) == set()


@LINUX_ONLY
def test_what_nohup_asked_to_ignore_is_ignored(left: Path) -> None:
    words = shlex.join([*SUITE, "run", "--driver", driver(left), "--select", "KC201"])
    process = started("sh", "-c", f"trap '' HUP; exec {words}")
    wait_for(left, process)
    process.send_signal(signal.SIGHUP)
    assert process.wait() == 0


@LINUX_ONLY
def test_what_started_a_run_is_left_alone_though_it_carries_the_same_mark() -> None:
    ends = "from kintone_conformance.processes import end_own; end_own()"
    run = shlex.join([sys.executable, "-c", ends])
    script = f"sleep 60 >/dev/null 2>&1 & {run}; echo left; wait $!; echo $?"
    environ = {**os.environ, processes.MARK: "m"}
    done = subprocess.run(["sh", "-c", script], env=environ, capture_output=True, text=True)
    assert done.stdout == f"left\n{128 + signal.SIGKILL}\n", "the rest of its mark is ended"
