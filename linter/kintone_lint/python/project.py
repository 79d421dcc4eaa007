"""The files of a project that are looked at together: one hop of imports from the file linted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kintone_lint.errors import NoRoomError, UnreadableError
from kintone_lint.python.cost import MEMORY
from kintone_lint.python.imports import resolve
from kintone_lint.python.module import Module
from kintone_lint.python.parsing import parsed
from kintone_lint.python.scopes import Import
from kintone_lint.python.source import Source, content
from kintone_lint.python.work import Work


class Project:
    """Parses each file once. `show` turns a file into the path that users see.

    `memory` is what the files took so far of the `most` bytes that there are; `left_out` are files
    that there was no more room for.
    """

    def __init__(self, show: Callable[[Path], str], most: int = MEMORY) -> None:
        self._show = show
        self.most = most
        self.work = Work()
        self.memory = 0
        self.left_out: set[Path] = set()
        self._modules: dict[Path, Module | None] = {}

    def add(self, module: Module) -> None:
        """A module that is parsed already."""
        self._modules[module.source.file] = module
        self.memory += module.memory
        module.work = self.work

    def known(self, source: Source) -> Module | None:
        """The module of a source, if another file has asked for it."""
        module = self._modules.get(source.file)
        if module is None:
            return None
        its = module.source
        return module if (its.path, its.raw) == (source.path, source.raw) else None

    def forget(self) -> None:
        """Lets go of all modules; their memory is free without a search for circles."""
        for module in self._modules.values():
            if module is not None:
                module.forget()
        self._modules.clear()

    def room(self, memory: int) -> bool:
        """Whether a file that takes so much can be added."""
        return self.memory + memory <= self.most

    def use(self, source: Source) -> None:
        """A file as it is given, not as it lies on the disk."""
        self._modules[source.file] = self._parsed(source)

    def module(self, found: Import, by: Module, *, whole: bool = False) -> Module | None:
        """The module that an import means; `whole` where the module itself is wanted."""
        if whole and found.name is None and "." in found.module:
            return None
        file = resolve(by.source.file.parent, found.module, found.name, found.level)
        if file is None or file == by.source.file:
            return None
        if file not in self._modules:
            self._modules[file] = self._read(file)
        return self._modules[file]

    def _read(self, file: Path) -> Module | None:
        raw = content(file)
        return self._parsed(Source(self._show(file), file, raw)) if isinstance(raw, bytes) else None

    def _parsed(self, source: Source) -> Module | None:
        """None for what cannot be parsed: it is reported where it is linted itself."""
        try:
            module = parsed(source, self.room)
        except UnreadableError:
            return None
        except NoRoomError:
            self.left_out.add(source.file)
            return None
        self.memory += module.memory
        module.work = self.work
        return module


class Alone(Project):
    """A project of one file: it imports nothing that is known."""

    def module(self, found: Import, by: Module, *, whole: bool = False) -> None:
        return None
