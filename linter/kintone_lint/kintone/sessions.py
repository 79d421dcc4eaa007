"""Sessions and clients of HTTP libraries: the call that makes one, and the names it has on its way.

A session comes from the call of a library, through functions, methods and context managers of the
file, or it is an object of a class of the file that is made of a library's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import libcst as cst

from kintone_lint.kintone.injected import fixture, injected
from kintone_lint.python.conditions import contradict
from kintone_lint.python.evaluator import Evaluator
from kintone_lint.python.functions import (
    called,
    frame_of,
    handed_out,
    is_property,
    method_of,
    owner_of,
)
from kintone_lint.python.mappings import changed
from kintone_lint.python.module import Module
from kintone_lint.python.project import Project
from kintone_lint.python.rebound import is_by_function
from kintone_lint.python.registries import registered
from kintone_lint.python.scopes import Binding, Choice
from kintone_lint.python.tree import arguments, dotted, is_super
from kintone_lint.python.values import Alternative, Expr, Frame, Mapping

_STEPS = 3  # functions and names that a session comes through


class Place(NamedTuple):
    """A name of a session, and where it is used under it."""

    name: str
    at: Expr


class Session(NamedTuple):
    """How a session is made, as far as it is known, and its names, the one of its use first."""

    made: Expr | None
    places: tuple[Place, ...]

    def argument(self, name: str) -> Expr | None:
        """What the library is given for a session."""
        node = self.made.node if self.made is not None else None
        if self.made is None or not isinstance(node, cst.Call):
            return None
        given = arguments(node)[1].get(name)
        return self.made.beside(given) if given is not None else None

    def first(self) -> Expr | None:
        """The first argument by position that the library is given."""
        node = self.made.node if self.made is not None else None
        plain = arguments(node)[0] if isinstance(node, cst.Call) else []
        return self.made.beside(plain[0]) if self.made is not None and plain else None

    def assigned(self, name: str) -> Iterator[tuple[Expr, tuple[Choice, ...], cst.CSTNode]]:
        """What is assigned to an attribute: the value, its conditions, the statement."""
        for place in self.places:
            module = place.at.module
            scope = module.scope[place.at.node]
            for change in module.mutations.get(f"{place.name}.{name}=", ()):
                around = scope.enclosing_class
                same = change.scope is scope
                if "." in place.name:
                    same = change.scope.enclosing_class is around
                elif not same:
                    same = place.name not in scope.bindings and place.name not in (
                        change.scope.bindings if change.scope is not module.top else ()
                    )
                if same and change.value is not None and not _is_of_another(place, change.node):
                    yield place.at.beside(change.value), change.choices, change.node
            owner = scope.enclosing_class if place.name == "self" else None
            for binding in module.attribute(owner, name) if owner is not None else ():
                if isinstance(binding.node, cst.BaseExpression) and binding.at is not None:
                    yield place.at.beside(binding.node), binding.choices, binding.at


def _is_of_another(place: Place, change: cst.CSTNode) -> bool:
    """Whether a change is made to what a name held until a function gave it another session."""
    module = place.at.module
    used = _binding(module, place.name, place.at.node)
    here = _binding(module, place.name, change)
    return used is not None and used is not here and is_by_function(used, module)


def session_of(at: Expr, holder: cst.BaseExpression, evaluator: Evaluator) -> Session:
    """The session that an expression is at its place."""
    return _session(at, holder, evaluator, _STEPS)


def session_headers(session: Session, evaluator: Evaluator) -> Mapping:
    """What is put into the headers of a session, by constructor, entry, update or assignment."""
    start = Mapping(())
    given = session.argument("headers")
    if given is not None:
        value = evaluator.one(given)
        start = value if isinstance(value, Mapping) else Mapping((), whole=False)
    for place in reversed(session.places):
        name = f"{place.name}.headers"
        known = Alternative(start, _made_when(session, name, place))
        found = changed(known, name, place.at, evaluator).value
        start = found if isinstance(found, Mapping) else start
    return start


def _made_when(session: Session, name: str, place: Place) -> tuple[Choice, ...]:
    """The conditions under which a session is made, where nothing is written under others."""
    made, module = session.made, place.at.module
    if made is None or made.module is not module:
        return ()
    choices = module.conditions(made.node)
    written = module.changes(name, place.at.node) if choices else ()
    return () if any(contradict(each.choices, choices) for each in written) else choices


def made_by(module: Module, name: str, node: cst.CSTNode) -> cst.Call | None:
    """The call that what a name holds comes from."""
    found = _binding(module, name, node)
    return found.node if found is not None and isinstance(found.node, cst.Call) else None


def _binding(module: Module, name: str, node: cst.CSTNode) -> Binding | None:
    if name.startswith("self."):
        owner = module.scope[node].enclosing_class
        bindings = module.attribute(owner, name[5:]) if owner else iter(())
    else:
        bindings = iter(module.lookup(name, node))
    return next((each for each in bindings if isinstance(each.node, cst.Call)), None)


def _session(at: Expr, holder: cst.BaseExpression, evaluator: Evaluator, steps: int) -> Session:
    name = dotted(holder)
    places = (Place(name, at),) if name else ()
    if name == "self" or is_super(holder):
        return _of_class(at, (*_outside(at), Place("self", at)))
    other = _other(at, holder, evaluator.project) if steps else None
    if other is not None and isinstance(other.node, cst.BaseExpression):
        inner = _session(other, other.node, evaluator, steps - 1)
        return inner._replace(places=(*places, *inner.places))
    made = at.beside(holder) if isinstance(holder, cst.Call) else None
    binding = _binding(at.module, name, at.node) if name else None
    if binding is not None and binding.node is not None:
        frame: Frame | None = at.frame
        while frame is not None and frame.function is not binding.scope.node:
            frame = frame.call.frame
        made = Expr(binding.node, at.module, frame)
    if made is None or not isinstance(made.node, cst.Call) or steps == 0:
        return Session(made, places)
    within = _inside(made, made.node, evaluator, steps)
    return within._replace(places=(*places, *within.places)) if within else Session(made, places)


def _outside(at: Expr) -> Iterator[Place]:
    """The name that an object has where its method is called, as far as calls are followed."""
    frame = at.frame
    while frame is not None:
        match frame.call.node:
            case cst.Call(func=cst.Attribute(value=holder)) if (name := dotted(holder)) is not None:
                if name != "self":
                    yield Place(name, frame.call)
                    return
        frame = frame.call.frame


def _other(at: Expr, holder: cst.BaseExpression, project: Project) -> Expr | None:
    """What else a session is: an argument, another name, a property, what is kept or injected."""
    module = at.module
    found = registered(holder, module)
    if found is not None:
        return None if _is_changed_elsewhere(at, holder) else Expr(found, module)
    bindings = module.lookup(holder.value, at.node) if isinstance(holder, cst.Name) else []
    match bindings:
        case [Binding(name=name, node=cst.Param() as param, scope=scope)]:
            entered = at.frame is not None and at.frame.function is scope.node
            if at.frame is not None and entered and name in at.frame.arguments:
                return at.frame.arguments[name]
            return injected(param, module) or fixture(name, scope, module)
        case [Binding(node=cst.Name() | cst.Attribute() | cst.Subscript() as node, path=())]:
            same = at.frame is not None and at.frame.function is bindings[0].scope.node
            return Expr(node, module, at.frame if same else None)
    return _of_property(at, holder, project)


def _of_property(at: Expr, holder: cst.CSTNode, project: Project) -> Expr | None:
    """What a property gives in whose place a session is used: `self.session`."""
    if not isinstance(holder, cst.Attribute):
        return None
    owner = owner_of(holder.value, at.module, project)
    if owner is None or owner.scope is None:
        return None
    found = method_of(owner, holder.attr.value, project)
    if found is None or found.module is not at.module or not is_property(found.function):
        return None
    given = handed_out(found.function, at.module)
    frame = Frame(found.function, at.beside(holder), {})
    return Expr(given, at.module, frame) if given is not None else None


def _is_changed_elsewhere(at: Expr, holder: cst.BaseExpression) -> bool:
    """Whether another function takes a session out of a registry, and writes to its headers."""
    module = at.module
    wanted, here = registered(holder, module), module.scope[at.node]
    for name, changes in module.mutations.items():
        bare = name.removesuffix("=")
        root = bare.removesuffix(".headers")
        others = [each for each in changes if root != bare and each.scope is not here]
        bindings = (one for each in others for one in module.lookup(root, each.node)[:1])
        nodes = (each.node for each in bindings if each.node is not None)
        if any(registered(node, module) is wanted for node in nodes):
            return True
    return False


def _inside(made: Expr, call: cst.Call, evaluator: Evaluator, steps: int) -> Session | None:
    """The session in the function, or the object of the class, that a call is of."""
    found = called(call.func, made.module, evaluator.project)
    if found is None or found.module is not made.module:
        return None
    function, module = found
    inside = frame_of(function, call, made, module)
    if function.name.value == "__init__":
        return _of_class(Expr(function.body.body[-1], module, inside), (), named=True)
    given = handed_out(function, module)
    if given is None:
        return None
    return _session(Expr(given, module, inside), given, evaluator, steps - 1)


def _of_class(at: Expr, places: tuple[Place, ...], *, named: bool = False) -> Session:
    """A session that is an object of a class of the file: its constructor calls the library's."""
    module = at.module
    owner = module.scope[at.node].enclosing_class
    found = [
        each
        for each in module.calls_of.get("__init__", ())
        if owner is not None and module.scope[each].enclosing_class is owner
    ]
    if named:
        places = (*places, Place("self", at))
    made = Expr(found[0], module, at.frame) if found else None
    return Session(made, places)
