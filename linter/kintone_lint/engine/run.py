"""A run over many files: each is judged once, in several processes if that is faster."""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from kintone_lint.codes import UNUSED
from kintone_lint.config import Config
from kintone_lint.engine.many_texts import Texts
from kintone_lint.files import triage
from kintone_lint.files.importers import import_words, project_files
from kintone_lint.files.sorting import KINDS, sorted_files
from kintone_lint.files.texts import contents_of
from kintone_lint.files.triage import Job
from kintone_lint.findings import FileResult, Finding, Result, Span, Trouble
from kintone_lint.left_out import LeftOut
from kintone_lint.python.cost import MEMORY
from kintone_lint.python.imports import importable, resolve, roots
from kintone_lint.python.source import Source
from kintone_lint.texts.kinds import Kind

_POOL_FROM = 300_000  # bytes that passed the screen


@dataclass
class Outcome:
    """What a run gave.

    `secrets` are for masking diffs and stay in the process; `used` are the suppressions that
    silenced something; `linted` are the files that were linted, without links, with their names in
    this run; `about` are the jobs that found something in a file, by the path that is shown;
    `named` gives the fix of a finding in a file its final variable, where fixes read any; `texts`
    are the files without Python in which something was found.
    """

    result: Result
    jobs: list[Job] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    used: set[Span] = field(default_factory=set)
    linted: Mapping[Path, Path] = field(default_factory=dict)
    about: dict[str, list[Job]] = field(default_factory=dict)
    named: Callable[[Finding, Source], Finding] | None = None
    texts: list[Source] = field(default_factory=list)


def run(
    files: Sequence[Path],
    settings: Callable[[Path], Config],
    *,
    given: bool,
    stdin: tuple[Path, bytes] | None = None,
    screened: bool = True,
    prefiltered: bool | None = None,
    kinds: frozenset[Kind] = KINDS,
    unignored: Container[Path] = (),
    proven: bool = True,
) -> Outcome:
    """Lints files of some kinds, each with its settings. `proven` as in `Job`.

    `given`: they were named one by one, as pre-commit does. `screened` as False sends every file
    to libcst, for tests of what prefilter and screen leave out; if they are `prefiltered`, those
    with a word of Kintone. `unignored` are those that git neither tracks nor ignores.
    """
    for answers in (resolve, roots, importable, project_files, import_words):
        answers.cache_clear()  # of an earlier run in this process
    with uncollected():
        named, start = ([stdin[0]], stdin[1]) if stdin else (files, None)
        mine = sorted_files(named, kinds, start)
        pipe = stdin if stdin and mine.python else None
        contents = [stdin] if stdin and not pipe else contents_of([*mine.texts, *mine.notebooks])
        texts = Texts(settings, unignored, given=given or stdin is not None)
        texts.look_at(contents)
        python = [] if stdin else mine.python
        looked = triage.jobs(
            python,
            settings,
            given=given,
            stdin=pipe,
            screened=screened,
            prefiltered=screened if prefiltered is None else prefiltered,
        )
        more = texts.notebooks
        found = _run(looked, python, parallel=not given, stdin=pipe, more=more, proven=proven)
    return replace(
        found,
        result=texts.added(found.result, mine.counts()),
        texts=texts.sources,
        secrets=found.secrets | texts.secrets,
    )


def joined(outcomes: Sequence[Outcome]) -> Outcome:
    """What several runs gave, as one."""
    results = [each.result for each in outcomes]
    left_out = LeftOut()
    kinds: Counter[str] = Counter()
    for each in results:
        left_out.add(each.left_out)
        kinds.update(each.kinds)
    about: dict[str, list[Job]] = {}
    for outcome in outcomes:
        for path, jobs in outcome.about.items():
            about.setdefault(path, []).extend(jobs)
    return Outcome(
        Result(
            tuple(distinct(finding for each in results for finding in each.findings)),
            tuple(error for each in results for error in each.errors),
            files=sum(each.files for each in results),
            kinds=dict(kinds),
            left_out=left_out,
        ),
        [job for each in outcomes for job in each.jobs],
        set().union(*(each.secrets for each in outcomes)),
        set().union(*(each.used for each in outcomes)),
        {file: name for each in outcomes for file, name in each.linted.items()},
        about,
        texts=[source for each in outcomes for source in each.texts],
    )


def run_more(
    files: Sequence[Path], settings: Callable[[Path], Config], *, parallel: bool = True
) -> Outcome:
    """Lints more files in the course of a run: what it knows of their project still holds.

    `parallel`: in processes where they pay; not in a process that lives on and has threads.
    """
    with uncollected():
        return _run(triage.jobs(files, settings, given=False), files, parallel=parallel)


@contextmanager
def uncollected() -> Iterator[None]:
    """Trees are large and soon gone: looking for cycles in them costs more than parsing."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _run(
    found_jobs: Iterable[Job | Trouble],
    files: Sequence[Path],
    *,
    parallel: bool,
    stdin: tuple[Path, bytes] | None = None,
    more: Sequence[Job] = (),
    proven: bool = True,
) -> Outcome:
    looked = [*found_jobs]
    jobs = [*(each for each in looked if isinstance(each, Job)), *more]
    jobs = jobs if proven else [replace(job, proven=False) for job in jobs]
    errors = [each for each in looked if isinstance(each, Trouble)]
    everything = _resolved([*files, stdin[0]] if stdin else files) if jobs else {}
    found: list[Finding] = []
    secrets: set[str] = set()
    used: set[Span] = set()
    about: dict[str, list[Job]] = {}
    for job, result in _linted(jobs, frozenset(everything), parallel=parallel):
        for path in {each.span.path for each in result.findings}:
            about.setdefault(path, []).append(job)
        found += result.findings
        errors += result.errors
        secrets |= result.secrets
        used |= result.used
    found = [each for each in found if each.rule != UNUSED or each.span not in used]
    errors.sort(key=lambda each: (each.path, each.line or 0))
    return Outcome(
        Result(tuple(distinct(found)), tuple(errors)),
        jobs,
        secrets,
        used,
        everything,
        about,
    )


def _resolved(files: Sequence[Path]) -> dict[Path, Path]:
    """Files without links on their way, each as it is named; each folder is followed once."""
    folders: dict[Path, Path] = {}
    found = {}
    for file in files:
        folder = file.parent
        if folder not in folders:
            folders[folder] = folder.resolve()
        whole = file.resolve() if file.is_symlink() else folders[folder] / file.name
        found[whole] = file
    return found


def distinct(found: Iterable[Finding]) -> list[Finding]:
    """One finding for each place, that with the most related places, then the first of them."""
    by_place: dict[tuple[object, ...], Finding] = {}
    for finding in sorted(found, key=lambda each: (-len(each.related), _places(each))):
        by_place.setdefault((finding.rule, finding.span), finding)
    return sorted(by_place.values(), key=Finding.place)


def _places(finding: Finding) -> list[tuple[str, int, int]]:
    return [(span.path, span.line, span.column) for span, _ in finding.related]


def worker_count() -> int:
    """How many processes a run may have."""
    return min(os.cpu_count() or 1, 8)


def _linted(
    jobs: list[Job], everything: frozenset[Path], *, parallel: bool
) -> Iterator[tuple[Job, FileResult]]:
    if not jobs:
        return
    from kintone_lint.engine.worker import chunk  # it brings libcst

    size = sum(len(job.source.raw) for job in jobs)
    workers = worker_count()
    left = jobs
    if parallel and size >= _POOL_FROM and workers > 1 and len(jobs) > 1:
        from kintone_lint.engine.processes import in_workers  # not for a small run

        left = []
        for job, result in in_workers(jobs, everything, workers):
            if result is None:  # too large for a worker's share of the memory
                left.append(job)
            else:
                yield job, result
    for job, result in zip(left, chunk((left, everything, MEMORY)), strict=True):
        assert result is not None
        yield job, result
