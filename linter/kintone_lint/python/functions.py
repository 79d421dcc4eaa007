"""Functions and classes that are called, and the frames that calls of them make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple, cast

import libcst as cst

from kintone_lint.patterns import regex
from kintone_lint.python.entering import VERBS, Way, ways_into
from kintone_lint.python.module import Module
from kintone_lint.python.packed import packed
from kintone_lint.python.partials import given_to, partial_of
from kintone_lint.python.project import Project
from kintone_lint.python.scopes import Binding, Import, Scope, imported, positional
from kintone_lint.python.tree import dotted
from kintone_lint.python.values import Expr, Frame, Literal, Text

_SESSION = regex(r"(?<!Client)Session$|(?:^|\.)(?:Async)?Client$")
_PROPERTIES = ("property", "cached_property", "functools.cached_property")
_IMPORTS = 20  # of one name that are looked at

_BASES = 8  # classes that one is made of

_CALLERS = 12  # calls of one function that are followed
_CALLS = 2  # of a function, of the one that it is called in, and so on


class Owner(NamedTuple):
    """What has attributes: a class, or a module where `scope` is None."""

    scope: Scope | None
    module: Module


def owner_of(node: cst.CSTNode, module: Module, project: Project) -> Owner | None:
    """The class or module that an expression stands for.

    Nothing if that leads back to itself, as `self.x.y` does after `self.x = self.x.strip()`.
    """
    if node not in module.owners:
        module.owners[node] = None
        module.owners[node] = _owner_of(node, module, project)
    return cast("Owner | None", module.owners[node])


def _owner_of(node: cst.CSTNode, module: Module, project: Project) -> Owner | None:
    match node:
        case cst.Call(func=cst.Name(value="super")) as call:
            return next(iter(after_super(call, module, project)), None)
        case cst.Call(func=func):
            base = copied(node)
            return owner_of(func if base is None else base, module, project)
        case cst.Attribute(value=holder, attr=attr):
            return _member(node, holder, attr.value, module, project)
        case cst.Name(value="self" | "cls"):
            around = module.scope[node].enclosing_class
            return Owner(around, module) if around is not None else None
        case cst.Name(value=name):
            for binding in module.lookup(name, node)[:1]:
                return _bound(binding, module, project)
    return None


_COPIERS = {"replace", "evolve", "copy", "deepcopy", "__replace__"}
_COPYING = {"_replace", "__replace__", "model_copy", "copy"}


def copied(call: cst.CSTNode) -> cst.BaseExpression | None:
    """What a call copies an object of: `replace(one, field=…)`, `one.model_copy(update=…)`.

    Only its name tells; whether it is an object of a class that is known, its owner does.
    """
    match call:
        case cst.Call(func=cst.Attribute(value=holder, attr=cst.Name(value=name)), args=args):
            if name in _COPYING and all(arg.keyword is not None for arg in args):
                return holder
        case cst.Call(func=cst.Name(value=name)):
            pass
        case _:
            return None
    plain = [arg for arg in call.args if arg.keyword is None]
    one = plain[0] if len(plain) == 1 and not plain[0].star and name in _COPIERS else None
    return one.value if one is not None else None


def lineage(owner: Owner, project: Project) -> Iterator[Owner]:
    """A class and those of the project that it is made of, the nearest first."""
    found: list[Owner] = [owner]
    for each in found:
        yield each
        node = each.scope.node if each.scope is not None else None
        for base in node.bases if isinstance(node, cst.ClassDef) else ():
            other = owner_of(base.value, each.module, project)
            known = other is None or other.scope is None or other in found
            if other is not None and not known and len(found) < _BASES:
                found.append(other)


def after_super(
    call: cst.Call, module: Module, project: Project, of: Owner | None = None
) -> list[Owner]:
    """The classes that `super()` looks at, the nearest first; `of` is that of the object."""
    around = module.scope[call].enclosing_class
    own = Owner(around, module) if around is not None else None
    if call.args:
        own = owner_of(call.args[0].value, module, project)
    if own is None or own.scope is None:
        return []
    classes = list(lineage(of or own, project))
    if own not in classes:
        classes = list(lineage(own, project))
    return classes[classes.index(own) + 1 :]


def _bound(binding: Binding, module: Module, project: Project) -> Owner | None:
    match binding.node:
        case cst.ClassDef(body=body):
            return Owner(module.scope[body], module)
        case cst.Call() as call if not binding.path:
            return owner_of(call, module, project)
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
    for each in lineage(around, project):
        assert each.scope is not None
        for made in each.module.attribute(each.scope, name):
            if isinstance(made.node, cst.Call) and not made.path:
                return owner_of(made.node.func, each.module, project)
    return None


class Called(NamedTuple):
    """A function that is called, and the module it is in."""

    function: cst.FunctionDef
    module: Module


def called(func: cst.CSTNode, module: Module, project: Project) -> Called | None:
    """The function of the project that is called: by its name, as a method, or as a class."""
    made = partial_of(func, module)
    if made is not None:
        return called(made.args[0].value, module, project)
    match func:
        case cst.Name(value=name):
            for binding in module.lookup(name, func)[:1]:
                return _callable(binding, module, project)
        case cst.Attribute(value=holder, attr=attr):
            found = owner_of(holder, module, project)
            if found is not None and found.scope is None:
                return _defined(_last(found.module.top, attr.value), found.module, project)
            if found is not None:
                return method_of(found, attr.value, project)
    return None


def method_of(owner: Owner, name: str, project: Project) -> Called | None:
    """A method of a class, its own or of one that it is made of."""
    for each in lineage(owner, project):
        if each.scope is not None and name in each.scope.bindings:
            return _defined(_last(each.scope, name), each.module, project)
    return None


def _callable(binding: Binding, module: Module, project: Project) -> Called | None:
    if isinstance(binding.node, cst.FunctionDef | cst.ClassDef):
        return _defined(binding.node, module, project)
    found = imported(binding)
    other = project.module(found, module) if found is not None and found.name else None
    if found is None or other is None:
        return None
    return _defined(_last(other.top, found.name or ""), other, project)


def _defined(node: cst.CSTNode | None, module: Module, project: Project) -> Called | None:
    if isinstance(node, cst.ClassDef):
        return method_of(Owner(module.scope[node.body], module), "__init__", project)
    return Called(node, module) if isinstance(node, cst.FunctionDef) else None


def _last(scope: Scope, name: str) -> cst.CSTNode | None:
    """What a name of a scope is bound to last."""
    return next((each.node for each in scope.bindings.get(name, [])[-1:]), None)


def function_called(func: cst.CSTNode, module: Module, project: Project) -> cst.FunctionDef | None:
    """The function that is called, if it is in the same file."""
    found = called(func, module, project)
    return found.function if found is not None and found.module is module else None


def frame_of(
    function: cst.FunctionDef,
    call: cst.Call,
    at: Expr,
    of: Module | None = None,
    *,
    given: list[cst.Arg] | None = None,
    skipped: int = 0,
) -> Frame:
    """The parameters of a function bound to the arguments of a call, which is at this place.

    `of` is the module of the function, where it is another one; `given` is what the function gets
    where that is not what the call has, and the parameters that are `skipped` get nothing of it.
    """
    module = of or at.module
    params = [param.name.value for param in positional(function.params)]
    module.work.spend(len(params) + len(call.args))
    method = isinstance(module.scope[function].node, cst.ClassDef)
    if method and params[:1] in (["self"], ["cls"]):
        params = params[1:]
    params = params[skipped:]
    arguments: dict[str, Expr] = {}
    given = given_to(call, at.module) if given is None else given
    for index, arg in enumerate(given):
        if arg.star:
            break
        if arg.keyword is not None:
            arguments[arg.keyword.value] = at.beside(arg.value)
        elif index < len(params):
            arguments[params[index]] = at.beside(arg.value)
    return Frame(function, at, arguments, packed=packed(function, given, len(params), at))


def frames_around(node: cst.CSTNode, module: Module, project: Project) -> list[Frame | None]:
    """The calls of the function that a node is in, as far as its file has them."""
    return _frames(node, module, project, 0) or [None]


def _frames(node: cst.CSTNode, module: Module, project: Project, depth: int) -> list[Frame | None]:
    function = module.scope[node].node
    if not isinstance(function, cst.FunctionDef) or depth > _CALLS:
        return [None]
    found: list[Frame | None] = [
        _entered(function, way, Expr(way.call, module, caller))
        for way in islice(ways_into(function, module), _CALLERS)
        if _leads_into(function, way, module, project)
        for caller in _frames(way.call, module, project, depth + 1)
    ]
    if not found and isinstance(module.scope[function].node, cst.FunctionDef):
        return _frames(function, module, project, depth + 1)  # it is handed out by what makes it
    return found[:_CALLERS] or [None]


def _leads_into(function: cst.FunctionDef, way: Way, module: Module, project: Project) -> bool:
    if not way.verb:
        return function_called(way.func, module, project) is function
    return overridden(way.call, module, project) == Called(function, module)


def overridden(call: cst.Call, module: Module, project: Project) -> Called | None:
    """The `request` that `session.get(…)` is a call of: that of a class of the project.

    Its class is made of one of a library, and has no method `get` itself.
    """
    match call.func:
        case cst.Attribute(value=holder, attr=cst.Name(value=verb)) if verb in VERBS:
            owner = owner_of(holder, module, project)
            if owner is None or owner.scope is None or method_of(owner, verb, project) is not None:
                return None
            found = method_of(owner, "request", project)
            return found if found is not None and _is_session(owner, project) else None
    return None


def _is_session(owner: Owner, project: Project) -> bool:
    """Whether a class is made of a library's session whose methods call its `request`."""
    for each in lineage(owner, project):
        node = each.scope.node if each.scope is not None else None
        for base in node.bases if isinstance(node, cst.ClassDef) else ():
            name = dotted(base.value) or ""
            for binding in each.module.lookup(name, base.value)[:1]:
                found = imported(binding)
                name = (found.name if found is not None else None) or name
            if _SESSION.search(name) and owner_of(base.value, each.module, project) is None:
                return True
    return False


def _entered(function: cst.FunctionDef, way: Way, at: Expr) -> Frame:
    """The frame of a function that is entered."""
    if not way.verb:
        return frame_of(function, way.call, at, given=way.given)
    verb = Text((Literal(way.verb.upper(), way.call, at.module),))
    method, *_ = [each.name.value for each in positional(function.params)][1:] or [""]
    inner = frame_of(function, way.call, at, given=way.given, skipped=1)
    return replace(inner, items={method: verb})


def handed_out(function: cst.FunctionDef, module: Module) -> cst.BaseExpression | None:
    """The one expression that a function returns, or yields as a context manager does."""
    if isinstance(function.body, cst.BaseExpression):
        return None
    inner = module.scope[function.body]
    values = [each.value for each in module.returns.get(inner, ()) if each.value is not None]
    if not values:
        values = [
            each.value
            for each in module.of(cst.Yield)
            if module.scope[each] is inner and isinstance(each.value, cst.BaseExpression)
        ]
    return values[0] if len(values) == 1 else None


def is_property(function: cst.FunctionDef) -> bool:
    """Whether a method is called where its name is read."""
    return any(dotted(each.decorator) in _PROPERTIES for each in function.decorators)
