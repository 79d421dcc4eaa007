"""What was most likely meant by a word that is not known.

Imports nothing of ours; the suite uses it too.
"""

from __future__ import annotations

from collections.abc import Iterable

_DIGITS = str.maketrans("oil", "011")


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The word that looks most like it, if one does. Case does not matter.

    In a code such as KL101 O is 0, and I and L are 1.
    """
    import difflib  # not for a run that has nothing to suggest

    known = {each.lower(): each for each in words}
    bare = word.lower()
    code = bare[:2] + bare[2:].translate(_DIGITS)
    near = [code] if code in known else difflib.get_close_matches(bare, list(known), n=1)
    return known[near[0]] if near else None


def did_you_mean(word: str, words: Iterable[str], otherwise: str = "") -> str:
    """``did you mean …?``, or what to say if no word is near."""
    near = nearest(word, words)
    return f"did you mean {near}?" if near else otherwise
