"""A run over many files: prefilter, screen, imports one hop away, processes where they pay."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache as once
from pathlib import Path
from typing import TYPE_CHECKING

from kintone_lint.codes import UNUSED
from kintone_lint.config import Config
from kintone_lint.errors import UnreadableError
from kintone_lint.findings import FileResult, Finding, Result, Span, Trouble
from kintone_lint.imports import Question, resolve, roots
from kintone_lint.prefilter import Kind, candidate, token_shaped
from kintone_lint.source import MAX_BYTES, Source

if TYPE_CHECKING:
    from kintone_lint.cache import Cache
    from kintone_lint.screen import Reading

_POOL_FROM = 300_000  # bytes that passed the screen
_SIBLINGS = 2_000  # files of a project that are searched for a Kintone file importing a given one


@dataclass(frozen=True)
class Job:
    """A file for libcst; `imported`: it has no Kintone word, but a Kintone file imports it.

    `imports` are what the screen followed.
    """

    source: Source
    imported: bool
    imports: tuple[Question, ...] = ()


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
    cache: Cache | None = None,
) -> Outcome:
    """Lints files. `given`: they were named one by one, as pre-commit does. `screened` as False
    sends every file to libcst, for tests of what prefilter and screen leave out. What a cache
    remembers has no job and no secrets in the outcome."""
    for answers in (resolve, roots):
        answers.cache_clear()  # of an earlier run in this process
    with _uncollected():
        outcome = _run(files, config, given=given, stdin=stdin, screened=screened, cache=cache)
    if cache:
        cache.save()
    return outcome


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
    cache: Cache | None,
) -> Outcome:
    errors: list[Trouble] = []
    results: list[FileResult] = []

    @once
    def everything() -> frozenset[Path]:
        return _resolved([*files, stdin[0]] if stdin else files)

    if cache:
        cache.given = everything
    jobs = []
    for job in _jobs(
        files, config, errors, results, given=given, stdin=stdin, screened=screened, cache=cache
    ):
        known = cache.result(job.source.file) if cache and job.imported else None
        if known:
            results.append(known.result)
        else:
            jobs.append(job)
    for job, result in _linted(jobs, config, everything, given=given):
        results.append(result)
        if cache:
            cache.keep(job.source.file, result, job.imports)
    found: list[Finding] = []
    secrets: set[str] = set()
    used: set[Span] = set()
    for each in results:
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
        everything() if jobs else frozenset(),
    )


def shown(file: Path) -> str:
    """A path as users see it: relative to the working folder where it lies below it."""
    try:
        name = file.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        name = file.as_posix()
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


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


# ---- which files go to libcst


def _jobs(
    files: Sequence[Path],
    config: Config,
    errors: list[Trouble],
    results: list[FileResult],
    *,
    given: bool,
    stdin: tuple[Path, bytes] | None,
    screened: bool,
    cache: Cache | None,
) -> Iterator[Job]:
    """What libcst has to look at; what is remembered goes to `results`."""
    kintone: list[Source] = []
    others: list[tuple[Path, bytes]] = []
    known = _Remembered(results)
    words = [word.encode() for word in config.words]
    contents: Iterable[tuple[Path, bytes | OSError]] = (
        [stdin] if stdin else _contents(files, known, cache)
    )
    for file, raw in contents:
        if isinstance(raw, OSError):
            errors.append(Trouble(shown(file), raw.strerror or "cannot be read"))
        elif candidate(raw, words) or not screened:
            kintone.append(Source(shown(file), file.resolve(), raw))
            if cache:
                cache.note(file, Kind.KINTONE)
        else:
            others.append((file, raw))
    shaped: dict[Path, Source] = {}
    for file, raw in others if kintone or given or stdin or cache else ():
        has_run = token_shaped(raw)
        if has_run:
            shaped[file.resolve()] = Source(shown(file), file.resolve(), raw)
        if cache:
            cache.note(file, Kind.SHAPED if has_run else Kind.PLAIN)
    for file in known.shaped:
        if kintone or file.resolve() in known.imports:
            again = _read(file)
            if isinstance(again, bytes):
                shaped[file.resolve()] = Source(shown(file), file.resolve(), again)
    if kintone:
        yield from _screened(kintone, shaped, config.words, screened=screened, cache=cache)
    for file in known.imports:
        if found := shaped.pop(file, None):
            yield Job(found, imported=True)
    if shaped and (given or stdin):
        yield from _imported_elsewhere(shaped, words)


@dataclass
class _Remembered:
    """What files gave that need not be read, what they import, and files with a token's shape."""

    results: list[FileResult]
    imports: set[Path] = field(default_factory=set)
    shaped: list[Path] = field(default_factory=list)


def _contents(
    files: Sequence[Path], known: _Remembered, cache: Cache | None
) -> Iterator[tuple[Path, bytes | OSError]]:
    """What is in the files that nothing is remembered of."""
    for file in files:
        kind = cache.kind(file) if cache else None
        if kind is Kind.SHAPED:
            known.shaped.append(file)
        if kind is Kind.SHAPED or kind is Kind.PLAIN:
            continue
        again = cache.result(file.resolve()) if cache and kind else None
        if again:
            known.results.append(again.result)
            known.imports |= again.imports
        else:
            yield file, _read(file)


def _read(file: Path) -> bytes | OSError:
    try:
        with file.open("rb", buffering=0) as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        return error


def _screened(
    sources: Iterable[Source],
    shaped: dict[Path, Source],
    words: tuple[str, ...],
    *,
    screened: bool,
    cache: Cache | None,
) -> Iterator[Job]:
    """The Kintone files that the screen keeps, and files with a token shape that they import."""
    from kintone_lint.screen import possible

    neighbours: dict[Path, Reading | None] = {}
    for source in sources:
        own = _reading(source)
        asked = tuple(_questions(own, source.file)) if own else ()
        imports = [file for each in asked if (file := resolve(*each))]
        for file in imports:
            other = shaped.pop(file.resolve(), None)
            if other is not None:
                yield Job(other, imported=True)
            if file not in neighbours:
                neighbours[file] = _neighbour(file)
        around = [neighbours[file] for file in imports]
        known = [each for each in around if each is not None]
        unclear = not screened or own is None or len(known) < len(around)
        if unclear or possible(source.text, own, known, words):
            yield Job(source, imported=False, imports=asked)
        elif cache:
            cache.keep(source.file, FileResult(), asked)


def _neighbour(file: Path) -> Reading | None:
    raw = _read(file)
    return None if isinstance(raw, OSError) else _reading(Source(str(file), file, raw))


def _reading(source: Source) -> Reading | None:
    """What the screen needs of a file; None where it cannot be parsed: the engine says why."""
    from kintone_lint.screen import read
    from kintone_lint.syntax import syntax

    try:
        return read(syntax(source.parsable))
    except (UnreadableError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _questions(reading: Reading, file: Path) -> Iterator[Question]:
    """What a file's imports ask for."""
    for module, name, level in reading.imports:
        yield file.parent, module, name, level


def _imported_elsewhere(shaped: dict[Path, Source], words: list[bytes]) -> Iterator[Job]:
    """Given files with a token shape that a Kintone file of their project imports."""
    from kintone_lint.discover import discover

    projects: dict[Path, list[Source]] = {}
    for source in shaped.values():
        projects.setdefault(roots(source.file.parent)[-2], []).append(source)
    for root, sources in projects.items():
        wanted = {source.file.resolve(): source for source in sources}
        files, _ = discover([root], Config(root))
        for file in files[:_SIBLINGS]:
            raw = _read(file)
            if isinstance(raw, OSError) or not candidate(raw, words) or not wanted:
                continue
            reading = _reading(Source(str(file), file.resolve(), raw))
            for asked in _questions(reading, file.resolve()) if reading else ():
                found = resolve(*asked)
                if found and found.resolve() in wanted:
                    yield Job(wanted.pop(found.resolve()), imported=True)


# ---- libcst


def _linted(
    jobs: list[Job], config: Config, all_files: Callable[[], frozenset[Path]], *, given: bool
) -> Iterator[tuple[Job, FileResult]]:
    if not jobs:
        return
    everything = all_files()
    size = sum(len(job.source.raw) for job in jobs)
    workers = min(os.cpu_count() or 1, 8)
    if given or size < _POOL_FROM or workers == 1 or len(jobs) < 2:
        yield from zip(jobs, _chunk((jobs, config, everything)), strict=True)
        return
    from concurrent.futures import ProcessPoolExecutor

    ordered = sorted(jobs, key=lambda job: len(job.source.raw), reverse=True)
    count = min(len(ordered), workers * 8)
    chunks = [(ordered[index::count], config, everything) for index in range(count)]
    with ProcessPoolExecutor(workers) as pool:
        for chunk, results in zip(chunks, pool.map(_chunk, chunks), strict=True):
            yield from zip(chunk[0], results, strict=True)


def _chunk(work: tuple[list[Job], Config, frozenset[Path]]) -> list[FileResult]:
    from kintone_lint.engine import lint
    from kintone_lint.project import Project

    jobs, config, everything = work
    project = Project(shown)
    results = [
        lint(job.source, project, config, given=everything, imported=job.imported) for job in jobs
    ]
    del project
    gc.collect()
    return results
