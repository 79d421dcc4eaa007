"""What statements write: names that are bound, attributes, changes of what a name holds."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from kintone_lint.python.captures import captures
from kintone_lint.python.reaching import in_case
from kintone_lint.python.scopes import (
    EACH,
    Binding,
    Change,
    Choice,
    Mutation,
    Rest,
    Scope,
    Step,
    bound_name,
    packing,
    parameters,
)
from kintone_lint.python.tree import arguments, held

# Methods that change what they are called on, by the number of their positional arguments.
_METHODS = {
    ("update", 1): Change.MERGE,
    ("__ior__", 1): Change.MERGE,
    ("setdefault", 2): Change.DEFAULT,
    ("__setitem__", 2): Change.PUT,
    ("add_header", 2): Change.PUT,
    ("add_unredirected_header", 2): Change.PUT,
    ("pop", 1): Change.REMOVE,
    ("pop", 2): Change.REMOVE,
    ("popitem", 0): Change.REMOVE,
    ("popall", 1): Change.REMOVE,
    ("__delitem__", 1): Change.REMOVE,
    ("remove_header", 1): Change.REMOVE,
    ("clear", 0): Change.CLEAR,
    ("append", 1): Change.APPEND,
    ("add", 1): Change.APPEND,
    ("appendleft", 1): Change.APPEND,
    ("insert", 2): Change.REORDER,
    ("sort", 0): Change.REORDER,
    ("reverse", 0): Change.REORDER,
    ("remove", 1): Change.REMOVE,
    ("extend", 1): Change.EXTEND,
}


class Writes:
    """Bindings go into their scopes; attributes and changes are kept here, by name."""

    def __init__(self, top: Scope) -> None:
        self._top = top
        self.attributes: dict[tuple[Scope, str], list[Binding]] = {}
        self.mutations: dict[str, list[Mutation]] = {}
        self.calls_of: dict[str, list[cst.Call]] = {}
        self.rounds: set[tuple[Scope, str]] = set()  # names that a comprehension binds, too
        self._order = 0
        self._choices: tuple[Choice, ...] = ()

    def read(
        self, node: cst.CSTNode, scope: Scope, order: int, choices: tuple[Choice, ...]
    ) -> None:
        """Notes what a node writes; its statement has this place and these conditions."""
        self._order, self._choices = order, choices
        match node:  # most frequent first
            case cst.Call():
                self._call(node, scope)
            case cst.Assign(targets=targets, value=value):
                for target in targets:
                    self._assign(target.target, value, scope, node)
            case cst.AnnAssign(target=target, value=value) if value is not None:
                self._assign(target, value, scope, node)
            case cst.AugAssign():
                self._augmented(node, scope)
            case cst.NamedExpr(target=target, value=value):
                self._assign(target, value, scope, node)
            case cst.For(target=target, iter=each) | cst.CompFor(target=target, iter=each):
                self._assign(target, each, scope, node, (EACH,))
            case cst.WithItem(item=item, asname=cst.AsName(name=target)):
                self._assign(target, item, scope, node)
            case cst.ExceptHandler(name=cst.AsName(name=target)):
                self._assign(target, None, scope, node)
            case cst.FunctionDef(name=name) | cst.ClassDef(name=name):
                self._add(name.value, scope, node, node)
            case cst.Import(names=names):
                for alias in names:
                    self._add(bound_name(alias), scope, node, alias)
            case cst.ImportFrom(names=names) if not isinstance(names, cst.ImportStar):
                for alias in names:
                    self._add(bound_name(alias), scope, node, node)
            case cst.Global(names=names):
                scope.outer |= dict.fromkeys((item.name.value for item in names), self._top)
            case cst.Nonlocal(names=items):
                for said in [item.name.value for item in items]:
                    scope.outer[said] = _home(said, scope) or self._top
            case cst.Del(target=target):
                self._delete(target, scope, node)
            case cst.Match(subject=subject, cases=cases):
                self._match(node, subject, cases, scope)

    def bind_parameters(self, node: cst.CSTNode, scope: Scope) -> None:
        """The parameters of a function or lambda."""
        if not isinstance(node, cst.FunctionDef | cst.Lambda):
            return
        for param in (*parameters(node.params), *packing(node.params)):
            binding = Binding(param.name.value, -1, param, (), scope)
            scope.bindings[param.name.value] = [binding]

    def _add(
        self,
        name: str,
        scope: Scope,
        at: cst.CSTNode,
        node: cst.CSTNode | None,
        *,
        path: tuple[Step, ...] = (),
        adds: bool = False,
    ) -> None:
        target, choices = scope, self._choices
        if name in scope.outer:
            choices = (*choices, (scope.node, True))  # where it is called
            target = scope.outer[name]
        binding = Binding(name, self._order, node, choices, target, path, adds, at)
        target.bindings.setdefault(name, []).append(binding)
        if type(at) is cst.CompFor:
            self.rounds.add((target, name))

    def _augmented(self, node: cst.AugAssign, scope: Scope) -> None:
        name = held(node.target)
        if name is None:
            return
        self._grow(node, scope)
        if isinstance(node.operator, cst.AddAssign):
            if isinstance(node.target, cst.Name):
                self._add(name, scope, node, node.value, adds=True)
            else:
                self._mutate(Change.EXTEND, name, None, node.value, scope, node)
        elif isinstance(node.operator, cst.BitOrAssign):
            self._mutate(Change.MERGE, name, None, node.value, scope, node)
        elif isinstance(node.target, cst.Name):
            self._add(name, scope, node, node.value, adds=True)

    def _grow(self, node: cst.AugAssign, scope: Scope) -> None:
        """`self.name += value`, of a text: a value of its own."""
        match node.target:
            case cst.Attribute(value=cst.Name(value="self" | "cls"), attr=attr):
                if (around := scope.enclosing_class) is not None:
                    binding = Binding(
                        attr.value, self._order, node.value, self._choices, scope, (), True, node
                    )
                    self.attributes.setdefault((around, attr.value), []).append(binding)

    def _assign(
        self,
        target: cst.CSTNode,
        value: cst.BaseExpression | None,
        scope: Scope,
        at: cst.CSTNode,
        path: tuple[Step, ...] = (),
    ) -> None:
        match target:
            case cst.Name(value=name):
                self._add(name, scope, at, value, path=path)
            case cst.Tuple(elements=elements) | cst.List(elements=elements):
                self._unpack(elements, value, scope, at, path)
            case cst.Attribute(value=cst.Name(value="self" | "cls"), attr=attr):
                if (around := scope.enclosing_class) is not None:
                    binding = Binding(
                        attr.value, self._order, value, self._choices, scope, path, False, at
                    )
                    self.attributes.setdefault((around, attr.value), []).append(binding)
            case cst.Attribute() if value is not None and not path:
                if holder := held(target):
                    self._mutate(Change.ASSIGN, f"{holder}=", None, value, scope, at)
            case cst.Subscript(value=owner, slice=[cst.SubscriptElement(cst.Index(value=key))]):
                holder = held(owner)
                if holder and value is not None and not path:
                    self._mutate(Change.PUT, holder, key, value, scope, at)
            case cst.Subscript(value=owner) if holder := held(owner):
                self._mutate(Change.REORDER, holder, None, None, scope, at)

    def _unpack(
        self,
        elements: Sequence[cst.BaseElement],
        value: cst.BaseExpression | None,
        scope: Scope,
        at: cst.CSTNode,
        path: tuple[Step, ...],
    ) -> None:
        """A tuple taken apart: what is after a star has its place from the end."""
        starred = False
        for index, element in enumerate(elements):
            after = index - len(elements)
            step: Step = after if starred else index
            if isinstance(element, cst.StarredElement):
                step, starred = Rest(index, -after - 1), True
            self._assign(element.value, value, scope, at, (*path, step))

    def _match(
        self,
        node: cst.Match,
        subject: cst.BaseExpression,
        cases: Sequence[cst.MatchCase],
        scope: Scope,
    ) -> None:
        """What the patterns of a match capture, each under the conditions of its case."""
        around = self._choices
        for number, case in enumerate(cases):
            self._choices = (*around, *in_case(node, number, case))
            for name, path in captures(case.pattern):
                self._add(name, scope, node, subject if path is not None else None, path=path or ())
        self._choices = around

    def _delete(self, target: cst.CSTNode, scope: Scope, at: cst.CSTNode) -> None:
        match target:
            case cst.Tuple(elements=elements) | cst.List(elements=elements):
                for element in elements:
                    self._delete(element.value, scope, at)
            case cst.Subscript(value=owner, slice=[cst.SubscriptElement(cst.Index(value=key))]):
                if holder := held(owner):
                    self._mutate(Change.REMOVE, holder, key, None, scope, at)
            case cst.Subscript(value=owner) if holder := held(owner):
                self._mutate(Change.REORDER, holder, None, None, scope, at)
            case cst.Attribute() if holder := held(target):
                self._mutate(Change.CLEAR, holder, None, None, scope, at)

    def _mutate(
        self,
        change: Change,
        name: str,
        key: cst.BaseExpression | None,
        value: cst.BaseExpression | None,
        scope: Scope,
        at: cst.CSTNode,
    ) -> None:
        mutation = Mutation(change, self._order, scope, key, value, self._choices, at)
        self.mutations.setdefault(name, []).append(mutation)

    def _call(self, node: cst.Call, scope: Scope) -> None:
        if isinstance(node.func, cst.Name):
            self.calls_of.setdefault(node.func.value, []).append(node)
        if not isinstance(node.func, cst.Attribute):
            return
        method, name = node.func.attr.value, held(node.func.value)
        self.calls_of.setdefault(method, []).append(node)
        if name is None:
            return
        plain, named = arguments(node)
        change = _METHODS.get((method, len(plain)))
        if change in (Change.PUT, Change.DEFAULT):
            self._mutate(change, name, plain[0], plain[1], scope, node)
        elif change is Change.REMOVE:
            self._mutate(change, name, plain[0] if plain else None, None, scope, node)
        elif change is not None:
            self._mutate(change, name, None, plain[-1] if plain else None, scope, node)
        if method in ("update", "from_mapping") and (
            named or any(arg.star == "**" for arg in node.args)
        ):
            self._mutate(Change.MERGE_NAMED, name, None, None, scope, node)


def _home(name: str, scope: Scope) -> Scope | None:
    """The function around another one whose name it is that is `nonlocal` there."""
    around = scope.parent
    while around is not None and (isinstance(around.node, cst.ClassDef) or not around.binds(name)):
        around = around.parent
    return around
