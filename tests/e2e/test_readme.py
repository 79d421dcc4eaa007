"""What the README tells people to run, run; what it tells them to write, read."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import toolchains
from fakes import filled
from kintone_conformance.baseline import read
from kintone_conformance.settings import read as read_settings
from kintone_conformance.starters import content
from kintone_lint.settings import Settings
from linter.repositories import committed, repository

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
SDK = "pyntone"  # the one that the README judges
BUILT = shutil.ignore_patterns("lib", ".built", "__pycache__")
OURS = ("kintone-lint", "kintone-conformance", "pytest")
# What a user installs and what develops this project: other tests and CI run these.
OTHERS = ("pip install", "make ")
APP = """\
import requests
headers = {"X-Cybozu-API-Token": "@TOKEN@"}
requests.get("https://demo.cybozu.com/k/v1/guest/5/records.json", headers=headers)
"""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^ *```{language}\n(.*?)^ *```", README, re.MULTILINE | re.DOTALL)


def console() -> list[str]:
    """The commands of the README in order, without remarks."""
    lines = "".join(blocks("console")).splitlines()
    commands = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    return [re.split(r" +# ", command)[0].strip() for command in commands]


def in_workflows() -> list[str]:
    """Our commands in the files for CI systems, those of our action too."""
    text = "".join(blocks("yaml"))
    commands = re.findall(r"- ((?:kintone-lint|kintone-conformance) .*)", text)
    for arguments in re.findall(r"arguments: (.*?)(?: \}|$)", text, re.MULTILINE):
        client = arguments.startswith(("--driver", "--adapter"))
        tool = "kintone-conformance run" if client else "kintone-lint check"
        commands.append(f"{tool} {arguments}")
    return commands


def environment() -> dict[str, str]:
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def tried(command: str, folder: Path) -> None:
    """Run a command as it stands, a run with few examples; nothing but findings may be wrong."""
    words = shlex.split(command)
    if words[:2] == ["kintone-conformance", "run"] and "--examples" not in words:
        words += ["--examples", "3"]
    if words[0] == "pytest":
        words += ["--kintone-examples=3", "-p", "no:cacheprovider", "-q"]
    if words[:2] == ["kintone-lint", "history"]:
        repository(folder)
        committed(folder)
    done = subprocess.run(words, cwd=folder, env=environment(), capture_output=True, text=True)
    findings = words[:2] in (["kintone-lint", "check"], ["kintone-lint", "history"])
    assert done.returncode in ((0, 1) if findings else (0,)), (command, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr


def sample(folder: Path) -> None:
    """What the README takes for granted: some code, a client, and an SDK of this project's."""
    (folder / "src").mkdir(parents=True)
    for path in (folder / "app.py", folder / "src" / "app.py"):
        path.write_text(filled(APP), "utf-8")
    (folder / "adapter.py").write_bytes(content("adapter.py"))
    shutil.copytree(ROOT / "sdks" / SDK, folder / "sdks" / SDK, ignore=BUILT)


def test_every_command_runs_in_the_order_of_the_readme(tmp_path: Path) -> None:
    toolchains.need("node")
    sample(tmp_path)
    folder, ran = tmp_path, 0
    for command in console():
        if command.startswith("cd "):
            folder = folder / command.removeprefix("cd ")
            sample(folder)
        elif command.startswith(OURS):
            tried(command, folder)
            ran += 1
        else:
            assert command.startswith(OTHERS), f"{command} is run by no test"
    assert ran >= 20


def test_the_commands_for_ci_systems_run(tmp_path: Path) -> None:
    toolchains.need("node")
    sample(tmp_path)
    (tmp_path / "driver.mjs").write_bytes(content("driver.mjs"))
    (tmp_path / "known-failures.toml").write_text("version = 1\n", "utf-8")
    tried("kintone-lint check --baseline lint-baseline.json --update-baseline", tmp_path)
    commands = in_workflows()
    assert len(commands) >= 5
    for command in commands:
        tried(command, tmp_path)
    for written in ("kintone.sarif", "gl-code-quality.json", "report/junit.xml"):
        assert (tmp_path / written).exists()


def test_the_settings_and_the_known_failures_are_read(tmp_path: Path) -> None:
    settings, own, known = blocks("toml")
    (tmp_path / "kintone-conformance.toml").write_text(own, "utf-8")
    assert {"driver", "door", "baseline"} <= set(
        read_settings(tmp_path / "kintone-conformance.toml").values
    )
    (tmp_path / "pyproject.toml").write_text(settings, "utf-8")
    loaded = Settings().of(tmp_path / "app.py")
    assert loaded.token_names == ("APP_KEY",)
    assert set(tomllib.loads(settings)["tool"]["kintone-lint"]) >= {"select", "exclude", "sinks"}
    (tmp_path / "known-failures.toml").write_text(known, "utf-8")
    assert list(read(tmp_path / "known-failures.toml").known) == ["KC602"]


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#]+)", README))))
def test_a_link_leads_somewhere(target: str) -> None:
    assert target.startswith("https://") or (ROOT / target).exists()


@pytest.mark.parametrize("anchor", sorted(set(re.findall(r"\]\(#([^)]+)\)", README))))
def test_a_link_inside_leads_to_a_heading(anchor: str) -> None:
    headings = re.findall(r"^#+ (.+)$", README, re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert anchor in slugs
