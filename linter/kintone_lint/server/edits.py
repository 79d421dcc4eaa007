"""The edits that make one text of another, as an editor applies them."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from lsprotocol import types

from kintone_lint.server.diagnostics import Ranges

_LINES = 1_000  # that are compared; what is between the first and last change of more is one edit


def edits_between(old: str, new: str, ranges: Ranges) -> list[types.TextEdit]:
    """Edits of a text, as small as they get: cursor and marks of the editor stay."""
    return [
        types.TextEdit(ranges.between(start, end), text) for start, end, text in _changes(old, new)
    ]


def _changes(old: str, new: str) -> Iterator[tuple[int, int, str]]:
    """Start and end in the old text, and what is there then."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    first = _alike(before, after)
    rest = min(len(before), len(after)) - first
    last = min(_alike(before[::-1], after[::-1]), rest)
    mine, theirs = before[first : len(before) - last], after[first : len(after) - last]
    at = sum(map(len, before[:first]))
    if len(mine) + len(theirs) > _LINES:
        yield from _trimmed(at, "".join(mine), "".join(theirs))
        return
    for tag, start, end, other, stop in SequenceMatcher(
        None, mine, theirs, autojunk=False
    ).get_opcodes():
        size = sum(map(len, mine[start:end]))
        if tag != "equal":
            yield from _trimmed(at, "".join(mine[start:end]), "".join(theirs[other:stop]))
        at += size


def _trimmed(at: int, old: str, new: str) -> Iterator[tuple[int, int, str]]:
    """A change without what stays at its start and its end. CR LF is not parted."""
    if old == new:
        return
    first = _alike(old, new)
    if first and old[first - 1] == "\r":
        first -= 1
    last = min(_alike(old[::-1], new[::-1]), min(len(old), len(new)) - first)
    if last and old[len(old) - last] == "\n" and "\r" in (old[-last - 1], new[-last - 1]):
        last -= 1
    yield at + first, at + len(old) - last, new[first : len(new) - last]


def _alike(one: str | list[str], other: str | list[str]) -> int:
    """How much two sequences have in common at their start."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count
