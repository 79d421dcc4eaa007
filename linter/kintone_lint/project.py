"""The files of a project that are looked at together: one hop of imports from the file linted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import libcst as cst

from kintone_lint.bounded import read_start
from kintone_lint.errors import UnreadableError
from kintone_lint.evaluator import Evaluator
from kintone_lint.imports import Question, resolve
from kintone_lint.module import Import, Module
from kintone_lint.source import MAX_BYTES, Source


class Project:
    """Parses each file once. `show` turns a file into the path that users see."""

    def __init__(self, show: Callable[[Path], str]) -> None:
        self._show = show
        self._modules: dict[Path, Module | None] = {}
        self._evaluators: dict[Module, Evaluator] = {}
        self._answers: dict[Path, dict[Question, Path | None]] = {}

    def add(self, module: Module) -> None:
        """A module that is parsed already."""
        self._modules[module.source.file] = module

    def use(self, source: Source) -> None:
        """A file as it is given, not as it lies on the disk."""
        self._modules[source.file] = _parsed(source)

    def module(self, found: Import, by: Module, *, whole: bool = False) -> Module | None:
        """The module that an import means; `whole` where the module itself is wanted."""
        if whole and found.name is None and "." in found.module:
            return None
        question = (by.source.file.parent, found.module, found.name, found.level)
        file = resolve(*question)
        self._answers.setdefault(by.source.file, {})[question] = file
        if file is None or file == by.source.file:
            return None
        if file not in self._modules:
            self._modules[file] = self._read(file)
        return self._modules[file]

    def asked_for(self, file: Path) -> dict[Question, Path | None]:
        """What has been asked for a file so far, and for the files it led to, with the answers.

        Values are worked out once for all files, so it counts what any of them asked.
        """
        found: dict[Question, Path | None] = {}
        left, seen = [file], {file}
        while left:
            answers = self._answers.get(left.pop(), {})
            found |= answers
            new = {answer for answer in answers.values() if answer is not None} - seen
            seen |= new
            left += new
        return found

    def _read(self, file: Path) -> Module | None:
        try:
            return _parsed(Source(self._show(file), file, read_start(file, MAX_BYTES + 1)))
        except OSError:
            return None  # it is reported where it is linted itself

    def evaluator(self, module: Module) -> Evaluator:
        """The values of a module, worked out once."""
        if module not in self._evaluators:
            self._evaluators[module] = Evaluator(module, self)
        return self._evaluators[module]


def _parsed(source: Source) -> Module | None:
    try:
        return Module(source)
    except (UnreadableError, cst.ParserSyntaxError, RecursionError):
        return None  # it is reported where it is linted itself
