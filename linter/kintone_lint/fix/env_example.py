"""A file like `.env.example`: the variables that a program reads, without their values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from kintone_lint.errors import UsageError
from kintone_lint.output.text import places
from kintone_lint.writing import write_whole


def add_variables(file: Path, variables: Mapping[str, Sequence[tuple[str, int]]]) -> None:
    """Adds variables that a file does not name yet, each with a comment that says who reads it.

    `variables` are names with paths and lines. Raises UsageError.
    """
    try:
        before = file.read_bytes() if file.exists() else b""
        rows = [
            f"# {places(read)}\n{name}=\n"
            for name, read in variables.items()
            if not re.search(rf"(?m)^\s*(?:export\s+)?{name}\s*=".encode(), before)
        ]
        if rows:
            end = b"" if not before or before.endswith(b"\n") else b"\n"
            write_whole(file, before + end + "".join(rows).encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise UsageError(
            f"{file} was not written: {error.strerror}; the fixes were applied, and read "
            f"{', '.join(variables)}"
        ) from error
