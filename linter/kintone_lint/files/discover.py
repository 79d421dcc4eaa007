"""Which files a run looks at: those that are named, and those below the folders that are named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from kintone_lint.config import Config
from kintone_lint.files.walking import Found, found_below, holds_python, is_file, is_folder
from kintone_lint.findings import Trouble
from kintone_lint.python.source import is_python


def discover(
    paths: Sequence[Path],
    settings: Callable[[Path], Config],
    *,
    force_exclude: bool = False,
    wanted: Callable[[str], bool] = is_python,
) -> Found:
    """The files to lint, and what was not looked at. `wanted` chooses those below folders.

    Settings exclude files below folders; those that are named one by one only with
    `force_exclude`. A folder in which nothing is left to look at is trouble, unless the settings
    were to decide that.
    """
    found = Found(wanted=wanted)
    for path in paths:
        if is_folder(path):
            _add_folder(path, settings, found, force_exclude=force_exclude)
        elif not is_file(path):
            found.errors.append(Trouble(str(path), _why_not(path)))
        elif force_exclude and settings(path).excluded(path):
            found.left_out.excluded += 1
        else:
            found.files[path] = None
    return found


def _add_folder(
    folder: Path, settings: Callable[[Path], Config], found: Found, *, force_exclude: bool
) -> None:
    below = found_below(folder, wanted=found.wanted)
    kept = [file for file in below.files if not settings(file).excluded(file)]
    below.left_out.excluded = len(below.files) - len(kept)
    below.files = dict.fromkeys(kept)
    found.add(below)
    meant = force_exclude and below.left_out.excluded
    if not kept and not below.errors and not meant and holds_python(folder):
        why = below.left_out.said() or "all of them are in folders that are left out"
        message = f"no file here was checked: {why}"
        found.errors.append(Trouble(str(folder), f"{message}; name the files themselves"))


def _why_not(path: Path) -> str:
    try:
        if path.exists():
            return "not a regular file"
        return "a broken symbolic link" if path.is_symlink() else "no such file"
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or str(error)
