"""Which files can have to do with Kintone at all: substring tests, nothing is parsed."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORDS = (b"ntone", b"bozu", b"kntn", b"x-cy")
_PATH = re.compile(rb"/k[/{%\"']")
_SAME = bytes.maketrans(
    b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", b"a" * 62
)
_RUN = b"a" * 40
_NOQA = re.compile(rb"noqa\s*:")
_CODE = re.compile(rb"\bkl\d")
_MENTIONS = re.compile(
    r"(?i)x-cybozu|cybozu\.(?:com|cn)|kintone\.com|/k/v1|/k/guest|kintone|bozupy|pyntone|kntn"
)


def candidate(raw: bytes, words: Iterable[bytes] = ()) -> bool:
    """Whether a file holds a word that a file about Kintone holds, or a suppression of ours.

    `words` are more of them, in their own case.
    """
    for word in words:
        if word in raw:
            return True
    low = raw.lower()
    for word in _WORDS:
        if word in low:
            return True
    return bool(_PATH.search(low)) or _names_rule(low)


def _names_rule(low: bytes) -> bool:
    """Whether a rule of ours follows a `noqa:` on its line. Each line is searched once."""
    at = 0
    while match := _NOQA.search(low, at):
        at = low.find(b"\n", match.end())
        end = len(low) if at < 0 else at
        if _CODE.search(low, match.end(), end):
            return True
        at = end
    return False


def token_shaped(raw: bytes) -> bool:
    """Whether a file holds 40 letters and digits in a row, as an API token is."""
    return _RUN in raw.translate(_SAME)


def mentions_kintone(text: str) -> bool:
    """Whether a text has to do with Kintone."""
    return _MENTIONS.search(text) is not None
