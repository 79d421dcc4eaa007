"""What a name can still be after the tests around its use.

A loop over several texts, or a parameter, has alternatives; `if x.endswith(…)`, `isinstance(x, …)`,
`case None:` and `… if x else …` let some of them through. Each alternative is tried alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import libcst as cst

from kintone_lint.python.alternatives import Knows
from kintone_lint.python.module import Module
from kintone_lint.python.reaching import Test
from kintone_lint.python.scopes import Binding
from kintone_lint.python.tree import regarded
from kintone_lint.python.truth import case_taken
from kintone_lint.python.values import Alternative, Constant, Expr, Frame, Literal, Text, Value

_TESTS = 12  # around one use that are tried
_PATTERNS = {"match", "fullmatch", "search", "fnmatch", "fnmatchcase"}


def possible(binding: Binding, at: Expr, known: Knows) -> Callable[[Alternative], bool]:
    """Says whether an alternative of a binding passes the tests between it and its use."""
    if at.frame is not None and at.frame.trial:
        return lambda each: True  # what else is in a test is taken as it may be
    name = binding.name
    tests = _tests_about(at.node, binding, at.module)
    if isinstance(binding.at, cst.For) and any(
        sorts_out(test, name, at.module) for test, _ in tests
    ):
        return lambda each: False  # no pattern is tried, and this may be what it leaves out
    return lambda each: all(_passes(name, each.value, test, at, known) for test in tests)


def _tests_about(node: cst.CSTNode, binding: Binding, module: Module) -> list[Test]:
    """The tests around a place that look at a name after it was bound."""
    statement, name = module.statement(node), binding.name
    found = [each for each in module.tests.get(statement, ()) if _names(each[0], name, module)]
    found = [each for each in found if _order(each[0], module) > binding.order]
    if binding.order < module.order[statement] or isinstance(binding.at, cst.CompFor):
        arms = ((arm.choice.test, arm.taken) for arm in module.arms(node))
        found += [each for each in arms if _names(each[0], name, module)]
    return found[:_TESTS]


def sorts_out(test: cst.CSTNode, name: str, module: Module) -> bool:
    """Whether a test of what a loop runs over tries a pattern on it: `RIGHT.match(path)`."""
    calls = [each for each in regarded(test) if isinstance(each, cst.Call)]
    return any(
        _pattern(call.func, module) in _PATTERNS
        and any(isinstance(arg.value, cst.Name) and arg.value.value == name for arg in call.args)
        for call in calls
    )


def _pattern(func: cst.CSTNode, module: Module) -> str:
    """The name of the method that is called, where a name stands for it, too."""
    if isinstance(func, cst.Name):
        bindings = module.lookup(func.value, func)[:1]
        made = next((each.node for each in bindings if not each.path), None)
        func = made if isinstance(made, cst.Attribute) else func
    return (
        (func.attr if isinstance(func, cst.Attribute) else func).value
        if isinstance(func, cst.Attribute | cst.Name)
        else ""
    )


def _order(test: cst.CSTNode, module: Module) -> int:
    return module.order[module.statement(test)]


def _names(test: cst.CSTNode, name: str, module: Module) -> bool:
    """Whether a test is about a name; a block that nothing is said about is about none."""
    match test:
        case cst.BaseExpression():
            return name in names_in(test, module)
        case cst.MatchCase():
            return True  # the subject of its match tells
    return False


def names_in(test: cst.BaseExpression, module: Module) -> frozenset[str]:
    """The names that a test of a module looks at."""
    if test not in module.tested:
        module.tested[test] = _read(test)
    return module.tested[test]


def _read(test: cst.BaseExpression) -> frozenset[str]:
    return frozenset(each.value for each in regarded(test) if isinstance(each, cst.Name))


def _passes(name: str, value: Value, test: Test, at: Expr, known: Knows) -> bool:
    """Whether a test can come out as it has to, if the name holds this value."""
    node, taken = test
    if not _is_told(value) and not _is_of_kind(node):
        return True
    known.work.spend()
    outer = at.frame or Frame(at.node, at, {})
    items = {**outer.items, name: value}
    inside = Expr(node, at.module, replace(outer, items=items, trial=True))
    held = case_taken(inside, known) if isinstance(node, cst.MatchCase) else known.truth(inside)
    return held is None or held is taken


def _is_told(value: Value) -> bool:
    """Whether there is something to try, which nobody changes on the way."""
    if isinstance(value, Text):
        return any(isinstance(part, Literal) for part in value.parts)
    return isinstance(value, Constant)


def _is_of_kind(test: cst.CSTNode) -> bool:
    """Whether a test asks for the type, which is the same whatever was added to an object."""
    match test:
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            return _is_of_kind(inner)
        case cst.Call(func=cst.Name(value="isinstance")) | cst.MatchCase():
            return True
    return False
