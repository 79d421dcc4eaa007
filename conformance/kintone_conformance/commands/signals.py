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


@contextmanager
def signals() -> Iterator[None]:
    """Raise Ended for the first signal to end; later ones do not disturb the cleaning up.

    CI systems send two or three in a row. One that is ignored, as under nohup, stays ignored.
    """
    before = {each: signal.getsignal(each) for each in _ENDING}
    heard = {each: old for each, old in before.items() if old != signal.SIG_IGN}

    ended = False

    def end(number: int, _frame: FrameType | None) -> None:
        nonlocal ended
        if not ended:
            ended = True
            raise Ended(number)

    for each in heard:
        signal.signal(each, end)
    try:
        yield
    finally:
        for each, old in heard.items() if not ended else ():
            signal.signal(each, old)
