"""Calls that are followed: what a function of the project returns to the call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from kintone_lint.python.alternatives import Knows, Ways, spread
from kintone_lint.python.carried import loops_around
from kintone_lint.python.conditions import contradict, emptiness, name_key, rounds, told_of
from kintone_lint.python.decorators import keeps_result
from kintone_lint.python.functions import Called, frame_of, is_property
from kintone_lint.python.in_rounds import both
from kintone_lint.python.module import Module
from kintone_lint.python.scopes import Binding, Choice, Scope
from kintone_lint.python.sequences import taken
from kintone_lint.python.values import (
    Alternative,
    Expr,
    Frame,
    Hole,
    Items,
    Text,
    Value,
    falsy,
    unknown,
)

_BINDINGS = 3  # of a constant that another module imports, the latest


def exported(name: str, module: Module, expr: Expr, known: Knows) -> Iterator[Alternative]:
    """The values of a constant of another module."""
    bindings = module.top.bindings.get(name, ())
    simple = [each for each in bindings if isinstance(each.node, cst.BaseExpression)]
    if not simple or any(each.adds or loops_around(each, module) for each in simple):
        yield Alternative(Text((Hole(name, expr.node, module),)))
        return
    for binding in simple[-_BINDINGS:]:
        assert binding.node is not None
        for each in taken(Expr(binding.node, module), binding.path, known):
            yield Alternative(each.value)


def value_of(binding: Binding, at: Expr, known: Knows) -> Iterator[Alternative]:
    """What a binding of another module is bound to, in the call of a function there."""
    frame = at.frame if at.frame and at.frame.function is binding.scope.node else None
    if isinstance(binding.node, cst.BaseExpression) and not binding.adds:
        yield from taken(Expr(binding.node, at.module, frame), binding.path, known)
    else:
        yield Alternative(Text((Hole(binding.name, at.node, at.module),)))


def given(param: cst.Param, binding: Binding, expr: Expr, known: Knows) -> Iterator[Alternative]:
    """What a parameter is in the call that is followed."""
    frame, default = expr.frame, param.default
    name = param.name.value
    if frame is None or frame.function is not binding.scope.node:
        if isinstance(default, cst.SimpleString | cst.ConcatenatedString):
            yield from known.values(Expr(default, expr.module))
        yield unknown(expr)
        return
    argument = frame.arguments.get(name) or frame.packed.get(name)
    argument = argument or (Expr(default, expr.module) if default is not None else None)
    held = known.values(argument) if isinstance(argument, Expr) else (unknown(expr),)
    source = (Alternative(argument),) if isinstance(argument, Value) else held
    key = name_key(name, binding.scope)
    for each in source:
        # Other conditions inside the caller say nothing about names here.
        same = rounds(each.choices)
        yield Alternative(each.value, (*same, *(emptiness(key) if falsy(each.value) else ())))


def gotten(function: cst.FunctionDef, expr: Expr, known: Knows) -> Iterator[Alternative]:
    """What a property is; another method that is not called is not known."""
    if is_property(function):
        frame = Frame(function, expr, {})
        yield from _returns(Called(function, expr.module), frame, expr, known)
    else:
        yield unknown(expr)


def returned(found: Called, node: cst.Call, expr: Expr, known: Knows) -> Iterator[Alternative]:
    """What a function returns, with the arguments of a call; not through unknown decorators."""
    if not keeps_result(found.function, found.module):
        yield unknown(expr)
        return
    frame = frame_of(found.function, node, expr, found.module)
    yield from _returns(found, frame, expr, known)


def _returns(found: Called, frame: Frame, expr: Expr, known: Knows) -> Iterator[Alternative]:
    function, module = found
    inner = module.scope[function.body]
    returns = module.returns.get(inner, ())
    left_over: Ways = ((),)
    for each in returns:
        if each.value is None:
            continue
        value = Expr(each.value, module, frame)
        reached = known.reached(value)
        if reached is False:
            continue
        conditions = module.conditions(each)
        placed = known.rounds(value.beside(module.statement(each)))
        here = spread(known.values(value), both(placed.reached, left_over))
        for alternative in here:
            if not contradict(conditions, alternative.choices):
                choices = (*conditions, *alternative.choices)
                yield Alternative(alternative.value, tuple(_outside(choices, inner, module)))
        if reached and not _may_fail(each, inner, module):
            return
        left_over = both(left_over, placed.missed)
    if not returns:
        yield _yielded(found, frame) or unknown(expr)


def _may_fail(node: cst.CSTNode, inner: Scope, module: Module) -> bool:
    """Whether a statement is in a `try` of its function, so that a handler can take its place."""
    below: cst.CSTNode = node
    for above in module.ancestors(node):
        if above is inner.node:
            return False
        if isinstance(above, cst.Try | cst.TryStar) and above.body is below and above.handlers:
            return True
        below = above
    return False


def _yielded(found: Called, frame: Frame) -> Alternative | None:
    """What a generator gives, in any number; None of another function."""
    function, module = found
    if not module.has(cst.Yield) or function.decorators:
        return None
    inner = module.scope[function.body]
    values = [
        Expr(each.value, module, frame)
        for each in module.of(cst.Yield)
        if module.scope[each] is inner and isinstance(each.value, cst.BaseExpression)
    ]
    return Alternative(Items(tuple(values), whole=False)) if values else None


def _outside(choices: Sequence[Choice], inner: Scope, module: Module) -> Iterator[Choice]:
    """Conditions that hold outside of a function too.

    Those on the object that it belongs to, and on the rounds that its arguments are of.
    """
    for choice in choices:
        key = told_of(choice[0])
        if isinstance(key, tuple):
            if key[0] is inner.enclosing_class is not None:
                yield choice
        elif rounds([choice]) and not _is_inside(key, inner, module):
            yield choice


def _is_inside(key: object, inner: Scope, module: Module) -> bool:
    """Whether a loop is in a function."""
    scope = module.scope.get(key) if isinstance(key, cst.CSTNode) else None
    while scope is not None and scope is not inner:
        scope = scope.parent
    return scope is inner
