"""A run over many files: each is judged once, in processes where they pay."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kintone_lint import selection
from kintone_lint.codes import UNUSED
from kintone_lint.config import Config
from kintone_lint.findings import FileResult, Finding, Result, Span, Trouble
from kintone_lint.imports import resolve, roots
from kintone_lint.selection import Job
from kintone_lint.source import shown

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

    from kintone_lint.project import Project

_POOL_FROM = 300_000  # bytes that passed the screen


@dataclass
class Outcome:
    """What a run gave.

    `secrets` are for masking diffs and stay in the process; `used` are the suppressions that
    silenced something; `given` are the files that were linted, without links.
    """

    result: Result
    jobs: list[Job] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    used: set[Span] = field(default_factory=set)
    given: frozenset[Path] = frozenset()


def run(
    files: Sequence[Path],
    config: Config,
    *,
    given: bool,
    stdin: tuple[Path, bytes] | None = None,
    screened: bool = True,
) -> Outcome:
    """Lints files. `given`: they were named one by one, as pre-commit does. `screened` as False
    sends every file to libcst, for tests of what prefilter and screen leave out."""
    for answers in (resolve, roots):
        answers.cache_clear()  # of an earlier run in this process
    with _uncollected():
        return _run(files, config, given=given, stdin=stdin, screened=screened)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Trees are large and soon gone: looking for cycles in them costs more than parsing."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _run(
    files: Sequence[Path],
    config: Config,
    *,
    given: bool,
    stdin: tuple[Path, bytes] | None,
    screened: bool,
) -> Outcome:
    errors: list[Trouble] = []
    jobs = [*selection.jobs(files, config, errors, given=given, stdin=stdin, screened=screened)]
    everything = _resolved([*files, stdin[0]] if stdin else files) if jobs else frozenset()
    found: list[Finding] = []
    secrets: set[str] = set()
    used: set[Span] = set()
    for each in _linted(jobs, config, everything, given=given):
        found += each.findings
        errors += each.errors
        secrets |= each.secrets
        used |= each.used
    found = [each for each in found if each.rule != UNUSED or each.span not in used]
    errors.sort(key=lambda each: (each.path, each.line or 0))
    return Outcome(
        Result(tuple(_distinct(found)), tuple(errors)),
        jobs,
        secrets,
        used,
        everything,
    )


def _resolved(files: Sequence[Path]) -> frozenset[Path]:
    """Files without links on their way; each folder is followed once."""
    folders: dict[Path, Path] = {}
    found = []
    for file in files:
        folder = file.parent
        if folder not in folders:
            folders[folder] = folder.resolve()
        found.append(file.resolve() if file.is_symlink() else folders[folder] / file.name)
    return frozenset(found)


def _distinct(found: Iterable[Finding]) -> list[Finding]:
    """One finding for each place, that with the most related places, then the first of them."""
    by_place: dict[tuple[object, ...], Finding] = {}
    for finding in sorted(found, key=lambda each: (-len(each.related), _places(each))):
        by_place.setdefault((finding.rule, finding.span), finding)
    return sorted(by_place.values(), key=Finding.place)


def _places(finding: Finding) -> list[tuple[str, int, int]]:
    return [(span.path, span.line, span.column) for span, _ in finding.related]


def _linted(
    jobs: list[Job], config: Config, everything: frozenset[Path], *, given: bool
) -> Iterator[FileResult]:
    size = sum(len(job.source.raw) for job in jobs)
    workers = min(os.cpu_count() or 1, 8)
    if given or size < _POOL_FROM or workers == 1 or len(jobs) < 2:
        yield from _chunk((jobs, config, everything))
        return
    from concurrent.futures import BrokenExecutor

    ordered = sorted(jobs, key=lambda job: len(job.source.raw), reverse=True)
    count = min(len(ordered), workers * 8)
    chunks = [(ordered[index::count], config, everything) for index in range(count)]
    lost: list[Job] = []
    with _pool(workers) as pool:
        for chunk, results in [(chunk, pool.submit(_chunk, chunk)) for chunk in chunks]:
            try:
                yield from results.result()
            except BrokenExecutor:
                lost += chunk[0]
    yield from _survivors(lost, config, everything)


def _pool(workers: int) -> ProcessPoolExecutor:
    """Processes that an interrupt from the keyboard ends without a word."""
    from concurrent.futures import ProcessPoolExecutor

    return ProcessPoolExecutor(
        workers, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_DFL)
    )


def _survivors(
    jobs: list[Job], config: Config, everything: frozenset[Path]
) -> Iterator[FileResult]:
    """The results of jobs whose process died: each half of them anew, down to the one at fault."""
    from concurrent.futures import BrokenExecutor

    if not jobs:
        return
    with _pool(1) as pool:
        try:
            yield from pool.submit(_chunk, (jobs, config, everything)).result()
            return
        except BrokenExecutor:
            pass
    if len(jobs) == 1:
        from kintone_lint.engine import not_linted

        why = "the process that linted it died, maybe for want of memory"
        yield not_linted(jobs[0].source, why, None, jobs[0].imported)
        return
    half = len(jobs) // 2
    yield from _survivors(jobs[:half], config, everything)
    yield from _survivors(jobs[half:], config, everything)


def _chunk(work: tuple[list[Job], Config, frozenset[Path]]) -> list[FileResult]:
    if not work[0]:
        return []
    from kintone_lint.project import Project

    jobs, config, everything = work
    project = Project(shown)
    results = [_result(job, project, config, everything) for job in jobs]
    del project
    gc.collect()
    return results


def _result(job: Job, project: Project, config: Config, everything: frozenset[Path]) -> FileResult:
    """What a file gave; a defect of ours costs this file, and no other."""
    from kintone_lint.engine import lint, not_linted

    try:
        return lint(job.source, project, config, given=everything, imported=job.imported)
    except MemoryError:
        return not_linted(job.source, "there is not enough memory", None, job.imported)
    except Exception as error:
        import traceback

        why = f"a defect of kintone-lint itself ({type(error).__name__}); --debug shows where"
        return not_linted(job.source, why, None, job.imported, traceback.format_exc())
