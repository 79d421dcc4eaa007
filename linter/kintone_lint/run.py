"""A run over many files: prefilter, screen, imports one hop away, processes where they pay."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kintone_lint.codes import UNUSED
from kintone_lint.config import Config
from kintone_lint.errors import UnreadableError
from kintone_lint.findings import FileResult, Finding, Result, Span, Trouble
from kintone_lint.imports import resolve
from kintone_lint.prefilter import candidate, token_shaped
from kintone_lint.source import MAX_BYTES, Source

if TYPE_CHECKING:
    from kintone_lint.screen import Reading

_POOL_FROM = 300_000  # bytes that passed the screen
_SIBLINGS = 2_000  # files of a project that are searched for a Kintone file importing a given one


@dataclass(frozen=True)
class Job:
    """A file for libcst; `imported`: it has no Kintone word, but a Kintone file imports it."""

    source: Source
    imported: bool


@dataclass
class Outcome:
    """What a run gave.

    `secrets` are for masking diffs and stay in the process; `used` are the suppressions that
    silenced something.
    """

    result: Result
    jobs: list[Job] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    used: set[Span] = field(default_factory=set)


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
    jobs = list(_jobs(files, errors, given=given, stdin=stdin, screened=screened))
    if not jobs:
        return Outcome(Result(errors=tuple(errors)))
    everything = frozenset(file.resolve() for file in files)
    if stdin:
        everything |= {stdin[0].resolve()}
    found: list[Finding] = []
    secrets: set[str] = set()
    used: set[Span] = set()
    for each in _linted(jobs, config, everything, given=given):
        found += each.findings
        errors += each.errors
        secrets |= each.secrets
        used |= each.used
    found = [each for each in found if each.rule != UNUSED or each.span not in used]
    return Outcome(Result(tuple(_distinct(found)), tuple(errors)), jobs, secrets, used)


def shown(file: Path) -> str:
    """A path as users see it: relative to the working folder where it lies below it."""
    try:
        name = file.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        name = file.as_posix()
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _distinct(found: Iterable[Finding]) -> list[Finding]:
    by_place: dict[tuple[object, ...], Finding] = {}
    for finding in found:
        key = (finding.rule, finding.span)
        if key not in by_place or len(finding.related) > len(by_place[key].related):
            by_place[key] = finding
    return sorted(by_place.values(), key=Finding.place)


# ---- which files go to libcst


def _jobs(
    files: Sequence[Path],
    errors: list[Trouble],
    *,
    given: bool,
    stdin: tuple[Path, bytes] | None,
    screened: bool,
) -> Iterator[Job]:
    kintone: list[Source] = []
    others: list[tuple[Path, bytes]] = []
    contents: Iterable[tuple[Path, bytes | OSError]] = (
        [stdin] if stdin else ((file, _read(file)) for file in files)
    )
    for file, raw in contents:
        if isinstance(raw, OSError):
            errors.append(Trouble(shown(file), raw.strerror or "cannot be read"))
        elif candidate(raw) or not screened:
            kintone.append(Source(shown(file), file.resolve(), raw))
        else:
            others.append((file, raw))
    shaped = {
        file.resolve(): Source(shown(file), file.resolve(), raw)
        for file, raw in others
        if (kintone or given or stdin) and token_shaped(raw)
    }
    if kintone:
        yield from _screened(kintone, shaped, screened=screened)
    if shaped and (given or stdin):
        yield from _imported_elsewhere(shaped)


def _read(file: Path) -> bytes | OSError:
    try:
        with file.open("rb", buffering=0) as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        return error


def _screened(
    sources: Iterable[Source], shaped: dict[Path, Source], *, screened: bool
) -> Iterator[Job]:
    """The Kintone files that the screen keeps, and files with a token shape that they import."""
    from kintone_lint.screen import possible

    neighbours: dict[Path, Reading | None] = {}
    for source in sources:
        own = _reading(source)
        imports = list(imported_files(own, source.file)) if own else []
        for file in imports:
            other = shaped.pop(file.resolve(), None)
            if other is not None:
                yield Job(other, imported=True)
            if file not in neighbours:
                neighbours[file] = _neighbour(file)
        around = [neighbours[file] for file in imports]
        known = [each for each in around if each is not None]
        unclear = not screened or own is None or len(known) < len(around)
        if unclear or possible(source.text, own, known):
            yield Job(source, imported=False)


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


def imported_files(reading: Reading, file: Path) -> Iterator[Path]:
    """The files of the same project that a file imports."""
    for module, name, level in reading.imports:
        if found := resolve(file.parent, module, name, level):
            yield found


def _imported_elsewhere(shaped: dict[Path, Source]) -> Iterator[Job]:
    """Given files with a token shape that a Kintone file of their project imports."""
    from kintone_lint.discover import discover
    from kintone_lint.imports import roots

    projects: dict[Path, list[Source]] = {}
    for source in shaped.values():
        projects.setdefault(roots(source.file.parent)[-2], []).append(source)
    for root, sources in projects.items():
        wanted = {source.file.resolve(): source for source in sources}
        files, _ = discover([root], Config(root))
        for file in files[:_SIBLINGS]:
            raw = _read(file)
            if isinstance(raw, OSError) or not candidate(raw) or not wanted:
                continue
            reading = _reading(Source(str(file), file.resolve(), raw))
            for each in imported_files(reading, file.resolve()) if reading else ():
                if each.resolve() in wanted:
                    yield Job(wanted.pop(each.resolve()), imported=True)


# ---- libcst


def _linted(
    jobs: list[Job], config: Config, everything: frozenset[Path], *, given: bool
) -> Iterator[FileResult]:
    size = sum(len(job.source.raw) for job in jobs)
    workers = min(os.cpu_count() or 1, 8)
    if given or size < _POOL_FROM or workers == 1 or len(jobs) < 2:
        yield from _chunk((jobs, config, everything))
        return
    from concurrent.futures import ProcessPoolExecutor

    ordered = sorted(jobs, key=lambda job: len(job.source.raw), reverse=True)
    count = min(len(ordered), workers * 8)
    chunks = [(ordered[index::count], config, everything) for index in range(count)]
    with ProcessPoolExecutor(workers) as pool:
        for results in pool.map(_chunk, chunks):
            yield from results


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
