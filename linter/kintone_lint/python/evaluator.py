"""What an expression is worth at its place. Unknown parts stay as holes, never guesses.

`Evaluator.values(expr)` gives the alternatives, each with the conditions under which it holds. What
is made of them is elsewhere: texts in `texts`, mappings in `mappings`, known calls in `calls`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import libcst as cst

from kintone_lint.python.after_loops import AfterLoops
from kintone_lint.python.alternatives import When, distinct, may_be_empty, spread
from kintone_lint.python.call import Call
from kintone_lint.python.callees import Callees
from kintone_lint.python.calls import known_call
from kintone_lint.python.conditions import contradict, emptiness, name_key
from kintone_lint.python.following import exported, given, gotten, returned, value_of
from kintone_lint.python.functions import called, frames_around, owner_of
from kintone_lint.python.furl import is_furl, written
from kintone_lint.python.in_rounds import (
    ALWAYS,
    both,
    conditional,
    when,
    when_bound,
    when_here,
)
from kintone_lint.python.mappings import changed, displayed, filtered, united
from kintone_lint.python.module import Module
from kintone_lint.python.narrowing import possible
from kintone_lint.python.objects import Objects, Origin
from kintone_lint.python.percent import percent
from kintone_lint.python.project import Project
from kintone_lint.python.rebound import bindings_of
from kintone_lint.python.scopes import Binding, imported
from kintone_lint.python.sequences import added, bound, comprehended, listed
from kintone_lint.python.subscripts import subscripted, taken_out
from kintone_lint.python.texts import (
    format_of,
    formatted,
    formatted_text,
    joined,
    literal,
    slashed,
    spelled_with,
    strings,
    terms,
)
from kintone_lint.python.tree import dotted
from kintone_lint.python.truth import is_reached, is_true, told
from kintone_lint.python.url_calls import URL_PARTS, url_part
from kintone_lint.python.values import (
    LONGEST,
    Alternative,
    Constant,
    Expr,
    Frame,
    Items,
    Mapping,
    Text,
    Value,
    falsy,
    only,
    unknown,
)
from kintone_lint.python.work import TooMuchWorkError

_DEEP = 40  # steps from a name to its value
_DEEP_CALLS = 12  # steps at which calls are still followed


class Evaluator:
    """Values in the modules of a project, each worked out once."""

    def __init__(self, project: Project) -> None:
        self.project = project  # the files that are looked at together
        self.work = project.work
        self._known: dict[Expr, tuple[Alternative, ...]] = {}
        self._truths: dict[Expr, bool | None] = {}
        self._reached: dict[Expr, bool | None] = {}
        self._rounds: dict[Expr, When] = {}
        self._callees: dict[Module, Callees] = {}
        self._loops = AfterLoops()
        self.objects = Objects(project)
        self._depth: defaultdict[Module, int] = defaultdict(int)

    def values(self, expr: Expr) -> tuple[Alternative, ...]:
        """The alternatives of an expression; an unknown one is a text of one hole."""
        self.work.spend()
        known = self._known.get(expr)
        if known is not None:
            return known
        nothing = (unknown(expr),)
        if self._depth[expr.module] > _DEEP and not isinstance(expr.node, cst.SimpleString):
            return nothing
        self._known[expr] = nothing  # for what names itself
        self._depth[expr.module] += 1
        try:
            found = distinct(self._evaluate(expr), self.work) or nothing
        except TooMuchWorkError:
            del self._known[expr]
            raise
        finally:
            self._depth[expr.module] -= 1
        self._known[expr] = found
        return found

    def one(self, expr: Expr) -> Value | None:
        """The value if there is only one."""
        return only(self.values(expr))

    def callees(self, module: Module) -> Callees:
        """The names of what is called in a module."""
        if module not in self._callees:
            self._callees[module] = Callees(module)
        return self._callees[module]

    def frames(self, node: cst.CSTNode, module: Module) -> list[Frame | None]:
        """The calls of the function that a node is in, as far as its file has them."""
        return frames_around(node, module, self.project)

    def _evaluate(self, expr: Expr) -> Iterator[Alternative]:
        match node := expr.node:  # most frequent first: what is no such node is slow to tell
            case cst.SimpleString():
                yield Alternative(literal(node, expr))
            case cst.Name(value="None" | "True" | "False" as word):
                known = {"None": None, "True": True, "False": False}[word]
                yield Alternative(Constant(known, node, expr.module))
            case cst.Name():
                yield from self._name(node.value, expr)
            case cst.Attribute():
                yield from self._attribute(node, expr)
            case cst.Call():
                yield from self._call(node, expr)
            case cst.FormattedStringText():
                yield Alternative(formatted_text(node, expr))
            case cst.FormattedStringExpression(expression=inner, format_spec=spec):
                at, how = expr.beside(inner), format_of(spec)
                for each in self.values(at):
                    shown = spelled_with(each.value, how, at) if how else formatted(each.value, at)
                    yield replace(each, value=shown)
            case cst.FormattedString(parts=parts):
                yield from self._joined(parts, expr)
            case cst.BinaryOperation():
                yield from self._binary(node, expr)
            case cst.Subscript():
                yield from subscripted(node, expr, self)
            case cst.Dict(elements=elements):
                yield Alternative(displayed(elements, expr, self))
            case cst.ConcatenatedString():
                yield from self._joined(strings(node), expr)
            case cst.Integer() | cst.Float():
                yield Alternative(Constant(node.evaluated_value, node, expr.module))
            case cst.UnaryOperation(operator=cst.Minus(), expression=cst.Integer() as inner):
                yield Alternative(Constant(-inner.evaluated_value, node, expr.module))
            case cst.IfExp() | cst.BooleanOperation():
                yield from conditional(node, expr, self)
            case cst.Tuple() | cst.List() | cst.Set():
                yield Alternative(listed(node, expr, self))
            case cst.ListComp() | cst.SetComp() | cst.GeneratorExp():
                yield Alternative(comprehended(node, expr, self))
            case cst.DictComp():
                yield Alternative(filtered(node, expr, self) or Mapping((), whole=False))
            case cst.NamedExpr(value=value) | cst.Await(expression=value):
                yield from self.values(expr.beside(value))
            case cst.Comparison() | cst.UnaryOperation(operator=cst.Not()):
                yield told(self.truth(expr), expr)
            case _:
                yield unknown(expr)

    # ---- operators

    def _joined(self, nodes: Sequence[cst.CSTNode], expr: Expr) -> Iterator[Alternative]:
        exprs = [expr.beside(node) for node in nodes]
        if len(exprs) > LONGEST:
            yield unknown(exprs[0])
        else:
            yield from joined(exprs, [self.values(each) for each in exprs], self.work)

    def _binary(self, node: cst.BinaryOperation, expr: Expr) -> Iterator[Alternative]:
        left, right = expr.beside(node.left), expr.beside(node.right)
        match node.operator:
            case cst.Add():
                yield from self._sum(terms(node), expr)
            case cst.Modulo():
                yield from percent(left, right, expr, self)
            case cst.Divide():
                yield from slashed(left, right, expr, self.values, self.work)
            case cst.BitOr():
                yield from united(left, right, expr, self)
            case _:
                yield unknown(expr)

    def _sum(self, nodes: Sequence[cst.CSTNode], expr: Expr) -> Iterator[Alternative]:
        """`a + b`, of texts or of sequences."""
        first = self.values(expr.beside(nodes[0]))
        if len(nodes) > LONGEST or not any(isinstance(each.value, Items) for each in first):
            yield from self._joined(nodes, expr)
        else:
            yield from added([expr.beside(node) for node in nodes], expr, self)

    def truth(self, test: Expr) -> bool | None:
        """Whether a test holds, where that is known."""
        if self._depth[test.module] > _DEEP_CALLS:
            return None
        if test not in self._truths:
            self._truths[test] = None  # for what tests itself
            self._truths[test] = is_true(test, self)
        return self._truths[test]

    def reached(self, expr: Expr) -> bool | None:
        """Whether the tests around an expression hold in its frame, where that is known."""
        at = expr.beside(expr.module.statement(expr.node))
        if at not in self._reached:
            self._reached[at] = None
            self._reached[at] = is_reached(at, self)
        return self._reached[at]

    def rounds(self, expr: Expr) -> When:
        """In which rounds of the loops around it a statement is reached."""
        if expr not in self._rounds:
            self._rounds[expr] = ALWAYS
            self._rounds[expr] = when(expr.module.tests.get(expr.node, ()), expr, self)
        return self._rounds[expr]

    # ---- names

    def named(self, name: str, at: Expr) -> tuple[Alternative, ...]:
        """The alternatives of a name at a place where it need not be written."""
        return distinct(self._name(name, at), self.work)

    def _name(self, name: str, expr: Expr) -> Iterator[Alternative]:
        found = False
        if expr.frame and (item := expr.frame.items.get(name)) is not None:
            yield from self.values(item) if isinstance(item, Expr) else (Alternative(item),)
            return
        bindings = bindings_of(name, expr)
        left_over = when_here(bindings, expr, self).reached
        for binding, after in self._loops.told(bindings, expr, self):
            if after is not None:
                found = True
                yield from (changed(each, name, expr, self, binding) for each in after)
                continue
            reached = self._reaches(binding, expr)
            if reached is False:
                continue
            passes = possible(binding, expr, self)
            placed = when_bound(binding, expr, self) if reached is None else ALWAYS
            ways = both(left_over, placed.reached)
            for each in spread(filter(passes, self._bound(binding, expr)), ways):
                found = True
                if reached:
                    left = tuple(one for one in each.choices if one not in binding.choices)
                    each = Alternative(each.value, left)
                if is_furl(binding, expr.module):
                    each = written(each, name, expr, binding, self)
                yield changed(each, name, expr, self, binding)
            if reached:
                break
            left_over = both(left_over, placed.missed)
        if not found:
            yield unknown(expr)

    def _reaches(self, binding: Binding, expr: Expr) -> bool | None:
        """Whether a binding of the function that is followed is run in this call of it."""
        if expr.frame is None or expr.frame.function is not binding.scope.node:
            return None
        return self.reached(expr.beside(binding.at)) if binding.at is not None else None

    def _bound(self, binding: Binding, expr: Expr) -> Iterator[Alternative]:
        """What a binding gives to the name or attribute that is used."""
        frame = expr.frame
        if binding.scope.node is not (frame.function if frame else None):
            here = expr.module.scope[expr.node]
            frame = frame if frame and here is binding.scope else None
        value = binding.node
        if isinstance(value, cst.Param):
            yield from given(value, binding, Expr(expr.node, expr.module, frame), self)
        elif isinstance(value, cst.ImportAlias | cst.ImportFrom):
            yield from self._imported(binding, expr)
        elif isinstance(value, cst.FunctionDef) and isinstance(expr.node, cst.Attribute):
            yield from gotten(value, expr, self)
        elif value is None or isinstance(value, cst.FunctionDef | cst.ClassDef):
            yield unknown(expr)
        elif isinstance(expr.node, cst.Attribute) and self._loops.gives(binding, expr.module):
            yield from self._loops.after(binding, expr, self) or (unknown(expr),)
        elif binding.adds:
            yield from self._added(binding, Expr(value, expr.module, frame))
        else:
            found = tuple(bound(binding, Expr(value, expr.module, frame), expr, self))
            if not found:
                yield unknown(expr)
            for each in found:
                if isinstance(binding.at, cst.Match) and falsy(each.value):
                    each = unknown(expr)  # a case before it may have taken what is empty
                if not contradict(binding.choices, each.choices):
                    choices = (*binding.choices, *each.choices)
                    if falsy(each.value) and isinstance(expr.node, cst.Name):
                        choices += emptiness(name_key(expr.node.value, binding.scope))
                    yield Alternative(each.value, choices)

    def _added(self, binding: Binding, value: Expr) -> Iterator[Alternative]:
        """`name += value`, and other operators."""
        assert isinstance(binding.at, cst.AugAssign)
        target = value.beside(binding.at.target)
        match binding.at.operator:
            case cst.AddAssign():
                found = self._sum([target.node, value.node], value)
            case cst.DivideAssign():
                found = slashed(target, value, value, self.values, self.work)
            case _:
                found = iter((unknown(value),))
        for each in found:
            if not contradict(binding.choices, each.choices):
                yield Alternative(each.value, (*binding.choices, *each.choices))

    def _imported(self, binding: Binding, expr: Expr) -> Iterator[Alternative]:
        found = imported(binding)
        module = self.project.module(found, expr.module) if found else None
        if module is None or found is None or found.name is None:
            yield unknown(expr)
        else:
            yield from exported(found.name, module, expr, self)

    def _attribute(self, node: cst.Attribute, expr: Expr) -> Iterator[Alternative]:
        module, name, full = expr.module, node.attr.value, dotted(node) or ""
        owner = owner_of(node.value, module, self.project)
        found = False
        if owner is None and name in URL_PARTS:
            for holder in self.values(expr.beside(node.value)):
                part = url_part(holder.value, name)
                if part is not None:
                    found = True
                    yield replace(holder, value=part)
        elif owner is None or owner.scope is None:
            if owner is not None:
                found = True
                yield from exported(name, owner.module, expr, self)
        else:
            at_end: set[Expr] = set()  # objects whose value is known from a later binding
            for source in self.objects.sources(node, owner, expr):
                if source.made is not None and source.made in at_end:
                    continue
                for each in self._from(source, node, expr, at_end):
                    found = True
                    choices = (*each.choices, *may_be_empty(each, full, expr))
                    each = Alternative(each.value, choices)
                    if isinstance(each.value, Text) and not self.objects.settled(source, name):
                        each = unknown(expr)
                    yield changed(each, full, expr, self, source.binding)
        if not found:
            empty = Alternative(Mapping((), whole=False))
            written = changed(empty, full, expr, self)
            has_entries = isinstance(written.value, Mapping) and written.value.entries
            yield from [written] if has_entries else taken_out(node, expr, self)

    def _from(
        self, source: Origin, node: cst.Attribute, expr: Expr, at_end: set[Expr]
    ) -> Iterator[Alternative]:
        """The values of an attribute from one source."""
        binding, argument = source.binding, source.argument
        if binding is None:
            for each in self.values(argument) if argument is not None else (unknown(expr),):
                yield Alternative(each.value, source.choices)
            return
        if source.module is not expr.module:
            for each in value_of(binding, Expr(node, source.module, source.frame), self):
                yield Alternative(each.value, source.choices)
            return
        at = Expr(node, expr.module, source.frame)
        reached = self._reaches(binding, at) if source.made is not None else None
        if reached is False:
            return
        if reached and source.made is not None:
            at_end.add(source.made)
        for each in self._bound(binding, at):
            sure = binding.choices if reached else ()
            left = tuple(one for one in each.choices if one not in sure)
            yield Alternative(each.value, (*source.choices, *left))

    # ---- calls

    def _call(self, node: cst.Call, expr: Expr) -> Iterator[Alternative]:
        name = self.callees(expr.module).name(node.func) or ""
        known = known_call(Call(node, expr, name, self))
        yield from known if known is not None else self._returned(node, expr)

    def _returned(self, node: cst.Call, expr: Expr) -> Iterator[Alternative]:
        """What a function of the file returns, with the arguments of this call."""
        found = called(node.func, expr.module, self.project)
        too_deep = self._depth[expr.module] > _DEEP_CALLS
        calls_itself = found is not None and expr.is_in(found.function)
        if found is None or too_deep or calls_itself:
            yield unknown(expr)
        else:
            yield from returned(found, node, expr, self)
