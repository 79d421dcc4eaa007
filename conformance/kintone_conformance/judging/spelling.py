"""How a secret may be written, and what a reader would call that.

Whole: raw, in hexadecimal, in Base64. Or a character at a time, percent-encoded, in UTF-16; or in a
text that was encoded as a whole.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

from kintone_conformance.judging.decoding import decoded

_WORD = re.compile(r"[0-9A-Za-z]+")
_HEX = re.compile(r"(?:0[xX]|x|u00)?((?:[0-9A-Fa-f]{2})+)")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2}){2}")
_NUL = re.compile(r"\0|\\x00|\\u0000")
_DEPTH = 2  # encodings inside each other


@lru_cache(maxsize=512)
def spelt(secret: str) -> tuple[tuple[str, bytes], ...]:
    """A secret as it may turn up whole, each form after what it is called, "" for the raw one.

    That is raw, in hexadecimal, and in Base64 at any offset.
    """
    raw = secret.encode("utf-8", "surrogateescape")
    found = [("", raw), *(("in hexadecimal", each) for each in _hexadecimal(raw))]
    for offset in range(3):
        # What the neighbours of the secret cannot change: all but the first and last characters.
        encoded = b64encode(b"\0" * offset + raw)
        whole = encoded[4 if offset else 0 : (offset + len(raw)) // 3 * 4]
        found.append(("in Base64", whole))
    return tuple(found)


def _hexadecimal(raw: bytes) -> tuple[bytes, bytes]:
    return raw.hex().encode(), raw.hex().upper().encode()


@lru_cache(maxsize=512)
def spellings(secret: str) -> tuple[bytes, ...]:
    """The forms of `spelt` alone."""
    return tuple(form for _, form in spelt(secret))


def holds(content: bytes, secret: str) -> bool:
    """Whether a secret is in there, in any spelling."""
    return any(spelling in content for spelling in spellings(secret))


def readings(text: str, depth: int = _DEPTH) -> Iterator[tuple[str, str]]:
    """A text as it is, and whatever it spells, each after what that is called ("" for itself)."""
    yield "", text
    if _NUL.search(text):
        yield "in UTF-16", _NUL.sub("", text)
    if _PERCENT.search(text):
        yield "percent-encoded", unquote(text)
    words = _WORD.findall(text)
    digits = [found[1] for word in words if (found := _HEX.fullmatch(word))]
    bytes_ = bytes.fromhex("".join(digits)).decode("latin-1")
    yield "in hexadecimal, byte by byte", _NUL.sub("", bytes_)
    numbers = (int(word) for word in words if 2 <= len(word) <= 3 and word.isdecimal())
    yield "as decimal numbers", "".join(map(chr, numbers))
    yield "as single characters", "".join(word for word in words if len(word) == 1)
    for how, inside in decoded(text) if depth else ():
        for what, reading in readings(inside.decode("latin-1"), depth - 1):
            yield f"{what}, {how}" if what else how, reading
