"""The codes and names of the rules, read from the names of their files: nothing is imported."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from kintone_lint.nearest import nearest

UNUSED = "KL001"


@cache
def names() -> dict[str, str]:
    """Code to name, in order: `{"KL101": "hardcoded-api-token", …}`."""
    stems = sorted(file.stem for file in (Path(__file__).parent / "rules").glob("kl*.py"))
    parts = (stem.partition("_") for stem in stems)
    return {code.upper(): name.replace("_", "-") for code, _, name in parts}


def expand(prefix: str) -> frozenset[str]:
    """The codes that a code, its name, or the start of a code (`KL2`) stands for; maybe none.

    In whatever case.
    """
    start, whole = prefix.upper(), prefix.lower()
    return frozenset(
        code
        for code, name in names().items()
        if prefix and (code.startswith(start) or name == whole)
    )


def meant(word: str) -> str:
    """ " Did you mean …?" for a rule that does not exist; for a family those that there are."""
    if re.fullmatch("KL[0-9]?", word.strip().upper()):
        return f" The families are {', '.join(sorted({code[:3] for code in names()}))}."
    return suggestion(word, [*names(), *names().values()])


def suggestion(word: str, words: Iterable[str]) -> str:
    """ " Did you mean …?" or nothing."""
    near = nearest(word, words)
    return f" Did you mean {near}?" if near else ""
