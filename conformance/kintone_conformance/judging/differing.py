"""Where what was sent begins to differ from what was expected, in words.

Texts are counted in characters, files in bytes.
"""

from __future__ import annotations

from kintone_conformance.judging.exchange import Finding

_AROUND = 24  # bytes that are shown on each side of the first one that differs
_FEW = 4  # bytes that are told one by one


def differs(requirement: str, message: str, expected: object, sent: object) -> Finding:
    """A finding that says where two values begin to differ."""
    left, right = (each if isinstance(each, str) else str(each) for each in (expected, sent))
    return Finding(requirement, message, left, right, parting(left, right))


def parting(expected: str, sent: str) -> str:
    """Where two texts begin to differ, in words: `at character 7: expected 'x', sent 'y'`."""
    for index, (left, right) in enumerate(zip(expected, sent, strict=False)):
        if left != right:
            return f"at character {index + 1}: expected {left!r}, sent {right!r}"
    if len(sent) < len(expected):
        return f"it ends after character {len(sent)}; {expected[len(sent) :]!r} is missing"
    if len(sent) > len(expected):
        return f"after character {len(expected)} comes {sent[len(expected) :]!r}"
    return ""


def differs_in_bytes(requirement: str, message: str, expected: bytes, sent: bytes) -> Finding:
    """A finding that shows two contents around the first byte that differs."""
    at = _first(expected, sent)
    left, right = _around(expected, at), _around(sent, at)
    return Finding(requirement, message, left, right, _parting_of_bytes(expected, sent, at))


def _first(expected: bytes, sent: bytes) -> int:
    """The index of the first byte that differs, the length of the shorter if that is whole."""
    pairs = enumerate(zip(expected, sent, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(expected), len(sent)))


def _parting_of_bytes(expected: bytes, sent: bytes, at: int) -> str:
    if at == len(sent):
        return f"it ends after byte {at:,} of {len(expected):,}"
    after = sent[at : at + _FEW].hex(" ")
    if at == len(expected):
        return f"after byte {at:,} come {len(sent) - at:,} more: {after}"
    return f"at byte {at + 1:,}: expected {expected[at : at + _FEW].hex(' ')}, sent {after}"


def _around(content: bytes, at: int) -> str:
    """The bytes around one of them, as text if they are that, else in hexadecimal."""
    start, end = max(0, at - _AROUND), at + _AROUND
    piece = content[start:end]
    try:
        shown = piece.decode("utf-8")
    except UnicodeDecodeError:
        shown = piece.hex(" ")
    if not all(character.isprintable() or character in "\t\r\n" for character in shown):
        shown = piece.hex(" ")
    return f"{'…' * (start > 0)}{shown}{'…' * (end < len(content))}"
