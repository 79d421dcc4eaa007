"""Files are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_NEW = 0o644


def write_whole(file: Path, raw: bytes) -> None:
    """Writes beside a file, then renames; the mode of an old file stays, and so does a link to it.

    What is no regular file, such as /dev/stdout, is written to as it is. Raises OSError.
    """
    if file.exists() and not file.is_file():
        file.write_bytes(raw)
        return
    target = file.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(raw)
        beside.chmod(target.stat().st_mode & 0o7777 if target.exists() else _NEW)
        beside.replace(target)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
