"""How a secret may be written: raw, in hexadecimal, in Base64; or a character at a time."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from functools import lru_cache

_ALONE = r"(?<![0-9A-Za-z]){}(?![0-9A-Za-z])"
_HEX = re.compile(_ALONE.format(r"(?:0[xX]|x|u00)?((?:[0-9A-Fa-f]{2})+)"))
_DECIMAL = re.compile(_ALONE.format(r"[0-9]{2,3}"))
_LETTER = re.compile(_ALONE.format(r"[0-9A-Za-z]"))
_NUL = re.compile(r"\0|\\x00|\\u0000")


@lru_cache(maxsize=512)
def spellings(secret: str) -> tuple[bytes, ...]:
    """A secret as it may turn up whole: raw, in hexadecimal, and in Base64 at any offset."""
    raw = secret.encode("utf-8", "surrogateescape")
    found = [raw, raw.hex().encode(), raw.hex().upper().encode()]
    for offset in range(3):
        # What the neighbours of the secret cannot change: all but the first and last characters.
        encoded = b64encode(b"\0" * offset + raw)
        found.append(encoded[4 if offset else 0 : (offset + len(raw)) // 3 * 4])
    return tuple(found)


def holds(content: bytes, secret: str) -> bool:
    """Whether a secret is in there, in any spelling."""
    return any(spelling in content for spelling in spellings(secret))


def readings(text: str) -> Iterator[str]:
    """A text as it is, and what it spells byte by byte.

    That is UTF-16, a dump in hexadecimal, bytes as decimal numbers, or a list of characters.
    """
    yield text
    if _NUL.search(text):
        yield _NUL.sub("", text)
    yield _NUL.sub("", bytes.fromhex("".join(_HEX.findall(text))).decode("latin-1"))
    yield "".join(map(chr, map(int, _DECIMAL.findall(text))))
    yield "".join(_LETTER.findall(text))
