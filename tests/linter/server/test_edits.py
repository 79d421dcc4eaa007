"""Edits make of a document what a fix made of its text, in an editor that counts in UTF-16."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import pytest
from lsprotocol import types

from kintone_lint.server import edits
from kintone_lint.server.diagnostics import Ranges
from kintone_lint.server.documents import Text, opened
from kintone_lint.server.edits import edits_between
from kintone_lint.server.look import Snapshot


def applied(text: Text, changes: list[types.TextEdit]) -> str:
    """What an editor makes of edits, all of which count in the text before."""
    spans = [(text.offset(each.range.start), text.offset(each.range.end)) for each in changes]
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    found = text.text
    for (start, end), each in reversed([*zip(spans, changes, strict=True)]):
        found = found[:start] + each.new_text + found[end:]
    return found


def between(old: str, new: str, mark: str = "") -> tuple[str, list[types.TextEdit]]:
    text = opened(mark + old, None)
    found = edits_between(old, new, Ranges(Snapshot("file:///a.py", Path("a.py"), text, 1, 1)))
    return applied(text, found), found


@pytest.mark.parametrize("most", [1000, 3])
def test_edits_make_the_new_text(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edits, "_LINES", most)
    source = random.Random(3)
    pieces = ["x = 1\n", "y😋\r\n", "\r", "\f\n", "日本\n", "", "x", "\u2028"]
    for _ in range(300):
        old, new = ("".join(source.choices(pieces, k=source.randint(0, 8))) for _ in range(2))
        for mark in ("", "\ufeff"):
            assert between(old, new, mark)[0] == mark + new


def test_an_edit_is_no_larger_than_the_change() -> None:
    _, (first, second) = between("a = 1\r\nb = 2\r\nc = 3\r\n", "a = 9\r\nb = 2\r\nc = 30\r\n")
    assert (first.new_text, second.new_text) == ("9", "0")


def test_a_line_end_is_not_parted() -> None:
    _, (edit,) = between("a\r\n", "a\n")
    assert edit.range == types.Range(types.Position(0, 1), types.Position(1, 0))
