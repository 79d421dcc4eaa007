"""Which files can have to do with Kintone at all: substring tests, nothing is parsed."""

from __future__ import annotations

import re

_WORDS = (b"ntone", b"bozu", b"kntn", b"/k/", b"/k{", b"/k%", b'/k"', b"/k'")
_TOKEN = re.compile(rb"(?<![A-Za-z0-9+/_\-])[A-Za-z0-9]{40}(?![A-Za-z0-9+/_\-])")
_NOQA = re.compile(rb"noqa\s*:.*\bkl\d")
_MENTIONS = re.compile(
    r"(?i)x-cybozu|cybozu\.(?:com|cn)|kintone\.com|/k/v1|/k/guest|kintone|bozupy|pyntone|kntn"
)


def candidate(raw: bytes) -> bool:
    """Whether a file holds a word that a file about Kintone holds, or a suppression of ours."""
    low = raw.lower()
    return any(word in low for word in _WORDS) or (b"noqa" in low and _NOQA.search(low) is not None)


def token_shaped(raw: bytes) -> bool:
    """Whether a file holds 40 letters and digits in a row, as an API token is."""
    return _TOKEN.search(raw) is not None


def mentions_kintone(text: str) -> bool:
    """Whether a text has to do with Kintone."""
    return _MENTIONS.search(text) is not None
