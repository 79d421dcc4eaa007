"""Texts that are nothing but samples: of what is to fail, or of what a function makes of them."""

from __future__ import annotations

import libcst as cst

from kintone_lint.kintone.injected import is_fixture
from kintone_lint.kintone.refused import expected, expects_error
from kintone_lint.kintone.subject import Subject
from kintone_lint.patterns import regex
from kintone_lint.python.module import Module
from kintone_lint.python.scopes import Scope
from kintone_lint.python.tree import dotted, uncalled, walk

_ASSERTS = regex(r"(?:^|\.)assert[A-Z_]\w*$")
_TEST = regex(r"test(?:_|[A-Z])")


def _is_tried(node: cst.CSTNode, module: Module) -> bool:
    """Whether a test is given it, or a loop that expects or asserts something in each round."""
    match module.statement(node):
        case cst.FunctionDef(decorators=decorators):
            tests = [each for each in decorators if _is_parametrize(each)]
            return any(module.inside(node, each) for each in tests)
        case cst.For(iter=over, body=body) if module.inside(node, over):
            return any(isinstance(each, cst.Assert) or expects_error(each) for each in walk(body))
    return False


def _is_parametrize(decorator: cst.Decorator) -> bool:
    return (dotted(uncalled(decorator.decorator)) or "").endswith("parametrize")


def is_asserted(node: cst.CSTNode, module: Module) -> bool:
    """Whether it is in an assertion: what a function is expected to make of it."""
    line = module.statement(node)
    for each in line.body if isinstance(line, cst.SimpleStatementLine) else ():
        match each:
            case cst.Assert():
                return True
            case cst.Expr(value=cst.Call(func=func)) if _ASSERTS.search(dotted(func) or ""):
                return True
    return False


def _is_in_test(node: cst.CSTNode, module: Module) -> bool:
    """Whether it is in a function that is a test or gives one its texts, wherever that is."""
    scope: Scope | None = module.scope[node]
    while scope is not None:
        function = scope.node
        if isinstance(function, cst.FunctionDef) and (
            _TEST.match(function.name.value) or is_fixture(function)
        ):
            return True
        scope = scope.parent
    return False


def is_sample(subject: Subject, node: cst.CSTNode) -> bool:
    """Whether nothing is done with a text but to see what comes of it."""
    module = subject.module
    return (
        is_asserted(node, module)
        or expected(subject, node)
        or _is_tried(node, module)
        or _is_in_test(node, module)
    )
