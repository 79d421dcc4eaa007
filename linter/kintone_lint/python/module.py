"""One parsed file: scopes, what each name is bound to, and under which conditions.

Says where a name comes from. What its value is, `values` says.
"""

from __future__ import annotations

import bisect
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import TypeVar, cast

import libcst as cst

from kintone_lint.python.comments import comments_in
from kintone_lint.python.comprehensions import in_comprehension
from kintone_lint.python.conditions import CONDITIONS, Arm, arm, contradict, name_key
from kintone_lint.python.reaching import Reaching
from kintone_lint.python.scopes import Binding, Change, Choice, Mutation, Scope, positional
from kintone_lint.python.source import Source
from kintone_lint.python.tree import arguments, children, dotted, held, opened, spelled
from kintone_lint.python.work import Work
from kintone_lint.python.writes import Writes

_Node = TypeVar("_Node", bound=cst.CSTNode)

_DERIVED = 20  # classes that are made of one
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
    cst.Nonlocal, cst.Call, cst.Del, cst.Match,
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
        # What an expression stands for, as far as it was asked: a class, or a module.
        self.owners: dict[cst.CSTNode, tuple[Scope | None, Module] | None] = {}
        # As far as they were asked for: names in tests, what rounds of loops make of earlier ones.
        self.tested: dict[cst.CSTNode, frozenset[str]] = {}
        self.carried: dict[cst.CSTNode, frozenset[Binding]] = {}
        self.top = Scope(self.tree, None)
        self.parent: dict[cst.CSTNode, cst.CSTNode] = {}
        self.scope: dict[cst.CSTNode, Scope] = {self.tree: self.top}
        self.order: dict[cst.CSTNode, int] = {}
        self._conditions = Reaching(tree)
        self.choices = self._conditions.choices
        self.tests = self._conditions.tests
        self._writes = Writes(self.top)
        self.attributes = self._writes.attributes
        self.mutations = self._writes.mutations
        self.calls_of = self._writes.calls_of
        self.nodes: list[cst.CSTNode] = []
        self._by_type: dict[type[cst.CSTNode], list[cst.CSTNode]] = {}
        self._statement: dict[cst.CSTNode, cst.CSTNode] = {}
        self._arm: dict[cst.CSTNode, Arm] = {}
        self._held: dict[Arm, tuple[Choice, ...]] = {}
        self._changes_at: dict[tuple[str, Scope], list[Mutation]] = {}
        self._read()

    def forget(self) -> None:
        """Cuts the circles of scopes and bindings."""
        self.owners.clear()
        for scope in {*self.scope.values()}:
            scope.bindings.clear()

    def of(self, *kinds: type[_Node]) -> list[_Node]:
        """The nodes of these exact types, in source order."""
        found = [node for kind in kinds for node in self._by_type.get(kind, ())]
        if len(kinds) > 1:
            found.sort(key=self.order.__getitem__)
        return cast("list[_Node]", found)

    def has(self, kind: type[cst.CSTNode]) -> bool:
        """Whether there is a node of this exact type."""
        return kind in self._by_type

    # ---- where a node is

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

    def arms(self, node: cst.CSTNode) -> Iterator[Arm]:
        """The arms of conditional expressions that a node is in, the innermost first."""
        around = self._arm.get(node)
        while around is not None:
            yield around
            around = around.around

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

    def lookup(
        self, name: str, at: cst.CSTNode, entered: Callable[[], Mapping[Scope, int]] = dict
    ) -> list[Binding]:
        """The bindings that a name may have at a node, the latest first; `entered` as in `Expr`."""
        scope: Scope | None = self.scope[at]
        start = scope
        while scope is not None:
            usable = scope is start or not isinstance(scope.node, cst.ClassDef)
            if usable and name in scope.bindings and name not in scope.outer:
                found = scope.bindings[name]
                if (scope, name) in self._writes.rounds:
                    own, found = in_comprehension(found, at, self.ancestors(at))
                    if own is not None:
                        return [own]
                if found:
                    last = entered().get(scope) if scope is not start and found[1:] else None
                    earlier = [each for each in found if last is None or each.order < last]
                    return self._reaching(earlier or found, at, same=scope is start)
            scope = scope.parent
        return []

    def _reaching(self, bindings: list[Binding], at: cst.CSTNode, *, same: bool) -> list[Binding]:
        """Backwards from the place, as far as one that holds for certain."""
        end = len(bindings)
        conditions: tuple[Choice, ...] = ((self.scope[at].node, True),)
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

    @cached_property
    def set_outside(self) -> dict[str, list[cst.BaseExpression]]:
        """By attribute, what it is set of if that is not `self`."""
        found: dict[str, list[cst.BaseExpression]] = {}
        targets: list[cst.CSTNode] = [each.target for each in self.of(cst.AugAssign)]
        targets += [each.target for node in self.of(cst.Assign) for each in node.targets]
        for target in targets:
            if isinstance(target, cst.Attribute):
                holder = target.value
                if not isinstance(holder, cst.Name) or holder.value not in ("self", "cls"):
                    found.setdefault(target.attr.value, []).append(holder)
        return found

    @cached_property
    def set_by_call(self) -> set[tuple[Scope, str | None]]:
        """The attributes of `self` that a call sets, by class; None if the name is not known."""
        found: set[tuple[Scope, str | None]] = set()
        calls = [*self.calls_of.get("setattr", ()), *self.calls_of.get("__setattr__", ())]
        for call in calls:
            args = [arg.value for arg in call.args]
            around = self.scope[call].enclosing_class
            if around is not None and len(args) > 1 and dotted(args[0]) in ("self", "cls"):
                found.add((around, spelled(args[1])))
        for call in self.calls_of.get("update", ()):
            around = self.scope[call].enclosing_class
            if around is not None and dotted(call.func) == "self.__dict__.update":
                found.add((around, None))
        return found

    def derived(self, owner: Scope) -> list[Scope]:
        """The first classes of the file that are made of a class, directly or not."""
        found: list[Scope] = [owner]
        for each in found:
            self.work.spend()
            found += [one for one in self._derived.get(each, ())[:_DERIVED] if one not in found]
            if len(found) > _DERIVED:
                break
        return found[1 : _DERIVED + 1]

    @cached_property
    def _derived(self) -> dict[Scope, list[Scope]]:
        """By class, those whose bases name it."""
        found: dict[Scope, list[Scope]] = {}
        for node in self.of(cst.ClassDef):
            for base in node.bases:
                if isinstance(base.value, cst.Name):
                    for binding in self.lookup(base.value.value, base.value)[:1]:
                        if isinstance(binding.node, cst.ClassDef) and binding.node is not node:
                            around = self.scope[binding.node.body]
                            found.setdefault(around, []).append(self.scope[node.body])
        return found

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

    def changes(self, name: str, at: cst.CSTNode) -> Sequence[Mutation]:
        """What is done to what a name holds that is used at a node: first what is done elsewhere.

        A name of another function is another one.
        """
        found = self._changes.get(name)
        if found is None:
            return ()
        here = self.scope[at]
        if (name, here) not in self._changes_at:
            home = name_key(name, here)
            same = [each for each in found if name_key(name, each.scope) == home]
            same.sort(key=lambda each: each.scope is here)
            self._changes_at[name, here] = same
        return self._changes_at[name, here]

    @cached_property
    def _changes(self) -> dict[str, list[Mutation]]:
        """All changes by name, and the calls that hand a name to a function that changes it."""
        found: dict[str, list[Mutation]] = {}
        for name, each in self.mutations.items():
            found.setdefault(name.removesuffix("="), []).extend(each)
        handed = list(self._handed())
        several = Counter(call for _, call, _ in handed)
        for number, (holder, call, param) in enumerate(handed):
            self.work.spend()
            statement = self.statement(call)
            one: tuple[Choice, ...] = ((call, number),) if several[call] > 1 else ()
            found.setdefault(holder, []).append(
                Mutation(
                    Change.HAND,
                    self.order[statement],
                    self.scope[call],
                    param.name,
                    None,
                    (*self.choices[statement], *one),
                    call,
                )
            )
        for mutations in found.values():
            mutations.sort(key=lambda each: each.order)
        return found

    def _handed(self) -> Iterator[tuple[str, cst.Call, cst.Param]]:
        """The calls that hand a name to a function that changes it; one call is of one function."""
        for name, mutations in self.mutations.items():
            for scope in dict.fromkeys(each.scope for each in mutations):
                param = next((b.node for b in scope.bindings.get(name, [])[:1]), None)
                if isinstance(param, cst.Param) and isinstance(scope.node, cst.FunctionDef):
                    for holder, call in self._given(scope.node, param):
                        yield holder, call, param

    def _given(self, function: cst.FunctionDef, param: cst.Param) -> Iterator[tuple[str, cst.Call]]:
        """The names that are given for a parameter, in calls by the name of the function."""
        names = [each.name.value for each in positional(function.params)]
        own = param.name.value
        place = names.index(own) - (names[:1] in (["self"], ["cls"])) if own in names else -1
        method = isinstance(self.scope[function].node, cst.ClassDef)
        for call in self.calls_of.get(function.name.value, []):
            self.work.spend()
            plain, named = arguments(call)
            if isinstance(call.func, cst.Attribute) is not method:
                continue
            given = named.get(own)
            if given is None and 0 <= place < len(plain):
                given = plain[place]
            if given is not None and (holder := held(given)):
                yield holder, call

    @cached_property
    def returns(self) -> dict[Scope, list[cst.Return]]:
        """The statements `return` of each function."""
        found: dict[Scope, list[cst.Return]] = {}
        for node in self.of(cst.Return):
            found.setdefault(self.scope[node], []).append(node)
        return found

    @cached_property
    def mentions(self) -> dict[str, list[cst.CSTNode]]:
        """Where each name is, as a name or as a whole text; not where it is a keyword."""
        found: dict[str, list[cst.CSTNode]] = {}
        for name in self.of(cst.Name):
            around = self.parent[name]
            if not isinstance(around, cst.Arg) or around.keyword is not name:
                found.setdefault(name.value, []).append(name)
        for text in self.of(cst.SimpleString):
            start, quotes = opened(text)
            written = text.value[start:-quotes]
            if written.isidentifier():
                found.setdefault(written, []).append(text)
        return found

    @cached_property
    def comments(self) -> list[tuple[int, str]]:
        """The comments, each with its offset in the text."""
        return comments_in(self.source)

    # ---- reading

    def _read(self) -> None:
        parent, order, nodes = self.parent, self.order, self.nodes
        scopes, statements, choices = self.scope, self._statement, self.choices
        by_type: defaultdict[type[cst.CSTNode], list[cst.CSTNode]] = defaultdict(list)
        stack: list[tuple[cst.CSTNode, Scope, cst.CSTNode, Arm | None]]
        stack = [(self.tree, self.top, self.tree, None)]
        while stack:
            node, scope, statement, arm_around = stack.pop()
            kind = type(node)
            if node in choices:
                statement, arm_around = node, None
            if arm_around is not None:
                self._arm[node] = arm_around
            statements[node] = statement
            scopes[node] = scope
            order[node] = len(nodes)
            nodes.append(node)
            by_type[kind].append(node)
            if kind in _BINDING:
                self._writes.read(node, scope, order[statement], choices[statement])
            inner = Scope(node, scope) if kind in _SCOPES else None
            if inner is not None:
                self._writes.bind_parameters(node, inner)
            if kind in _BLOCKS:
                self._conditions.read(node, statement, inner or scope)
            below = children(node)
            if inner is None and kind is not cst.IfExp:
                for child in reversed(below):
                    parent[child] = node
                    stack.append((child, scope, statement, arm_around))
                continue
            body = getattr(node, "body", None)
            for child in reversed(below):
                parent[child] = node
                around = arm_around
                if isinstance(node, cst.IfExp) and child is not node.test:
                    around = Arm(node, child is body, arm_around)
                within = inner if inner is not None and child is body else scope
                stack.append((child, within, statement, around))
        self._by_type = dict(by_type)
