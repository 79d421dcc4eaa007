"""What the tests do with repositories: git, and the real pre-commit."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
CONFIG = """\
repos:
  - repo: {root}
    rev: {revision}
    hooks:
      - id: {hook}
        args: [{arguments}]
"""


def git(folder: Path, *arguments: str) -> str:
    name = ["-c", "user.name=sato", "-c", "user.email=sato@example.com"]
    done = subprocess.run(
        ["git", "-C", str(folder), *name, *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def configure(folder: Path, hooks: Path, hook: str, arguments: Sequence[str] = ()) -> None:
    """Write the pre-commit settings of a repository."""
    revision = git(hooks, "rev-parse", "HEAD")
    config = CONFIG.format(root=hooks, revision=revision, hook=hook, arguments=", ".join(arguments))
    (folder / ".pre-commit-config.yaml").write_text(config)


def pre_commit(folder: Path, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the hooks on what is staged; everything is staged first."""
    git(folder, "add", "--all")
    return subprocess.run(
        [str(Path(sys.executable).parent / "pre-commit"), "run", "--color=never"],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
