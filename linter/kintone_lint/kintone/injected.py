"""What a framework hands to a function: fixtures of pytest, and FastAPI's `Depends`."""

from __future__ import annotations

import libcst as cst

from kintone_lint.python.functions import handed_out
from kintone_lint.python.module import Module
from kintone_lint.python.scopes import Scope
from kintone_lint.python.tree import dotted, spelled, uncalled
from kintone_lint.python.values import Expr

_INJECTING = ("Depends", "Security", "Provide", "Inject")


def fixture(name: str, scope: Scope, module: Module) -> Expr | None:
    """What a fixture of pytest gives to a test, or to another fixture, that names it."""
    taker = scope.node
    if not isinstance(taker, cst.FunctionDef) or not (
        taker.name.value.startswith("test") or is_fixture(taker)
    ):
        return None
    if any(name in _parametrized(each.decorator) for each in taker.decorators):
        return None
    found = module.top.bindings.get(name, ())
    function = found[0].node if len(found) == 1 else None
    if not isinstance(function, cst.FunctionDef) or not is_fixture(function):
        return None
    value = handed_out(function, module)
    return Expr(value, module) if value is not None else None


def is_fixture(function: cst.FunctionDef) -> bool:
    """Whether a decorator makes a function a fixture of pytest."""
    return any(
        (dotted(uncalled(each.decorator)) or "").rpartition(".")[2] == "fixture"
        for each in function.decorators
    )


def _parametrized(decorator: cst.BaseExpression) -> list[str]:
    """The names that `pytest.mark.parametrize("a, b", …)` gives itself, in place of fixtures."""
    if not isinstance(decorator, cst.Call) or not decorator.args:
        return []
    return (spelled(decorator.args[0].value) or "").replace(" ", "").split(",")


def injected(param: cst.Param, module: Module) -> Expr | None:
    """What a function gives whose result is a parameter: `client: Client = Depends(function)`."""
    marks = [param.default] if param.default is not None else []
    match param.annotation:
        case cst.Annotation(annotation=cst.Subscript(slice=items)):
            marks += [each.slice.value for each in items if isinstance(each.slice, cst.Index)]
    for mark in marks:
        match mark:
            case cst.Call(func=func, args=[cst.Arg(value=cst.Name() as given), *_]):
                if (dotted(func) or "").rpartition(".")[2] not in _INJECTING:
                    continue
                for binding in module.lookup(given.value, given)[:1]:
                    if isinstance(binding.node, cst.FunctionDef):
                        value = handed_out(binding.node, module)
                        return Expr(value, module) if value is not None else None
    return None
