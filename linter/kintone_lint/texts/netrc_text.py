"""`.netrc`: the logins of hosts, which curl, git and most clients of HTTP send as Basic."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_lint.patterns import regex
from kintone_lint.texts.entries import MOST, Entry

_TAKING = ("machine", "login", "account", "password")
_WORD = regex(r"(?:#[^\n]*+)|\"(?P<quoted>[^\"\n]*+)\"|(?P<word>\S++)")


def netrc_entries(text: str) -> Iterator[Entry]:
    """Login and password of each host, under its name and `basic`."""
    host = before = ""
    group = 0
    for number, match in enumerate(_WORD.finditer(text)):
        kind = match.lastgroup
        if kind is None or number > MOST:
            continue
        word = match[kind]
        if before == "machine":
            host, group = word, group + 1
        elif before in ("login", "password"):
            yield Entry((host, "basic", before), word, *match.span(kind), group)
        elif word == "default":
            host, group = "", group + 1
        before = "" if before in _TAKING else word
