"""What a client writes to files of its own: logs, caches, settings, and traces.

A file in the home directory or the working folder is there to stay, and is read as soon as it is
written. One in the folder for temporary files is a usual way to hand something to another program:
it counts only if it is still there when the objects of the client are closed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

from kintone_conformance.judging.decoding import inflated

_MOST = 200  # files of a folder that are read; a client leaves a few
_LONGEST = 1_000_000  # bytes of a file that are read at once
_COMPARED = 1 << 16  # bytes at each end of what was read that tell whether it is still there
_JUST_NOW = 1_000_000_000  # nanoseconds; file systems are less exact than clocks

# Where programs put their files; in the home directory unless the environment says otherwise.
XDG_VARIABLES = {
    "XDG_CONFIG_HOME": ".config",
    "XDG_CACHE_HOME": ".cache",
    "XDG_STATE_HOME": ".local/state",
    "XDG_DATA_HOME": ".local/share",
}
TEMPORARY_VARIABLES = ("TMPDIR", "TMP", "TEMP")


class _Changed(NamedTuple):
    """When the bytes of a file were changed last, and when its status, in nanoseconds; its size."""

    content: int = -1
    status: int = -1
    size: int = -1


class _Read(NamedTuple):
    """How many bytes of a file were read, a digest of them, and when it was changed last."""

    length: int = 0
    digest: bytes = b""
    changed: _Changed = _Changed()


@dataclass
class Folder:
    """A folder of the client's process, what it is, and what was read of each of its files.

    `deep`: those of folders inside it are read, too. If not, it may hold much that is not the
    client's, and a file is read only if its time or its size tells that it was changed.
    """

    path: Path
    what: str
    deep: bool = True
    _read: dict[str, _Read] = field(default_factory=dict)

    def written(self) -> tuple[tuple[str, str], ...]:
        """The files, in words, and what was written to each since last asked.

        That is what comes after the bytes that were read before; if they have changed, the whole
        file. Of more than a million bytes the rest comes the next time. What was compressed is read
        as it was before.
        """
        found = []
        for name, changed in self._files():
            if self._is_read(name, changed):
                continue
            with contextlib.suppress(OSError), (self.path / name).open("rb") as opened:
                raw = self._new(name, opened)  # unless it is gone, or is not for us
                text = (inflated(raw) or raw).decode("utf-8", "backslashreplace")
                if text:
                    found.append((f"the file {name} in {self.what}", text))
        return tuple(found)

    def overlook(self) -> None:
        """Take what is there already for read."""
        for name, _ in self._files():
            with contextlib.suppress(OSError), (self.path / name).open("rb") as opened:
                self._read[name] = _read_to(opened, os.fstat(opened.fileno()).st_size)

    def _is_read(self, name: str, changed: _Changed) -> bool:
        """Whether all of a file was read, and nothing tells that it was changed since.

        One that was changed just now may be changed again without a later time.
        """
        before = self._read.get(name)
        if before is None or changed != before.changed or before.length < changed.size:
            return False
        return not self.deep or time.time_ns() - changed.status > _JUST_NOW

    def _new(self, name: str, opened: BinaryIO) -> bytes:
        before = self._read.get(name, _Read())
        start = before.length if _digest(opened, before.length) == before.digest else 0
        opened.seek(start)
        text = opened.read(_LONGEST)
        self._read[name] = _read_to(opened, start + len(text))
        return text

    def _files(self) -> Iterator[tuple[str, _Changed]]:
        """The files by their paths below the folder, those of inner folders after its own."""
        left, folders = _MOST, deque([("", str(self.path))])
        while folders:
            inside, folder = folders.popleft()
            with contextlib.suppress(OSError), os.scandir(folder) as found:
                for entry in sorted(found, key=lambda each: each.name):
                    name = inside + entry.name
                    with contextlib.suppress(OSError):  # it is gone again
                        about = entry.stat(follow_symlinks=False)
                        if stat.S_ISDIR(about.st_mode):
                            if self.deep:
                                folders.append((f"{name}/", entry.path))
                            continue
                        left -= 1
                        if left < 0:
                            return
                        if stat.S_ISREG(about.st_mode):
                            yield name, _changed(about)


def _read_to(opened: BinaryIO, length: int) -> _Read:
    return _Read(length, _digest(opened, length), _changed(os.fstat(opened.fileno())))


def _changed(about: os.stat_result) -> _Changed:
    return _Changed(about.st_mtime_ns, about.st_ctime_ns, about.st_size)


def _digest(opened: BinaryIO, length: int) -> bytes:
    """Of the first bytes of a file, as many as `length`; of many, of both ends."""
    if not length:
        return b""
    opened.seek(0)
    first = opened.read(min(length, _COMPARED))
    opened.seek(max(len(first), length - _COMPARED))
    last = opened.read(max(0, min(_COMPARED, length - len(first))))
    return hashlib.sha256(first + last).digest()
