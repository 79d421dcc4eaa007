"""The files below a folder: those that git does not ignore, or all if git cannot be asked.

Tracked files are looked at wherever they are. Outside a repository, and if git cannot be asked,
nobody can know what is tracked, so a `.gitignore` hides nothing. Left out is what belongs to others
by its kind: virtual environments, node_modules, the folders of version control systems and caches.
A repository inside is looked at like the one around it.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from kintone_lint.files import git
from kintone_lint.files.dot_git import GitError
from kintone_lint.findings import Trouble
from kintone_lint.left_out import LeftOut
from kintone_lint.python.source import is_python

COUNTED = 200_000  # entries of ignored folders in which ignored files are counted
_PACKAGES = "node_modules"
_NO_SOURCES = {
    ".git", ".hg", ".svn", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache",
    ".hypothesis", ".kintone_lint_cache",
}  # fmt: skip


@dataclass
class Found:
    """The files of some paths, each once and in order, and what was not looked at.

    `wanted` tells by its name which file is looked for; of others only those of Python are counted.
    `unignored` are those that git neither tracks nor ignores. `folders`: how many more are entered.
    """

    files: dict[Path, None] = field(default_factory=dict)
    wanted: Callable[[str], bool] = is_python
    unignored: set[Path] = field(default_factory=set)
    errors: list[Trouble] = field(default_factory=list)
    left_out: LeftOut = field(default_factory=LeftOut)
    to_count: int = 0
    folders: int | None = None

    def add(self, other: Found) -> None:
        """What was found at another path."""
        self.files |= other.files
        self.unignored |= other.unignored
        self.errors += other.errors
        self.left_out.add(other.left_out)


def found_below(
    folder: Path, *, wanted: Callable[[str], bool] = is_python, counted: int = COUNTED
) -> Found:
    """What lies below a folder, which itself may be ignored: it was named.

    `counted` is how many entries of ignored folders are gone through to count ignored files.
    """
    found = Found(wanted=wanted, to_count=counted)
    _look(folder, git.repository_of(folder.resolve()), found)
    return found


def found_near(folder: Path, folders: int) -> Found:
    """What is in the first so many folders below one, without the repositories inside."""
    _walk(folder, found := Found(folders=folders))
    return found


def holds_python(folder: Path) -> bool:
    """Whether there is a Python file anywhere below a folder, among its first entries."""
    names = (name for _, folders, files in os.walk(folder) for name in (*folders, *files))
    return any(is_python(name) for name in islice(names, COUNTED))


def is_folder(path: Path) -> bool:
    """Whether a path names a folder; a name that no file can have names none."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def is_file(path: Path) -> bool:
    """Whether a path names a file; a name that no file can have names none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _look(folder: Path, repository: git.Repository | None, found: Found) -> None:
    whole = folder.resolve()
    if repository is not None:
        try:
            known = _Known(git.listing(repository, whole), repository, whole)
            knows = known.says_something or not git.ignores(repository, whole)
            if knows and "" not in known.nested:  # else it is what the index calls a submodule
                _look_in_repository(folder, known, found)
                return
        except GitError as error:
            said = f"{repository.root}: could not ask git which files it ignores: {error}"
            found.left_out.notes.append(said)
    _walk(folder, found)


# ---- in a repository


class _Known:
    """What git listed, by paths from the folder that is looked at."""

    def __init__(self, listing: git.Listing, repository: git.Repository, folder: Path) -> None:
        self._repository, self._folder = repository, folder
        inner = folder.relative_to(repository.root).as_posix()
        start = 0 if inner == "." else len(inner) + 1
        self.tracked = [name[start:] for name in listing.tracked]
        self.others = [name[start:] for name in listing.others]
        self.nested = {name[start:] for name in listing.nested}
        self.tracked_folders = _folders(self.tracked)
        self.folders = self.tracked_folders | _folders(self.others)
        self.python = {name for name in self.tracked + self.others if is_python(name)}

    def ignores(self, name: str) -> bool:
        """Whether git ignores a folder; False if git says nothing about it."""
        try:
            return git.ignores(self._repository, self._folder / name)
        except GitError:
            return False

    @property
    def says_something(self) -> bool:
        """Whether git knows anything of the folder."""
        return bool(self.tracked or self.others or self.nested)


def _folders(names: Iterable[str]) -> set[str]:
    """The folders on the way to some files; the outermost is the empty name."""
    found = {""}
    for name in names:
        folder = name.rpartition("/")[0]
        while folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def _look_in_repository(folder: Path, known: _Known, found: Found) -> None:
    skipped = _count_left_out(folder, known, found)
    others = {
        name for name in known.others if found.wanted(_last(name)) and not _lies_in(name, skipped)
    }
    names = {name for name in known.tracked if found.wanted(_last(name))}
    for name in sorted(names | others):
        file = folder / name
        if is_file(file):
            found.files[file] = None
            if name in others:
                found.unignored.add(file)
            continue
        try:
            os.lstat(file)
        except (FileNotFoundError, NotADirectoryError):
            continue  # it is deleted, and git was not told
        except OSError as error:
            found.errors.append(Trouble(str(file), error.strerror or "cannot be read"))
        else:
            found.left_out.irregular += is_python(name)
    for name in sorted(known.nested):
        inner = folder / name
        if inner.is_symlink():
            found.left_out.irregular += 1
        elif found.wanted(_last(name)) and is_file(inner):  # the index calls it a submodule
            found.files[inner] = None
        elif is_folder(inner):
            has_git = os.path.lexists(inner / ".git")
            _look(inner, git.repository_at(inner.resolve()) if has_git else None, found)


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _lies_in(name: str, folders: set[str]) -> bool:
    folder = name
    while folder := folder.rpartition("/")[0]:
        if folder in folders:
            return True
    return False


def _count_left_out(folder: Path, known: _Known, found: Found) -> set[str]:
    """Counts what git ignores, and gives the folders in which only what is tracked is looked at.

    Folders that are ignored as a whole are searched up to a limit.
    """
    skipped: set[str] = set()
    left = deque([""])
    while left:
        here = left.popleft()
        ignored = here not in known.folders
        if ignored and found.to_count <= 0:
            found.left_out.partly = True
            continue
        troubles: list[Trouble] = []
        entries = _entries(folder / here, troubles)
        if troubles and not (ignored and known.ignores(here)):
            found.errors += troubles
        found.to_count -= len(entries) if ignored else 0
        if here and here not in known.tracked_folders and _is_environment(entries):
            skipped.add(here)
            found.left_out.environments.append((folder / here).as_posix())
            continue
        for entry in entries:
            name = f"{here}/{entry.name}" if here else entry.name
            if name in known.nested:
                continue
            if entry.is_dir(follow_symlinks=False):
                if _is_for_others(entry.name, name, folder, found):
                    skipped.add(name)
                else:
                    left.append(name)
            elif _leads_out(entry, folder):
                found.left_out.links.append((folder / name).as_posix())
            elif is_python(name) and name not in known.python:
                if is_file(folder / name):
                    found.left_out.ignored += 1
                else:
                    found.left_out.irregular += 1
    return skipped


# ---- where git says nothing


def _walk(folder: Path, found: Found) -> None:
    """All that is there, in order; links to folders are not followed."""
    left = [folder]
    while left:
        here = left.pop()
        if found.folders is not None:
            found.folders -= 1
            if found.folders < 0 or (here != folder and (here / ".git").exists()):
                continue
        entries = _entries(here, found.errors)
        if here != folder and _is_environment(entries):
            found.left_out.environments.append(here.as_posix())
            continue
        if here != folder and any(entry.name == ".git" for entry in entries):
            repository = git.repository_at(here.resolve())
            if repository is not None:
                _look(here, repository, found)
                continue
        folders = []
        for entry in entries:
            inner = here / entry.name
            if entry.is_dir(follow_symlinks=False):
                if not _is_for_others(entry.name, entry.name, here, found):
                    folders.append(inner)
            elif _leads_out(entry, folder):
                found.left_out.links.append(inner.as_posix())
            elif found.wanted(entry.name):
                if is_file(inner):
                    found.files[inner] = None
                else:
                    found.left_out.irregular += is_python(entry.name)
        left += reversed(folders)


def _entries(folder: Path, errors: list[Trouble]) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as listing:
            return sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        errors.append(Trouble(str(error.filename), error.strerror or "cannot be read"))
        return []


def _leads_out(entry: os.DirEntry[str], folder: Path) -> bool:
    """Whether an entry is a link to a folder that is not looked at otherwise."""
    if not entry.is_symlink() or not is_folder(Path(entry.path)):
        return False
    return not Path(os.path.realpath(entry.path)).is_relative_to(os.path.realpath(folder))


def _is_environment(entries: Iterable[os.DirEntry[str]]) -> bool:
    """Whether a folder is a virtual environment, of Python's own kind or of conda's."""
    return any(entry.name in ("pyvenv.cfg", "conda-meta") for entry in entries)


def _is_for_others(name: str, path: str, folder: Path, found: Found) -> bool:
    """Whether a folder is left out by its name; where it holds packages, it is noted."""
    if name == _PACKAGES:
        found.left_out.packages.append((folder / path).as_posix())
        return True
    return name in _NO_SOURCES
