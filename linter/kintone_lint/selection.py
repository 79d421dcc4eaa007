"""Which files of a run go to libcst: prefilter, screen, imports one hop away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kintone_lint.config import Config
from kintone_lint.findings import Trouble
from kintone_lint.imports import resolve
from kintone_lint.prefilter import candidate, token_shaped
from kintone_lint.reading import content, questions, reading_of
from kintone_lint.source import Source, shown

if TYPE_CHECKING:
    from kintone_lint.screen import Reading


@dataclass(frozen=True)
class Job:
    """A file for libcst; `imported`: it has no Kintone word, but a Kintone file imports it."""

    source: Source
    imported: bool


def jobs(
    files: Sequence[Path],
    config: Config,
    errors: list[Trouble],
    *,
    given: bool,
    stdin: tuple[Path, bytes] | None,
    screened: bool,
) -> Iterator[Job]:
    """What libcst has to look at; what cannot be read goes to `errors`."""
    kintone: list[Source] = []
    others: list[tuple[Path, bytes]] = []
    words = [word.encode() for word in config.words]
    contents = [stdin] if stdin else ((file, content(file)) for file in files)
    for file, raw in contents:
        if isinstance(raw, OSError):
            errors.append(Trouble(shown(file), raw.strerror or "cannot be read"))
        elif candidate(raw, words) or not screened:
            kintone.append(Source(shown(file), file.resolve(), raw))
        else:
            others.append((file, raw))
    shaped: dict[Path, Source] = {}
    for file, raw in others if kintone or given or stdin else ():
        if token_shaped(raw):
            shaped[file.resolve()] = Source(shown(file), file.resolve(), raw)
    if kintone:
        yield from _screened(kintone, shaped, config.words, screened=screened)
    if shaped and (given or stdin):
        from kintone_lint.importers import imported_elsewhere

        for found in imported_elsewhere(shaped, words):
            yield Job(found, imported=True)


def _screened(
    sources: Iterable[Source],
    shaped: dict[Path, Source],
    words: tuple[str, ...],
    *,
    screened: bool,
) -> Iterator[Job]:
    """The Kintone files that the screen keeps, and files with a token shape that they import."""
    neighbours: dict[Path, Reading | None] = {}
    for source in sources:
        own = reading_of(source)
        asked = questions(own, source.file) if own else ()
        imports = [file for each in asked if (file := resolve(*each))]
        for file in imports:
            other = shaped.pop(file.resolve(), None)
            if other is not None:
                yield Job(other, imported=True)
            if file not in neighbours:
                neighbours[file] = _neighbour(file)
        around = [neighbours[file] for file in imports]
        known = [each for each in around if each is not None]
        unclear = not screened or len(known) < len(around)
        if unclear or _may_hold_finding(source, own, known, words):
            yield Job(source, imported=False)


def _may_hold_finding(
    source: Source, own: Reading | None, around: list[Reading], words: tuple[str, ...]
) -> bool:
    """What the screen says of a file; where it cannot, or has a defect, the engine looks at it."""
    from kintone_lint.screen import possible

    try:
        return own is None or possible(source.text, own, around, words)
    except Exception:
        return True


def _neighbour(file: Path) -> Reading | None:
    raw = content(file)
    return None if isinstance(raw, OSError) else reading_of(Source(str(file), file, raw))
