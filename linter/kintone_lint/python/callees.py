"""What is called: the full name behind an expression, through imports and constructors."""

from __future__ import annotations

import libcst as cst

from kintone_lint.patterns import regex
from kintone_lint.python.functions import handed_out
from kintone_lint.python.module import Module
from kintone_lint.python.partials import is_partial
from kintone_lint.python.registries import registered
from kintone_lint.python.scopes import Binding, Scope, imported

_OBJECT = regex(r"\w\.[A-Z]\w*\(\)$")
_CLASS = regex(r"\w\.[A-Z]\w*$")
# A class with one of these changes what its library sends.
_SENDING = {"get", "post", "put", "delete", "patch", "request", "send", "prepare_request"}
_BASES = 4  # classes of the file between one and that of a library
_LONGEST = 500  # characters of a name: what is longer names nothing that anybody looks for


class Callees:
    """The names of functions and objects in one module, each worked out once."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self._names: dict[cst.CSTNode, str | None] = {}

    def name(self, node: cst.CSTNode) -> str | None:
        """The full name of what an expression refers to, through imports and constructors.

        `requests.Session().get` for `session.get` where `session = requests.Session()`.
        """
        if node not in self._names:
            self._names[node] = None
            found = self._name(node)
            self._names[node] = found if found is None or len(found) <= _LONGEST else None
        return self._names[node]

    def _name(self, node: cst.CSTNode) -> str | None:
        match node:
            case cst.Attribute(value=holder, attr=attr):
                if (made := self._registered(node)) is not None:
                    return made
                base = self.name(holder)
                if base is None and isinstance(holder, cst.Call):
                    base = f"{self.name(holder.func)}()"
                if base == "self":
                    made = self._made_attribute(node)
                    return made or f"self.{attr.value}"
                return f"{base}.{attr.value}" if base else None
            case cst.Call(func=cst.Name(value="super")):
                around = self.module.scope[node].enclosing_class
                base = self._base(around, _BASES) if around is not None else None
                return f"{base}()" if base else "super()"
            case cst.Call(func=func):
                inner = self.name(func)
                return self._made(func) or (f"{inner}()" if inner else None)
            case cst.Subscript():
                return self._registered(node)
            case cst.Name(value=name):
                for binding in self.module.lookup(name, node)[:1]:
                    return self._bound(binding, name)
                return name
        return None

    def _bound(self, binding: Binding, name: str) -> str | None:
        found = imported(binding)
        if found is not None:
            full = f"{found.module}.{found.name}" if found.name else found.module
            return full.lstrip(".")
        match binding.node:
            case cst.Call() as made if not binding.path and is_partial(made):
                return self.name(made.args[0].value)
            case cst.Call(func=func) if not binding.path:
                inner = self.name(func)
                return self._made(func) or (f"{inner}()" if inner else name)
            case cst.Await(expression=cst.Call(func=func)):
                inner = self.name(func)
                return self._made(func) or (f"{inner}()" if inner else name)
            case cst.Name() | cst.Attribute() | cst.Subscript() as other if not binding.path:
                inner = self.name(other)
                return inner if inner and self._is_library(other, inner) else name
            case cst.Param(annotation=cst.Annotation(annotation=annotation)):
                inner = self.name(annotation)
                return f"{inner}()" if inner else name
        return name

    def _made(self, func: cst.CSTNode) -> str | None:
        """The object of a library that a function or class of the file makes: `requests.Session()`.

        A class that sends by methods of its own does not count.
        """
        match self._defined(func):
            case cst.FunctionDef() as function:
                value = handed_out(function, self.module)
                found = self.name(value) if value is not None else None
                return found if found and _OBJECT.search(found) else None
            case cst.ClassDef(body=body):
                base = self._base(self.module.scope[body], _BASES, sending=False)
                return f"{base}()" if base else None
        return None

    def _base(self, scope: Scope, steps: int, *, sending: bool = True) -> str | None:
        """The class of a library that a class of the file is made of.

        If it is not to be `sending`, no class on the way sends by methods of its own.
        """
        if steps == 0 or not isinstance(scope.node, cst.ClassDef):
            return None
        if not sending and not _SENDING.isdisjoint(scope.bindings):
            return None
        for each in scope.node.bases:
            name = self.name(each.value) or ""
            if _CLASS.search(name):
                return name
            match self._defined(each.value):
                case cst.ClassDef(body=body) if (inner := self.module.scope[body]) is not scope:
                    if found := self._base(inner, steps - 1, sending=sending):
                        return found
        return None

    def _registered(self, node: cst.CSTNode) -> str | None:
        """The object of a library that is taken out of a registry."""
        made = registered(node, self.module)
        inner = self.name(made) if made is not None else None
        return inner if inner and _OBJECT.search(inner) else None

    def _is_library(self, node: cst.CSTNode, name: str) -> bool:
        """Whether an expression of this full name is an object or a function of a library."""
        while isinstance(node, cst.Attribute | cst.Subscript):
            node = node.value
        bindings = self.module.lookup(node.value, node) if isinstance(node, cst.Name) else []
        return bool(_OBJECT.search(name)) or any(imported(each) for each in bindings[:1])

    def _defined(self, func: cst.CSTNode) -> cst.CSTNode | None:
        """The function or class of the file that is called."""
        match func:
            case cst.Name(value=name):
                return next((each.node for each in self.module.lookup(name, func)[:1]), None)
            case cst.Attribute(value=cst.Name(value="self" | "cls"), attr=cst.Name(value=name)):
                owner = self.module.scope[func].enclosing_class
                found = owner.bindings.get(name, ()) if owner is not None else ()
                return next((each.node for each in found), None)
        return None

    def _made_attribute(self, node: cst.Attribute) -> str | None:
        owner = self.module.scope[node].enclosing_class
        if owner is None:
            return None
        for binding in self.module.attribute(owner, node.attr.value):
            made = self._bound(binding, "")
            if made:
                return made
        return None
