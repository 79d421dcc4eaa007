"""Where the repository of a folder is kept, and whether its `.git` can be trusted.

A `.git` file is followed only if what it leads to names this folder, too.
"""

from __future__ import annotations

import os
from pathlib import Path

from kintone_lint.bounded import read_whole

_LINE = 4096  # bytes of a file that holds one path
_SUBMODULES = 8  # in each other


class GitError(Exception):
    """Git gave no answer; the message says why."""


class NoRepositoryError(GitError):
    """A `.git` that is not a repository: a folder somebody made, or one that was never finished."""


def git_folder(root: Path, depth: int = 0) -> Path:
    """Where the repository of a folder is kept. Raises GitError if git is not to be asked."""
    git = root / ".git"
    if os.path.islink(git):  # noqa: PTH114 - these say no where a Path raises PermissionError
        raise GitError("its .git is a symbolic link")
    if os.path.isdir(git):  # noqa: PTH112
        if not all(os.path.lexists(git / name) for name in ("HEAD", "objects", "refs")):
            raise NoRepositoryError("its .git is not a repository")
        return git
    target = root / _line(git).removeprefix("gitdir:").strip()
    folder = Path(os.path.realpath(target))
    if _leads_back(folder, git) or _is_submodule(folder, root, depth):
        return folder
    raise GitError("its .git file points to the repository of another folder")


def _leads_back(folder: Path, git: Path) -> bool:
    """Whether a folder that a `.git` file leads to is that of a work tree, and names this file."""
    try:
        back = folder / _line(folder / "gitdir")
    except GitError:
        return False
    return os.path.realpath(back) == os.path.realpath(git)


def _is_submodule(folder: Path, root: Path, depth: int) -> bool:
    """Whether a folder is where the repository around `root` keeps a submodule."""
    if depth > _SUBMODULES:
        return False
    around = next((each for each in root.parents if os.path.lexists(each / ".git")), None)
    if around is None:
        return False
    try:
        return folder.is_relative_to(os.path.realpath(git_folder(around, depth + 1) / "modules"))
    except GitError:
        return False


def _line(file: Path) -> str:
    """The path that is in a file. Raises GitError."""
    try:
        return os.fsdecode(read_whole(file, _LINE)).strip()
    except OSError as error:
        raise GitError(f"its .git cannot be read: {error.strerror}") from None
