"""Other systems: what does not work there ends in a sentence, what works less says so."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from drivers.leaving_driver import WAYS
from kintone_conformance import processes
from systems import on

DRIVERS = Path(__file__).parents[1] / "drivers"
# What knows Windows by itself is loaded before this system gets another name.
ON_WINDOWS = """
import sys, sysconfig, click, rich.console, rich.progress, rich.table
sysconfig.get_config_vars()
sys.platform = "win32"
from kintone_conformance.__main__ import main
sys.exit(main())
"""
ONLY = ("--select", "KC101,KC201,KC801", "--examples", "5", "-n", "1")


def on_windows(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", ON_WINDOWS, *words]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=folder, env=on("windows"), check=False
    )


@pytest.mark.parametrize(
    "words",
    [
        ("run", "--adapter", "reference"),
        ("run", "--driver", "node driver.mjs", "--report-dir", "out"),
        ("check-driver", "node driver.mjs"),
        ("matrix", "."),
        ("serve", "reference"),
        ("watch", "--", "node", "app.mjs"),
        ("compare", "reference", "reference"),
    ],
)
def test_on_windows_judging_is_refused_in_a_sentence(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    done = on_windows(tmp_path, *words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "error: clients are judged on Linux and macOS, but this is Windows",
        "  use WSL, a container or a CI job on Linux; kintone-lint works here",
    ]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("rules",),
        ("explain", "KC109"),
        ("names",),
        ("schema",),
        ("vectors", "--output", "vectors"),
        ("init", "--language", "node"),
    ],
)
def test_on_windows_what_judges_nothing_works(words: tuple[str, ...], tmp_path: Path) -> None:
    done = on_windows(tmp_path, *words)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def on_macos(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kintone_conformance", *words]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=folder, env=on("macos"), check=False
    )


@pytest.mark.parametrize("client", ["adapter", "driver"])
def test_on_macos_clients_are_judged_and_what_is_not_seen_is_said(
    client: str, tmp_path: Path
) -> None:
    right = shlex.join([sys.executable, str(DRIVERS / "bad_driver.py"), "right"])
    named = "reference" if client == "adapter" else right
    done = on_macos(tmp_path, "run", f"--{client}", named, *ONLY)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout
    assert "note: this system does not tell which process a request comes from" in done.stdout
    assert "note: on this system a process that starts a session of its own" in done.stdout


def test_on_macos_a_driver_for_the_namespace_takes_its_next_door(tmp_path: Path) -> None:
    code = (DRIVERS / "bad_driver.py").read_text("utf-8")
    driver = tmp_path / "driver.py"
    driver.write_text(code.replace('["loopback"]', '["namespace", "loopback"]'), "utf-8")
    command = shlex.join([sys.executable, str(driver), "right"])
    done = on_macos(tmp_path, "check-driver", command)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "door: loopback" in done.stdout


def test_on_macos_what_descends_from_a_driver_ends_with_it(tmp_path: Path) -> None:
    """What has detached itself may not; here it is taken care of by this test."""
    left = tmp_path / "left"
    left.mkdir()
    driver = shlex.join([sys.executable, str(DRIVERS / "leaving_driver.py"), str(left)])
    done = on_macos(tmp_path, "run", "--driver", driver, *ONLY)
    assert done.returncode == 0, done.stdout + done.stderr
    files = [file for file in left.iterdir() if file.suffix != ".part"]
    table = processes.running()
    stays = {int(file.read_text()): file.name.partition("_")[2] for file in files}
    alive = {pid for pid in stays if pid in table and not table[pid].ended}
    for pid in alive:
        subprocess.run(["kill", "-9", str(pid)], check=True)
    assert set(stays.values()) == set(WAYS)
    assert "child" not in {stays[pid] for pid in alive}


def test_the_emulation_of_macos_has_no_proc() -> None:
    probe = "import os, sys; assert sys.platform == 'darwin'; os.listdir('/proc')"
    done = subprocess.run(
        [sys.executable, "-c", probe], env=on("macos"), capture_output=True, text=True, check=False
    )
    assert "FileNotFoundError" in done.stderr
