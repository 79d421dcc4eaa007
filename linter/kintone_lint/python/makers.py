"""How objects are made: the calls that make those of a class, and the one that made an object."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kintone_lint.python.entering import VERBS
from kintone_lint.python.functions import (
    Owner,
    called,
    frame_of,
    frames_around,
    method_of,
    owner_of,
)
from kintone_lint.python.module import Module
from kintone_lint.python.project import Project
from kintone_lint.python.scopes import Scope
from kintone_lint.python.values import Expr, Frame

_MADE = 6  # calls that make objects of one class that are looked at
STEPS = 4  # of calls into constructors of bases, and of names to what made their objects


class Makers:
    """The calls that make the objects of a project, each looked for once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._made: dict[tuple[Scope, Module], list[Expr]] = {}
        self._frames: dict[tuple[cst.CSTNode, Expr], Frame | None] = {}

    def of(self, owner: Owner, module: Module) -> list[Expr]:
        """The calls that make objects of a class, or of one that is made of it."""
        assert owner.scope is not None
        key = (owner.scope, module)
        if key not in self._made:
            found: list[Expr] = []
            self._made[key] = found
            classes = [owner.scope, *owner.module.derived(owner.scope)]
            for where in {owner.module: None, module: None}:
                for scope in classes:
                    found += self.calls(scope, where)
            del found[_MADE:]
        return self._made[key]

    def calls(self, scope: Scope, module: Module) -> Iterator[Expr]:
        assert isinstance(scope.node, cst.ClassDef)
        for name in (scope.node.name.value, "cls"):
            for call in module.calls_of.get(name, ())[:_MADE]:
                made = owner_of(call.func, module, self._project)
                if made is not None and made.scope is scope:
                    for frame in frames_around(call, module, self._project)[:_MADE]:
                        yield Expr(call, module, frame)

    def maker(self, holder: Expr, steps: int = STEPS) -> Expr | None:
        """The call that makes the object that an expression is, where that is one for sure."""
        module, frame = holder.module, holder.frame
        if steps == 0:
            return None
        match holder.node:
            case cst.Call(func=cst.Name(value="super")) | cst.Name(value="self" | "cls"):
                return self._around(frame, steps - 1)
            case cst.Call() as call:
                made = owner_of(call, module, self._project)
                return holder if made is not None and made.scope is not None else None
            case cst.Name(value=name):
                if frame is not None and name in frame.arguments:
                    return self.maker(frame.arguments[name], steps - 1)
                bindings = module.lookup(name, holder.node)
                one = bindings[0] if len(bindings) == 1 else None
                if one is not None and isinstance(one.node, cst.Call) and not one.path:
                    same = frame is not None and frame.function is one.scope.node
                    inner = Expr(one.node, module, frame if same else None)
                    return self.maker(inner, steps - 1)
        return None

    def _around(self, frame: Frame | None, steps: int) -> Expr | None:
        """The call that makes the object whose method is followed."""
        if frame is None or steps == 0:
            return None
        call = frame.call
        match call.node:
            case cst.Attribute(value=holder):
                return self.maker(call.beside(holder), steps)
            case cst.Call() as node if isinstance(frame.function, cst.FunctionDef):
                name = frame.function.name.value
                of = _holder(node, name)
                if of is not None:
                    return self.maker(call.beside(of), steps)
                if name == "__init__":
                    return call
                if isinstance(node.func, cst.Name):
                    return self._around(call.frame, steps - 1)
        return None

    def into(self, init: cst.CSTNode, made: Expr) -> Frame | None:
        """The call of a constructor when an object is made: its own, or one that it calls."""
        if (init, made) not in self._frames:
            self._frames[init, made] = self._followed(init, made)
        return self._frames[init, made]

    def _followed(self, init: cst.CSTNode, made: Expr) -> Frame | None:
        assert isinstance(made.node, cst.Call)
        owner = owner_of(made.node.func, made.module, self._project)
        found = method_of(owner, "__init__", self._project) if owner and owner.scope else None
        at = made
        for _ in range(STEPS):
            if found is None or not isinstance(at.node, cst.Call):
                return None
            frame = frame_of(found.function, at.node, at, found.module)
            if found.function is init:
                return frame
            inner = _of_base(found.function, found.module)
            if inner is None:
                return None
            at = Expr(inner, found.module, frame)
            found = called(inner.func, found.module, self._project)
        return None


def _holder(call: cst.Call, name: str) -> cst.BaseExpression | None:
    """What a method of this name is called of, or by `pool.submit(holder.name)`."""
    verb = name == "request" and VERBS
    for each in (call.func, *(arg.value for arg in call.args)):
        match each:
            case cst.Attribute(value=holder, attr=cst.Name(value=found)):
                if found == name or (verb and each is call.func and found in verb):
                    return holder
    return None


def _of_base(init: cst.FunctionDef, module: Module) -> cst.Call | None:
    """The call of another constructor in a constructor."""
    for call in module.calls_of.get("__init__", ()):
        if module.scope[call].node is init:
            return call
    return None
