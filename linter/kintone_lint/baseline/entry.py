"""One entry of a baseline."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """One finding that a team lives with."""

    rule: str
    path: str
    fingerprint: str
    message: str
