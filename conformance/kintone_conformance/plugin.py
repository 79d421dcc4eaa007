"""The pytest plugin: runs the suite against an adapter, in an author's own tests or for the CLI.

Inert without `--kintone-adapter` or `--kintone-driver`; imports only the standard library
and pytest until then.

    pytest --pyargs kintone_conformance.suite --kintone-adapter my_sdk.conformance:MyAdapter
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from kintone_conformance import options
from kintone_conformance.examiner import COLLECTED, TOLD, PytestExaminer, emitter, wanted_from
from kintone_conformance.isolation import SUITE

if TYPE_CHECKING:
    from kintone_conformance.report.events import Trouble

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
    wanted = wanted_from(config)
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
    config.stash[COLLECTED] = [prop for prop in found if prop is not None]


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
    config.stash[_EXAMINER] = examiner
    yield examiner
    try:
        examiner.close()
    except (Exception, HarnessError):
        examiner.broken = True


def _trouble(config: pytest.Config, trouble: Trouble) -> NoReturn:
    from kintone_conformance.model import ExitCode
    from kintone_lint.escaping import visible

    emitter(config)(trouble)
    code = ExitCode.USAGE if trouble.usage else ExitCode.HARNESS
    said = [visible(each) for each in (trouble.message, trouble.hint) if each]
    pytest.exit("\n".join(said), returncode=int(code))


_EXAMINER = pytest.StashKey[PytestExaminer]()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Show what was broken and does not fail the run: warnings and notes."""
    examiner = config.stash.get(_EXAMINER, None)
    if examiner is None:
        return
    told = config.stash[TOLD]
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

    if session.config.getoption("--kintone-events") is not None:
        gc.freeze()  # pytest collects garbage ten times at its end; this process ends anyway
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
