"""Settings of one line each: `.env`, INI, TOML, properties; also in scripts of a shell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from kintone_lint.patterns import regex
from kintone_lint.texts.entries import MOST, Entry

_LONGEST = 2_000  # characters of a line that are settings
_SECTION = regex(r"\s*\[\[?\s*([\w.\"' -]{1,200}?)\s*\]\]?\s*(?:[#;].*)?$")
_PAIR = regex(
    r"(?P<name>[A-Za-z_$][\w.:-]{0,120})[\"']?[ \t]*(?:=|:(?=[ \t]))[ \t]*"
    r"(?:\"(?P<double>[^\"\n]*)\"|'(?P<single>[^'\n]*)'|(?P<bare>[^\s\"',;#}][^\n]*))?"
)
# A table in braces, or a list of them; and the block of HCL, whose first label is its name.
_TABLE = regex(r"\{|\[(?=\s{0,20}(?:\{|$))")
_BLOCK = regex(
    r"\s*(?P<kind>[\w:-]{1,80})(?P<labels>(?:[ \t]{1,9}\"[^\"\n]{1,200}\"){0,3})[ \t]*\{\s*$"
)
# What is all that a block of HCL makes: it has the name of the block.
WHOLE = frozenset((
    "value", "secret_string", "secret_data", "secret_value", "plaintext_value", "string_value",
))  # fmt: skip
_LABEL = regex(r"\"([^\"]+)\"")
_BRACE = regex(r"[{}\[\]]")
_DEPTH = 50
_ITEM_END = regex(r"[\s,}\]]")
_WORD_END = regex(r"[\s;,&|)]")
_COMMENT = regex(r"[ \t]+[#;].*")


def line_entries(
    text: str, *, comments: tuple[str, ...] = ("#",), words: bool = False, braces: bool = False
) -> Iterator[Entry]:
    """The pairs of name and value of a text, under the names of their sections.

    `words`: a value that is not quoted ends with its word, and several are on a line, as in a
    shell. `braces` hold tables, as in TOML and HCL. A line that starts as a comment has none.
    """
    at = count = 0
    tables = _Tables()
    for line in text.split("\n"):
        start, at = at, at + len(line) + 1
        bare = line.strip()
        if not bare or len(line) > _LONGEST or bare.startswith(comments):
            continue
        if found := _SECTION.match(line):
            tables.section(tuple(part.strip(" \"'") for part in found[1].split(".")))
            continue
        if braces and (block := _BLOCK.match(line)):
            labels = _LABEL.findall(block["labels"])
            tables.open(*(labels[:1] or [block["kind"]]), label="".join(labels[1:2]))
            continue
        place = 0
        while (pair := _PAIR.search(line, place)) and count < MOST:
            if braces:
                tables.walk(line[place : pair.start()])
                if pair["bare"] and (inner := _TABLE.match(pair["bare"])):
                    tables.open(pair["name"])
                    place = pair.start("bare") + inner.end()
                    continue
            end = _WORD_END if words else _ITEM_END if tables.inside else None
            entry = _entry(pair, tables.names, start, tables.group, end)
            if tables.label and pair["name"] in WHOLE:
                entry = replace(entry, names=(*tables.names, tables.label))
            count += 1
            place = entry.end - start + (pair["bare"] is None)
            yield entry
            if pair["bare"] is not None and end is None:
                break
        if braces:
            tables.walk(line[place:])


class _Tables:
    """The section that lines are in, and the tables in braces that are open."""

    def __init__(self) -> None:
        self._stack: list[tuple[tuple[str, ...], int, str]] = [((), 0, "")]
        self._count = 0

    @property
    def names(self) -> tuple[str, ...]:
        return self._stack[-1][0]

    @property
    def group(self) -> int:
        return self._stack[-1][1]

    @property
    def label(self) -> str:
        """The second label of the block, which is the name of what it makes."""
        return self._stack[-1][2]

    @property
    def inside(self) -> bool:
        return len(self._stack) > 1

    def section(self, names: tuple[str, ...]) -> None:
        self._count += 1
        self._stack = [(names, self._count, "")]

    def open(self, *names: str, label: str = "") -> None:
        self._count += 1
        if len(self._stack) < _DEPTH:
            self._stack.append(((*self.names, *names), self._count, label))

    def walk(self, between: str) -> None:
        """Braces that have no name, and those that end a table."""
        for mark in _BRACE.findall(between):
            if mark in "{[":
                self.open()
            elif self.inside:
                self._stack.pop()


def _entry(
    pair: re.Match[str],
    section: tuple[str, ...],
    start: int,
    group: int,
    stop: re.Pattern[str] | None,
) -> Entry:
    kind = next((kind for kind in ("double", "single", "bare") if pair[kind] is not None), "")
    names = (*section, *(part for part in re.split(r"[.:]", pair["name"]) if part))
    if not kind:
        return Entry(names, "", start + pair.end(), start + pair.end(), group)
    value = pair[kind]
    if kind == "bare":
        value = stop.split(value, maxsplit=1)[0] if stop else _COMMENT.sub("", value).rstrip()
    first = start + pair.start(kind)
    return Entry(names, value, first, first + len(value), group)
