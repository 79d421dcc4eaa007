"""Twice the source is at most about twice the work, whatever it looks like.

Calls of functions are counted, of ours and of those below: the same on any machine. What happens
inside a regular expression is measured, in time of the processor, the best of three.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from fakes import filled
from kintone_lint.config import Config
from kintone_lint.engine.lint import lint
from kintone_lint.engine.worker import chunk
from kintone_lint.files.reading import reading_of
from kintone_lint.files.screen import possible
from kintone_lint.files.triage import Job
from kintone_lint.findings import FileResult, Result
from kintone_lint.kintone.words import candidate, token_shaped
from kintone_lint.output import formats, text
from kintone_lint.output.style import Style
from kintone_lint.python.cost import MEMORY
from kintone_lint.python.project import Project
from kintone_lint.python.scopes import Scope
from kintone_lint.python.source import Source, source_of
from linter.linting import NOWHERE
from linter.shapes import CODE, MULTIPLYING, TEXT

FORMATS = ("json", "sarif", "rdjson", "gitlab", "junit", "github")


def judged(program: str) -> FileResult:
    """All that a run does with one file."""
    source = Source("app.py", Path("/nowhere/app.py"), program.encode())
    candidate(source.raw)
    token_shaped(source.raw)
    reading = reading_of(source)
    if reading:
        possible(program, reading)
    result = lint(Job(source, Config(NOWHERE)), Project(str))
    whole = Result(tuple(result.findings), tuple(result.errors))
    text.render(whole, Style(), [source], result.secrets)
    for name in FORMATS:
        formats.rendered(name, whole, [source])
    return result


def calls(work: Callable[[], object]) -> int:
    """How many functions are called, of Python and of C."""
    count = 0

    def profile(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """The best of some times."""
    best = float("inf")
    for _ in range(times):
        gc.collect()
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def grows_by(
    measure: Callable[[Callable[[], object]], float], made: Callable[[int], str], count: int
) -> float:
    small, large = made(count), made(2 * count)
    return measure(lambda: judged(large)) / measure(lambda: judged(small))


@pytest.fixture(scope="module", autouse=True)
def _warm() -> Iterator[None]:
    for made in CODE.values():  # what is compiled at its first use counts for no test
        judged(made(1))
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("name", CODE)
def test_twice_the_code_is_twice_the_work(name: str) -> None:
    assert grows_by(calls, CODE[name], 50) < 2.5


@pytest.mark.parametrize("name", TEXT)
def test_twice_the_text_is_twice_the_time(name: str) -> None:
    tries = (partial(seconds, times=times) for times in (1, 1, 2, 3, 3, 3))
    assert any(grows_by(each, TEXT[name], 6_000) < 3 for each in tries), "as often as it takes"


@pytest.mark.deep
@pytest.mark.parametrize("name", CODE)
def test_twice_much_code_is_twice_the_work(name: str) -> None:
    assert grows_by(calls, CODE[name], 400) < 2.3


@pytest.mark.deep
@pytest.mark.parametrize("name", CODE)
def test_twice_the_code_is_twice_the_time(name: str) -> None:
    assert grows_by(seconds, CODE[name], 300) < 3


@pytest.mark.deep
@pytest.mark.parametrize("name", TEXT)
def test_twice_much_text_is_twice_the_time(name: str) -> None:
    assert grows_by(seconds, TEXT[name], 80_000) < 3


@pytest.mark.parametrize("name", MULTIPLYING)
def test_what_multiplies_is_cut_and_said(name: str) -> None:
    source = Source("app.py", Path("/nowhere/app.py"), MULTIPLYING[name](150).encode())
    project = Project(str)
    project.work.steps = 5_000
    result = lint(Job(source, Config(NOWHERE)), project)
    (error,) = result.errors
    assert "what was found" in error.message


CIRCLES = """\
import kintone, requests
from settings import URL
class Client:
    token = "@TOKEN@"
    def __init__(self, base=URL):
        self.base = base
    def get(self, app):
        headers = {"X-Cybozu-API-Token": self.token}
        read = lambda path: requests.get(self.base + path, headers=headers)
        return read(f"/k/v1/app.json?id={app}")
Client().get(5)
"""


def test_trees_are_gone_after_their_files_without_a_search_for_circles(tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text('URL = "https://demo.cybozu.com"\n')
    (tmp_path / "pyproject.toml").touch()
    file = tmp_path / "app.py"
    source = source_of(file, filled(CIRCLES).encode())
    gc.collect()
    before = sum(isinstance(each, Scope) for each in gc.get_objects())
    gc.disable()
    try:
        (result,) = chunk(([Job(source, Config(tmp_path), imported=False)], frozenset(), MEMORY))
        after = sum(isinstance(each, Scope) for each in gc.get_objects())
    finally:
        gc.enable()
    assert result
    assert [each.rule for each in result.findings] == ["KL101"]
    assert after == before
