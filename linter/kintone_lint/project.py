"""The files of a project that are looked at together: one hop of imports from the file linted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import libcst as cst

from kintone_lint.errors import UnreadableError
from kintone_lint.evaluator import Evaluator
from kintone_lint.imports import resolve
from kintone_lint.module import Import, Module
from kintone_lint.source import Source


class Project:
    """Parses each file once. `show` turns a file into the path that users see."""

    def __init__(self, show: Callable[[Path], str]) -> None:
        self._show = show
        self._modules: dict[Path, Module | None] = {}
        self._evaluators: dict[Module, Evaluator] = {}

    def add(self, module: Module) -> None:
        """A module that is parsed already."""
        self._modules[module.source.file] = module

    def module(self, found: Import, by: Module, *, whole: bool = False) -> Module | None:
        """The module that an import means; `whole` where the module itself is wanted."""
        if whole and found.name is None and "." in found.module:
            return None
        file = resolve(by.source.file.parent, found.module, found.name, found.level)
        if file is None or file == by.source.file:
            return None
        if file not in self._modules:
            self._modules[file] = self._parsed(file)
        return self._modules[file]

    def _parsed(self, file: Path) -> Module | None:
        try:
            return Module(Source(self._show(file), file, file.read_bytes()))
        except (OSError, UnreadableError, cst.ParserSyntaxError, RecursionError):
            return None  # it is reported where it is linted itself

    def evaluator(self, module: Module) -> Evaluator:
        """The values of a module, worked out once."""
        if module not in self._evaluators:
            self._evaluators[module] = Evaluator(module, self)
        return self._evaluators[module]
