"""How a secret may be written: raw, in hexadecimal, in Base64."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache


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
