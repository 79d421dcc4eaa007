"""Which statements are reached under which conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import libcst as cst

from kintone_lint.python.conditions import Broken, arm, further, leaves, without
from kintone_lint.python.scopes import Choice, Scope

Test = tuple[cst.CSTNode, bool]
"""A test as it is written, and the arm of it; a block that nothing can be said about is its own."""

_CASES = 12  # of one match that are told apart
_TESTS = 40  # around one place that are kept


class Reaching:
    """The conditions around each statement: `choices` are compared, `tests` can be evaluated."""

    def __init__(self, tree: cst.Module) -> None:
        self.choices: dict[cst.CSTNode, tuple[Choice, ...]] = {tree: ()}
        self.tests: dict[cst.CSTNode, tuple[Test, ...]] = {}
        self._breaking: dict[cst.CSTNode, cst.CSTNode] = {}  # blocks that break a loop with `else`

    def read(self, node: cst.CSTNode, statement: cst.CSTNode, scope: Scope) -> None:
        """Notes the conditions of the statements in the blocks of a node."""
        around = self.choices[statement]
        match node:
            case cst.Module(body=body):
                self._block(body, (), (), scope)
            case cst.FunctionDef(body=block) | cst.ClassDef(body=block):
                if isinstance(node, cst.FunctionDef):
                    scope.own = _bound([block])
                self._block(block.body, (), (), scope)
            case cst.If(test=test, body=block, orelse=orelse):
                self._block(*self._arm(node, test, block, scope, taken=True))
                if isinstance(orelse, cst.If):
                    self.choices[orelse] = further(around, arm(test, scope, taken=False))
                    self._note(orelse, (*self.tests.get(node, ()), (test, False)))
                elif orelse is not None:
                    self._block(*self._arm(node, test, orelse.body, scope, taken=False))
            case cst.For(orelse=orelse) | cst.While(orelse=orelse):
                breaking = [*_breaking(node.body)] if orelse is not None else []
                for block in breaking:
                    self._breaking[block] = node
                if isinstance(node, cst.For) and _some(node.iter):
                    self._same(node, node.body, scope)
                else:
                    self._inner(node, node, node.body, scope)
                if orelse is not None and breaking:
                    tests = (*self.tests.get(statement, ()), (orelse, True))
                    kept = further(around, ((Broken(node), False),))
                    self._block(orelse.body.body, kept, tests, scope)
                elif orelse is not None:
                    self._same(statement, orelse.body, scope)
            case cst.Try() | cst.TryStar():
                self._same(statement, node.body, scope)
                for handler in node.handlers:
                    self._inner(node, handler, handler.body, scope)
                for part in (node.orelse, node.finalbody):
                    if part is not None:
                        self._same(statement, part.body, scope)
            case cst.With(body=block):
                self._same(statement, block, scope)
            case cst.Match(cases=cases):
                self._cases(node, cases, scope)

    def _arm(
        self,
        node: cst.If,
        test: cst.BaseExpression,
        block: cst.BaseSuite,
        scope: Scope,
        *,
        taken: bool,
    ) -> tuple[Sequence[cst.CSTNode], tuple[Choice, ...], tuple[Test, ...], Scope]:
        choices = further(self.choices[node], arm(test, scope, taken=taken), block)
        if (loop := self._breaking.get(block)) is not None:
            choices = further(choices, ((Broken(loop), True),))
        return block.body, choices, (*self.tests.get(node, ()), (test, taken)), scope

    def _cases(self, node: cst.Match, cases: Sequence[cst.MatchCase], scope: Scope) -> None:
        """The cases of one match exclude each other."""
        around, tests = self.choices[node], self.tests.get(node, ())
        for number, case in enumerate(cases):
            more = in_case(node, number, case)
            left = tuple((each, False) for each in cases[: min(number, _CASES)])
            block = further(around, more, case.body)
            self._block(case.body.body, block, (*tests, *left, (case, True)), scope)

    def _inner(
        self, statement: cst.CSTNode, key: cst.CSTNode, block: cst.BaseSuite, scope: Scope
    ) -> None:
        """What is perhaps run: the body of a loop, a handler."""
        choices = further(self.choices[statement], ((key, True),), key)
        self._block(block.body, choices, (*self.tests.get(statement, ()), (key, True)), scope)

    def _same(self, statement: cst.CSTNode, block: cst.BaseSuite, scope: Scope) -> None:
        """What is run where the statement is."""
        self._block(block.body, self.choices[statement], self.tests.get(statement, ()), scope)

    def _note(self, statement: cst.CSTNode, tests: tuple[Test, ...]) -> None:
        if tests:
            self.tests[statement] = tests[:_TESTS]

    def _block(
        self,
        statements: Sequence[cst.CSTNode],
        choices: tuple[Choice, ...],
        tests: tuple[Test, ...],
        scope: Scope,
    ) -> None:
        past: tuple[Choice, ...] = ()  # what holds as no statement before has left
        for statement in statements:
            if past and isinstance(statement, cst.SimpleStatementLine):
                past = without(past, _bound(statement.body))
            self.choices[statement] = further(choices, past)
            self._note(statement, tests)
            if isinstance(statement, cst.If):
                for taken, block in ((False, statement.body), (True, _otherwise(statement))):
                    if block is not None and leaves(block):
                        past = further(past, arm(statement.test, scope, taken=taken))
                        tests = (*tests[:_TESTS], (statement.test, taken))


# Where the names are that a statement binds; what is not here binds none. By exact type:
# `isinstance` of an abstract class is slow.
_PARTS: dict[type, Callable[[Any], Iterable[cst.CSTNode | None]]] = {
    cst.IndentedBlock: lambda node: node.body,
    cst.SimpleStatementSuite: lambda node: node.body,
    cst.SimpleStatementLine: lambda node: node.body,
    cst.Assign: lambda node: [each.target for each in node.targets],
    cst.AnnAssign: lambda node: [node.target],
    cst.AugAssign: lambda node: [node.target],
    cst.NamedExpr: lambda node: [node.target],
    cst.Tuple: lambda node: [each.value for each in node.elements],
    cst.List: lambda node: [each.value for each in node.elements],
    cst.FunctionDef: lambda node: [node.name],
    cst.ClassDef: lambda node: [node.name],
    cst.For: lambda node: [node.target, node.body, node.orelse],
    cst.While: lambda node: [node.body, node.orelse],
    cst.With: lambda node: [*(each.asname.name for each in node.items if each.asname), node.body],
    cst.If: lambda node: [_assignment(node.test), node.body, node.orelse],
    cst.Else: lambda node: [node.body],
    cst.Try: lambda node: [node.body, *node.handlers, node.orelse, node.finalbody],
    cst.TryStar: lambda node: [node.body, *node.handlers, node.orelse, node.finalbody],
    cst.ExceptHandler: lambda node: [node.body],
    cst.ExceptStarHandler: lambda node: [node.body],
    cst.Finally: lambda node: [node.body],
    cst.Match: lambda node: node.cases,
    cst.MatchCase: lambda node: [node.body],
}


def _assignment(test: cst.BaseExpression) -> cst.NamedExpr | None:
    return test if isinstance(test, cst.NamedExpr) else None


def _bound(nodes: Iterable[cst.CSTNode]) -> frozenset[str]:
    """The names that these bind, and what is in their blocks."""
    found: set[str] = set()
    outer: set[str] = set()
    left: list[cst.CSTNode | None] = [*nodes]
    while left:
        node = left.pop()
        if type(node) is cst.Name:
            found.add(node.value)
        elif type(node) is cst.Global or type(node) is cst.Nonlocal:
            outer |= {each.name.value for each in node.names}
        elif (parts := _PARTS.get(type(node))) is not None:
            left += parts(node)
    return frozenset(found - outer)


def in_case(node: cst.Match, number: int, case: cst.MatchCase) -> tuple[Choice, ...]:
    """What holds in a case of a match."""
    return ((node, min(number, _CASES)), (case, True))


def _otherwise(node: cst.If) -> cst.BaseSuite | None:
    """The block of the other branch, if it is one."""
    return node.orelse.body if isinstance(node.orelse, cst.Else) else None


def _breaking(body: cst.BaseSuite) -> Iterator[cst.BaseSuite]:
    """The blocks of a loop that end in `break`, but for those of loops in it."""
    left: list[cst.CSTNode | None] = [*body.body]
    while left:
        match left.pop():
            case cst.If(body=block, orelse=orelse):
                inner = [block, *([orelse.body] if isinstance(orelse, cst.Else) else [])]
                left += [orelse] if isinstance(orelse, cst.If) else []
            case cst.With(body=block) | cst.Try(body=block):
                inner = [block]
            case _:
                continue
        for each in inner:
            left += each.body
            last = each.body[-1] if each.body else None
            if isinstance(last, cst.SimpleStatementLine) and isinstance(last.body[-1], cst.Break):
                yield each


def _some(node: cst.BaseExpression) -> bool:
    """Whether a loop over this runs at least once."""
    return isinstance(node, cst.Tuple | cst.List) and bool(node.elements)
