"""What reads a setting from outside: the environment, or a store of secrets."""

from __future__ import annotations

import re

_READS = re.compile(r"(?:^|\.)(?:environ\.(?:get|setdefault)|getenv|secrets\.get)$")


def reads_environment(name: str | None) -> bool:
    """Whether a function of this full name reads a variable, and takes a fallback for it."""
    return bool(name and _READS.search(name))
