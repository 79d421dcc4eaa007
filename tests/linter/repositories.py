"""Repositories for the tests of what is looked at, made with the real git."""

from __future__ import annotations

import subprocess
from pathlib import Path

_NAME = ("-c", "user.name=sato", "-c", "user.email=sato@example.com")


def git(folder: Path, *arguments: str) -> str:
    """Runs git in a folder, and gives what it prints."""
    done = subprocess.run(
        ["git", "-C", str(folder), *_NAME, "-c", "protocol.file.allow=always", *arguments],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def repository(folder: Path) -> Path:
    """A new repository, in a folder that is made."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q")
    return folder


def committed(folder: Path, *force: str) -> None:
    """Commits all that is in a repository and not ignored; with `-f` what is ignored, too."""
    git(folder, "add", *force, "--all", ".")
    git(folder, "commit", "-q", "-m", "all")
