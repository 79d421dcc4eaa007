"""Files of a bounded size: manifests' sources, reports and results are other people's."""

from __future__ import annotations

from pathlib import Path


def bounded(path: Path, most: int) -> bytes:
    """The content of a file of at most so many bytes. Raises OSError."""
    if not path.is_file():
        raise OSError(2, "it does not exist, or is not a file")
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(27, f"it is larger than {most >> 20} MB")
    return content
