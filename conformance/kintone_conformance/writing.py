"""How the suite writes: through the one function of both tools, with a sentence if it fails.

What is appended to belongs to somebody else, so it is neither replaced nor cut.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kintone_conformance.errors import UsageError
from kintone_lint import writing

_ELSEWHERE = "choose another place"


def check_writable(path: Path) -> None:
    """Raise UsageError if a file cannot be made or replaced: before work that it would lose."""
    with _said(f"{path} cannot be written", _ELSEWHERE):
        target = writing.destination(path)
        if target.is_dir():
            raise IsADirectoryError(21, "it is a folder")
        if not target.exists() or target.is_file():
            with tempfile.TemporaryFile(dir=target.parent):
                pass


def make_folder(folder: Path, what: str = "files", hint: str = "choose another folder") -> None:
    """Make a folder and those above it. Raises UsageError if nothing can be written there."""
    with _said(f"{what} cannot be written to {folder}", hint):
        target = writing.destination(folder)
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=target):
            pass


def append(path: Path, content: bytes) -> None:
    """Add to the end of a file, or make it. Raises UsageError if that fails."""
    with _said(f"{path} was not written", _ELSEWHERE):
        writing.destination(path)
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK, 0o666)
        with os.fdopen(handle, "ab") as file:
            os.set_blocking(handle, True)
            file.write(content)


def write_whole(path: Path, content: bytes) -> None:
    """Write beside, then rename. Raises UsageError if that fails; an old file stays whole."""
    with _said(
        f"{path} was not written",
        "free space or choose another place; an existing file is left as it was",
    ):
        writing.write_whole(path, content)


@contextmanager
def _said(what: str, hint: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{what}: {reason}", hint) from error
