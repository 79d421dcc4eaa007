"""What is inside texts that were encoded for transport: in Base64 or hexadecimal, and compressed.

What is read may be hostile: so many words, and so many bytes of each, are looked at and no more.
"""

from __future__ import annotations

import re
import zlib
from base64 import b64decode
from collections.abc import Iterator
from itertools import islice

_WORDS = re.compile(r"[A-Za-z0-9+/_\-]{16,65536}")
# A line break inside Base64 that is wrapped at 64 or 76 characters, also one that is escaped.
_WRAPPED = re.compile(r"(?<=[A-Za-z0-9+/]{60})(?:\\r)?(?:\\n|\r?\n)(?=[A-Za-z0-9+/])")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_URL_SAFE = str.maketrans("-_", "+/")
_COMPRESSED = (b"\x1f\x8b", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")  # gzip, zlib
_OTHER_BYTES = bytes(range(0x80, 0x100))
_MOST = 200  # words of a text
_LONGEST = 1 << 18  # bytes of what was compressed
_RAW = 24  # bytes at least of a deflated text without a head, which nothing tells from others


def decoded(text: str) -> Iterator[tuple[str, bytes]]:
    """What the words of a text hold, if it is a text again; each with how it is written there."""
    if "\\" in text or "\n" in text:
        text = _WRAPPED.sub("", text.replace("\\/", "/"))
    for word in islice(_WORDS.findall(text), _MOST):
        if _HEX.fullmatch(word):
            inside = inflated(bytes.fromhex(word))  # what is not compressed is read elsewhere
            if inside:
                yield "compressed, in hexadecimal", inside
        raw = _from_base64(word)
        inside = inflated(raw)
        if inside:
            yield "compressed, in Base64", inside
        elif _is_text(raw):
            yield "in Base64", raw
        elif len(raw) >= _RAW and (inside := _inflated(raw, -zlib.MAX_WBITS)):
            yield "compressed, in Base64", inside


def inflated(raw: bytes) -> bytes:
    """What was compressed with gzip or zlib, as far as it can be read; none if nothing was."""
    return _inflated(raw, 32 + zlib.MAX_WBITS) if raw.startswith(_COMPRESSED) else b""


def _inflated(raw: bytes, form: int) -> bytes:
    try:
        found = zlib.decompressobj(form).decompress(raw, _LONGEST)
    except zlib.error:
        return b""
    return found if _is_text(found) else b""


def _from_base64(word: str) -> bytes:
    core = word.translate(_URL_SAFE)
    return b64decode(core[: len(core) // 4 * 4])


def _is_text(raw: bytes) -> bool:
    """Most of it is ASCII, which bytes without a meaning are not."""
    return len(raw.translate(None, _OTHER_BYTES)) > 0.7 * len(raw)
