"""The hooks, tried with the real pre-commit in a repository of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kintone_lint.examples import filled

ROOT = Path(__file__).parents[2]
CONFIG = """\
repos:
  - repo: {root}
    rev: {revision}
    hooks:
      - id: {hook}
"""


def git(folder: Path, *arguments: str) -> str:
    name = ["-c", "user.name=sato", "-c", "user.email=sato@example.com"]
    done = subprocess.run(
        ["git", "-C", str(folder), *name, *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that holds the working tree as it is now: what is not committed too."""
    folder = tmp_path_factory.mktemp("hooks")
    names = git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard").splitlines()
    for name in names:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
    git(folder, "init", "-q")
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "-q", "-m", "hooks")
    return folder


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """One environment for all tests of the module: it is installed once."""
    return {**os.environ, "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("cache"))}


def committed(
    folder: Path, hooks: Path, cache: dict[str, str], hook: str, text: str
) -> subprocess.CompletedProcess[str]:
    """Runs a hook on one staged file."""
    git(folder, "init", "-q")
    revision = git(hooks, "rev-parse", "HEAD")
    config = CONFIG.format(root=hooks, revision=revision, hook=hook)
    (folder / ".pre-commit-config.yaml").write_text(config)
    (folder / "app.py").write_text(filled(text))
    git(folder, "add", "--all")
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--color=never"],
        cwd=folder,
        env=cache,
        capture_output=True,
        text=True,
        check=False,
    )


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
