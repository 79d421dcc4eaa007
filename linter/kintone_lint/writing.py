"""Files are written whole or not at all, and never through a link that leaves the project.

Both tools write through this module; it imports nothing of theirs. A repository can bring a link
along: what would be written through it could be any file of the user's. So a path inside a project
may lead anywhere in that project, and nowhere else. Outside of every project links are the user's.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

_NEW = 0o666  # less what the umask takes
_FLAGS = os.O_WRONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_FRESH = _FLAGS | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
_DEVICES = ("/dev/", "/proc/")
_LONGEST = 100  # characters of a name that are kept in the name of the file beside it


class LeavesProjectError(OSError):
    """A path inside a project that a link leads out of it; the message says where to."""


def write_whole(file: Path, content: bytes) -> None:
    """Writes beside a file and renames, so that it is whole or as it was before.

    A link inside the project is kept, and what it leads to is written. The mode and the owner of an
    old file stay; a new one gets what the umask leaves. A device or a pipe, such as /dev/stdout, is
    written to as it is. Raises OSError, with nothing changed and nothing left beside.
    """
    target = destination(file)
    if _special(file, target):
        _write_into(file, content)
        return
    old = target.stat() if target.exists() else None
    if old is not None and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    beside = target.with_name(f".{target.name[:_LONGEST]}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(beside, _FRESH, _NEW), "wb") as stream:
            stream.write(content)
        if old is not None:
            _keep_owner_and_mode(beside, old)
        beside.replace(target)
    except BaseException:  # also of an interrupted run nothing is left
        with suppress(OSError):
            beside.unlink()
        raise


def destination(file: Path) -> Path:
    """Where a path leads, its links followed. Raises LeavesProjectError."""
    named = _as_written(file)
    real = Path(os.path.realpath(file))
    project = _project_of(named)
    if project is not None and not real.is_relative_to(os.path.realpath(project)):
        raise LeavesProjectError(
            errno.EPERM, f"a link leads out of {project}, to {real}; name that place instead"
        )
    if real.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(file))
    return real


def _as_written(file: Path) -> Path:
    """The whole path of a file, its links not followed."""
    return Path(os.path.normpath(file.absolute()))


def _project_of(named: Path) -> Path | None:
    """The project that a path is written in: its repository, else the working folder around it.

    The path is taken as it is written. None if it is in neither.
    """
    for folder in named.parents:
        if os.path.lexists(folder / ".git"):
            return folder
    here = Path.cwd()
    return here if named.is_relative_to(here) else None


def _special(file: Path, target: Path) -> bool:
    """Whether a path is not a regular file, or names a descriptor, which may lead to one."""
    if str(_as_written(file)).startswith(_DEVICES):
        return True
    return target.exists() and not target.is_file()


def _write_into(file: Path, content: bytes) -> None:
    """Writes to a device or a pipe; a pipe that nobody reads is an error, not a wait."""
    handle = os.open(file, _FLAGS | os.O_APPEND | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(handle, "wb") as stream:
        if hasattr(os, "set_blocking"):
            os.set_blocking(handle, True)
        stream.write(content)


def _keep_owner_and_mode(file: Path, old: os.stat_result) -> None:
    new = file.stat()
    if hasattr(os, "chown") and (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        with suppress(OSError):  # only root may give files away
            os.chown(file, old.st_uid, old.st_gid)
    if new.st_mode != old.st_mode:
        file.chmod(stat.S_IMODE(old.st_mode))
