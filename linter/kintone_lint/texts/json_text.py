"""JSON with the places of its values. Comments and trailing commas are read over.

The text is gone through once, without recursion: nesting is a stack of a bounded depth.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kintone_lint.patterns import regex
from kintone_lint.python.lines import Lines
from kintone_lint.texts.entries import MOST, Entry

DEPTH = 200
_PIECE = regex(
    r'"(?P<text>[^"\\\n]*+(?:\\.[^"\\\n]*+)*+)"'
    r"|(?P<mark>[{}\[\]:,])"
    r"|(?P<word>[-+.\w]++)"
    r"|(?P<skip>[\s\ufeff]++|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)"
)


class NotReadableError(Exception):
    """A text that is not what its name says; the message says where."""


@dataclass
class _Open:
    """A table or list that is not closed yet."""

    table: bool
    groups: tuple[int, ...]  # its number, after those of what it is in
    name: str = ""
    before: str = ""  # the last text of a list
    key: bool = False  # a name was read, and its colon


def json_entries(text: str) -> Iterator[Entry]:
    """The texts and words of a JSON text, with their names. Raises NotReadableError."""
    stack: list[_Open] = []
    groups = count = at = 0
    end = len(text)
    while at < end:
        piece = _PIECE.match(text, at)
        if piece is None:
            raise _wrong(text, at)
        start, at = at, piece.end()
        kind = piece.lastgroup
        if kind == "skip":
            continue
        top = stack[-1] if stack else None
        if kind == "mark":
            mark = piece[0]
            if mark in "{[":
                groups += 1
                around = top.groups if top else ()
                stack.append(_Open(mark == "{", (*around, groups)))
                if len(stack) > DEPTH:
                    raise NotReadableError(f"nested more than {DEPTH} deep")
            elif mark in "}]":
                if top is None or top.table is not (mark == "}"):
                    raise _wrong(text, start)
                stack.pop()
                _done(stack)
            elif mark == ":" and top is not None:
                top.key = True
            elif mark == "," and top is not None:
                _done(stack)
            continue
        count += 1
        if count > MOST:
            raise NotReadableError(f"more than {MOST:,} values")
        value = _unescaped(piece["text"]) if kind == "text" else piece[0]
        if top is not None and top.table and not top.key:
            top.name = value
            continue
        names = tuple(each.name for each in stack)
        inner = (start + 1, at - 1) if kind == "text" else (start, at)
        if top is not None and not top.table:
            names = (*names[:-1], top.before if top.before.startswith("-") else "")
            top.before = value
        around = top.groups if top else ()
        yield Entry(names, value, *inner, around[-1] if around else 0, around)
    if stack:
        raise _wrong(text, end)


def _done(stack: list[_Open]) -> None:
    if stack and stack[-1].table:
        stack[-1].key = False


def _wrong(text: str, at: int) -> NotReadableError:
    return NotReadableError(f"not valid JSON at line {Lines(text[:at]).at(at)[0]}")


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    import json  # not for a run without settings

    try:
        value = json.loads(f'"{text}"', strict=False)
    except ValueError:
        return text
    return value if isinstance(value, str) else text
