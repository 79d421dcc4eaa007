"""Functions and classes that are called, and the frames that calls of them make."""

from __future__ import annotations

import libcst as cst

from kintone_lint.python.module import Module
from kintone_lint.python.project import Project
from kintone_lint.python.scopes import Scope, imported, parameters
from kintone_lint.python.values import Expr, Frame

_CALLERS = 12  # calls of one function that are followed
_CALLS = 2  # of a function, of the one that it is called in, and so on


def owner_of(node: cst.CSTNode, module: Module, project: Project) -> Scope | Module | None:
    """The class or module that an expression stands for."""
    if isinstance(node, cst.Call):
        return owner_of(node.func, module, project)
    if not isinstance(node, cst.Name):
        return None
    if node.value in ("self", "cls"):
        return module.scope[node].enclosing_class
    for binding in module.lookup(node.value, node)[:1]:
        if isinstance(binding.node, cst.ClassDef):
            return module.scope[binding.node.body]
        if isinstance(binding.node, cst.Call):
            return owner_of(binding.node.func, module, project)
        found = imported(binding)
        if found is not None:
            return project.module(found, module, whole=True)
    return None


def function_called(func: cst.CSTNode, module: Module, project: Project) -> cst.FunctionDef | None:
    """The function of the file that is called by a name, `self.name` or a class name."""
    match func:
        case cst.Name(value=name):
            for binding in module.lookup(name, func)[:1]:
                if isinstance(binding.node, cst.FunctionDef):
                    return binding.node
                if isinstance(binding.node, cst.ClassDef):
                    return _definition(module.scope[binding.node.body], "__init__")
        case cst.Attribute(value=holder, attr=attr):
            found = owner_of(holder, module, project)
            if isinstance(found, Scope):
                return _definition(found, attr.value)
    return None


def _definition(owner: Scope, name: str) -> cst.FunctionDef | None:
    for binding in owner.bindings.get(name, [])[-1:]:
        if isinstance(binding.node, cst.FunctionDef):
            return binding.node
    return None


def frame_of(function: cst.FunctionDef, call: cst.Call, at: Expr) -> Frame:
    """The parameters of a function bound to the arguments of a call, which stands at this place."""
    module = at.module
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
