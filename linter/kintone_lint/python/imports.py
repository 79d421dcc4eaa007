"""From an import statement to the file of the same project that it means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain
from pathlib import Path

from kintone_lint.patterns import regex

_ROOT_MARKS = (".git", "pyproject.toml", "setup.py", "setup.cfg")
_UPWARDS = 6
# What follows each such word, whatever it is: after `from` a dotted name, after `import` all names.
_FROM = regex(rb"\bfrom\b[\s\\]*([\w.]*)")
_IMPORTED = regex(rb"\bimport\b((?:[^\n\\]++|\\\r?\n|\\)*+)")
_MODULE = regex(rb"[\w.]+")

# An import as it is asked for: folder of the importing file, module, name, dots in front.
Question = tuple[Path, str, str | None, int]


def project_of(folder: Path) -> Path:
    """The folder where the project around a folder starts, whatever the working folder is.

    Its repository, else the nearest mark of a Python project; the working folder if there is
    neither.
    """
    above = (folder.resolve(), *folder.resolve().parents)
    for marks in (_ROOT_MARKS[:1], _ROOT_MARKS[1:]):
        for each in above:
            if is_marked(each, marks):
                return each
    return Path.cwd()


def is_marked(folder: Path, marks: Sequence[str] = _ROOT_MARKS) -> bool:
    """Whether a folder is a repository or a Python project."""
    return any((folder / mark).exists() for mark in marks)


def project_around(folder: Path) -> Path:
    """Where a project starts; if nothing marks it, and one works elsewhere, its package."""
    found = project_of(folder)
    if folder.is_relative_to(found):
        return found
    while (folder / "__init__.py").is_file():
        folder = folder.parent
    return folder


@cache
def roots(folder: Path) -> tuple[Path, ...]:
    """Where imports of files in a folder may start: the folder, those above it, their `src`."""
    found: list[Path] = []
    for each in (folder, *folder.parents[:_UPWARDS]):
        found += [each, each / "src"]
        if is_marked(each):
            break
    return tuple(found)


def may_import(raw: bytes, folder: Path) -> bool:
    """Whether a file in a folder may import one of its project: a look at the words of its imports.

    The bytes are those of a text in ASCII; any other may.
    """
    modules = {*_FROM.findall(raw)} - {b""}
    if not raw.isascii() or any(module.startswith(b".") for module in modules):
        return True
    found = (_MODULE.findall(names) for names in _IMPORTED.findall(raw))
    named = [*(module.decode() for module in {*chain(*found)} - modules)]
    return any(_resolves(folder, module.decode(), taken=True) for module in modules) or any(
        _resolves(folder, module, taken=False) for module in named
    )


def _resolves(folder: Path, module: str, *, taken: bool) -> bool:
    """Whether a module may be a file of the project; `taken`: something is imported from it."""
    first = module.partition(".")[0].lower()
    bases = [base for base in roots(folder) if first in importable(base)]
    if not bases:
        return False
    path = module.replace(".", "/")
    return resolve(folder, module, None, 0) is not None or (
        taken and any((base / path).is_dir() for base in bases)
    )


@cache
def importable(folder: Path) -> frozenset[str]:
    """The first names, in lower case, of modules that are in a folder or below it."""
    try:
        return frozenset(each.name.lower().partition(".")[0] for each in folder.iterdir())
    except OSError:
        return frozenset()


@cache
def resolve(folder: Path, module: str, name: str | None, level: int) -> Path | None:
    """The file that an import in a folder's files reads, if the project has it.

    `import module` has no `name`; a `name` that is a module of a package gives that module.
    """
    parts = [part for part in module.split(".") if part]
    for base in _bases(folder, level):
        where = base.joinpath(*parts)
        if name is not None and (found := _file(where / name)):
            return found
        if parts and (found := _file(where)):
            return found
    return None


def _bases(folder: Path, level: int) -> Iterator[Path]:
    if level == 0:
        yield from roots(folder)
    else:
        yield (folder, *folder.parents)[min(level - 1, len(folder.parents))]


def _file(stem: Path) -> Path | None:
    for candidate in (stem.with_name(stem.name + ".py"), stem / "__init__.py"):
        try:
            if candidate.is_file():
                return candidate
        except OSError:  # an import of more names than a path may have
            return None
    return None
