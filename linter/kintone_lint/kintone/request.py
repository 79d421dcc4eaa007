"""A request and its headers, as far as they can be known."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from kintone_lint.kintone.hosts import is_kintone
from kintone_lint.python.evaluator import Evaluator
from kintone_lint.python.module import Module
from kintone_lint.python.scopes import Choice
from kintone_lint.python.values import Alternative, Constant, Expr, Mapping, Text, Value


@dataclass(frozen=True, eq=False)
class Header:
    """A header of a request or of a mapping: name, value and where it is written."""

    name: str
    value: Expr
    evaluator: Evaluator
    node: cst.CSTNode

    @property
    def module(self) -> Module:
        """Where it is written."""
        return self.value.module

    def values(self) -> list[Value]:
        return [each.value for each in self.evaluator.values(self.value)]


@dataclass(frozen=True, eq=False)
class Request:
    """One call that sends. `method` is upper case, None where it is not known."""

    call: Expr
    evaluator: Evaluator
    method: str | None
    url: Expr
    arguments: dict[str, cst.BaseExpression]
    library: bool
    receiver: str | None

    @property
    def node(self) -> cst.CSTNode:
        return self.call.node

    @property
    def module(self) -> Module:
        return self.call.module

    @property
    def conditions(self) -> tuple[Choice, ...]:
        return self.module.conditions(self.node)

    def urls(self) -> tuple[Alternative, ...]:
        return self.evaluator.values(self.url)

    def argument(self, name: str) -> Value | None:
        node = self.arguments.get(name)
        return None if node is None else self.evaluator.one(self.call.beside(node))

    @property
    def has_body(self) -> bool:
        """Whether a body is given; an argument that is None is none."""
        for name in ("json", "data", "content", "files", "body"):
            node = self.arguments.get(name)
            if node is not None:
                value = self.evaluator.one(self.call.beside(node))
                if not (isinstance(value, Constant) and value.value is None):
                    return True
        return any(name in self.arguments for name in ("**", "*"))

    def headers(self) -> tuple[list[Header], bool]:
        """The headers given, those of the session first, and whether these are all."""
        found: list[Header] = []
        whole = "**" not in self.arguments
        if self.receiver:
            found += session_headers(self.call, self.receiver, self.evaluator)
        node = self.arguments.get("headers")
        if node is None:
            return found, whole
        for each in self.evaluator.values(self.call.beside(node)):
            if isinstance(each.value, Mapping):
                found += headers_of(each.value, self.evaluator)
                whole = whole and each.value.whole
            else:
                whole = False
        return found, whole

    def session_auth(self) -> list[cst.BaseExpression]:
        """What is assigned to `session.auth`."""
        mutations = self.module.mutations.get(f"{self.receiver}.auth=", [])
        return [mutation.value for mutation in mutations]

    @property
    def kintone(self) -> bool:
        """Whether this goes to Kintone: by host, by path, or by a header of its own."""
        if any(is_kintone(each.value) for each in self.urls()):
            return True
        headers, _ = self.headers()
        self.evaluator.work.spend(len(headers))
        return any(header.name.lower().startswith("x-cybozu-a") for header in headers)


def headers_of(mapping: Mapping, evaluator: Evaluator) -> list[Header]:
    """The entries of a mapping whose names are known."""
    found = []
    evaluator.work.spend(len(mapping.entries))
    for entry in mapping.entries:
        name = entry.key.known if isinstance(entry.key, Text) else None
        if name is not None:
            found.append(Header(name.strip(), entry.value, evaluator, entry.node))
    return found


def session_headers(call: Expr, receiver: str, evaluator: Evaluator) -> list[Header]:
    """What is put into `session.headers`, by entry, update, assignment or constructor."""
    module = call.module
    found: list[Header] = []

    def add(node: cst.CSTNode) -> None:
        value = evaluator.one(Expr(node, module))
        if isinstance(value, Mapping):
            found.extend(headers_of(value, evaluator))

    for mutation in module.mutations.get(f"{receiver}.headers", []):
        evaluator.work.spend()
        if mutation.key is None:
            add(mutation.value)
        else:
            key = evaluator.one(Expr(mutation.key, module))
            if isinstance(key, Text) and key.known:
                value = Expr(mutation.value, module)
                found.append(Header(key.known, value, evaluator, mutation.node))
    for mutation in module.mutations.get(f"{receiver}.headers=", []):
        add(mutation.value)
    made = made_by(module, receiver, call.node)
    for arg in made.args if made else ():
        if arg.keyword is not None and arg.keyword.value == "headers":
            add(arg.value)
    return found


def made_by(module: Module, receiver: str, node: cst.CSTNode) -> cst.Call | None:
    """The constructor call that a session comes from."""
    if receiver.startswith("self."):
        owner = module.scope[node].enclosing_class
        bindings = module.attribute(owner, receiver[5:]) if owner else iter(())
    else:
        bindings = iter(module.lookup(receiver, node))
    return next((each.node for each in bindings if isinstance(each.node, cst.Call)), None)
