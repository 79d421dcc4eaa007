"""What a client in this process is held to: its environment, and the time that it may take."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator, Mapping

from kintone_conformance.drivers import Silence
from kintone_conformance.drivers.environment import scrubbed


@contextlib.contextmanager
def environment(environ: Mapping[str, str]) -> Iterator[None]:
    """The scrubbed environment with these variables; the old one comes back."""
    saved = dict(os.environ)
    clean = scrubbed(environ)
    os.environ.clear()
    os.environ.update(clean)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(saved)


@contextlib.contextmanager
def time_limit(seconds: float, what: str) -> Iterator[None]:
    """Raise Silence in the block after `seconds`; off the main thread the runner's limit holds."""
    usable = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not usable:
        yield
        return

    def expired(_signal: int, _frame: object) -> None:
        raise Silence(
            f"the client did not return from {what} within {seconds:g} s",
            hint="find out what it waits for; every request it sent was answered",
        )

    previous = signal.signal(signal.SIGALRM, expired)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
