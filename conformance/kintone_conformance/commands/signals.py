"""A run that is told to end ends like one that is interrupted: it cleans up, and reports."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ENDING = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


class Ended(KeyboardInterrupt):
    """The process was told to end; `code` is its exit code, as shells count it."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.code = 128 + number


class Heard:
    """The first signal to end that was heard, if any.

    The handler only takes note: an exception out of it may come anywhere, also where Python drops
    it, as in a finalizer.
    """

    def __init__(self) -> None:
        self._number = 0

    @property
    def number(self) -> int:
        """Its number, 0 if none was heard."""
        return self._number

    def note(self, number: int, _frame: FrameType | None) -> None:
        """The handler. CI systems send two or three in a row; the first one counts."""
        self._number = self._number or number

    def check(self) -> None:
        """Raise Ended where a signal was heard."""
        if self._number:
            raise Ended(self._number)


@contextmanager
def signals() -> Iterator[Heard]:
    """Listen for signals to end. One that is ignored, as under nohup, stays ignored."""
    heard = Heard()
    before = {each: signal.getsignal(each) for each in _ENDING}
    replaced = {each: old for each, old in before.items() if old != signal.SIG_IGN}
    for each in replaced:
        signal.signal(each, heard.note)
    try:
        yield heard
    finally:
        for each, old in replaced.items():
            signal.signal(each, old)
