"""A module under analysis, and how questions about it are asked.

A question is a function of the subject that is marked with `query`: it is answered once, and all
who ask share the answer. The questions are in the files of what they are about.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from functools import cached_property, wraps
from pathlib import PurePath
from typing import Any, TypeVar

import libcst as cst

from kintone_lint.config import Config
from kintone_lint.kintone.words import mentions_kintone
from kintone_lint.python.evaluator import Evaluator
from kintone_lint.python.module import Module
from kintone_lint.python.project import Project
from kintone_lint.python.values import Alternative, Expr, Frame, Value

_Answer = TypeVar("_Answer")


def is_test(module: Module) -> bool:
    """Whether a module is a test, by its path."""
    path = PurePath(module.source.path)
    return bool(
        re.match(r"test_|conftest|.*_test\.py", path.name)
        or any(part in ("tests", "test", "testing") for part in path.parts[:-1])
    )


class Subject:
    """A module as rules see it. `imported_by_kintone` marks a file without a word of Kintone."""

    def __init__(
        self,
        module: Module,
        project: Project,
        config: Config,
        *,
        imported_by_kintone: bool = False,
    ) -> None:
        self.sinks = frozenset(config.sinks)
        self.token_names = frozenset(config.token_names)
        self.variables = dict(config.environment)
        self.module = module
        self.project = project
        self.evaluator = Evaluator(project)
        self.answers: dict[object, Any] = {}
        self._others: dict[Module, Subject] = {}
        self._imported = imported_by_kintone

    def beside(self, module: Module) -> Subject:
        """Another module of the project, under the same settings."""
        if module is self.module:
            return self
        if module not in self._others:
            other = copy(self)
            for name in ("kintone", "in_test"):
                vars(other).pop(name, None)
            other.module, other.answers = module, {}
            self._others[module] = other
            self._others.setdefault(self.module, self)
        return self._others[module]

    # ---- what its expressions are worth

    def values(self, node: cst.CSTNode, frame: Frame | None = None) -> tuple[Alternative, ...]:
        """The alternatives of an expression of the module."""
        return self.evaluator.values(Expr(node, self.module, frame))

    def one(self, node: cst.CSTNode, frame: Frame | None = None) -> Value | None:
        """The value of an expression if there is only one."""
        return self.evaluator.one(Expr(node, self.module, frame))

    def callee(self, node: cst.CSTNode) -> str | None:
        """The full name of what an expression refers to, through imports and constructors."""
        return self.evaluator.callees(self.module).name(node)

    def frames(self, node: cst.CSTNode) -> list[Frame | None]:
        """The calls of the function that a node is in, as far as its file has them."""
        return self.evaluator.frames(node, self.module)

    def spend(self, steps: int = 1) -> None:
        """Counts the work. Raises TooMuchWorkError."""
        self.project.work.spend(steps)

    # ---- what it is

    @cached_property
    def kintone(self) -> bool:
        """Whether the file has to do with Kintone."""
        return self._imported or mentions_kintone(self.module.source.text)

    @cached_property
    def in_test(self) -> bool:
        """Whether it is a test: there, names without the shape of a token are dummies."""
        return is_test(self.module)


def query(work: Callable[[Subject], _Answer]) -> Callable[[Subject], _Answer]:
    """A question about a subject, whose answer the subject remembers."""

    @wraps(work)
    def asked(subject: Subject) -> _Answer:
        if work not in subject.answers:
            subject.answers[work] = work(subject)
        answer: _Answer = subject.answers[work]
        return answer

    return asked
