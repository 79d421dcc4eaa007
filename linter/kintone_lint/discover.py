"""Which files to look at: those given as they are, else what git knows, else a walk."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from kintone_lint.config import Config
from kintone_lint.findings import Trouble

SUFFIXES = (".py", ".pyi", ".pyw")
_NEVER = {
    ".git", ".hg", ".svn", ".tox", ".nox", ".venv", "venv", "node_modules", "__pycache__",
    ".mypy_cache", ".ruff_cache", ".pytest_cache", ".kintone_lint_cache", ".eggs", "site-packages",
    "build", "dist",
}  # fmt: skip


def discover(paths: Sequence[Path], config: Config) -> tuple[list[Path], list[Trouble]]:
    """The Python files to lint, each once and in order, and what could not be looked at."""
    found: dict[Path, None] = {}
    errors: list[Trouble] = []
    for path in paths:
        if is_folder(path):
            for file in below(path, errors):
                if not config.excluded(file):
                    found[file] = None
        elif is_file(path):
            found[path] = None
        else:
            errors.append(Trouble(str(path), _why_not(path)))
    return list(found), errors


def below(folder: Path, errors: list[Trouble] | None = None) -> Iterable[Path]:
    """The Python files in a folder; what cannot be looked at goes to `errors`."""
    return _in_git(folder) or _walked(folder, [] if errors is None else errors)


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


def _why_not(path: Path) -> str:
    try:
        if path.exists():
            return "no regular file"
        return "a symbolic link that leads nowhere" if path.is_symlink() else "no such file"
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or str(error)


def _in_git(folder: Path) -> list[Path]:
    """What git tracks or would track below a folder; nothing outside a repository."""
    import subprocess  # not for files that are given one by one

    command = ["git", "-C", str(folder), "ls-files", "-z", "--cached", "--others"]
    patterns = [f"*{suffix}" for suffix in SUFFIXES]
    try:
        done = subprocess.run(
            [*command, "--exclude-standard", "--", *patterns], capture_output=True, check=False
        )
    except OSError:
        return []
    if done.returncode:
        return []
    names = [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]
    files = (folder / name if str(folder) != "." else Path(name) for name in dict.fromkeys(names))
    return [file for file in files if file.is_file()]


def _walked(folder: Path, errors: list[Trouble]) -> Iterator[Path]:
    """A walk that honours each `.gitignore` on its way, and never follows a link to a folder."""
    ignores: list[tuple[Path, object]] = []
    left = [folder]
    while left:
        here = left.pop()
        try:
            with os.scandir(here) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            errors.append(Trouble(str(error.filename), error.strerror or "cannot be read"))
            continue
        ignores = [each for each in ignores if here.is_relative_to(each[0])]
        if any(entry.name == ".gitignore" for entry in entries):
            ignores.append((here, _spec(here / ".gitignore")))
        folders = []
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                inner = here / entry.name
                if entry.name not in _NEVER and not _ignored(inner, ignores, folder=True):
                    folders.append(inner)
            elif entry.name.endswith(SUFFIXES):
                file = here / entry.name
                if is_file(file) and not _ignored(file, ignores, folder=False):
                    yield file
        left += reversed(folders)


def _spec(file: Path) -> object:
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(file.read_text("utf-8", "replace").splitlines())
    except OSError:
        return GitIgnoreSpec([])


def _ignored(path: Path, ignores: list[tuple[Path, object]], *, folder: bool) -> bool:
    for base, spec in ignores:
        name = path.relative_to(base).as_posix() + ("/" if folder else "")
        if spec.match_file(name):  # type: ignore[attr-defined]
            return True
    return False
