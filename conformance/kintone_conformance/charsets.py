"""What clients make of a text when they encode it in another charset than UTF-8."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

# What clients encode with, the smaller charset first.
_NARROW = ("ascii", "latin-1", "cp1252", "cp932", "euc-jp")
_WIDE = ("utf-16-le", "utf-16-be", "utf-16", "utf-32-le", "utf-32-be", "utf-32")
# What encoders do with characters that a charset lacks: an error handler of Python for each.
_LACKING = {
    "strict": "",
    "replace": ", with ? for each character that it lacks",
    "ignore": ", without the characters that it lacks",
    "backslashreplace": ", with an escape for each character that it lacks",
    "xmlcharrefreplace": ", with a character reference for each character that it lacks",
}
_NAMES = {"ascii": "ASCII", "latin-1": "Latin-1", "cp1252": "Windows-1252", "cp932": "Shift_JIS"}


class Way(NamedTuple):
    """A wrong way to encode: the charset, and what is done with characters that it lacks.

    `how` is an error handler of Python, or `low` (each UTF-16 unit is cut to its low byte), or
    `twice` (UTF-8 that was read in the charset and encoded again).
    """

    charset: str
    how: str


def wrong(text: str) -> Iterator[tuple[Way, bytes]]:
    """The wrong ways to encode a text, with the bytes of each that are not those of UTF-8."""
    right = text.encode("utf-8", "surrogatepass")
    for way, raw in _encoded(text, right):
        if raw is not None and raw != right:
            yield way, raw


def _encoded(text: str, right: bytes) -> Iterator[tuple[Way, bytes | None]]:
    for charset in (*_NARROW, *_WIDE) if not text.isascii() else _WIDE:
        for how in _LACKING if charset in _NARROW else ("strict",):
            yield Way(charset, how), _or_none(text, charset, how)
    if not text.isascii():
        yield Way("latin-1", "low"), text.encode("utf-16-le", "surrogatepass")[::2]
        for charset in ("latin-1", "cp1252", "cp932"):
            read = right.decode(charset, "replace").encode("utf-8")
            yield Way(charset, "twice"), read


def _or_none(text: str, charset: str, how: str) -> bytes | None:
    try:
        return text.encode(charset, how)
    except UnicodeEncodeError:
        return None


def charset_hint(ways: Iterable[Way]) -> str:
    """What happened to a text, in words; any of these ways explains it. "" if there are none.

    What needs fewer assumptions is told: a charset that has all characters before one that lacks
    some.
    """
    found = list(ways)
    for how, lacking in _LACKING.items():
        names = [_NAMES.get(way.charset, way.charset.upper()) for way in found if way.how == how]
        if names:
            return f"the text is encoded in {' or '.join(names)} instead of UTF-8{lacking}"
    if any(way.how == "low" for way in found):
        return "each character is cut to its low byte, as Node's latin1 (binary) does"
    names = [_NAMES.get(way.charset, way.charset.upper()) for way in found]
    doubled = f"the bytes of UTF-8 are read as {' or '.join(names)}, and encoded again"
    return doubled if found else ""
