"""What a process says on standard error: counted, and only as much of it kept as is needed."""

from __future__ import annotations

import os

MOST = 4 << 20  # bytes between two answers; an SDK in its noisiest mode writes a hundredth of it
TAIL = 4_000  # bytes that are kept for whoever asks why it failed
_AT_ONCE = 1 << 16  # bytes


class Said:
    """Reads a pipe without waiting. What was read since last asked is whole up to `MOST` bytes."""

    def __init__(self, pipe: int) -> None:
        os.set_blocking(pipe, False)
        self.pipe = pipe
        self._since = bytearray()
        self._tail = b""
        self.open = True

    def hear(self) -> None:
        """Read what is there, at most a little over `MOST` bytes."""
        while self.open and len(self._since) <= MOST:
            try:
                data = os.read(self.pipe, _AT_ONCE)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self.open = False
            self._since += data
            self._tail = (self._tail + data)[-TAIL:]

    @property
    def too_much(self) -> bool:
        """Whether more was written than any driver should print."""
        return len(self._since) > MOST

    def taken(self) -> str:
        """What was written since last asked."""
        self.hear()
        if not self._since:
            return ""
        text = self._since.decode("utf-8", "replace")
        self._since.clear()
        return text

    def tail(self) -> str:
        """The end of everything that was written."""
        self.hear()
        return self._tail.decode("utf-8", "replace")
