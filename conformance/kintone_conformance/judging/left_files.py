"""What a client writes to files in its home directory: logs, caches, settings."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_MOST = 200  # files that are looked at; a client leaves a few
_LONGEST = 1_000_000  # bytes of a file that are read at once

# Where programs put their files; in the home directory unless the environment says otherwise.
XDG_VARIABLES = {
    "XDG_CONFIG_HOME": ".config",
    "XDG_CACHE_HOME": ".cache",
    "XDG_STATE_HOME": ".local/state",
    "XDG_DATA_HOME": ".local/share",
}


@dataclass
class Home:
    """A home directory of the client's process, and how much of each file was read."""

    path: Path
    _read: dict[str, int] = field(default_factory=dict)

    def written(self) -> tuple[tuple[str, str], ...]:
        """The names of files, and what was written to each since last asked."""
        found = []
        for name, size in self._files():
            before = self._read.get(name, 0)
            if size != before:
                start = before if size > before else 0  # a shorter file was written anew
                found.append((name, _text(self.path / name, start)))
                self._read[name] = size
        return tuple(found)

    def _files(self) -> Iterator[tuple[str, int]]:
        left = _MOST
        for folder, _, names in os.walk(self.path):
            for name in sorted(names):
                file = Path(folder, name)
                left -= 1
                if left < 0:
                    return
                with contextlib.suppress(OSError):  # it is gone again
                    if file.is_file() and not file.is_symlink():
                        yield str(file.relative_to(self.path)), file.stat().st_size


def _text(file: Path, start: int) -> str:
    try:
        with file.open("rb") as opened:
            opened.seek(start)
            return opened.read(_LONGEST).decode("utf-8", "backslashreplace")
    except OSError:
        return ""  # it is gone, or is not for us
