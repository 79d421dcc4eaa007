"""Modules beside an adapter: for the adapter and for what lies there with it, and for nobody else.

On `sys.path` that folder would serve every import of the process. A `requests.py` in it, or a
`simplejson.py`, would then be run by the suite or by an SDK that never asked for it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import FrameType, ModuleType

_IMPORTING = ("<frozen importlib", "<frozen runpy")


class Beside:
    """Finds what is not installed in a folder, where code of that folder imports it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """As Python's import asks for it."""
        if path is not None or not self._is_asked_by_our_own(sys._getframe(1)):
            return None
        return PathFinder.find_spec(name, [str(self._folder)])

    def _is_asked_by_our_own(self, frame: FrameType | None) -> bool:
        while frame is not None and _is_of_import(frame):
            frame = frame.f_back
        if frame is None:
            return False
        file = Path(frame.f_code.co_filename).resolve()
        installed = (Path(entry) for entry in sys.path if entry)
        owners = (each for each in installed if file.is_relative_to(each) and each != self._folder)
        inner = any(each.is_relative_to(self._folder) for each in owners)
        return file.is_relative_to(self._folder) and not inner


def _is_of_import(frame: FrameType) -> bool:
    name = str(frame.f_globals.get("__name__", ""))
    return frame.f_code.co_filename.startswith(_IMPORTING) or name.startswith("importlib")


def serve_from(folder: Path) -> None:
    """Let code of a folder import modules that are in that folder and not installed."""
    sys.meta_path.append(Beside(folder))
