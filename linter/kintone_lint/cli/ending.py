"""How a run is ended from outside: a signal is an exception, so that nothing is left half done."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDED = 128
"""With the number of the signal that ended a run it is the exit code, as in a shell."""


class EndedError(BaseException):
    """The signal that asked the run to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def _end(number: int, _frame: FrameType | None) -> None:
    raise EndedError(number)


@contextmanager
def signals_raised() -> Iterator[None]:
    """While this lasts, SIGTERM and SIGHUP raise EndedError, unless they have a handler already.

    By default they end the process at once: its workers go on, and temporary files are left.
    """
    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    mine = [
        each for name in names if signal.getsignal(each := getattr(signal, name)) == signal.SIG_DFL
    ]
    try:
        for each in mine:
            signal.signal(each, _end)
    except ValueError:  # not the main thread, which signals come to
        mine = []
    try:
        yield
    finally:
        for each in mine:
            signal.signal(each, signal.SIG_DFL)
