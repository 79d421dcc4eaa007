"""Decorators: whether a function returns through them what its own `return` says."""

from __future__ import annotations

import libcst as cst

from kintone_lint.patterns import regex
from kintone_lint.python.module import Module
from kintone_lint.python.tree import dotted, uncalled, walk

# Decorators of libraries that give back what the function returns: caches, retries, registrations.
_KEEP = regex(
    r"(?i)^(?:\w*cache\w*|\w*property|\w*memoi[sz]e\w*|static_?method|class_?method|abstract\w*"
    r"|override|final|overload|\w*retr(?:y|ying|ies)\w*|on_exception|on_predicate|\w*backoff\w*"
    r"|wraps|tim(?:ed|er|eit|eout)|\w*log\w*|trace[dr]?|typechecked|beartype|validate_\w+"
    r"|no_type_check|deprecated|fixture|command|option|argument|group|pass_\w+|route|task|tool"
    r"|flow|get|post|put|delete|on_event|callback|limits|sleep_and_retry|synchronized|\w*_required"
    r"|context_?manager|async_?context_?manager)$"
)
_MOST = 2_000  # nodes of a decorator that are looked at


def keeps_result(function: cst.FunctionDef, module: Module) -> bool:
    """Whether a call of a function gives what the function returns."""
    return all(_keeps(each.decorator, module) for each in function.decorators)


def _keeps(decorator: cst.BaseExpression, module: Module) -> bool:
    target = uncalled(decorator)
    if isinstance(target, cst.Name):
        for binding in module.lookup(target.value, target)[:1]:
            if isinstance(binding.node, cst.FunctionDef):
                return _passes_through(binding.node, module)
    name = dotted(target) or ""
    return _KEEP.match(name.rpartition(".")[2]) is not None


def _passes_through(decorator: cst.FunctionDef, module: Module) -> bool:
    """Whether each function in a decorator returns another one, or what the decorated one does."""
    if len(decorator.decorators):
        return False
    inner, returns = set(), []
    for count, node in enumerate(walk(decorator)):
        module.work.spend()
        if count > _MOST:
            return False
        if isinstance(node, cst.FunctionDef):
            inner.add(node.name.value)
        elif isinstance(node, cst.Return):
            returns.append(node)
        elif isinstance(node, cst.Lambda | cst.Yield):
            return False
    return bool(returns) and all(_returns_same(each, inner, module) for each in returns)


def _returns_same(node: cst.Return, inner: set[str], module: Module) -> bool:
    value = node.value
    if value is None:
        return False
    if isinstance(value, cst.Name) and value.value in inner:
        return True
    if isinstance(value, cst.Name):
        bindings = module.scope[node].bindings.get(value.value, ())
        changed = value.value in module.mutations
        return bool(bindings) and not changed and all(_is_same(each.node) for each in bindings)
    return _calls_it(value)


def _is_same(node: cst.CSTNode | None) -> bool:
    """Whether a name is the decorated function, or what it returns."""
    return isinstance(node, cst.Param) or _calls_it(node)


def _calls_it(node: cst.CSTNode | None) -> bool:
    """Whether it is `function(*args, **kwargs)`, awaited or not."""
    match node:
        case cst.Await(expression=inner):
            return _calls_it(inner)
        case cst.Call(func=cst.Name(), args=args):
            return {arg.star for arg in args} == {"*", "**"} or any(arg.star == "*" for arg in args)
    return False
