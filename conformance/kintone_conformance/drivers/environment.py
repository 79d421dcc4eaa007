"""The environment of what is judged: without the variables that clients read by themselves."""

from __future__ import annotations

import os
from collections.abc import Mapping

_PREFIXES = ("KINTONE_", "CYBOZU_", "KNTN_")


def scrubbed(environ: Mapping[str, str]) -> dict[str, str]:
    """This process's variables without proxies and Kintone settings, and then `environ`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(_PREFIXES) and not name.upper().endswith("_PROXY")
    }
    return {**kept, **environ}
