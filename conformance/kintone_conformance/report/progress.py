"""What a run prints while it goes on: how far it is, how long it takes, and each failure at once.

On a terminal that is one line, and the failures above it; anywhere else, and with TERM=dumb, a line
every ten seconds, so that the log of a CI job shows that something happens. A short run that goes
well prints nothing there.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from rich.console import Console
from rich.text import Text

from kintone_conformance.model import Result, Verdict
from kintone_conformance.report.text import cut, without_backticks
from kintone_conformance.report.words import STYLES
from kintone_lint.escaping import visible

_EVERY = 10.0  # seconds between two lines, if there is no terminal
_LONG = 10.0  # seconds that are worth a word before they pass
_SLOW = 60.0  # seconds after which a faster way is worth a word
_MINUTES = 100.0  # seconds after which time is told in minutes


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
        terminal = console.is_terminal and not console.is_dumb_terminal
        self._status = console.status("starting…", spinner="line") if terminal else None
        self._total = total
        self._clock = clock
        self._started = self._last = clock()
        self._quick = quick
        self._least = self._most = 0.0
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

    def planned(self, least: float, most: float) -> None:
        """One of the processes that judge may take so many seconds; they work side by side."""
        first = not self._most
        passed = self._clock() - self._started
        self._least = max(self._least, least + passed)
        self._most = max(self._most, most + passed)
        if first and most >= _LONG:
            faster = "; --quick is faster" if most >= _SLOW and not self._quick else ""
            self._say(f"this takes about {span(least, most)}{faster}")

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
        line = f"{result.id} {without_backticks(cut(result.message.partition(chr(10))[0]))}"
        self._console.print(
            Text.assemble((f"{result.verdict} ", STYLES[result.verdict]), visible(line)),
            soft_wrap=True,
        )

    def tick(self) -> None:
        """Time has passed: renew the line, or write the next."""
        if self._status:
            line = Text(visible(" · ".join(filter(None, (self._line, self._at)))))
            line.truncate(self._console.width - len("| "), overflow="ellipsis")
            self._status.update(line)
        elif self._clock() - self._last >= _EVERY:
            self._last = self._clock()
            self._say(self._line)

    @property
    def _line(self) -> str:
        """As `0:14 of 30 to 50 s · 12 of 115 requirements, 2 failed`."""
        passed = self._clock() - self._started
        of = f" of {span(self._least, self._most)}" if self._most > passed else ""
        failed = f", {len(self._failed)} failed" if self._failed else ""
        return f"{minutes(passed)}{of} · {self._done} of {self._total} requirements{failed}"

    def _say(self, line: str) -> None:
        self._console.print(Text(line, "dim"), soft_wrap=True)


def span(least: float, most: float) -> str:
    """A span of seconds in round numbers, as `30 to 50 s` or `2 to 4 min`."""
    if most > _MINUTES:
        first = f"{round(least / 60)}" if least >= 60 else f"{_rounded(least, 10)} s"
        last = f"{round(most / 60)} min"
    else:
        step = 5 if most <= 30 else 10
        first, last = f"{_rounded(least, step)}", f"{_rounded(most, step)} s"
    return last if first == last.split()[0] else f"{first} to {last}"


def _rounded(seconds: float, step: int) -> int:
    return max(round(seconds / step), 1) * step


def minutes(seconds: float) -> str:
    """As `0:40` or `12:05`."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
