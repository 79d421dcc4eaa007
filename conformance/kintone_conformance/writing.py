"""Files are written whole or not at all; what is appended to belongs to somebody else."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from kintone_conformance.errors import UsageError


def check_writable(path: Path) -> None:
    """Raise UsageError where a file cannot be made or replaced: before work that it would lose."""
    try:
        if path.is_dir():
            raise IsADirectoryError(21, "it is a folder")
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror or error}", "choose another place"
        ) from error


def append(path: Path, content: bytes) -> None:
    """Add to the end of a file, or make it. Raises UsageError where that fails."""
    try:
        with path.open("ab") as file:
            file.write(content)
    except OSError as error:
        raise UsageError(
            f"{path} was not written: {error.strerror or error}", "choose another place"
        ) from error


def write_whole(path: Path, content: bytes) -> None:
    """Write beside, then rename. Raises UsageError where that fails; an old file stays whole."""
    beside = ""
    try:
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
    except OSError as error:
        with suppress(OSError):
            Path(beside).unlink()
        raise UsageError(
            f"{path} was not written: {error.strerror or error}",
            "free space or choose another place; an older file there is untouched",
        ) from error
