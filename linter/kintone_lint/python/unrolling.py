"""Loops whose rounds are all known, run one after the other: what their names are in the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum, auto
from itertools import islice

import libcst as cst

from kintone_lint.python.alternatives import Combination, Knows, combined
from kintone_lint.python.carried import Loop, bound_in
from kintone_lint.python.rounds import naming, turns_of
from kintone_lint.python.scopes import Binding, Choice
from kintone_lint.python.sequences import added
from kintone_lint.python.texts import joined
from kintone_lint.python.tree import children, walk
from kintone_lint.python.values import (
    Alternative,
    Constant,
    Expr,
    Hole,
    Items,
    Text,
    Value,
    only,
    text_of,
)

_STATEMENTS = 400  # of all rounds together
_NODES = 2_000  # of a statement that are looked at

Names = dict[str, Expr | Value]
End = tuple[Names, tuple[Choice, ...]]
"""What the names of a loop are in the end, and the conditions of what they were before."""


class _UnclearError(Exception):
    """It is not known what a loop does next."""


class _Left(Enum):
    NOT = auto()
    ROUND = auto()
    LOOP = auto()


def unrolled(loop: Expr, known: Knows, *, orelse: bool) -> list[End] | None:
    """The ends of a loop, one for each of what it may start with; None if one is not known.

    `orelse` says whether what it does in the end counts, too.
    """
    node = loop.node
    assert isinstance(node, Loop)
    own = bound_in(node, loop.module)
    if isinstance(node, cst.For) and _turns(node, loop, known) is None:
        return None
    ends: list[End] = []
    for start in _starts(node, loop, own, known):
        names: Names = dict(zip(own, start.values, strict=True))
        run = _Run(loop, known, own, names)
        try:
            run.loop(node, orelse=orelse)
        except _UnclearError:
            return None
        ends.append((run.names, start.choices))
    return ends


def _starts(
    loop: Loop, at: Expr, own: dict[str, list[Binding]], known: Knows
) -> Iterator[Combination]:
    """What the names of a loop can be before it."""
    found: list[tuple[Alternative, ...]] = []
    for name, bindings in own.items():
        if all(each.at is loop for each in bindings):
            found.append((Alternative(_hole(name, at)),))
        else:
            found.append(known.named(name, at))
    return combined(found, known.work)


def _hole(name: str, at: Expr) -> Text:
    return Text((Hole(name, at.node, at.module),))


def _turns(loop: cst.For, at: Expr, known: Knows) -> list[Names] | None:
    """What the names of a loop are in each of its rounds; None if not all are known."""
    over, backwards = loop.iter, False
    if _has_walrus(over):
        return None
    match over:
        case cst.Call(func=cst.Name(value="reversed"), args=[cst.Arg(star="", value=inner)]):
            over, backwards = inner, True
    value = only(known.values(at.beside(over)))
    if isinstance(value, Items):
        if value.kind == "set" and len(value.items) > 1:
            return None  # in any order
        if any(isinstance(each.node, cst.StarredElement) for each in value.items):
            return None  # nobody knows how many
    rounds = turns_of(loop.target, over, (), at, known)
    if rounds is None or not rounds.whole or any(each.when for each in rounds.turns):
        return None
    targets = {each.value for each in walk(loop.target) if isinstance(each, cst.Name)}
    turns = [each.at.frame.items if each.at.frame is not None else {} for each in rounds.turns]
    found = [{name: turn[name] for name in targets if name in turn} for turn in turns]
    return found[::-1] if backwards else found


class _Run:
    """One run of a loop. `names` are what its names are by now; a name it may change is unknown."""

    def __init__(self, at: Expr, known: Knows, own: dict[str, list[Binding]], names: Names) -> None:
        self.at = at
        self.known = known
        self.own = own
        self.names = names
        self.left = _STATEMENTS
        self.changed = self._mutated()
        for name in self.changed:
            self.names[name] = _hole(name, at)

    def _mutated(self) -> set[str]:
        """What the loop writes into: lists and mappings are not followed here."""
        module = self.at.module
        return {
            name.partition(".")[0].partition("[")[0]
            for name, changes in module.mutations.items()
            for each in changes
            if module.inside(each.node, self.at.node)
        } - {"self", "cls"}

    def here(self, node: cst.CSTNode) -> Expr:
        """An expression as it is by now."""
        return naming(self.names, self.at).beside(node)

    def loop(self, node: Loop, *, orelse: bool = True) -> None:
        left = _Left.NOT
        if isinstance(node, cst.For):
            turns = None if node.asynchronous else _turns(node, self.here(node), self.known)
            if turns is None:
                raise _UnclearError
            for turn in turns:
                for name, value in turn.items():
                    self.give(name, value)
                if (left := self.block(node.body)) is _Left.LOOP:
                    break
        else:
            while self.holds(node.test):
                if (left := self.block(node.body)) is _Left.LOOP:
                    break
        if orelse and node.orelse is not None and left is not _Left.LOOP:
            self.block(node.orelse.body)

    def holds(self, test: cst.BaseExpression) -> bool:
        held = None if _has_walrus(test) else self.known.truth(self.here(test))
        if held is None:
            raise _UnclearError
        return held

    def block(self, block: cst.BaseSuite) -> _Left:
        for line in block.body:
            for each in line.body if isinstance(line, cst.SimpleStatementLine) else (line,):
                self.left -= 1
                self.known.work.spend()
                if self.left < 0:
                    raise _UnclearError
                left = self.statement(each)
                if left is not _Left.NOT:
                    return left
        return _Left.NOT

    def statement(self, node: cst.CSTNode) -> _Left:
        match node:
            case cst.Break():
                return _Left.LOOP
            case cst.Continue():
                return _Left.ROUND
            case cst.Return() | cst.Raise():
                raise _UnclearError
            case cst.If(test=test, body=body, orelse=orelse):
                return self.branch(node, test, body, orelse)
            case cst.For() | cst.While():
                self.inner(node)
            case cst.With(items=items, body=body):
                for item in items:
                    self.forget(item)
                return self.block(body)
            case cst.Assign(targets=targets, value=value) if not _has_walrus(value):
                given = [self.parts(value, target.target) for target in targets]
                for target, parts in zip(targets, given, strict=True):
                    self.assign(target.target, parts)
            case cst.AnnAssign(target=target, value=cst.BaseExpression() as value) if (
                not _has_walrus(value)
            ):
                self.assign(target, self.value(value))
            case cst.AugAssign(target=cst.Name(value=name)) if not _has_walrus(node.value):
                self.give(name, self.grown(node))
            case cst.Expr(value=cst.Call(args=[cst.Arg(value=cst.NamedExpr() as walrus)])) if (
                not _has_walrus(walrus.value)
            ):
                self.assign(walrus.target, self.value(walrus.value))
            case _:
                if _leaves(node):
                    raise _UnclearError
                self.forget(node)
        return _Left.NOT

    def branch(
        self,
        node: cst.If,
        test: cst.BaseExpression,
        body: cst.BaseSuite,
        orelse: cst.If | cst.Else | None,
    ) -> _Left:
        held = None if _has_walrus(test) else self.known.truth(self.here(test))
        if held is None:
            if _leaves(node):
                raise _UnclearError
            self.forget(node)
            return _Left.NOT
        if held:
            return self.block(body)
        if isinstance(orelse, cst.If):
            return self.statement(orelse)
        return self.block(orelse.body) if orelse is not None else _Left.NOT

    def inner(self, node: Loop) -> None:
        """A loop in the loop."""
        before = dict(self.names)
        try:
            self.loop(node)
        except _UnclearError:
            if self.left < 0:
                raise
            self.names = before
            self.forget(node)

    # ---- values

    def value(self, node: cst.CSTNode) -> Expr | Value:
        at = self.here(node)
        found = only(self.known.values(at))
        return at if found is None else found

    def parts(self, value: cst.BaseExpression, target: cst.BaseExpression) -> object:
        """What a target is given: a value, or a tuple of those if it takes a display apart."""
        match value, target:
            case cst.Tuple(elements=given), cst.Tuple(elements=taken) if len(given) == len(taken):
                pairs = zip(given, taken, strict=True)
                return tuple(self.parts(one.value, other.value) for one, other in pairs)
        return self.value(value)

    def assign(self, target: cst.CSTNode, given: object) -> None:
        match target:
            case cst.Name(value=name) if isinstance(given, Expr | Value):
                self.give(name, given)
            case cst.Tuple(elements=elements) if type(given) is tuple:
                for element, part in zip(elements, given, strict=True):
                    self.assign(element.value, part)
            case cst.Name() | cst.Tuple() | cst.List() | cst.StarredElement():
                for each in walk(target):
                    if isinstance(each, cst.Name):
                        self.names[each.value] = _hole(each.value, self.at)

    def give(self, name: str, value: Expr | Value) -> None:
        self.names[name] = _hole(name, self.at) if name in self.changed else value

    def grown(self, node: cst.AugAssign) -> Value:
        """`name += value`; what another operator makes is not known."""
        exprs = [self.here(each) for each in (node.target, node.value)]
        values = [only(self.known.values(each)) for each in exprs]
        first, second = values
        found: Sequence[Alternative] = ()
        match node.operator, first, second:
            case cst.AddAssign(), Constant(value=int() as one), Constant(value=int() as other):
                return Constant(one + other, node, self.at.module)
            case cst.AddAssign(), Items(), Items():
                found = tuple(islice(added(exprs, exprs[0], self.known), 2))
            case cst.AddAssign(), Text(), Text() | Constant():
                given = [(Alternative(each),) for each in (first, second) if each is not None]
                found = tuple(islice(joined(exprs, given, self.known.work), 2))
        made = only(tuple(found))
        held = made is not None and (text_of(made) is not None or isinstance(made, Items))
        return made if held and made is not None else _hole(node.target.value, self.at)  # type: ignore[attr-defined]

    def forget(self, node: cst.CSTNode) -> None:
        """Names that a node may have given a value are unknown."""
        for name, bindings in self.own.items():
            if any(
                each.at is not None and self.at.module.inside(each.at, node) for each in bindings
            ):
                self.names[name] = _hole(name, self.at)


def _has_walrus(node: cst.CSTNode) -> bool:
    return any(isinstance(each, cst.NamedExpr) for each in islice(walk(node), _NODES))


def _leaves(node: cst.CSTNode) -> bool:
    """Whether a round or the loop may end in a statement."""
    left: list[cst.CSTNode] = [node]
    while left:
        each = left.pop()
        if isinstance(each, cst.Break | cst.Continue):
            return True
        if not isinstance(each, cst.For | cst.While | cst.FunctionDef | cst.ClassDef):
            left += children(each)
    return False
