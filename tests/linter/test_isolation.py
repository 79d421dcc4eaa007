"""A checkout with modules of known names: linting it imports none of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import planted
from fakes import filled

BIN = Path(sys.executable).parent
PROGRAMS = {
    "the command": [str(BIN / "kintone-lint")],
    "a module": [sys.executable, "-m", "kintone_lint"],
}
APP = """\
import requests
from rich import token
requests.get("https://x.cybozu.com/k/v1/guest/5/records.json")
headers = {"X-Cybozu-API-Token": "@TOKEN@"}
"""


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--diff", "--unsafe-fixes"),
        ("--fix",),
        ("--output-format", "sarif", "--output-file", "report.sarif"),
        ("--baseline", "known.json", "--update-baseline"),
        ("--show-files",),
    ],
    ids=lambda options: options[0] if options else "nothing more",
)
def test_nothing_of_a_checkout_is_imported(
    tmp_path: Path, program: str, options: tuple[str, ...]
) -> None:
    planted.plant(tmp_path)
    (tmp_path / "app.py").write_text(filled(APP))
    done = lint(tmp_path, program, *options)
    assert done.returncode in (0, 1), done.stderr
    assert "app.py" in done.stdout or options
    assert planted.ran(tmp_path) == []


def test_its_processes_import_nothing_of_it(tmp_path: Path) -> None:
    planted.plant(tmp_path)
    for number in range(6):
        (tmp_path / f"app{number}.py").write_text(filled(APP) + "#" * 100_000 + "\n")
    done = lint(tmp_path, "a module")
    assert done.returncode == 1, done.stderr
    assert planted.ran(tmp_path) == []


def lint(folder: Path, program: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAMS[program], "check", *options, "."],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
