"""The pytest plugin: runs the suite against an adapter, in an author's own tests or for the CLI.

Inert without `--kintone-adapter` or `--kintone-driver`; imports only the standard library
and pytest until then.

    pytest --pyargs kintone_conformance.suite --kintone-adapter my_sdk.conformance:MyAdapter
"""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from kintone_conformance import options
from kintone_conformance.isolation import SUITE

if TYPE_CHECKING:
    from kintone_conformance.judging.bench import Bench
    from kintone_conformance.judging.property import Property
    from kintone_conformance.model import Result
    from kintone_conformance.report.events import Event, Trouble

_BEAT_EVERY = 0.2  # seconds
_NEEDED = ("click", "h11", "hypothesis", "jinja2", "msgspec", "requests", "rich", "trustme")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("kintone-conformance")
    for name, about in options.pytest_options():
        group.addoption(name, **about)


def pytest_collection(session: pytest.Session) -> None:
    """Say in one error what the suite needs, if it is asked for without its extra."""
    own = Path(__file__).with_name("suite")
    asked = [Path(word.partition("::")[0]) for word in session.config.args]
    if not any(str(path).startswith(SUITE) or path.is_relative_to(own) for path in asked):
        return
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise pytest.UsageError(
            f"the suite needs {', '.join(missing)}, which is not installed\n"
            "  install kintone-conformance with its extra [suite]"
        )


@pytest.hookimpl(trylast=True)  # after -k and -m
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the requirements that are asked for. Raises UsageError if no client is named."""
    wanted = _wanted(config)
    if any(_id_of(item) for item in items) and bool(wanted.adapter) == bool(wanted.driver):
        raise pytest.UsageError(
            "which client is to be judged? give either --kintone-adapter or --kintone-driver"
        )
    selected = _asked_for("select", wanted.select)
    ignored = _asked_for("ignore", wanted.ignore)
    left_out = [
        item
        for item in items
        if (id_ := _id_of(item)) and ((selected and id_ - selected) or id_ & ignored)
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    found = (getattr(getattr(item, "obj", None), "property", None) for item in items)
    config.stash[_COLLECTED] = [prop for prop in found if prop is not None]


def _wanted(config: pytest.Config) -> options.Wanted:
    wanted: options.Wanted = options.from_pytest(options.Wanted, config.getoption)
    return wanted


def _asked_for(option: str, words: Sequence[str]) -> set[str]:
    """The ids that words stand for. Raises UsageError of pytest for what is in no catalogue."""
    if not words:
        return set()
    from kintone_conformance.errors import UsageError
    from kintone_conformance.selecting import requirement_ids

    try:
        return set(requirement_ids(words))
    except UsageError as error:
        raise pytest.UsageError(
            f"{options.PYTEST}{option}: {error.message}; {error.hint}"
        ) from None


def _id_of(item: pytest.Item) -> set[str]:
    """The requirement that an item judges, if it is one of the suite's."""
    prop = getattr(getattr(item, "obj", None), "property", None)
    requirement = getattr(prop, "requirement", None)
    return set() if requirement is None else {requirement.id}


@pytest.fixture(scope="session")
def kintone_examiner(request: pytest.FixtureRequest) -> Iterator[PytestExaminer]:
    """Judges the properties of the suite; the tests of `kintone_conformance.suite` use it."""
    from kintone_conformance.errors import UsageError, internal_error
    from kintone_conformance.model import HarnessError
    from kintone_conformance.report.events import Trouble

    config = request.config
    try:
        examiner = PytestExaminer(config)
    except UsageError as error:
        _trouble(config, Trouble(error.message, error.hint, usage=True))
    except HarnessError as error:
        _trouble(config, Trouble(error.message, error.hint, error.details, error.stderr))
    except (Exception, SystemExit) as error:
        _trouble(config, Trouble(*internal_error(error)))
    yield examiner
    try:
        examiner.close()
    except (Exception, HarnessError):
        examiner.broken = True


def _trouble(config: pytest.Config, trouble: Trouble) -> NoReturn:
    from kintone_conformance.model import ExitCode
    from kintone_lint.escaping import visible

    _emitter(config)(trouble)
    code = ExitCode.USAGE if trouble.usage else ExitCode.HARNESS
    said = [visible(each) for each in (trouble.message, trouble.hint) if each]
    pytest.exit("\n".join(said), returncode=int(code))


def _emitter(config: pytest.Config) -> Callable[[Event], None]:
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
        self._emit = _emitter(config)
        self._wanted = _wanted(config)
        self._waiting: list[Property] = config.stash[_COLLECTED]
        self._props = tuple(self._waiting)
        self._planned = False
        self._ledger = Ledger()
        self.broken = False  # when it was closed
        self._bench = self._make_bench()
        self._emit(Hello(self._bench.info, self._bench.blind_spots()))
        config.stash[_EXAMINER] = self
        config.stash[_TOLD] = set()

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
        return [prop.requirement.id for prop in self._config.stash[_COLLECTED]]

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
            self._emit(Planned(seconds))

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
            self._config.stash[_TOLD].add(result.id)
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


_EXAMINER = pytest.StashKey[PytestExaminer]()
_COLLECTED = pytest.StashKey["list[Property]"]()
_TOLD = pytest.StashKey[set[str]]()  # what failed as a test, and is shown as such


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Show what was broken and does not fail the run: warnings and notes."""
    examiner = config.stash.get(_EXAMINER, None)
    if examiner is None:
        return
    told = config.stash[_TOLD]
    soft = [
        result
        for result in examiner.results
        if str(result.verdict) in ("warn", "note", "error") and result.id not in told
    ]
    missing = examiner.missing()
    if soft or missing:
        terminalreporter.section("kintone-conformance")
        from kintone_conformance.report.plain import plain

        for result in map(plain, soft):
            terminalreporter.line(f"{result.verdict}: {result.id} {result.message}")
        for sentence in missing:
            terminalreporter.line(sentence)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Exit with 4 if nothing was judged, with 3 after an error of the adapter or driver."""
    from kintone_conformance.model import ExitCode

    examiner = session.config.stash.get(_EXAMINER, None)
    if examiner is None or session.exitstatus not in (0, 1):
        return
    verdicts = {str(result.verdict) for result in examiner.results}
    if examiner.broken or "error" in verdicts:
        session.exitstatus = int(ExitCode.HARNESS)
    elif session.exitstatus == 0 and examiner.missing():
        session.exitstatus = int(ExitCode.FAILED)
    elif session.exitstatus == 0 and verdicts <= {"n/a"}:
        session.exitstatus = int(ExitCode.NOTHING_JUDGED)
