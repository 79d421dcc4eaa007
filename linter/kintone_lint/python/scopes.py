"""Scopes, and how names get their values in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

import libcst as cst

from kintone_lint.python.tree import dotted
from kintone_lint.records import record

# What is decided, and how: (key of a test, True for the arm where it holds), or (key of what one of
# several is taken of, the one).
Choice = tuple[object, object]

EACH = -1_000_000  # in the path of a binding: any item


class Rest(NamedTuple):
    """In the path of a binding: the items but for so many at the start and at the end."""

    start: int
    end: int


class Key(NamedTuple):
    """In the path of a binding: what a mapping has under this key."""

    key: str


Step = int | Rest | Key


class Nth(NamedTuple):
    """Which of several items or alternatives is taken."""

    number: int


@record(eq=False)
class Binding:
    """One place where a name gets a value.

    `node` is the value: an expression, a `Param`, a function or class definition, an import, or
    None if nothing can be said. `path` are the positions inside what is taken apart, from the
    end where they are negative, and `EACH` for any item of a sequence; `adds` marks
    `name += value`. `at` is where it is.
    """

    name: str
    order: int
    node: cst.CSTNode | None
    choices: tuple[Choice, ...]
    scope: Scope
    path: tuple[Step, ...] = ()
    adds: bool = False
    at: cst.CSTNode | None = None


class Change(Enum):
    """What a statement does to what a name holds."""

    PUT = "target[key] = value"
    DEFAULT = "target.setdefault(key, value)"
    MERGE = "target.update(value)"
    MERGE_NAMED = "target.update(key=value)"
    REMOVE = "target.pop(key)"
    CLEAR = "target.clear()"
    ASSIGN = "target = value, of an attribute"
    APPEND = "target.append(value)"
    EXTEND = "target.extend(value)"
    REORDER = "target.sort(), target.insert(index, value), target[start:end] = values"
    HAND = "function(target)"


@record(eq=False)
class Mutation:
    """A change of what a name holds. `node` is where it is written.

    `key` is None if a change has none, or if it is not known which one is removed; a change
    that hands the target to a function of the file has the parameter as its `key`.
    """

    change: Change
    order: int
    scope: Scope
    key: cst.BaseExpression | None
    value: cst.BaseExpression | None
    choices: tuple[Choice, ...]
    node: cst.CSTNode


@dataclass(eq=False)
class Scope:
    """A module, class, function or lambda; `own` are the names that a function will bind.

    `outer` are those that it says to be of another scope, each with that.
    """

    node: cst.CSTNode
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    outer: dict[str, Scope] = field(default_factory=dict)
    own: frozenset[str] = frozenset()

    def binds(self, name: str) -> bool:
        """Whether a name is one of this scope's own, also before it is bound."""
        return name in self.bindings or name in self.own

    @property
    def is_init(self) -> bool:
        """Whether it is a constructor."""
        return isinstance(self.node, cst.FunctionDef) and self.node.name.value == "__init__"

    @property
    def enclosing_class(self) -> Scope | None:
        scope: Scope | None = self
        while scope is not None and not isinstance(scope.node, cst.ClassDef):
            scope = scope.parent
        return scope


@record()
class Import:
    """A name bound by an import: `module`, and what is taken from it, None for the module."""

    module: str
    name: str | None
    level: int = 0


def parameters(params: cst.Parameters) -> list[cst.Param]:
    """All named parameters; `*args` and `**kwargs` are not among them."""
    return [*positional(params), *params.kwonly_params]


def positional(params: cst.Parameters) -> list[cst.Param]:
    """The parameters that a call can give by position, in their order."""
    return [*params.posonly_params, *params.params]


def packing(params: cst.Parameters) -> list[cst.Param]:
    """`*args` and `**kwargs`."""
    return [each for each in (params.star_arg, params.star_kwarg) if isinstance(each, cst.Param)]


def bound_name(alias: cst.ImportAlias) -> str:
    if isinstance(alias.asname, cst.AsName) and isinstance(alias.asname.name, cst.Name):
        return alias.asname.name.value
    return (dotted(alias.name) or "").split(".")[0]


def imported(binding: Binding) -> Import | None:
    """What an import binding brings, or None for another kind of binding."""
    match binding.node:
        case cst.ImportAlias(name=name, asname=asname):
            full = dotted(name) or ""
            return Import(full if asname else full.split(".")[0], None)
        case cst.ImportFrom(module=module, names=names, relative=relative):
            assert not isinstance(names, cst.ImportStar)
            for alias in names:
                if bound_name(alias) == binding.name:
                    where = dotted(module) or "" if module is not None else ""
                    return Import(where, dotted(alias.name), len(relative))
    return None
