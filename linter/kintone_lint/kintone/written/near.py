"""Whose address is nearest to a place in a text."""

from __future__ import annotations

from kintone_lint.kintone.words import DOMAIN, HOST
from kintone_lint.kintone.written.text import Subject
from kintone_lint.patterns import regex

_FAR = 400
_ADDRESS = regex(rf"(?i)https?://[^\s\"'`/<>]{{1,200}}|[\w.-]{{0,80}}{DOMAIN}")


_ENDED = regex(r";\s{0,9}\n|\n\s{0,9}\n")


def beside_kintone(subject: Subject, at: int) -> bool | None:
    """Whether the nearest address is Kintone's; None if there is none.

    It is before a place, or after it in the same statement.
    """
    nearest, own = _FAR, None
    for address in _ADDRESS.finditer(subject.text, max(at - _FAR, 0), at + _FAR):
        if address.start() > at and _ENDED.search(subject.text, at, address.start()):
            break
        distance = min(abs(address.start() - at), abs(address.end() - at))
        if distance < nearest:
            nearest, own = distance, HOST.search(address[0]) is not None
    return own
