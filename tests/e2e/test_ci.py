"""What CI runs waits for another apt-get, and for nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

RUN = Path(__file__).parents[2] / ".ci" / "run"
# Fails with the first line of a file as long as it has one, and writes down what it is asked.
APT_GET = """#!/bin/sh
echo "$@" >> asked
if [ -s trouble ]; then
    head -n 1 trouble >&2
    sed -i 1d trouble
    exit 100
fi
"""
HELD = "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 1 (apt-get)"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose tools do nothing, but for those of the shell."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(RUN, tmp_path / ".ci" / "run")
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("bash", "cat", "dirname", "head", "sed", "sh", "touch"):
        (tools / name).symlink_to(str(shutil.which(name)))
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    scripts = {
        "tools/apt-get": APT_GET,
        "tools/make": "#!/bin/sh\n",
        ".venv/bin/pip": "#!/bin/sh\n",
    }
    for name, script in {**scripts, "tools/sleep": "#!/bin/sh\n"}.items():
        (tmp_path / name).write_text(script, "utf-8")
        (tmp_path / name).chmod(0o755)
    return tmp_path


def run(checkout: Path, trouble: list[str]) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """The finished run, and the first words of what apt-get was asked."""
    (checkout / "trouble").write_text("".join(f"{line}\n" for line in trouble), "utf-8")
    environ = {**os.environ, "PATH": str(checkout / "tools")}
    done = subprocess.run(
        [str(checkout / ".ci" / "run")], env=environ, capture_output=True, text=True, check=False
    )
    asked = (checkout / "asked").read_text("utf-8").splitlines()
    assert all("-o DPkg::Lock::Timeout=600" in line for line in asked)
    return done, [line.split()[3] for line in asked]


def test_a_held_lock_is_waited_for(checkout: Path) -> None:
    done, asked = run(checkout, [HELD, HELD, HELD])
    assert done.returncode == 0, done.stderr
    assert asked == ["update"] * 4 + ["install"]


def test_other_trouble_is_said_at_once(checkout: Path) -> None:
    done, asked = run(checkout, ["E: Unable to fetch some archives"])
    assert (done.returncode, asked) == (100, ["update"])
    assert "Unable to fetch" in done.stderr


def test_a_lock_that_is_never_given_back_ends_the_run(checkout: Path) -> None:
    done, asked = run(checkout, [HELD] * 1_000)
    assert done.returncode == 100
    assert len(asked) == 120
    assert HELD in done.stderr
