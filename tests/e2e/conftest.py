"""A repository with the hooks of this project as it is now, and one environment for pre-commit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from repositories import ROOT, git


@pytest.fixture(scope="session")
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


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """One environment for all tests: it is installed once."""
    return {**os.environ, "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("cache"))}
