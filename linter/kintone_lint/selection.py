"""Which files of a run go to libcst: prefilter, screen, imports one hop away, the cache."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache as once
from pathlib import Path
from typing import TYPE_CHECKING

from kintone_lint.config import Config
from kintone_lint.findings import FileResult, Trouble
from kintone_lint.imports import Question, resolve
from kintone_lint.prefilter import Kind, candidate, token_shaped
from kintone_lint.reading import content, questions, reading_of
from kintone_lint.source import Source, shown, source_of

if TYPE_CHECKING:
    from kintone_lint.cache import Cache
    from kintone_lint.screen import Marks


@dataclass(frozen=True)
class Job:
    """A file for libcst; `imported`: it has no Kintone word, but a Kintone file imports it.

    `imports` are what the screen followed.
    """

    source: Source
    config: Config
    imported: bool
    imports: tuple[Question, ...] = ()


def jobs(
    files: Sequence[Path],
    settings: Callable[[Path], Config],
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

    @once
    def words_of(config: Config) -> list[bytes]:
        return [word.encode() for word in config.words]

    contents: Iterable[tuple[Path, bytes | OSError]] = (
        [stdin] if stdin else _contents(files, known, cache)
    )
    for file, raw in contents:
        if isinstance(raw, OSError):
            errors.append(Trouble(shown(file), raw.strerror or "cannot be read"))
        elif candidate(raw, words_of(settings(file))) or not screened:
            kintone.append(source_of(file, raw))
            if cache:
                cache.note(file, Kind.KINTONE)
        else:
            others.append((file, raw))
    shaped: dict[Path, Source] = {}
    for file, raw in others if kintone or given or stdin or cache else ():
        has_run = token_shaped(raw)
        if has_run:
            shaped[file.resolve()] = source_of(file, raw)
        if cache:
            cache.note(file, Kind.SHAPED if has_run else Kind.PLAIN)
    for file in known.shaped:
        if kintone or file.resolve() in known.imports:
            again = content(file)
            if isinstance(again, bytes):
                shaped[file.resolve()] = source_of(file, again)
    if kintone:
        yield from _screened(kintone, shaped, settings, screened=screened, cache=cache)
    for file in known.imports:
        if found := shaped.pop(file, None):
            yield _imported(found, settings)
    if shaped and (given or stdin):
        from kintone_lint.importers import imported_elsewhere

        for found in imported_elsewhere(shaped, lambda file: words_of(settings(file))):
            yield _imported(found, settings)


def _imported(source: Source, settings: Callable[[Path], Config]) -> Job:
    return Job(source, settings(source.named or source.file), imported=True)


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
            yield file, content(file)


def _screened(
    sources: Iterable[Source],
    shaped: dict[Path, Source],
    settings: Callable[[Path], Config],
    *,
    screened: bool,
    cache: Cache | None,
) -> Iterator[Job]:
    """The Kintone files that the screen keeps, and files with a token shape that they import."""
    from kintone_lint.screen import possible

    neighbours: dict[Path, Marks | None] = {}
    for source in sources:
        own = reading_of(source)
        asked = tuple(questions(own, source.file)) if own else ()
        imports = [file for each in asked if (file := resolve(*each))]
        for file in imports:
            other = shaped.pop(file.resolve(), None)
            if other is not None:
                yield _imported(other, settings)
            if file not in neighbours:
                neighbours[file] = _neighbour(file)
        around = [neighbours[file] for file in imports]
        known = [each for each in around if each is not None]
        unclear = not screened or own is None or len(known) < len(around)
        config = settings(source.named or source.file)
        if unclear or possible(source.text, own, known, config.words):
            yield Job(source, config, imported=False, imports=asked)
        elif cache:
            cache.keep(source.file, FileResult(), asked)


def _neighbour(file: Path) -> Marks | None:
    raw = content(file)
    reading = None if isinstance(raw, OSError) else reading_of(Source(str(file), file, raw))
    return reading.marks if reading else None
