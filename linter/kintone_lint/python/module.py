"""One parsed file: scopes, what each name is bound to, and under which conditions.

Says where a name comes from. What its value is, `values` says.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import TypeVar, cast

import libcst as cst

from kintone_lint.python.comments import comments_in
from kintone_lint.python.conditions import CONDITIONS, Arm, arm, contradict, further, leaves
from kintone_lint.python.scopes import Binding, Choice, Mutation, Scope, bound_name, parameters
from kintone_lint.python.source import Source
from kintone_lint.python.tree import arguments, children, dotted
from kintone_lint.python.work import Work

_Node = TypeVar("_Node", bound=cst.CSTNode)

_BINDINGS = 50  # of one name at one place that are looked at, the latest


# By exact type: `isinstance` of an abstract class is slow, and most nodes are none of these.
_SCOPES = {cst.FunctionDef, cst.ClassDef, cst.Lambda}
_BLOCKS = {
    cst.Module, cst.FunctionDef, cst.ClassDef, cst.If, cst.For, cst.While, cst.Try, cst.TryStar,
    cst.With, cst.Match,
}  # fmt: skip
_BINDING = {
    cst.Assign, cst.AnnAssign, cst.AugAssign, cst.NamedExpr, cst.For, cst.CompFor, cst.WithItem,
    cst.ExceptHandler, cst.FunctionDef, cst.ClassDef, cst.Import, cst.ImportFrom, cst.Global,
    cst.Nonlocal, cst.Call,
}  # fmt: skip


class Module:
    """The tree of a file with parents, scopes and bindings.

    `text` is what the tree was parsed from: as long as that of the source, and alike but for
    indentations. `memory` is what parsing it took at most, in bytes.
    """

    def __init__(self, source: Source, tree: cst.Module, text: str, memory: int = 0) -> None:
        self.source = source
        self.tree = tree
        self.text = text
        self.memory = memory
        self.work = Work()
        self.spans: dict[cst.CSTNode, tuple[int, int]] = {}
        self.assemblies: dict[cst.CSTNode, cst.CSTNode] = {}
        self.top = Scope(self.tree, None)
        self.parent: dict[cst.CSTNode, cst.CSTNode] = {}
        self.scope: dict[cst.CSTNode, Scope] = {self.tree: self.top}
        self.order: dict[cst.CSTNode, int] = {}
        self.choices: dict[cst.CSTNode, tuple[Choice, ...]] = {}
        self.attributes: dict[tuple[Scope, str], list[Binding]] = {}
        self.mutations: dict[str, list[Mutation]] = {}
        self.calls_of: dict[str, list[cst.Call]] = {}
        self.nodes: list[cst.CSTNode] = []
        self._by_type: dict[type[cst.CSTNode], list[cst.CSTNode]] = {}
        self._statement: dict[cst.CSTNode, cst.CSTNode] = {}
        self._arm: dict[cst.CSTNode, Arm] = {}
        self._held: dict[Arm, tuple[Choice, ...]] = {}
        self._read()

    def forget(self) -> None:
        """Cuts the circles of scopes and bindings."""
        for scope in {*self.scope.values()}:
            scope.bindings.clear()

    def of(self, *kinds: type[_Node]) -> list[_Node]:
        """The nodes of these exact types, in source order."""
        found = [node for kind in kinds for node in self._by_type.get(kind, ())]
        if len(kinds) > 1:
            found.sort(key=self.order.__getitem__)
        return cast("list[_Node]", found)

    # ---- where a node stands

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes around a node, from the inside out."""
        while (above := self.parent.get(node)) is not None:
            self.work.spend()
            yield above
            node = above

    def statement(self, node: cst.CSTNode) -> cst.CSTNode:
        """The statement that a node is part of."""
        return self._statement[node]

    def conditions(self, node: cst.CSTNode) -> tuple[Choice, ...]:
        """The conditions under which a node is reached, those of conditional expressions too."""
        reached = self.choices[self._statement[node]]
        arm_around = self._arm.get(node)
        return (*reached, *self._holding(arm_around)) if arm_around else reached

    def _holding(self, innermost: Arm) -> tuple[Choice, ...]:
        """What holds in an arm of a conditional expression, the innermost condition first."""
        arms: list[Arm] = []
        each: Arm | None = innermost
        while each is not None and each not in self._held:
            arms.append(each)
            each = each.around
        held = self._held[each] if each else ()
        for inner in reversed(arms):
            own = arm(inner.choice.test, self.scope[inner.choice], taken=inner.taken)
            held = self._held[inner] = (*own, *held)[:CONDITIONS]
        return held

    def inside(self, node: cst.CSTNode, around: cst.CSTNode) -> bool:
        """Whether a node is another one, or below it."""
        return node is around or any(each is around for each in self.ancestors(node))

    # ---- what a name is

    def lookup(self, name: str, at: cst.CSTNode) -> list[Binding]:
        """The bindings that a name may have at a node, the latest first."""
        scope: Scope | None = self.scope[at]
        start = scope
        while scope is not None:
            usable = scope is start or not isinstance(scope.node, cst.ClassDef)
            if usable and name in scope.bindings and name not in scope.outer:
                return self._reaching(scope.bindings[name], at, same=scope is start)
            scope = scope.parent
        return []

    def _reaching(self, bindings: list[Binding], at: cst.CSTNode, *, same: bool) -> list[Binding]:
        """Backwards from the place, as far as one that holds for certain."""
        end = len(bindings)
        conditions: tuple[Choice, ...] = ()
        if same:
            conditions = self.conditions(at)
            here = self.order[self.statement(at)]
            end = bisect.bisect_left(bindings, here, key=attrgetter("order"))
        found: list[Binding] = []
        for index in range(end - 1, -1, -1):
            self.work.spend()
            binding = bindings[index]
            if same and contradict(binding.choices, conditions):
                continue
            found.append(binding)
            if all(choice in conditions for choice in binding.choices) or len(found) == _BINDINGS:
                break
        return found

    def attribute(self, owner: Scope, name: str) -> Iterator[Binding]:
        """The bindings of an attribute of a class: in its body, and through `self`."""
        for binding in chain(owner.bindings.get(name, ()), self.attributes.get((owner, name), ())):
            self.work.spend()
            yield binding

    def attribute_before(self, node: cst.CSTNode, owner: Scope, name: str) -> Binding | None:
        """The binding through `self` in the function of a node, the last before it."""
        here = self.scope[node]
        found = self._attributes_by_scope.get((owner, name, here), [])
        order = self.order[self.statement(node)]
        at = bisect.bisect_left(found, order, key=attrgetter("order"))
        return found[at - 1] if at and here is not owner else None

    @cached_property
    def _attributes_by_scope(self) -> dict[tuple[Scope, str, Scope], list[Binding]]:
        found: dict[tuple[Scope, str, Scope], list[Binding]] = {}
        for (owner, name), bindings in self.attributes.items():
            for binding in bindings:
                found.setdefault((owner, name, binding.scope), []).append(binding)
        return found

    @cached_property
    def returns(self) -> dict[Scope, list[cst.Return]]:
        """The statements `return` of each function."""
        found: dict[Scope, list[cst.Return]] = {}
        for node in self.of(cst.Return):
            found.setdefault(self.scope[node], []).append(node)
        return found

    @cached_property
    def mentions(self) -> dict[str, list[cst.CSTNode]]:
        """Where each name stands, as a name or as a whole text; not where it is a keyword."""
        found: dict[str, list[cst.CSTNode]] = {}
        for name in self.of(cst.Name):
            around = self.parent[name]
            if not isinstance(around, cst.Arg) or around.keyword is not name:
                found.setdefault(name.value, []).append(name)
        for text in self.of(cst.SimpleString):
            if text.raw_value.isidentifier():
                found.setdefault(text.raw_value, []).append(text)
        return found

    @cached_property
    def comments(self) -> list[tuple[int, str]]:
        """The comments, each with its offset in the text."""
        return comments_in(self.source)

    # ---- reading

    def _read(self) -> None:
        stack: list[tuple[cst.CSTNode, Scope, cst.CSTNode, Arm | None]]
        stack = [(self.tree, self.top, self.tree, None)]
        self.choices[self.tree] = ()
        while stack:
            node, scope, statement, arm_around = stack.pop()
            if node in self.choices:
                statement, arm_around = node, None
            if arm_around is not None:
                self._arm[node] = arm_around
            self._statement[node] = statement
            self.scope[node] = scope
            self.order[node] = len(self.nodes)
            self.nodes.append(node)
            self._by_type.setdefault(type(node), []).append(node)
            below = children(node)
            for child in below:
                self.parent[child] = node
            if type(node) in _BINDING:
                self._bind(node, scope)
            inner = Scope(node, scope) if type(node) in _SCOPES else None
            if inner is not None:
                self._bind_parameters(node, inner)
            if type(node) in _BLOCKS:
                self._condition_blocks(node, inner or scope)
            choice = node if isinstance(node, cst.IfExp) else None
            for child in reversed(below):
                around = arm_around
                if choice is not None and child is not choice.test:
                    around = Arm(choice, child is choice.body, arm_around)
                body = getattr(node, "body", None) if inner is not None else None
                within = inner if inner is not None and child is body else scope
                stack.append((child, within, statement, around))

    def _add(
        self,
        name: str,
        scope: Scope,
        at: cst.CSTNode,
        node: cst.CSTNode | None,
        *,
        path: tuple[int, ...] = (),
        adds: bool = False,
    ) -> None:
        statement = self.statement(at)
        order, choices = self.order[statement], self.choices[statement]
        target = self.top if name in scope.outer else scope
        binding = Binding(name, order, node, choices, target, path, adds)
        target.bindings.setdefault(name, []).append(binding)

    def _bind(self, node: cst.CSTNode, scope: Scope) -> None:
        match node:
            case cst.Assign(targets=targets, value=value):
                for target in targets:
                    self._assign(target.target, value, scope, node)
            case cst.AnnAssign(target=target, value=value) if value is not None:
                self._assign(target, value, scope, node)
            case cst.AugAssign(target=target, value=value):
                name = dotted(target)
                if isinstance(target, cst.Name) and isinstance(node.operator, cst.AddAssign):
                    self._add(target.value, scope, node, value, adds=True)
                elif name and isinstance(node.operator, cst.BitOrAssign):
                    self._mutate(name, None, value, scope, node)
            case cst.NamedExpr(target=target, value=value):
                self._assign(target, value, scope, node)
            case cst.For(target=target) | cst.CompFor(target=target):
                self._assign(target, None, scope, node)
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
            case cst.Global(names=names) | cst.Nonlocal(names=names):
                scope.outer |= {item.name.value for item in names}
            case cst.Call():
                self._call(node, scope)

    def _assign(
        self,
        target: cst.CSTNode,
        value: cst.BaseExpression | None,
        scope: Scope,
        at: cst.CSTNode,
        path: tuple[int, ...] = (),
    ) -> None:
        match target:
            case cst.Name(value=name):
                self._add(name, scope, at, value, path=path)
            case cst.Tuple(elements=elements) | cst.List(elements=elements):
                starred = any(isinstance(each, cst.StarredElement) for each in elements)
                for index, element in enumerate(elements):
                    inner = None if starred else value
                    self._assign(element.value, inner, scope, at, (*path, index))
            case cst.Attribute(value=cst.Name(value="self" | "cls"), attr=attr):
                if (around := scope.enclosing_class) is not None:
                    statement = self.statement(at)
                    order, choices = self.order[statement], self.choices[statement]
                    binding = Binding(attr.value, order, value, choices, scope, path)
                    self.attributes.setdefault((around, attr.value), []).append(binding)
            case cst.Attribute() if value is not None and not path:
                if holder := dotted(target):
                    self._mutate(f"{holder}=", None, value, scope, at)
            case cst.Subscript(value=owner, slice=[cst.SubscriptElement(cst.Index(value=key))]):
                holder = dotted(owner)
                if holder and value is not None and not path:
                    self._mutate(holder, key, value, scope, at)

    def _mutate(
        self,
        name: str,
        key: cst.BaseExpression | None,
        value: cst.BaseExpression,
        scope: Scope,
        at: cst.CSTNode,
    ) -> None:
        statement = self.statement(at)
        mutation = Mutation(self.order[statement], scope, key, value, self.choices[statement], at)
        self.mutations.setdefault(name, []).append(mutation)

    def _call(self, node: cst.Call, scope: Scope) -> None:
        if isinstance(node.func, cst.Name):
            self.calls_of.setdefault(node.func.value, []).append(node)
        if not isinstance(node.func, cst.Attribute):
            return
        method, name = node.func.attr.value, dotted(node.func.value)
        self.calls_of.setdefault(method, []).append(node)
        plain, _ = arguments(node)
        if name and method == "update" and len(plain) == 1:
            self._mutate(name, None, plain[0], scope, node)
        elif name and method in ("setdefault", "__setitem__") and len(plain) == 2:
            self._mutate(name, plain[0], plain[1], scope, node)

    def _bind_parameters(self, node: cst.CSTNode, scope: Scope) -> None:
        assert isinstance(node, cst.FunctionDef | cst.Lambda | cst.ClassDef)
        if isinstance(node, cst.ClassDef):
            return
        for param in parameters(node.params):
            binding = Binding(param.name.value, -1, param, (), scope)
            scope.bindings[param.name.value] = [binding]

    def _condition_blocks(self, node: cst.CSTNode, scope: Scope) -> None:
        """Notes for each statement the conditions under which it is reached."""
        match node:
            case cst.Module(body=body):
                self._block(body, (), scope)
            case cst.FunctionDef(body=block) | cst.ClassDef(body=block):
                self._block(block.body, (), scope)
            case cst.If(test=test, body=block, orelse=orelse):
                around = self.choices[node]
                here = further(around, arm(test, scope, taken=True), block)
                self._block(block.body, here, scope)
                otherwise = further(around, arm(test, scope, taken=False))
                if isinstance(orelse, cst.If):
                    self.choices[orelse] = otherwise
                elif orelse is not None:
                    other = further(around, arm(test, scope, taken=False), orelse)
                    self._block(orelse.body.body, other, scope)
            case cst.For() | cst.While():
                around = self.choices[self.statement(node)]
                self._block(node.body.body, further(around, ((node, True),), node), scope)
                if node.orelse is not None:
                    self._block(node.orelse.body.body, around, scope)
            case cst.Try() | cst.TryStar():
                around = self.choices[self.statement(node)]
                self._block(node.body.body, around, scope)
                for handler in node.handlers:
                    self._block(
                        handler.body.body, further(around, ((handler, True),), handler), scope
                    )
                for part in (node.orelse, node.finalbody):
                    if part is not None:
                        self._block(part.body.body, around, scope)
            case cst.With(body=block):
                self._block(block.body, self.choices[node], scope)
            case cst.Match(cases=cases):
                around = self.choices[node]
                for case in cases:
                    self._block(case.body.body, further(around, ((case, True),), case), scope)

    def _block(
        self, statements: Sequence[cst.CSTNode], choices: tuple[Choice, ...], scope: Scope
    ) -> None:
        for statement in statements:
            self.choices[statement] = choices
            if isinstance(statement, cst.If) and leaves(statement.body):
                choices = further(choices, arm(statement.test, scope, taken=False))
