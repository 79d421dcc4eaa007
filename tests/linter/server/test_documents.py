"""Documents follow their editor, whatever it counts characters in, and wherever its lines end."""

from __future__ import annotations

import random
import re

import pytest
from lsprotocol import types

from kintone_lint.server.documents import Places, Text, opened

ENCODINGS = [
    (types.PositionEncodingKind.Utf8, "utf-8", 1),
    (types.PositionEncodingKind.Utf16, "utf-16-le", 2),
    (types.PositionEncodingKind.Utf32, "utf-32-le", 4),
]
PIECES = ["a", "é", "日", "😋", "\n", "\r\n", "\r", "\f", "\u2028", "\x85", " ", "𠮷"]


def partial(
    start: tuple[int, int], end: tuple[int, int], text: str
) -> types.TextDocumentContentChangePartial:
    return types.TextDocumentContentChangePartial(
        types.Range(types.Position(*start), types.Position(*end)), text
    )


def drawn(source: random.Random, most: int) -> str:
    return "".join(source.choice(PIECES) for _ in range(source.randint(0, most)))


def as_an_editor_counts(text: str, codec: str, width: int) -> list[tuple[int, int]]:
    """The position of each offset, worked out from the bytes of each line."""
    found = []
    for number, line in enumerate(re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)):
        found += [(number, len(line[:at].encode(codec)) // width) for at in range(len(line))]
    tail = re.split(r"\r\n|\r|\n", text)
    return [*found, (len(tail) - 1, len(tail[-1].encode(codec)) // width)]


@pytest.mark.parametrize(("encoding", "codec", "width"), ENCODINGS)
def test_changes_leave_what_the_editor_has(
    encoding: types.PositionEncodingKind, codec: str, width: int
) -> None:
    source = random.Random(7)
    for _ in range(150):
        plain = drawn(source, 30)
        text = opened(plain, encoding)
        for _ in range(4):
            places = as_an_editor_counts(plain, codec, width)
            # An editor puts no cursor between CR and LF.
            stops = [at for at in range(len(plain) + 1) if plain[at - 1 : at + 1] != "\r\n"]
            start, end = sorted(source.choices(stops, k=2))
            new = drawn(source, 4)
            text = text.changed([partial(places[start], places[end], new)])
            plain = plain[:start] + new + plain[end:]
            assert text.text == plain


@pytest.mark.parametrize(("encoding", "codec", "width"), ENCODINGS)
def test_places_are_positions_as_the_editor_counts(
    encoding: types.PositionEncodingKind, codec: str, width: int
) -> None:
    source = random.Random(8)
    for _ in range(50):
        text = drawn(source, 60)
        places = Places(opened(text, encoding))
        for at, expected in enumerate(as_an_editor_counts(text, codec, width)):
            if text[at - 1 : at + 1] != "\r\n":
                found = places.at_offset(at)
                assert (found.line, found.character) == expected
                assert opened(text, encoding).offset(found) == at


def test_a_position_after_the_end_is_the_end() -> None:
    text = opened("ab\r\ncd", types.PositionEncodingKind.Utf16)
    assert text.offset(types.Position(0, 99)) == 2
    assert text.offset(types.Position(1, 99)) == 6
    assert text.offset(types.Position(9, 0)) == 6


def test_a_position_within_a_character_is_its_start() -> None:
    assert opened("a😋b", types.PositionEncodingKind.Utf16).offset(types.Position(0, 2)) == 1
    assert opened("aéb", types.PositionEncodingKind.Utf8).offset(types.Position(0, 2)) == 1


def test_two_changes_can_bring_the_halves_of_a_character() -> None:
    text = opened("", types.PositionEncodingKind.Utf16)
    text = text.changed([partial((0, 0), (0, 0), "\ud83d")])
    text = text.changed([partial((0, 1), (0, 1), "\ude0b")])
    assert text.text == "😋"


def test_a_change_without_a_range_is_the_whole_text() -> None:
    text = Text("old", types.PositionEncodingKind.Utf16)
    changed = text.changed(
        [types.TextDocumentContentChangeWholeDocument("new"), partial((0, 3), (0, 3), "er")]
    )
    assert changed.text == "newer"


def test_a_range_that_ends_before_it_starts_takes_nothing_twice() -> None:
    text = opened("abcd", types.PositionEncodingKind.Utf16)
    assert text.changed([partial((0, 3), (0, 1), "x")]).text == "abcxd"


def test_utf_16_is_what_an_editor_counts_in_that_says_nothing() -> None:
    assert opened("", None).encoding is types.PositionEncodingKind.Utf16
    assert opened("", "utf-32").encoding is types.PositionEncodingKind.Utf32
