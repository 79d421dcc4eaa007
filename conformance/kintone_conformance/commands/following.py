"""Follows a run: what is known of each requirement, until the run ends or is told to."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

from kintone_conformance.commands import INTERRUPTED, defect
from kintone_conformance.commands.signals import signals
from kintone_conformance.judging.ledger import Ledger
from kintone_conformance.model import ExitCode, Info, Result, Verdict
from kintone_conformance.options import Order
from kintone_conformance.processes import responsible
from kintone_conformance.report import events
from kintone_conformance.report.progress import Progress
from kintone_conformance.runner import CannotJudge, Run
from kintone_lint.counting import counted


@dataclass(frozen=True)
class Limits:
    """When a run stops early: after so many failures, or seconds; None means never.

    `counts` says whether a result is a failure that counts: a known one does not.
    """

    failures: int | None = None
    seconds: float | None = None
    counts: Callable[[Result], bool] = lambda result: result.verdict is Verdict.FAIL


@dataclass
class Judged:
    """The state of a run: each requirement's result, what the client declares, what stopped it.

    `code` is the exit code if the results do not decide it; `stopped` tells what ended it early:
    a limit, a signal, or an error of the suite.
    """

    ledger: Ledger = field(default_factory=Ledger)
    info: Info | None = None
    blind_spots: tuple[str, ...] = ()
    outsiders: Counter[str] = field(default_factory=Counter)
    complete: bool = False
    stopped: str = ""
    trouble: events.Trouble | None = None
    code: int | None = None

    def notes(self) -> tuple[str, ...]:
        """What a reader has to know about the run, a sentence each."""
        if not self.outsiders:
            return self.blind_spots
        names = ", ".join(name or "unknown" for name in sorted(self.outsiders))
        requests = counted(self.outsiders.total(), "request")
        left_out = f"{requests} of other processes left out: {names}"
        return (*self.blind_spots, left_out)

    def results(self, ids: Sequence[str]) -> list[Result]:
        """What came of these requirements; those that were not judged when it ended say so."""
        found = [(id_, self.ledger.result(id_)) for id_ in ids]
        left = partial(Result, verdict=Verdict.NA, message=self.stopped)
        return [
            result if result is not None and self._counts(result) else left(id_)
            for id_, result in found
            if result is not None or self.stopped
        ]

    def _counts(self, result: Result) -> bool:
        """Whether a result stands: what passed before a limit might still have failed after it."""
        whole = not self.stopped or self.ledger.is_judged(result.id)
        return whole or result.verdict is not Verdict.PASS


def follow(
    order: Order, ids: Sequence[str], workers: int, progress: Progress, limits: Limits
) -> Judged:
    """Judge, as far as it goes: whatever ends it, what was judged until then is kept."""
    judged = Judged()
    try:
        with responsible(), signals() as heard:
            running = Run(order, ids, min(workers, len(ids)), check=heard.check, responsible=True)
            with closing(running), progress:
                _follow(running, judged, progress, limits)
        judged.complete = not judged.stopped
    except CannotJudge as broke:
        judged.trouble = broke.trouble
        judged.code = ExitCode.USAGE if broke.trouble.usage else ExitCode.HARNESS
    except KeyboardInterrupt as interrupt:
        judged.code = getattr(interrupt, "code", INTERRUPTED)
        judged.stopped = "the run was interrupted"
    except Exception as error:
        judged.trouble = events.Trouble(*defect(error))
        judged.code = ExitCode.HARNESS
        judged.stopped = "the run broke off"
    return judged


def _follow(running: Run, judged: Judged, progress: Progress, limits: Limits) -> None:
    started, failures = time.monotonic(), set[str]()
    for event in running.events():
        match event:
            case events.Hello(info, blind_spots):
                judged.info, judged.blind_spots = info, blind_spots
            case events.Planned(least, most):
                progress.planned(least, most)
            case events.Started(id_):
                progress.at(id_)
            case events.Beat(id_, examples):
                progress.at(id_, examples)
            case events.Judged(result):
                judged.ledger.judged(result)
                progress.done(result)
            case events.Found(result):
                judged.ledger.found(result)
                made = judged.ledger.result(result.id)
                if made is not None and not made.cause and limits.counts(made):
                    progress.failed(made)
                    failures.add(made.id)
            case events.Tally(pairs, unserved):
                judged.ledger.counted(pairs, unserved)
            case events.Outsiders(counts):
                judged.outsiders.update(counts)
        progress.tick()
        if limits.failures is not None and len(failures) >= limits.failures:
            many = counted(len(failures), "failure")
            judged.stopped = f"the run was stopped after {many} (--max-failures)"
            return
        if limits.seconds is not None and time.monotonic() - started > limits.seconds:
            judged.stopped = f"the run was stopped after {limits.seconds:g} s (--max-time)"
            return
