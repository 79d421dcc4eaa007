"""Messages from the standard input: header lines, an empty line, and a body of so many bytes.

Nothing is kept of what is larger than it may be, and nothing is guessed: after a header that says
no length nobody knows where the next message starts.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

MAX_BODY = 64_000_000  # bytes of a message that is read; a larger one is passed over
_MAX_SKIPPED = 1 << 40
_MAX_HEADER = 8_192
_PART = 1 << 16
_END = b"\r\n\r\n"
_HALF = "the input ended within a message"


class BrokenStreamError(Exception):
    """What comes is not LSP; the message says why."""


def reader(descriptor: int) -> Callable[[], bytes]:
    """What reads the next bytes of a descriptor, past any buffer: its lock outlives no thread."""
    return lambda: os.read(descriptor, _PART)


def messages(read: Callable[[], bytes]) -> Iterator[bytes | None]:
    """The body of each message, None for one that is passed over. Raises BrokenStreamError.

    `read` gives some bytes, none at the end.
    """
    stream = _Stream(read)
    while (head := stream.header()) is not None:
        length = _length(head)
        if length > MAX_BODY:
            stream.skip(length)
            yield None
        else:
            yield stream.take(length)


class _Stream:
    """What was read of the input and is not used yet."""

    def __init__(self, read: Callable[[], bytes]) -> None:
        self._read = read
        self._held = bytearray()

    def header(self) -> bytes | None:
        """The next header, without the empty line after it; None at the end."""
        while (end := self._held.find(_END)) < 0:
            if len(self._held) > _MAX_HEADER:
                raise BrokenStreamError("a header that does not end")
            if not self._more():
                if self._held.strip():
                    raise BrokenStreamError(_HALF)
                return None
        return self._taken(end + len(_END))[:end]

    def take(self, length: int) -> bytes:
        while len(self._held) < length:
            if not self._more():
                raise BrokenStreamError(_HALF)
        return self._taken(length)

    def skip(self, length: int) -> None:
        """Reads what nobody wants, and keeps nothing of it."""
        while len(self._held) < length:
            length -= len(self._held)
            self._held.clear()
            if not self._more():
                raise BrokenStreamError(_HALF)
        del self._held[:length]

    def _more(self) -> bool:
        part = self._read()
        self._held += part
        return bool(part)

    def _taken(self, length: int) -> bytes:
        taken = bytes(self._held[:length])
        del self._held[:length]
        return taken


def _length(head: bytes) -> int:
    """What a header says of its body. Raises BrokenStreamError."""
    lengths = set()
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            lengths.add(value.strip())
    if len(lengths) != 1:
        raise BrokenStreamError("a message without a Content-Length, or with two")
    (value,) = lengths
    if not value.isdigit() or len(value) > 15 or int(value) > _MAX_SKIPPED:
        raise BrokenStreamError("a Content-Length that is not a number of bytes")
    return int(value)
