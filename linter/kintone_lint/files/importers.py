"""Which files of a project import a file, as far as that has to be known."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path

from kintone_lint.files.reading import questions, reading_of
from kintone_lint.files.walking import found_below, found_near
from kintone_lint.kintone.words import candidate
from kintone_lint.patterns import regex
from kintone_lint.python.imports import is_marked, project_around, resolve
from kintone_lint.python.source import Source, content

_LISTED = 20_000  # files of a project that are looked at
_FOLDERS = 30  # of what may be no project
_SIBLINGS = 2_000  # of them, the nearest, are searched for one that imports a given file
_IMPORTS = regex(
    rb"(?m)(?:^|[;:])[ \t]*(?:from\b[^\n]*\bimport[ \t]*\([^)]*\)|(?:from|import)\b[^\n]*)"
    rb"|import_module[^\n]*|__import__[^\n]*"
)


def imported_elsewhere(
    shaped: dict[Path, Source], words_of: Callable[[Path], list[bytes]]
) -> Iterator[Source]:
    """The files, by their places without links, that a Kintone file of their project imports.

    By any statement that names the module. Out of reach is what is imported by a computed name,
    by way of a third module, from outside the project, or from far away in a very large one.
    `words_of` a file are those that its settings add to Kintone's.
    """
    projects: dict[Path, dict[Path, Source]] = {}
    for file, source in shaped.items():
        projects.setdefault(project_around(file.parent), {})[file] = source
    for root, wanted in projects.items():
        for sibling in _nearest(root, next(iter(wanted))):
            for file in _imported_by(sibling, words_of):
                if found := wanted.pop(file, None):
                    yield found
            if not wanted:
                break


def _nearest(root: Path, file: Path) -> list[Path]:
    """The Python files below a folder that stand nearest to one of them."""
    near = sorted(
        project_files(root), key=lambda each: len(os.path.commonpath((file, each))), reverse=True
    )
    return near[:_SIBLINGS]


def _imported_by(file: Path, words_of: Callable[[Path], list[bytes]]) -> Iterator[Path]:
    """What a file imports of its project, without links, if it is one of Kintone's."""
    raw = content(file)
    if isinstance(raw, OSError) or not candidate(raw, words_of(file)):
        return
    source = Source(str(file), file.resolve(), raw)
    reading = reading_of(source)
    for asked in questions(reading, source.file) if reading else ():
        found = resolve(*asked)
        if found:
            yield found.resolve()


@cache
def project_files(root: Path) -> tuple[Path, ...]:
    """The Python files of a project; of a very large one the first. Listed once a run.

    A folder that nothing marks as a project may be somebody's home: it is not gone through whole.
    """
    found = found_below(root, counted=0) if is_marked(root) else found_near(root, _FOLDERS)
    return tuple(islice(found.files, _LISTED))


def imported_near(file: Path) -> bool:
    """Whether a file of the project may import this one: some import has its name in it."""
    name = file.parent.name if file.stem == "__init__" else file.stem
    others = import_words(project_around(file.parent)).get(name.encode(), ())
    return any(each.name != file.name or each.resolve() != file.resolve() for each in others)


@cache
def import_words(root: Path) -> dict[bytes, list[Path]]:
    """The words in the imports of a project's files, and the files that they are in.

    Read once a run.
    """
    found: dict[bytes, list[Path]] = {}
    for file in project_files(root):
        raw = content(file)
        if isinstance(raw, bytes):
            statements = b" ".join(each[0] for each in _IMPORTS.finditer(raw))
            for word in set(re.findall(rb"\w+", statements)):
                found.setdefault(word, []).append(file)
    return found
