"""The GitHub Action: the scripts of its steps, run as a runner runs them."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest
import yaml

import toolchains
from kintone_conformance.starters import content
from kintone_lint.examples import filled

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"] if "run" in step}


def step(
    name: str, folder: Path, programs: Path, **inputs: str
) -> subprocess.CompletedProcess[str]:
    """Run a step's script in a folder, with the inputs that it asks for in its environment."""
    given = {key: entry["default"] for key, entry in ACTION["inputs"].items()} | inputs
    asked = {
        variable: given[expression.removeprefix("${{ inputs.").removesuffix(" }}")]
        for variable, expression in STEPS[name]["env"].items()
    }
    environ = {
        **os.environ,
        **asked,
        "PATH": f"{programs}:{os.environ['PATH']}",
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "RUNNER_TEMP": str(folder),
    }
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[name]["run"]]
    return subprocess.run(shell, cwd=folder, env=environ, capture_output=True, text=True)


HERE = Path(sys.executable).parent


def test_it_installs_itself_and_finds_a_token(tmp_path: Path) -> None:
    programs = tmp_path / "venv" / "bin"
    venv.create(programs.parent, with_pip=True)
    installed = step("Install", tmp_path, programs)
    assert installed.returncode == 0, installed.stderr
    (tmp_path / "app.py").write_text(filled('h = {"X-Cybozu-API-Token": "@TOKEN@"}\n'), "utf-8")
    (tmp_path / "a b.py").write_text(filled('h = {"X-Cybozu-API-Token": "@TOKEN@"}\n'), "utf-8")
    done = step("Run", tmp_path, programs, arguments='"a b.py"')
    assert done.returncode == 1, done.stderr
    assert "::error file=a b.py,line=1" in done.stdout
    assert "app.py" not in done.stdout, "the arguments were not kept apart"


def test_it_judges_a_client_and_writes_the_summary(tmp_path: Path) -> None:
    toolchains.need("node")
    (tmp_path / "driver.mjs").write_bytes(content("driver.mjs"))
    arguments = '--driver "node driver.mjs" --only KC201 --examples 5'
    done = step("Run", tmp_path, HERE, tool="conformance", arguments=arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in (tmp_path / "summary.md").read_text("utf-8")
    assert (tmp_path / "kintone-conformance" / "report.html").exists()


@pytest.mark.parametrize("arguments", ["$(touch ran)", "; touch ran", "`touch ran`"])
def test_arguments_are_words_and_nothing_in_them_runs(tmp_path: Path, arguments: str) -> None:
    done = step("Run", tmp_path, HERE, arguments=arguments)
    assert done.returncode == 2
    assert not (tmp_path / "ran").exists()


def test_no_arguments_are_no_words(tmp_path: Path) -> None:
    assert step("Run", tmp_path, HERE).returncode == 0


def test_an_unknown_tool_is_said(tmp_path: Path) -> None:
    done = step("Install", tmp_path, HERE, tool="liner")
    assert done.returncode == 2
    assert "tool is lint or conformance, not 'liner'" in done.stdout


def test_nothing_of_an_input_is_pasted_into_a_script() -> None:
    assert not [name for name, each in STEPS.items() if "${{" in each["run"]]
