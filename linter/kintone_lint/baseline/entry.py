"""One entry of a baseline."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """One accepted finding; `history`: it is in a commit, whatever the files hold today."""

    rule: str
    path: str
    fingerprint: str
    message: str
    history: bool = False
