"""Which files of a run are Python, and which are other texts: by name, or by their first line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kintone_lint.bounded import read_start
from kintone_lint.texts.kinds import Kind, form_of, is_python_script, may_be_script

KINDS = frozenset(Kind)
_START = 128  # bytes of a first line


@dataclass
class Sorted:
    """The files of a run: `python` and `notebooks` hold code, `texts` are all others."""

    python: list[Path] = field(default_factory=list)
    notebooks: list[Path] = field(default_factory=list)
    texts: list[Path] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many there are of each kind; of the texts, what they are by their names."""
        settings = sum(_kind(file) is Kind.SETTINGS for file in self.texts)
        found = {
            Kind.PYTHON: len(self.python),
            Kind.NOTEBOOK: len(self.notebooks),
            Kind.SETTINGS: settings,
            Kind.OTHER: len(self.texts) - settings,
        }
        return {str(kind): count for kind, count in found.items() if count}


def wanted(kinds: frozenset[Kind]) -> Callable[[str], bool]:
    """Whether a file of this name can be of one of some kinds."""

    def is_wanted(name: str) -> bool:
        form = form_of(name)
        if form is None:
            return False
        return form.kind in kinds or (Kind.PYTHON in kinds and may_be_script(name))

    return is_wanted


def sorted_files(
    files: Iterable[Path], kinds: frozenset[Kind], start: bytes | None = None
) -> Sorted:
    """Files by kind; those of other kinds are left out. `start` as in `kind_of`."""
    found = Sorted()
    for file in files:
        kind = kind_of(file, start)
        if kind is None or kind not in kinds:
            continue
        if kind is Kind.PYTHON:
            found.python.append(file)
        elif kind is Kind.NOTEBOOK:
            found.notebooks.append(file)
        else:
            found.texts.append(file)
    return found


def kind_of(file: Path, start: bytes | None = None) -> Kind | None:
    """What a file is; None for what is not a text.

    `start` are its first bytes, if they are not those on the disk.
    """
    return Kind.PYTHON if _is_script(file, start) else _kind(file)


def _kind(file: Path) -> Kind | None:
    form = form_of(file.name)
    return form.kind if form else None


def _is_script(file: Path, start: bytes | None) -> bool:
    if not may_be_script(file.name):
        return False
    try:
        return is_python_script(read_start(file, _START) if start is None else start)
    except OSError:
        return False
