"""Both tools as the gates of a repository: what is known passes, what is new does not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from fakes import filled
from kintone_conformance.baseline import read
from linter.test_sarif import schema
from repositories import configure, git, pre_commit

OLD = 'headers = {"X-Cybozu-API-Token": "@TOKEN@"}\n'
NEW = 'other = {"X-Cybozu-API-Token": "@TOKEN2@"}\n'
BASELINE = "lint-baseline.json"
CLIENT = """\
from kintone_conformance.reference_client import KintoneClient
from matrix.small import Small

class Client(KintoneClient):
    def encoded(self, text):
        return super().encoded(text){mistake}

class MyAdapter(Small):
    client = Client
"""
MISTAKE = '.rstrip("=")'


def lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kintone_lint", "check", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
    )


def test_the_linter_lets_pass_what_is_known_and_stops_what_is_new(
    tmp_path: Path, hooks: Path, cache: dict[str, str]
) -> None:
    git(tmp_path, "init", "-q")
    configure(tmp_path, hooks, "kintone-lint", ["--baseline", BASELINE])
    app = tmp_path / "app.py"
    app.write_text(filled(OLD), "utf-8")
    assert lint(tmp_path, "--baseline", BASELINE, "--update-baseline").returncode == 0
    assert pre_commit(tmp_path, cache).returncode == 0

    app.write_text(filled("import os\n\n" + OLD + NEW), "utf-8")
    stopped = pre_commit(tmp_path, cache)
    assert stopped.returncode == 1
    assert "app.py:4:" in stopped.stdout
    assert "app.py:3:" not in stopped.stdout, "moving what is known makes nothing new of it"

    sarif = ("--output-format", "sarif", "--output-file", "kintone.sarif")
    assert lint(tmp_path, "--baseline", BASELINE, *sarif).returncode == 1
    text = (tmp_path / "kintone.sarif").read_text("utf-8")
    schema().validate(json.loads(text))
    results = json.loads(text)["runs"][0]["results"]
    starts = [each["locations"][0]["physicalLocation"]["region"]["startLine"] for each in results]
    assert starts == [4]
    assert not any(filled(secret) in text for secret in ("@TOKEN@", "@TOKEN2@"))

    app.write_text(filled("import os\n\n" + OLD), "utf-8")
    assert pre_commit(tmp_path, cache).returncode == 0


def judged(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    suite = [
        sys.executable,
        "-m",
        "kintone_conformance",
        "run",
        "--adapter",
        "adapter.py:MyAdapter",
    ]
    known = [
        "--baseline",
        "known-failures.toml",
        "--select",
        "KC101,KC104",
        "--examples",
        "5",
        "-n",
        "1",
    ]
    return subprocess.run(
        [*suite, *known, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
    )


def test_the_suite_lets_pass_what_is_known_and_stops_what_is_new_or_stale(tmp_path: Path) -> None:
    adapter = tmp_path / "adapter.py"
    known = tmp_path / "known-failures.toml"
    adapter.write_text(CLIENT.format(mistake=MISTAKE), "utf-8")
    known.write_text("version = 1\n", "utf-8")
    new = judged(tmp_path)
    assert (new.returncode, "fail KC104" in new.stdout) == (1, True)

    known.write_text('version = 1\n\n# until 2.0\n[KC104]\nreason = "padding"\n', "utf-8")
    assert judged(tmp_path).returncode == 0

    adapter.write_text(CLIENT.format(mistake=""), "utf-8")
    stale = judged(tmp_path)
    assert (stale.returncode, "KC104 passes, but is listed" in stale.stdout) == (1, True)

    assert judged(tmp_path, "--update-baseline").returncode == 0
    assert read(known).known == {}
    assert judged(tmp_path).returncode == 0
