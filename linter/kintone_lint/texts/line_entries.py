"""Settings of one line each: `.env`, INI, TOML, properties; also in scripts of a shell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kintone_lint.patterns import regex
from kintone_lint.texts.entries import MOST, Entry

_LONGEST = 2_000  # characters of a line that are settings
_SECTION = regex(r"\s*\[\[?\s*([\w.\"' -]{1,200}?)\s*\]\]?\s*(?:[#;].*)?$")
_PAIR = regex(
    r"(?P<name>[A-Za-z_$][\w.:-]{0,120})[\"']?[ \t]*(?:=|:(?=[ \t]))[ \t]*"
    r"(?:\"(?P<double>[^\"\n]*)\"|'(?P<single>[^'\n]*)'|(?P<bare>[^\s\"',;#}][^\n]*))?"
)
_WORD_END = regex(r"[\s;,&|)]")
_COMMENT = regex(r"[ \t]+[#;].*")


def line_entries(
    text: str, *, comments: tuple[str, ...] = ("#",), words: bool = False
) -> Iterator[Entry]:
    """The pairs of name and value of a text, under the names of their sections.

    `words`: a value that is not quoted ends with its word, and several are on a line, as in a
    shell. A line that starts as a comment has none.
    """
    section: tuple[str, ...] = ()
    at = count = group = 0
    for line in text.split("\n"):
        start, at = at, at + len(line) + 1
        bare = line.strip()
        if not bare or len(line) > _LONGEST or bare.startswith(comments):
            continue
        if found := _SECTION.match(line):
            section = tuple(part.strip(" \"'") for part in found[1].split("."))
            group += 1
            continue
        place = 0
        while (pair := _PAIR.search(line, place)) and count < MOST:
            entry = _entry(pair, section, start, group, words=words)
            count += 1
            place = entry.end - start + 1
            yield entry
            if pair["bare"] is not None and not words:
                break


def _entry(
    pair: re.Match[str], section: tuple[str, ...], start: int, group: int, *, words: bool
) -> Entry:
    kind = next((kind for kind in ("double", "single", "bare") if pair[kind] is not None), "")
    names = (*section, *(part for part in re.split(r"[.:]", pair["name"]) if part))
    if not kind:
        return Entry(names, "", start + pair.end(), start + pair.end(), group)
    value = pair[kind]
    if kind == "bare":
        value = _WORD_END.split(value, maxsplit=1)[0] if words else _COMMENT.sub("", value).rstrip()
    first = start + pair.start(kind)
    return Entry(names, value, first, first + len(value), group)
