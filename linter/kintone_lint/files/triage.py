"""Which files of a run go to libcst: prefilter, screen, imports one hop away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache as once
from pathlib import Path

from kintone_lint.config import Config
from kintone_lint.files.marks import Marks, Reading
from kintone_lint.files.reading import questions, reading_of, rest_is_candidate
from kintone_lint.findings import Trouble
from kintone_lint.kintone.words import candidate, token_shaped
from kintone_lint.python.imports import may_import, resolve
from kintone_lint.python.source import MAX_BYTES, Source, content, shown, source_of
from kintone_lint.records import record
from kintone_lint.texts.notebook import Notebook


@record()
class Job:
    """A file for libcst; `imported`: it has no Kintone word, but a Kintone file imports it.

    `valid`: Python's own parser has taken it. Of a `notebook` the source is its code. `proven`:
    its fixes are to be proven, which takes a while; else who offers them proves them.
    """

    source: Source
    config: Config
    imported: bool = False
    valid: bool = False
    notebook: Notebook | None = None
    proven: bool = True


def jobs(
    files: Sequence[Path],
    settings: Callable[[Path], Config],
    *,
    given: bool,
    stdin: tuple[Path, bytes] | None = None,
    screened: bool = True,
    prefiltered: bool = True,
) -> Iterator[Job | Trouble]:
    """What libcst has to look at, and the files that cannot be read."""
    kintone: list[Source] = []
    others: list[tuple[Path, bytes]] = []

    @once
    def words_of(config: Config) -> list[bytes]:
        return [word.encode() for word in config.words]

    contents: Iterable[tuple[Path, bytes | OSError]] = (
        [stdin] if stdin else ((file, content(file)) for file in files)
    )
    for file, raw in contents:
        if isinstance(raw, OSError):
            yield Trouble(shown(file), raw.strerror or "cannot be read")
        elif not prefiltered or _is_candidate(file, raw, words_of(settings(file))):
            kintone.append(source_of(file, raw))
        else:
            others.append((file, raw))
    shaped: dict[Path, Source] = {}
    for file, raw in others if kintone or given or stdin else ():
        if token_shaped(raw):
            shaped[file.resolve()] = source_of(file, raw)
    if kintone:
        yield from _screened(kintone, shaped, settings, screened=screened)
    for file, source in [*shaped.items()]:
        if _imports_kintone(source, words_of(settings(source.named or source.file))):
            del shaped[file]
            yield Job(source, settings(source.named or source.file), imported=False)
    if shaped and (given or stdin):
        from kintone_lint.files.importers import imported_elsewhere

        for found in imported_elsewhere(shaped, lambda file: words_of(settings(file))):
            yield _imported(found, settings)


def _imports_kintone(source: Source, words: list[bytes]) -> bool:
    """Whether a file imports one of its project that has to do with Kintone."""
    if source.is_plain and not may_import(source.raw, source.file.parent):
        return False
    own = reading_of(source)
    found = (resolve(*each) for each in (questions(own, source.file) if own else ()))
    raws = (content(file) for file in found if file is not None)
    return any(isinstance(raw, bytes) and candidate(raw, words) for raw in raws)


def _is_candidate(file: Path, raw: bytes, words: list[bytes]) -> bool:
    if candidate(raw, words):
        return True
    return len(raw) > MAX_BYTES and rest_is_candidate(file, words)


def _imported(source: Source, settings: Callable[[Path], Config]) -> Job:
    return Job(source, settings(source.named or source.file), imported=True)


def _screened(
    sources: Iterable[Source],
    shaped: dict[Path, Source],
    settings: Callable[[Path], Config],
    *,
    screened: bool,
) -> Iterator[Job]:
    """The Kintone files that the screen keeps, and files with a token shape that they import."""
    neighbours: dict[Path, Marks | None] = {}
    for source in sources:
        own = reading_of(source) if screened or shaped else None
        asked = questions(own, source.file) if own else ()
        imports = [file for each in asked if (file := resolve(*each))]
        for file in imports:
            other = shaped.pop(file.resolve(), None)
            if other is not None:
                yield _imported(other, settings)
            if screened and file not in neighbours:
                neighbours[file] = _neighbour(file)
        around = [neighbours[file] for file in imports] if screened else []
        known = [each for each in around if each is not None]
        unclear = not screened or len(known) < len(around)
        config = settings(source.named or source.file)
        if unclear or may_hold_finding(source, own, known, config.words):
            yield Job(source, config, imported=False, valid=own is not None)


def may_hold_finding(
    source: Source, own: Reading | None, around: list[Marks], words: tuple[str, ...]
) -> bool:
    """What the screen says of a file; if it cannot tell, or fails, the engine looks at the file."""
    from kintone_lint.files.screen import possible

    try:
        return own is None or possible(source.text, own, around, words)
    except Exception:
        return True


def _neighbour(file: Path) -> Marks | None:
    raw = content(file)
    reading = None if isinstance(raw, OSError) else reading_of(Source(str(file), file, raw))
    return _marks_of(reading) if reading else None


def _marks_of(reading: Reading) -> Marks:
    from kintone_lint.files.screen import marks_of

    return marks_of(reading.strings)
