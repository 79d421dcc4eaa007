"""Paths as the services that hold repositories want them: from the root of the repository."""

from __future__ import annotations

from pathlib import Path


def root() -> Path:
    """The root of the repository of the working folder; the working folder without a repository."""
    here = Path.cwd().resolve()
    return next((each for each in (here, *here.parents) if (each / ".git").exists()), here)


def path_below(folder: Path, shown: str) -> str:
    """A path that the user is shown, seen from a folder, without links; absolute outside of it.

    GitHub shows nothing for a path that leads through a link (its page on SARIF support).
    """
    try:
        file = Path(shown).resolve()
    except (OSError, ValueError):
        return shown
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else file.as_posix()
