"""A call of a function that is known: what its handler is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import libcst as cst

from kintone_lint.python.alternatives import Knows, Values
from kintone_lint.python.tree import arguments
from kintone_lint.python.values import Alternative, Expr
from kintone_lint.python.work import Work


@dataclass
class Call:
    """A call at its place, the full name of what is called, and what its arguments are worth.

    `plain` and `named` are its arguments without `*args` and `**kwargs`.
    """

    node: cst.Call
    expr: Expr
    name: str
    known: Knows
    plain: list[Expr] = field(init=False)
    named: dict[str, Expr] = field(init=False)

    def __post_init__(self) -> None:
        plain, named = arguments(self.node)
        self.values: Values = self.known.values
        self.work: Work = self.known.work
        self.plain = [self.expr.beside(each) for each in plain]
        self.named = {name: self.expr.beside(each) for name, each in named.items()}


Handler = Callable[[Call], Iterator[Alternative]]
Method = Callable[[Call, Expr, str], Iterator[Alternative]]
