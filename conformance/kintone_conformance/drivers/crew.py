"""The threads in which calls are made at the same time.

They stay for the life of a driver, as those of a web server do: what a client has bound to one of
them is there the next time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait

_MOST = 64  # threads; a scenario has fewer calls at once


class Crew:
    """Does work in threads; the same threads each time."""

    def __init__(self, time_limit: float) -> None:
        self._time_limit = time_limit
        self._threads = ThreadPoolExecutor(_MOST, "at-once")

    def work(self, tasks: Sequence[Callable[[], None]]) -> None:
        """Do each in a thread of its own, all of them from one moment on. Raises what one does."""
        start = threading.Barrier(len(tasks))

        def begun(task: Callable[[], None]) -> None:
            start.wait(self._time_limit)
            task()

        begun_all = [self._threads.submit(begun, task) for task in tasks]
        wait(begun_all)
        for each in begun_all:
            each.result()

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown()
