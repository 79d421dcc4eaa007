"""Reads files that a project names: up to a limit, and only if they are regular files.

A device, a pipe or a socket in the place of a file is neither waited for nor read without end.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
)


class TooLargeError(OSError):
    """A file that is longer than it may be."""


def read_start(file: Path, limit: int) -> bytes:
    """The first bytes of a regular file, at most so many. Raises OSError."""
    try:
        handle = os.open(file, _FLAGS)
    except ValueError as error:  # a null byte
        raise OSError(errno.EINVAL, str(error), str(file)) from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "not a regular file", str(file))
    with os.fdopen(handle, "rb") as stream:
        return stream.read(limit)


def read_whole(file: Path, limit: int) -> bytes:
    """A regular file of at most so many bytes. Raises OSError; TooLargeError for a longer one."""
    raw = read_start(file, limit + 1)
    if len(raw) > limit:
        raise TooLargeError(errno.EFBIG, f"larger than {limit:,} bytes", str(file))
    return raw
