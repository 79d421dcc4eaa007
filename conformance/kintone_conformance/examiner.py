"""Judges what pytest has collected of the suite, and says what came of it to pytest and listeners.

Imports only the standard library and pytest until something is judged.
"""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kintone_conformance import options
from kintone_conformance.isolation import SUITE

if TYPE_CHECKING:
    from kintone_conformance.judging.bench import Bench
    from kintone_conformance.judging.property import Property
    from kintone_conformance.model import Result
    from kintone_conformance.report.events import Event

_BEAT_EVERY = 0.2  # seconds
COLLECTED = pytest.StashKey["list[Property]"]()
TOLD = pytest.StashKey[set[str]]()
"""What failed as a test, and is shown as such."""


def wanted_from(config: pytest.Config) -> options.Wanted:
    """The options of the suite that pytest was given."""
    found: options.Wanted = options.from_pytest(options.Wanted, config.getoption)
    return found


def emitter(config: pytest.Config) -> Callable[[Event], None]:
    """What sends events to the process that started this one, if there is one."""
    from kintone_conformance.report.events import encode

    descriptor = config.getoption("--kintone-events")
    if descriptor is None:
        return lambda _event: None

    def emit(event: Event) -> None:
        os.write(descriptor, encode(event))

    return emit


class PytestExaminer:
    """Judges what was collected, informs listeners, and speaks pytest.

    A requirement is also judged by what is asked for others: so all of them are judged when the
    first is asked for, and each then reports its own result.
    """

    def __init__(self, config: pytest.Config) -> None:
        from kintone_conformance import platforms, processes
        from kintone_conformance.judging.ledger import Ledger
        from kintone_conformance.report.events import Hello

        platforms.check()
        events = config.getoption("--kintone-events")
        if events is not None:
            os.set_inheritable(events, False)
            processes.follow_parent()
        self._config = config
        self._emit = emitter(config)
        self._wanted = wanted_from(config)
        self._waiting: list[Property] = config.stash[COLLECTED]
        self._props = tuple(self._waiting)
        self._planned = False
        self._ledger = Ledger()
        self.broken = False  # when it was closed
        self._bench = self._make_bench()
        self._emit(Hello(self._bench.info, self._bench.blind_spots()))
        config.stash[TOLD] = set()

    def _make_bench(self) -> Bench:
        from kintone_conformance.judging.bench import Bench, Budget
        from kintone_conformance.loading import checked_doors, load_driver

        order, share = self._wanted, options.from_pytest(options.Share, self._config.getoption)
        start = load_driver(order.adapter, order.driver, order.time_limit)
        budget = Budget(order.examples, order.seed, order.quick)
        wanted = share.of or [prop.requirement.id for prop in self._waiting]
        doors = checked_doors(order.door)
        return Bench(start, doors, budget, wanted, any_process=order.any_process)

    @property
    def results(self) -> list[Result]:
        """What came of the requirements that were collected."""
        found = (self._ledger.result(id_) for id_ in self._ids)
        return [result for result in found if result is not None]

    @property
    def _ids(self) -> list[str]:
        return [prop.requirement.id for prop in self._config.stash[COLLECTED]]

    def examine(self, prop: Property) -> None:
        """Judge, report, and end the test as pytest expects."""
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            self._judge(each)
        result = self._ledger.result(prop.requirement.id)
        assert result is not None, "every collected requirement was judged"
        self._conclude(result)

    def _judge(self, prop: Property) -> None:
        from kintone_conformance.errors import internal_error
        from kintone_conformance.model import HarnessError, Result, Verdict
        from kintone_conformance.report.events import (
            Beat,
            Found,
            Judged,
            Outsiders,
            Started,
            Tally,
        )

        id_ = prop.requirement.id
        beaten = time.monotonic()

        def beat(examples: int) -> None:
            nonlocal beaten
            self._tell_plan()
            if time.monotonic() - beaten > _BEAT_EVERY:
                beaten = time.monotonic()
                self._emit(Beat(id_, examples))

        def found(result: Result) -> None:
            self._ledger.found(result)
            self._emit(Found(result))

        self._emit(Started(id_))
        try:
            result = self._bench.examine(prop, beat, found)
        except (Exception, SystemExit, HarnessError) as error:
            message, hint, details = internal_error(error)
            result = Result(id_, Verdict.ERROR, message=message, hint=hint, details=details)
        count = self._bench.counted()
        self._ledger.counted(count.pairs, count.unserved)
        self._emit(Tally(count.pairs, dict(count.unserved)))
        self._ledger.judged(result)
        self._emit(Judged(result))
        outsiders = self._bench.outsiders()
        if outsiders:
            self._emit(Outsiders(outsiders))

    def _tell_plan(self) -> None:
        """Say once how long the whole run will take, as soon as that is known."""
        from kintone_conformance.report.events import Planned

        if not self._planned and (seconds := self._bench.seconds(self._props)):
            self._planned = True
            self._emit(Planned(*seconds))

    def _conclude(self, result: Result) -> None:
        from kintone_conformance.model import Verdict
        from kintone_conformance.report.events import row
        from kintone_conformance.report.plain import plain
        from kintone_conformance.report.text import explained

        result = plain(result)
        if result.verdict is Verdict.NA:
            pytest.skip(f"n/a: {result.id}: {result.message}")
        failing = {Verdict.FAIL, Verdict.ERROR} | ({Verdict.WARN} if self._wanted.strict else set())
        if result.verdict in failing:
            self._config.stash[TOLD].add(result.id)
            shown = explained(row(result, self._again(result.id)))
            first = f"{result.verdict}: {result.id} {result.message}"  # what -ra shows of it
            pytest.fail(f"{first}\n{shown}", pytrace=False)

    def _again(self, id_: str) -> str:
        """The command that judges one requirement as this run did."""
        words = ["pytest", "--pyargs", SUITE, f"{options.PYTEST}select", id_]
        for option in options.table(options.Wanted):
            if option.name not in ("select", "ignore", "require"):
                words += option.words(getattr(self._wanted, option.attribute), options.PYTEST)
        return shlex.join(words)

    def missing(self) -> list[str]:
        """What is required and was not judged, a sentence each."""
        from kintone_conformance.report.events import row
        from kintone_conformance.requiring import missing

        rows = [row(result, "") for result in self.results]
        return list(missing(self._wanted.require, self._bench.info, rows))

    def close(self) -> None:
        """End the client and its doors."""
        self._bench.close()
