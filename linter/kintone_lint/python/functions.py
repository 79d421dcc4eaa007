"""Functions and classes that are called, and the frames that calls of them make."""

from __future__ import annotations

from typing import NamedTuple

import libcst as cst

from kintone_lint.python.module import Module
from kintone_lint.python.project import Project
from kintone_lint.python.scopes import Binding, Import, Scope, imported, parameters
from kintone_lint.python.tree import dotted
from kintone_lint.python.values import Expr, Frame

_IMPORTS = 20  # of one name that are looked at

_CALLERS = 12  # calls of one function that are followed
_CALLS = 2  # of a function, of the one that it is called in, and so on


class Owner(NamedTuple):
    """What has attributes: a class, or a module where `scope` is None."""

    scope: Scope | None
    module: Module


def owner_of(node: cst.CSTNode, module: Module, project: Project) -> Owner | None:
    """The class or module that an expression stands for."""
    match node:
        case cst.Call(func=func):
            return owner_of(func, module, project)
        case cst.Attribute(value=holder, attr=attr):
            return _member(node, holder, attr.value, module, project)
        case cst.Name(value="self" | "cls"):
            around = module.scope[node].enclosing_class
            return Owner(around, module) if around is not None else None
        case cst.Name(value=name):
            for binding in module.lookup(name, node)[:1]:
                return _bound(binding, module, project)
    return None


def _bound(binding: Binding, module: Module, project: Project) -> Owner | None:
    match binding.node:
        case cst.ClassDef(body=body):
            return Owner(module.scope[body], module)
        case cst.Call(func=func) if not binding.path:
            return owner_of(func, module, project)
        case cst.Param(annotation=cst.Annotation(annotation=cst.Name() as kind)):
            return owner_of(kind, module, project)
    found = imported(binding)
    other = project.module(found, module, whole=True) if found is not None else None
    if found is None or other is None or found.name is None:
        return Owner(None, other) if other is not None else None
    defined = _last(other.top, found.name)
    if isinstance(defined, cst.ClassDef):
        return Owner(other.scope[defined.body], other)
    return Owner(None, other) if defined is None else None


def _member(
    node: cst.Attribute, holder: cst.BaseExpression, name: str, module: Module, project: Project
) -> Owner | None:
    """A class of a module, the module `a.b` of `import a.b`, or what an attribute is made of."""
    full = dotted(node) or ""
    for binding in module.top.bindings.get(full.partition(".")[0], ())[-_IMPORTS:]:
        match binding.node:
            case cst.ImportAlias(name=alias, asname=None) if dotted(alias) == full:
                other = project.module(Import(full, None), module)
                return Owner(None, other) if other is not None else None
    around = owner_of(holder, module, project)
    if around is None:
        return None
    if around.scope is None:
        defined = _last(around.module.top, name)
        if isinstance(defined, cst.ClassDef):
            return Owner(around.module.scope[defined.body], around.module)
        return None
    for made in around.module.attribute(around.scope, name):
        if isinstance(made.node, cst.Call) and not made.path:
            return owner_of(made.node.func, around.module, project)
    return None


class Called(NamedTuple):
    """A function that is called, and the module it stands in."""

    function: cst.FunctionDef
    module: Module


def called(func: cst.CSTNode, module: Module, project: Project) -> Called | None:
    """The function of the project that is called: by its name, as a method, or as a class."""
    match func:
        case cst.Name(value=name):
            for binding in module.lookup(name, func)[:1]:
                return _callable(binding, module, project)
        case cst.Attribute(value=holder, attr=attr):
            found = owner_of(holder, module, project)
            if found is not None:
                scope = found.scope if found.scope is not None else found.module.top
                return _defined(_last(scope, attr.value), found.module)
    return None


def _callable(binding: Binding, module: Module, project: Project) -> Called | None:
    if isinstance(binding.node, cst.FunctionDef | cst.ClassDef):
        return _defined(binding.node, module)
    found = imported(binding)
    other = project.module(found, module) if found is not None and found.name else None
    if found is None or other is None:
        return None
    return _defined(_last(other.top, found.name or ""), other)


def _defined(node: cst.CSTNode | None, module: Module) -> Called | None:
    if isinstance(node, cst.ClassDef):
        node = _last(module.scope[node.body], "__init__")
    return Called(node, module) if isinstance(node, cst.FunctionDef) else None


def _last(scope: Scope, name: str) -> cst.CSTNode | None:
    """What a name of a scope is bound to last."""
    return next((each.node for each in scope.bindings.get(name, [])[-1:]), None)


def function_called(func: cst.CSTNode, module: Module, project: Project) -> cst.FunctionDef | None:
    """The function that is called, if it stands in the same file."""
    found = called(func, module, project)
    return found.function if found is not None and found.module is module else None


def frame_of(
    function: cst.FunctionDef, call: cst.Call, at: Expr, of: Module | None = None
) -> Frame:
    """The parameters of a function bound to the arguments of a call, which stands at this place.

    `of` is the module of the function, where it is another one.
    """
    module = of or at.module
    params = [param.name.value for param in parameters(function.params)]
    module.work.spend(len(params) + len(call.args))
    method = isinstance(module.scope[function].node, cst.ClassDef)
    if method and params[:1] in (["self"], ["cls"]):
        params = params[1:]
    arguments: dict[str, Expr] = {}
    for index, arg in enumerate(call.args):
        if arg.star:
            break
        if arg.keyword is not None:
            arguments[arg.keyword.value] = at.beside(arg.value)
        elif index < len(params):
            arguments[params[index]] = at.beside(arg.value)
    return Frame(function, at, arguments)


def frames_around(node: cst.CSTNode, module: Module, project: Project) -> list[Frame | None]:
    """The calls of the function that a node stands in, as far as its file has them."""
    return _frames(node, module, project, 0) or [None]


def _frames(node: cst.CSTNode, module: Module, project: Project, depth: int) -> list[Frame | None]:
    function = module.scope[node].node
    if not isinstance(function, cst.FunctionDef) or depth > _CALLS:
        return [None]
    name = function.name.value
    around = module.scope[function].node
    if name == "__init__" and isinstance(around, cst.ClassDef):
        name = around.name.value
    calls = module.calls_of.get(name, [])[:_CALLERS]
    found: list[Frame | None] = [
        frame_of(function, call, Expr(call, module, caller))
        for call in calls
        if function_called(call.func, module, project) is function
        for caller in _frames(call, module, project, depth + 1)
    ]
    return found[:_CALLERS] or [None]
