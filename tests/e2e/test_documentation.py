"""What README and docs/ tell people to run, runs; what they tell them to write, is read."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import toolchains
from fakes import filled
from hatch_build import PLACEHOLDER
from kintone_conformance.baseline import read
from kintone_conformance.settings import read as read_settings
from kintone_conformance.starters import content
from kintone_lint.settings import Settings
from linter.repositories import committed, repository

ROOT = Path(__file__).parents[2]
PAGES = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/*.md")))
}
SDK = "pyntone"  # the one that the pages judge
BUILT = shutil.ignore_patterns("lib", ".built", "__pycache__")
OURS = ("kintone-lint", "kintone-conformance", "pytest")
# What a user installs, what develops this project (other tests and CI run these), and what clones
# the repositories of an organisation.
OTHERS = ("pip install", "make ", "gh repo list", "xargs -a repositories.txt")
FINDINGS = ("kintone-lint check", "kintone-lint history")
JUDGING = "kintone-conformance run"
MATRIX = "kintone-conformance matrix"  # with few examples a known failure may not be met
VERDICTS = (*FINDINGS, "kintone-conformance judge", "kintone-conformance watch", MATRIX)
APP = """\
import requests
headers = {"X-Cybozu-API-Token": "@TOKEN@"}
requests.get("https://demo.cybozu.com/k/v1/guest/5/records.json", headers=headers)
"""
# What `npm test` of the sample does: one call.
CALL = "fetch(process.env.KINTONE_BASE_URL + '/k/v1/record.json?app=1&id=1')"
# Stands for a published client, which would have to be downloaded.
VERSIONS = """\
name = "rest-api-client"
versions = ["6.2.1", "5.0.6"]
language = "python"
url = "https://example.com/"
adapter = "adapter.py:MyAdapter"
"""
CASSETTE = """\
version: 1
interactions:
- request: {body: null, headers: {}, method: GET, uri: "https://demo.cybozu.com/k/v1/apps.json"}
  response: {body: {string: "{}"}, headers: {}, status: {code: 200, message: OK}}
"""


def blocks(page: str, language: str) -> list[str]:
    fenced = rf"^ *```{language}\n(.*?)^ *```"
    return re.findall(fenced, PAGES[page], re.MULTILINE | re.DOTALL)


def console(page: str) -> list[str]:
    """The commands of a page in order, without remarks."""
    lines = "".join(blocks(page, "console")).splitlines()
    commands = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    return [re.split(r" +# ", command)[0].strip() for command in commands]


def in_workflows(page: str) -> list[str]:
    """Our commands in the files for CI systems, those of our action too."""
    found = blocks(page, "yaml")
    commands = re.findall(r"- (?:run: )?((?:kintone-lint|kintone-conformance) .*)", "".join(found))
    for block in found:
        commands += map(of_action, inputs(yaml.safe_load(textwrap.dedent(block))))
    return commands


def inputs(content: Any) -> Iterator[dict[str, str]]:
    """What the steps of a workflow give to our action."""
    if isinstance(content, dict) and str(content.get("uses")).startswith(PLACEHOLDER):
        yield content["with"]
    children = content.values() if isinstance(content, dict) else content
    for child in children if isinstance(content, dict | list) else ():
        yield from inputs(child)


def of_action(given: dict[str, str]) -> str:
    """The command that the action runs."""
    client = [f'--{name} "{given[name]}"' for name in ("driver", "adapter") if name in given]
    tool = "kintone-conformance run" if client else "kintone-lint check"
    return " ".join([tool, *client, given.get("arguments", "")]).strip()


def environment() -> dict[str, str]:
    tools = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {**os.environ, "PATH": tools, "SHARD": "1", "CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "8"}


def tried(command: str, folder: Path) -> None:
    """Run a command as it stands; a run of little. Nothing but findings may be wrong."""
    typed = command
    if command.startswith(JUDGING):
        typed += " --examples 3"  # in place of those that it asks for, too
    if command.startswith(MATRIX):
        typed += " --list"  # what it builds and judges is in tests of its own
    if command.startswith(JUDGING) and "--select" not in command:
        typed += " --select KC101,KC402 -n 1"
    if command.startswith("pytest"):
        typed += " --kintone-examples=3 -p no:cacheprovider -q"
    done = subprocess.run(
        typed, shell=True, cwd=folder, env=environment(), capture_output=True, text=True
    )
    fine = (0, 1) if command.startswith(VERDICTS) else (0,)
    assert done.returncode in fine, (command, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr


def sample(folder: Path) -> None:
    """What the pages take for granted: code, clients, recordings, and a project with tests."""
    for place in ("src", "clones/acme/web"):
        (folder / place).mkdir(parents=True)
        (folder / place / "app.py").write_text(filled(APP), "utf-8")
    (folder / "app.py").write_text(filled(APP), "utf-8")
    (folder / "policy.toml").write_text('select = ["KL1"]\n', "utf-8")
    _clients(folder)
    _recordings(folder)
    scripts = {"scripts": {"test": f'node -e "{CALL}"'}}
    (folder / "package.json").write_text(json.dumps(scripts), "utf-8")


def _clients(folder: Path) -> None:
    published = folder / "sdks" / "rest-api-client"
    published.mkdir(parents=True)
    (published / "sdk.toml").write_text(VERSIONS, "utf-8")
    for place in (folder, published):
        (place / "adapter.py").write_bytes(content("adapter.py"))
    (folder / "driver.mjs").write_bytes(content("driver.mjs"))
    shutil.copytree(ROOT / "sdks" / SDK, folder / "sdks" / SDK, ignore=BUILT)
    for name in ("before", "after"):
        script = "#!/bin/sh\nexec kintone-conformance serve adapter.py:MyAdapter\n"
        (folder / name).write_text(script, "utf-8")
        (folder / name).chmod(0o755)


def _recordings(folder: Path) -> None:
    request = {"method": "GET", "url": "https://demo.cybozu.com/k/v1/apps.json", "headers": []}
    entry = {"request": request, "response": {"status": 200, "headers": [], "content": {}}}
    (folder / "kintone.har").write_text(json.dumps({"log": {"entries": [entry]}}), "utf-8")
    (folder / "tests" / "cassettes").mkdir(parents=True)
    (folder / "tests" / "cassettes" / "apps.yaml").write_text(CASSETTE, "utf-8")
    (folder / "credentials.txt").write_text(filled("token:@TOKEN@\n"), "utf-8")


@pytest.mark.parametrize("page", [page for page in PAGES if console(page)])
def test_every_command_of_a_page_runs_in_its_order(page: str, tmp_path: Path) -> None:
    toolchains.need("node")
    sample(tmp_path)
    folder = tmp_path
    for command in console(page):
        if command.startswith("cd "):
            folder = folder / command.removeprefix("cd ")
            sample(folder)
        elif command.startswith(OURS):
            if command.startswith("kintone-lint history"):
                repository(folder)
                committed(folder)
            tried(command, folder)
        else:
            assert command.startswith(OTHERS), f"{command} is run by no test"


def test_the_commands_are_found() -> None:
    commands = [each for page in PAGES for each in console(page) if each.startswith(OURS)]
    assert len(commands) >= 35
    assert all(console(f"docs/{name}.md") for name in ("lint", "judge", "driver", "traffic", "ci"))


def test_the_commands_for_ci_systems_run(tmp_path: Path) -> None:
    toolchains.need("node")
    sample(tmp_path)
    (tmp_path / "known-failures.toml").write_text("version = 1\n", "utf-8")
    tried("kintone-lint check --baseline lint-baseline.json --update-baseline", tmp_path)
    commands = in_workflows("docs/ci.md")
    assert len(commands) >= 7
    assert set(in_workflows("README.md")) < set(commands)
    for command in commands:
        tried(command, tmp_path)
    for written in ("kintone.sarif", "gl-code-quality.json", "report/junit.xml"):
        assert (tmp_path / written).exists()


def test_the_settings_of_the_linter_are_read(tmp_path: Path) -> None:
    (settings,) = blocks("docs/lint.md", "toml")
    (tmp_path / "pyproject.toml").write_text(settings, "utf-8")
    assert Settings().of(tmp_path / "app.py").token_names == ("APP_KEY",)
    assert set(tomllib.loads(settings)["tool"]["kintone-lint"]) >= {"select", "exclude", "sinks"}


def test_the_known_failures_and_the_settings_of_the_suite_are_read(tmp_path: Path) -> None:
    known, own = blocks("docs/judge.md", "toml")
    (tmp_path / "known-failures.toml").write_text(known, "utf-8")
    assert list(read(tmp_path / "known-failures.toml").known) == ["KC602"]
    (tmp_path / "kintone-conformance.toml").write_text(own, "utf-8")
    values = read_settings(tmp_path / "kintone-conformance.toml").values
    assert {"driver", "door", "baseline"} <= set(values)


def links() -> list[tuple[str, str]]:
    """Each page with each target that it links to."""
    found = {
        (page, target)
        for page, text in PAGES.items()
        for target in re.findall(r"\]\(([^)]+)\)", re.sub(r"(?ms)^```.*?^```$", "", text))
    }
    return sorted(found)


@pytest.mark.parametrize(("page", "target"), links())
def test_a_link_leads_somewhere(page: str, target: str) -> None:
    if target.startswith("https://"):
        return
    path, _, anchor = target.partition("#")
    file = (ROOT / page).parent / path if path else ROOT / page
    assert file.exists()
    if anchor:
        headings = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
        slugs = {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}
        assert anchor in slugs


def test_every_page_is_reached_from_the_readme() -> None:
    assert all(f"]({page})" in PAGES["README.md"] for page in PAGES if page != "README.md")


def test_the_readme_is_short() -> None:
    assert len(PAGES["README.md"].splitlines()) <= 130
