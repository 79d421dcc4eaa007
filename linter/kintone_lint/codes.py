"""The codes and names of the rules, read from the names of their files: nothing is imported."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

UNUSED = "KL001"


@cache
def names() -> dict[str, str]:
    """Code to name, in order: `{"KL101": "hardcoded-api-token", …}`."""
    stems = sorted(file.stem for file in (Path(__file__).parent / "rules").glob("kl*.py"))
    found = {UNUSED: "unused-suppression"}
    for stem in stems:
        code, _, name = stem.partition("_")
        found[code.upper()] = name.replace("_", "-")
    return found


def expand(prefix: str) -> frozenset[str]:
    """The codes that a code, its name, or the start of a code (`KL2`) stands for; maybe none."""
    return frozenset(
        code
        for code, name in names().items()
        if prefix and (code.startswith(prefix) or name == prefix)
    )


def suggestion(word: str, words: Iterable[str]) -> str:
    """ " Did you mean …?" or nothing."""
    near = difflib.get_close_matches(word, list(words), n=1)
    return f" Did you mean {near[0]}?" if near else ""
