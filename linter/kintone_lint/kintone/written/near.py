"""Whose address is nearest to a place in a text."""

from __future__ import annotations

from kintone_lint.kintone.words import DOMAIN, HOST
from kintone_lint.kintone.written.text import Subject
from kintone_lint.patterns import regex

_FAR = 400
_ADDRESS = regex(rf"(?i)https?://[^\s\"'`/<>]{{1,200}}|[\w.-]{{0,80}}{DOMAIN}")


def beside_kintone(subject: Subject, at: int) -> bool:
    """Whether the nearest address before or after a place is Kintone's, and it is near."""
    nearest, own = _FAR, False
    for address in _ADDRESS.finditer(subject.text, max(at - _FAR, 0), at + _FAR):
        distance = min(abs(address.start() - at), abs(address.end() - at))
        if distance < nearest:
            nearest, own = distance, HOST.search(address[0]) is not None
    return own
