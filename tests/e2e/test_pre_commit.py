"""The hooks, tried with the real pre-commit in a repository of their own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import planted
from fakes import filled
from repositories import configure, git, pre_commit


def committed(
    folder: Path, hooks: Path, cache: dict[str, str], hook: str, text: str
) -> subprocess.CompletedProcess[str]:
    """Runs a hook on one staged file."""
    git(folder, "init", "-q")
    configure(folder, hooks, hook)
    (folder / "app.py").write_text(filled(text))
    return pre_commit(folder, cache)


def test_a_commit_with_a_token_is_refused(
    tmp_path: Path, hooks: Path, cache: dict[str, str]
) -> None:
    text = 'headers = {"X-Cybozu-API-Token": "@TOKEN@"}\n'
    done = committed(tmp_path, hooks, cache, "kintone-lint", text)
    assert done.returncode == 1, done.stderr
    assert "app.py:1:35: KL101" in done.stdout
    assert filled("@TOKEN@") not in done.stdout


def test_a_clean_commit_passes_with_the_base_package_alone(
    tmp_path: Path, hooks: Path, cache: dict[str, str]
) -> None:
    text = 'import os\nheaders = {"X-Cybozu-API-Token": os.environ["KINTONE_API_TOKEN"]}\n'
    done = committed(tmp_path, hooks, cache, "kintone-lint", text)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout
    installed = {path.name for path in Path(cache["PRE_COMMIT_HOME"]).rglob("site-packages/*")}
    assert "libcst" in installed
    assert not installed & {"hypothesis", "responses", "click", "rich", "requests"}


def test_the_fixing_hook_fixes_and_stops_the_commit(
    tmp_path: Path, hooks: Path, cache: dict[str, str]
) -> None:
    text = 'url = "https://demo.cybozu.com/k/v1/guest/5/records.json"\n'
    done = committed(tmp_path, hooks, cache, "kintone-lint-fix", text)
    assert done.returncode == 1
    assert "/k/guest/5/v1/records.json" in (tmp_path / "app.py").read_text()


@pytest.mark.parametrize("hook", ["kintone-lint", "kintone-lint-fix"])
def test_what_the_settings_exclude_is_excluded_by_the_hooks_too(
    tmp_path: Path, hooks: Path, cache: dict[str, str], hook: str
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.kintone-lint]\nexclude = ["app.py"]\n')
    text = 'headers = {"X-Cybozu-API-Token": "@TOKEN@"}\n'
    done = committed(tmp_path, hooks, cache, hook, text)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_that_a_commit_brings_along_is_imported(
    tmp_path: Path, hooks: Path, cache: dict[str, str]
) -> None:
    planted.plant(tmp_path)
    text = 'headers = {"X-Cybozu-API-Token": "@TOKEN@"}\n'
    done = committed(tmp_path, hooks, cache, "kintone-lint", text)
    assert "app.py:1:35: KL101" in done.stdout
    assert planted.ran(tmp_path) == []
