"""What a run prints while it goes on: how far it is, how long it takes, and each failure at once.

On a terminal that is one line, and the failures above it; anywhere else a line every ten seconds,
so that the log of a CI job shows that something happens. A short run that goes well prints nothing
there.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from rich.console import Console
from rich.text import Text

from kintone_conformance.model import Result, Verdict
from kintone_conformance.report.text import cut, told
from kintone_conformance.report.words import STYLES
from kintone_lint.escaping import visible

_EVERY = 10.0  # seconds between two lines, if there is no terminal
_LONG = 10.0  # seconds that are worth a word before they pass
_SLOW = 60.0  # seconds after which a faster way is worth a word


class Progress:
    """Prints the progress of a run over so many requirements."""

    def __init__(
        self,
        console: Console,
        total: int,
        clock: Callable[[], float] = time.monotonic,
        quick: bool = False,
    ) -> None:
        self._console = console
        terminal = console.is_terminal
        self._status = console.status("starting…", spinner="line") if terminal else None
        self._total = total
        self._clock = clock
        self._started = self._last = clock()
        self._quick = quick
        self._estimate = 0.0
        self._done = 0
        self._at = ""
        self._failed: set[str] = set()

    def __enter__(self) -> Progress:
        if self._status:
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._status:
            self._status.stop()

    def planned(self, seconds: float) -> None:
        """One of the processes that judge will take about so long; they work side by side."""
        first = not self._estimate
        self._estimate = max(self._estimate, seconds + self._clock() - self._started)
        if first and seconds >= _LONG:
            faster = "; --quick is faster" if seconds >= _SLOW and not self._quick else ""
            self._say(f"this takes about {minutes(seconds)}{faster}")

    def at(self, id_: str, examples: int = 0) -> None:
        """This requirement is at hand."""
        self._at = f"{id_}, {examples} examples" if examples else id_

    def done(self, result: Result) -> None:
        """One more requirement is done."""
        self._done += 1
        if result.verdict is Verdict.ERROR:
            self.failed(result)

    def failed(self, result: Result) -> None:
        """A requirement is broken, or cannot be judged: said once."""
        if result.id in self._failed:
            return
        self._failed.add(result.id)
        line = f"{result.id} {told(cut(result.message.partition(chr(10))[0]))}"
        self._console.print(
            Text.assemble((f"{result.verdict} ", STYLES[result.verdict]), visible(line)),
            soft_wrap=True,
        )

    def tick(self) -> None:
        """Time has passed: renew the line, or write the next."""
        if self._status:
            self._status.update(Text(visible(" · ".join(filter(None, (self._line, self._at))))))
        elif self._clock() - self._last >= _EVERY:
            self._last = self._clock()
            self._say(self._line)

    @property
    def _line(self) -> str:
        """As `0:14 of about 0:40 · 12 of 115 requirements, 2 failed`."""
        passed = self._clock() - self._started
        of = f" of about {minutes(self._estimate)}" if self._estimate > passed else ""
        failed = f", {len(self._failed)} failed" if self._failed else ""
        return f"{minutes(passed)}{of} · {self._done} of {self._total} requirements{failed}"

    def _say(self, line: str) -> None:
        self._console.print(Text(line, "dim"), soft_wrap=True)


def minutes(seconds: float) -> str:
    """As `0:40` or `12:05`."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
