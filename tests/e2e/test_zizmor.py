"""zizmor, which knows how workflows are attacked, finds nothing in what we write."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from kintone_conformance.starters import STARTERS
from kintone_lint.pages import repository

ROOT = Path(__file__).parents[2]
ZIZMOR = str(Path(sys.executable).parent / "zizmor")
PAGE = (ROOT / "docs" / "ci.md").read_text("utf-8")
_USES = re.compile(r"uses: (\S+)@(\S+)(?: +# (\S+))?")
_OURS = urlsplit(repository()).path.strip("/")


def findings(*files: Path) -> str:
    """What zizmor says, its strictest persona; nothing where it finds nothing."""
    command = [ZIZMOR, "--offline", "--no-config", "--persona=auditor", "--format=plain", "-q"]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize("language", STARTERS)
def test_it_finds_nothing_in_a_workflow_from_init(tmp_path: Path, language: str) -> None:
    command = [sys.executable, "-m", "kintone_conformance", "init", "--language", language]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    workflow = tmp_path / ".github" / "workflows" / "kintone-conformance.yml"
    assert findings(workflow) == ""
    steps = yaml.safe_load(workflow.read_text("utf-8"))["jobs"]["conformance"]["steps"]
    (ours,) = [step for step in steps if step.get("uses", "").startswith(_OURS)]
    option, value = STARTERS[language].client
    named = option.removeprefix("--")
    assert ours["with"] == {named: value, "working-directory": "conformance"}
    settings = tomllib.loads((tmp_path / "conformance" / "kintone-conformance.toml").read_text())
    assert settings == {option.removeprefix("--"): value, "baseline": "known-failures.toml"}
    assert not [step for step in steps if "pip install" in step.get("run", "")]


def test_it_finds_nothing_in_the_action_and_the_hooks() -> None:
    assert findings(ROOT / "action.yml", ROOT / ".pre-commit-hooks.yaml") == ""


def test_it_finds_nothing_in_the_workflow_of_the_documentation(tmp_path: Path) -> None:
    blocks = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (jobs,) = [block for block in blocks if block.startswith("jobs:")]
    workflow = tmp_path / "workflow.yml"
    head = (
        "name: x\non: push\npermissions: {}\nconcurrency: { group: x, cancel-in-progress: true }\n"
    )
    jobs = jobs.replace("    runs-on:", "    name: x\n    runs-on:")
    workflow.write_text(head + jobs, "utf-8")
    assert findings(workflow) == ""


def test_it_finds_nothing_in_the_workflow_of_the_matrix(tmp_path: Path) -> None:
    workflow = tmp_path / ".github" / "workflows" / "matrix.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_bytes((ROOT / "docs" / "matrix.yml").read_bytes())
    assert findings(workflow) == ""


def test_it_finds_something_where_there_is_something(tmp_path: Path) -> None:
    workflow = tmp_path / "workflow.yml"
    workflow.write_text(
        "on: push\njobs:\n  x:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - uses: actions/checkout@v4\n"
    )
    assert "unpinned-uses" in findings(workflow)


def test_every_action_is_pinned_to_a_commit_and_says_its_version() -> None:
    files = [ROOT / "action.yml", ROOT / "README.md", ROOT / "docs" / "matrix.yml"]
    files += (ROOT / "docs").glob("*.md")
    files += sorted((ROOT / "conformance").rglob("starters/*"))
    found = [
        match
        for file in files
        if file.is_file()
        for match in _USES.finditer(file.read_text("utf-8"))
    ]
    assert len(found) >= 5
    for match in found:
        assert re.fullmatch("[0-9a-f]{40}", match[2]), match[0]
        assert re.fullmatch(r"v?\d[\w.{}]*|v\{version\}", match[3] or ""), match[0]
