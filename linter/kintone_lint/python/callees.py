"""What is called: the full name behind an expression, through imports and constructors."""

from __future__ import annotations

import libcst as cst

from kintone_lint.python.module import Module
from kintone_lint.python.scopes import Binding, imported


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
            self._names[node] = self._name(node)
        return self._names[node]

    def _name(self, node: cst.CSTNode) -> str | None:
        match node:
            case cst.Attribute(value=holder, attr=attr):
                base = self.name(holder)
                if base is None and isinstance(holder, cst.Call):
                    base = f"{self.name(holder.func)}()"
                if base == "self":
                    made = self._made_attribute(node)
                    return made or f"self.{attr.value}"
                return f"{base}.{attr.value}" if base else None
            case cst.Call(func=func):
                inner = self.name(func)
                return f"{inner}()" if inner else None
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
            case cst.Call(func=func) if not binding.path:
                inner = self.name(func)
                return f"{inner}()" if inner else name
            case cst.Await(expression=cst.Call(func=func)):
                inner = self.name(func)
                return f"{inner}()" if inner else name
            case cst.Param(annotation=cst.Annotation(annotation=annotation)):
                inner = self.name(annotation)
                return f"{inner}()" if inner else name
        return name

    def _made_attribute(self, node: cst.Attribute) -> str | None:
        owner = self.module.scope[node].enclosing_class
        if owner is None:
            return None
        for binding in self.module.attribute(owner, node.attr.value):
            made = self._bound(binding, "")
            if made:
                return made
        return None
