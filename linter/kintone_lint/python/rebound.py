"""Names that a function gives another value in the scope around it: `global` and `nonlocal`.

What such a name has before is gone once that function is called; where it has nothing before, it
is not known what it has.
"""

from __future__ import annotations

import libcst as cst

from kintone_lint.python.conditions import name_key, told_of
from kintone_lint.python.module import Module
from kintone_lint.python.scopes import Binding, Scope
from kintone_lint.python.values import Expr

_NOTHING = ("None", "0", "False")
_CALLS = 20  # of a function that are looked at


def bindings_of(name: str, expr: Expr) -> list[Binding]:
    """The bindings that a name may have at a place, the latest first.

    Without those that another function has surely replaced by then.
    """
    module = expr.module
    found = module.lookup(name, expr.node, expr.entered)
    by_function = [each for each in found if is_by_function(each, module)]
    if not by_function:
        return found
    passing = _passing(by_function, expr)
    found = [each for each in found if each not in passing]
    by_function = [each for each in by_function if each not in passing]
    if len(found) == len(by_function):
        return found
    if any(_is_run(each, expr) for each in by_function):
        return by_function
    return [_unknown(each) if _is_nothing(each) else each for each in found]


def is_by_function(binding: Binding, module: Module) -> bool:
    """Whether another function than that of a name gives it its value."""
    return _setter(binding, module) is not binding.scope


def _passing(bindings: list[Binding], expr: Expr) -> list[Binding]:
    """Those that the same function replaces before it ends: nobody else meets them."""
    module, entered, here = expr.module, expr.entered(), expr.module.scope[expr.node]
    last: dict[Scope, int] = {}
    for each in bindings:
        setter = _setter(each, module)
        if len(each.choices) == 1 and setter is not here and setter not in entered:
            last[setter] = max(each.order, last.get(setter, 0))
    return [each for each in bindings if each.order < last.get(_setter(each, module), 0)]


def _setter(binding: Binding, module: Module) -> Scope:
    return module.scope[binding.at] if binding.at is not None else binding.scope


def _is_nothing(binding: Binding) -> bool:
    node = binding.node
    match node:
        case cst.Name(value=text) | cst.Integer(value=text):
            return text in _NOTHING
        case cst.SimpleString():
            return node.raw_value == ""
    return False


def _unknown(binding: Binding) -> Binding:
    """A binding at the same place of which nothing can be said."""
    return Binding(binding.name, binding.order, None, binding.choices, binding.scope, at=binding.at)


def _is_run(binding: Binding, expr: Expr) -> bool:
    """Whether what sets a name is surely run before a place is reached."""
    module, setter = expr.module, _setter(binding, expr.module)
    if len(binding.choices) > 1 or not isinstance(setter.node, cst.FunctionDef):
        return False
    entered = expr.entered()
    entered[module.scope[expr.node]] = module.order[module.statement(expr.node)]
    if setter in entered:
        return binding.order < entered[setter]
    for call in module.calls_of.get(setter.node.name.value, ())[:_CALLS]:
        module.work.spend()
        statement, scope = module.statement(call), module.scope[call]
        own = isinstance(call.func, cst.Name)
        before = scope not in entered or module.order[statement] < entered[scope]
        if own and before and all(_is_main(key, module) for key, _ in module.choices[statement]):
            return True
    return False


def _is_main(key: object, module: Module) -> bool:
    """Whether a condition is that the file is run as a program."""
    return told_of(key) == name_key("__name__", module.top)
