"""Whose address is nearest to a place in a text."""

from __future__ import annotations

import re

from kintone_lint.kintone.words import DOMAIN, HOST
from kintone_lint.kintone.written.text import Subject
from kintone_lint.patterns import regex

_FAR = 400
_ADDRESS = regex(
    rf"(?i)https?://[^\s\"'`/<>]{{1,200}}|\bhost(?:name)?[\"']?\s{{0,3}}[:=]\s{{0,3}}[\"'][\w.-]{{1,200}}"
    r"|(?<=[\"'])(?:[a-z\d-]{1,60}\.){1,5}(?:com|net|org|jp|io|dev|local|lan|internal|cloud)(?=[\"':/])"
    rf"|[\w.-]{{0,80}}{DOMAIN}"
)

ENDED = regex(r";\s{0,9}\n|\n\s{0,9}\n")
# A call or a command that sends a request to an address that it is given.
_SENDS = regex(r"\b(?:fetch|axios(?:\.\w{1,20})?|got|ky)\s?\(\s{0,9}(?P<given>[\"'`]$)?")
_HEADER = regex(r"(?i)x-cybozu-(?:api-token|authorization)")
_COMMAND = regex(r"(?:^|[\s|;&(])(?:curl|wget)\s")
_CONTINUED = ("\\", "^", "`")
_NAME = 40  # characters of a call up to its first argument
_MORE = 12  # lines of one command


def beside_kintone(subject: Subject, at: int) -> bool | None:
    """Whether the nearest address is Kintone's; None if there is none.

    It is in the same command, else before a place, or after it in the same statement. One that
    another request is sent to says nothing.
    """
    start, end = command_at(subject.text, *subject.line_at(at))
    own = _nearest(subject, at, max(start, at - _FAR), min(end, at + _FAR))
    if own is None:
        own = _nearest(subject, at, max(at - _FAR, 0), at + _FAR)
    return own if own is not None else _beside_header(subject.text, at) or None


def _beside_header(text: str, at: int) -> bool:
    """Whether a header of Kintone is sent with what is at a place: it is in the same statement."""
    for header in _HEADER.finditer(text, max(at - _FAR, 0), at + _FAR):
        between = sorted((header.start(), at))
        if not any(each.search(text, *between) for each in (ENDED, _SENDS, _COMMAND)):
            return True
    return False


def command_at(text: str, start: int, end: int) -> tuple[int, int]:
    """The lines of one command around a line of it: it goes on after a backslash."""
    for _ in range(_MORE):
        if end >= len(text) or not text.endswith(_CONTINUED, start, end):
            break
        stop = text.find("\n", end + 1)
        end = len(text) if stop < 0 else stop
    for _ in range(_MORE):
        above = text.rfind("\n", 0, max(start - 1, 0)) + 1
        if start < 2 or text[start - 2] not in _CONTINUED:
            break
        start = above
    return start, end


def _nearest(subject: Subject, at: int, low: int, high: int) -> bool | None:
    nearest, own = _FAR, None
    for address in _ADDRESS.finditer(subject.text, low, high):
        if address.start() > at and ENDED.search(subject.text, at, address.start()):
            break
        if address.end() <= at and _is_of_another(subject, address, at):
            continue
        distance = min(abs(address.start() - at), abs(address.end() - at))
        if distance < nearest:
            nearest, own = distance, HOST.search(address[0]) is not None
    return own


def _is_of_another(subject: Subject, address: re.Match[str], at: int) -> bool:
    """Whether a request that ends before a place is all that an address before it is for."""
    text, start = subject.text, address.start()
    sends = _SENDS.search(text, max(start - _NAME, 0), start)
    if sends is not None and sends["given"]:
        between = (text, address.end(), at)
        return any(each.search(*between) is not None for each in (ENDED, _SENDS))
    low, high = command_at(text, *subject.line_at(start))
    return high < at and _COMMAND.search(text, low, start) is not None
