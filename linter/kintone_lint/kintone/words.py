"""Which files can have to do with Kintone at all: substring tests, nothing is parsed."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from kintone_conformance.spec.hosts import DOMAINS
from kintone_lint.patterns import regex

# Parameters that are arrays wherever Kintone takes them in a query (SPEC F63). `apps` is none of
# them: one source says that it has no index (SPEC F82).
ARRAYS = frozenset({"fields", "ids", "codes", "spaceIds", "revisions", "guests"})

_WORDS = (b"ntone", b"bozu", b"kntn", b"x-cy")
_TEXT_WORDS = (b"ntone", b"bozu", b"kntn", b"/k/v1", b"/k/guest")
_PATH = regex(rb"/k[/{%\"']")
_SAME = bytes.maketrans(
    b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", b"a" * 62
)
_RUN = b"a" * 40
_NOQA = regex(rb"noqa\s*:")
_CODE = regex(rb"\bkl\d")
_HEAD = 400  # bytes in which an encoding is declared
_COOKIE = regex(rb"coding[:=][ \t]*([-\w.]+)")
_ODD = ("utf-7", "utf-16", "utf-32", "iso2022", "hz", "unicode_escape", "raw_unicode_escape")
_WIDE = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_ESCAPE = regex(
    rb"\\(?:x([0-9a-fA-F]{2})|u00([0-9a-fA-F]{2})|U000000([0-9a-fA-F]{2})|([01]?[0-7]{2}))"
)
DOMAIN = rf"(?:{'|'.join(map(re.escape, DOMAINS))})"
HOST = regex(rf"(?i){DOMAIN}")
_MENTIONS = regex(rf"(?i)x-cybozu|{DOMAIN}|/k/v1|/k/guest|kintone|bozupy|pyntone|kntn")


def candidate(raw: bytes, words: Iterable[bytes] = ()) -> bool:
    """Whether a file holds a word that a file about Kintone holds, or a suppression of ours.

    `words` are more of them, in their own case. Words that are spelt with escapes count, too, and
    those of a file in an encoding in which ASCII is not what it looks like.
    """
    words = [*words]
    return any(_holds_word(each, words) for each in _spellings(raw))


def text_candidate(raw: bytes, words: Iterable[bytes] = ()) -> bool:
    """The same for a file that is not Python; `words` are names that hold a token for its team."""
    for mark, encoding in _WIDE.items():
        if raw.startswith(mark):
            raw = raw.decode(encoding, "replace").encode("utf-8", "replace")
            break
    low = raw.lower()
    return any(word in low for word in _TEXT_WORDS) or any(word in raw for word in words)


def _spellings(raw: bytes) -> Iterator[bytes]:
    """The bytes of a file, and what they stand for where that is something else."""
    yield raw
    for mark, encoding in _WIDE.items():
        if raw.startswith(mark):
            yield raw.decode(encoding, "replace").encode("utf-8", "replace")
            return
    if match := _COOKIE.search(raw, 0, _HEAD):
        with suppress(LookupError, UnicodeError, TypeError):
            name = codecs.lookup(match[1].decode("ascii")).name
            if name.startswith(_ODD):
                yield raw.decode(name, "replace").encode("utf-8", "replace")
    if _ESCAPE.search(raw):
        yield _ESCAPE.sub(_unescaped, raw)


def _unescaped(match: re.Match[bytes]) -> bytes:
    hexadecimal, octal = match[1] or match[2] or match[3], match[4]
    number = int(octal, 8) if octal else int(hexadecimal, 16)
    return bytes([number]) if number < 0x80 else match[0]


def _holds_word(raw: bytes, words: Iterable[bytes]) -> bool:
    for word in words:
        if word in raw:
            return True
    low = raw.lower()
    for word in _WORDS:
        if word in low:
            return True
    return bool(_PATH.search(low)) or _names_rule(low)


def _names_rule(low: bytes) -> bool:
    """Whether a rule of ours follows a `noqa:` on its line. Each line is searched once."""
    at = 0
    while match := _NOQA.search(low, at):
        at = low.find(b"\n", match.end())
        end = len(low) if at < 0 else at
        if _CODE.search(low, match.end(), end):
            return True
        at = end
    return False


def token_shaped(raw: bytes) -> bool:
    """Whether a file holds 40 letters and digits in a row, as an API token is."""
    return _RUN in raw.translate(_SAME)


def mentions_kintone(text: str) -> bool:
    """Whether a text has to do with Kintone."""
    return _MENTIONS.search(text) is not None
