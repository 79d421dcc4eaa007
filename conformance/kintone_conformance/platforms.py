"""Where clients can be judged, and what is missing on a system where not all of it works."""

from __future__ import annotations

import os
import select
import signal
import sys

from kintone_conformance.errors import UsageError

SUPPORTED = "Linux and macOS"
_NEEDED = ((os, "killpg"), (os, "fork"), (select, "poll"), (signal, "SIGALRM"), (signal, "SIGHUP"))
_NAMES = {"win32": "Windows", "cygwin": "Cygwin", "emscripten": "Emscripten", "wasi": "WASI"}


def check() -> None:
    """Raise UsageError on a system where no client can be judged."""
    system = str(sys.platform)
    if system in _NAMES or not all(hasattr(module, name) for module, name in _NEEDED):
        raise UsageError(
            f"clients are judged on {SUPPORTED}, but this is {_NAMES.get(system, system)}",
            "use WSL, a container or a CI job on Linux; kintone-lint works here",
        )
