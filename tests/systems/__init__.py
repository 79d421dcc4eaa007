"""Other systems, as far as Python's names go; to be put into PYTHONPATH.

Each folder has a `sitecustomize.py`, which every Python below imports when it starts.
"""

from __future__ import annotations

import os
from pathlib import Path


def on(system: str) -> dict[str, str]:
    """The environment of a process that sees another system: `windows` or `macos`."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parent / system)}
