"""What an expression is worth at its place. Unknown parts stay as holes, never guesses.

`Evaluator.values(node)` gives the alternatives, each with the conditions under which it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import TYPE_CHECKING

import libcst as cst

from kintone_lint.python.callees import Callees
from kintone_lint.python.calls import called
from kintone_lint.python.conditions import arm, contradict, emptiness, name_key
from kintone_lint.python.module import Module
from kintone_lint.python.scopes import Binding, Choice, Mutation, Scope, imported, parameters
from kintone_lint.python.texts import formatted, percent_fields, strings, terms
from kintone_lint.python.tree import dotted
from kintone_lint.python.values import (
    LONGEST,
    Alternative,
    Constant,
    Entry,
    Frame,
    Hole,
    Items,
    Literal,
    Mapping,
    Part,
    Text,
    Value,
    falsy,
    hole,
    key_of,
    text_of,
)
from kintone_lint.python.work import TooMuchWorkError

if TYPE_CHECKING:
    from kintone_lint.python.project import Project

_MOST = 12  # alternatives of one expression
_DEEP = 40  # steps from a name to its value
_CALLERS = 12  # calls of one function that are followed
_CHARACTERS = 100_000  # of one text that is put together
_ENTRIES = 1_000  # of one mapping that come from others
_CHOICES = 400  # conditions of one alternative
_COMBINED = 500  # combinations of alternatives that are tried


class Evaluator:
    """Values in one module, as seen from a project."""

    def __init__(self, module: Module, project: Project) -> None:
        self.module = module
        self.project = project
        self._known: dict[tuple[cst.CSTNode, Frame | None], tuple[Alternative, ...]] = {}
        self.callees = Callees(module)
        self._depth = 0

    def values(self, node: cst.CSTNode, frame: Frame | None = None) -> tuple[Alternative, ...]:
        """The alternatives of an expression; an unknown one is a text of one hole."""
        key = (node, frame)
        self.spend()
        if key in self._known:
            return self._known[key]
        if self._depth > _DEEP and not isinstance(node, cst.SimpleString):
            return (Alternative(hole(node, self.module)),)
        self._known[key] = (Alternative(hole(node, self.module)),)  # for what names itself
        self._depth += 1
        try:
            found = self._distinct(self._evaluate(node, frame)) or self._known[key]
        except TooMuchWorkError:
            del self._known[key]
            raise
        finally:
            self._depth -= 1
        self._known[key] = found
        return found

    def spend(self, steps: int = 1) -> None:
        """Counts the work. Raises TooMuchWorkError."""
        self.project.work.spend(steps)

    def _distinct(self, alternatives: Iterable[Alternative]) -> tuple[Alternative, ...]:
        found: list[Alternative] = []
        for each in alternatives:
            self.spend(1 + len(each.choices) // 10)
            if isinstance(each.value, Text):
                if _too_long(each.value):
                    continue
                self.spend(len(each.value.parts) // 10)
            if each not in found:
                found.append(each)
            if len(found) >= _MOST:
                break
        return tuple(found)

    def one(self, node: cst.CSTNode, frame: Frame | None = None) -> Value | None:
        """The value where there is only one."""
        found = self.values(node, frame)
        return found[0].value if len(found) == 1 else None

    def unknown(self, node: cst.CSTNode) -> Iterator[Alternative]:
        """One alternative that says nothing."""
        yield Alternative(hole(node, self.module))

    def _evaluate(self, node: cst.CSTNode, frame: Frame | None) -> Iterator[Alternative]:
        match node:
            case cst.SimpleString():
                yield Alternative(self._literal(node))
            case cst.ConcatenatedString():
                yield from self.joined(strings(node), frame)
            case cst.FormattedString(parts=parts):
                yield from self.joined(parts, frame)
            case cst.FormattedStringText(value=value):
                text = value.replace("{{", "{").replace("}}", "}")
                exact = "\\" not in value and text == value
                at = 0 if exact else None
                yield Alternative(Text((Literal(text, node, self.module, at),)))
            case cst.FormattedStringExpression(expression=inner, format_spec=spec):
                if spec:
                    yield Alternative(hole(inner, self.module))
                else:
                    for each in self.values(inner, frame):
                        yield replace(each, value=formatted(each.value, inner, self.module))
            case cst.Integer() | cst.Float():
                yield Alternative(Constant(node.evaluated_value, node, self.module))
            case cst.UnaryOperation(operator=cst.Minus(), expression=cst.Integer() as inner):
                yield Alternative(Constant(-inner.evaluated_value, node, self.module))
            case cst.Name(value="None" | "True" | "False" as word):
                known = {"None": None, "True": True, "False": False}[word]
                yield Alternative(Constant(known, node, self.module))
            case cst.Name():
                yield from self._name(node, frame)
            case cst.Attribute():
                yield from self._attribute(node, frame)
            case cst.BinaryOperation(operator=cst.Add()):
                yield from self.joined(terms(node), frame)
            case cst.BinaryOperation(operator=cst.Modulo(), left=left, right=right):
                yield from self._percent(left, right, frame, node)
            case cst.BinaryOperation(operator=cst.BitOr(), left=left, right=right):
                yield from self._merged(left, right, frame, node)
            case cst.BooleanOperation(left=left, right=right, operator=operator):
                yield from self._boolean(node, left, right, operator, frame)
            case cst.IfExp(test=test, body=body, orelse=orelse):
                scope = self.module.scope[node]
                truth = self._truth(test, frame)
                if truth is not False:
                    yield from self._under(body, frame, arm(test, scope, taken=True))
                if truth is not True:
                    yield from self._under(orelse, frame, arm(test, scope, taken=False))
            case cst.Dict(elements=elements):
                yield Alternative(self._mapping(elements, frame))
            case cst.Tuple(elements=elements) | cst.List(elements=elements):
                self.spend(len(elements) // 4)
                items = tuple((each.value, frame, self.module) for each in elements)
                yield Alternative(Items(items))
            case cst.Subscript():
                yield from self._subscript(node, frame)
            case cst.NamedExpr(value=value) | cst.Await(expression=value):
                yield from self.values(value, frame)
            case cst.Call():
                yield from called(self, node, frame)
            case _:
                yield from self.unknown(node)

    # ---- strings

    def _literal(self, node: cst.SimpleString) -> Text:
        try:
            value = node.evaluated_value
        except (SyntaxError, ValueError, UnicodeError):
            return hole(node, self.module)
        raw = isinstance(value, bytes)
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        exact = node.raw_value == text
        at = len(node.prefix) + len(node.quote) if exact else None
        return Text((Literal(text, node, self.module, at),), raw)

    def joined(self, nodes: Sequence[cst.CSTNode], frame: Frame | None) -> Iterator[Alternative]:
        """A text out of pieces: `+`, an f-string, a join."""
        if len(nodes) > LONGEST:
            yield from self.unknown(nodes[0])
            return
        for combination in self.combined([self.values(node, frame) for node in nodes]):
            parts: list[Part] = []
            raw = False
            for node, value in zip(nodes, combination.values, strict=True):
                text = text_of(value)
                if isinstance(value, Items) and len(nodes) > 1:
                    text = None
                if len(parts) <= LONGEST:
                    parts += (text or hole(node, self.module)).parts
                raw = raw or bool(text and text.raw)
            yield Alternative(Text(tuple(parts), raw), combination.choices)

    def combined(self, alternatives: Sequence[tuple[Alternative, ...]]) -> Iterator[_Combination]:
        """Every combination whose conditions do not exclude each other."""
        count = 0
        for combination in islice(product(*alternatives), _COMBINED):
            self.spend(1 + len(combination) // 4)
            choices: dict[Choice, None] = {}
            arms: dict[object, bool] = {}
            for each in combination:
                if any(arms.get(key, arm) != arm for key, arm in each.choices):
                    break
                if len(choices) < _CHOICES:
                    self.spend(len(each.choices) // 4)
                    choices.update(dict.fromkeys(each.choices))
                    arms.update(each.choices)
            else:
                count += 1
                yield _Combination(tuple(each.value for each in combination), tuple(choices))
            if count >= _MOST:
                return

    def _percent(
        self, left: cst.CSTNode, right: cst.CSTNode, frame: Frame | None, node: cst.CSTNode
    ) -> Iterator[Alternative]:
        arguments = (
            [element.value for element in right.elements]
            if isinstance(right, cst.Tuple)
            else [right]
        )
        yield from self.filled(left, arguments, {}, frame, node, percent_fields)

    def filled(
        self,
        template: cst.CSTNode,
        positional: Sequence[cst.CSTNode],
        named: dict[str, cst.CSTNode],
        frame: Frame | None,
        node: cst.CSTNode,
        fields: Callable[[Literal], Iterator[Literal | str | int]],
    ) -> Iterator[Alternative]:
        """A template with its fields filled: `{}`, `{0}`, `{name}` or `%s`."""
        names = [*positional, *named.values()]
        for combination in self.combined(
            [self.values(template, frame), *(self.values(each, frame) for each in names)]
        ):
            base = text_of(combination.values[0])
            if base is None:
                yield Alternative(hole(node, self.module))
                continue
            by_node = dict(zip(names, combination.values[1:], strict=True))
            parts: list[Part] = []
            next_field = 0
            for part in base.parts:
                if not isinstance(part, Literal):
                    parts.append(part)
                    continue
                for piece in islice(fields(part), LONGEST + 1):
                    if len(parts) > LONGEST:
                        break
                    self.spend()
                    if isinstance(piece, Literal):
                        parts.append(piece)
                        continue
                    if piece == "":
                        piece, next_field = next_field, next_field + 1
                    known = isinstance(piece, int) and piece < len(positional)
                    source = positional[piece] if known else named.get(str(piece))  # type: ignore[index]
                    if source is None:
                        parts += hole(node, self.module).parts
                    else:
                        parts += formatted(by_node[source], source, self.module).parts
            yield Alternative(Text(tuple(parts)), combination.choices)

    # ---- names

    def _name(self, node: cst.Name, frame: Frame | None) -> Iterator[Alternative]:
        bindings = self.module.lookup(node.value, node)
        found = False
        for binding in bindings:
            for each in self._binding(binding, node, frame):
                found = True
                yield self._with_mutations(each, node.value, node, frame)
        if not found:
            yield from self.unknown(node)

    def _binding(
        self, binding: Binding, node: cst.CSTNode, frame: Frame | None
    ) -> Iterator[Alternative]:
        if binding.scope.node is not (frame.function if frame else None):
            frame = frame if frame and self.module.scope[node] is binding.scope else None
        value = binding.node
        if isinstance(value, cst.Param):
            yield from self._parameter(value, binding, node, frame)
            return
        if isinstance(value, cst.ImportAlias | cst.ImportFrom):
            yield from self._imported(binding, node)
            return
        if value is None or isinstance(value, cst.FunctionDef | cst.ClassDef):
            yield from self.unknown(node)
            return
        if binding.adds:
            statement = next(
                each for each in self.module.ancestors(value) if isinstance(each, cst.AugAssign)
            )
            for each in self.joined([statement.target, value], frame):
                if not contradict(binding.choices, each.choices):
                    yield replace(each, choices=(*binding.choices, *each.choices))
            return
        for each in self.values(value, frame):
            taken = self._taken(each.value, binding.path)
            if taken is None:
                yield from self.unknown(node)
                continue
            if contradict(binding.choices, each.choices):
                continue
            choices = (*binding.choices, *each.choices)
            if falsy(taken) and isinstance(node, cst.Name):
                choices += emptiness(name_key(node.value, binding.scope))
            yield Alternative(taken, choices)

    def _taken(self, value: Value, path: tuple[int, ...]) -> Value | None:
        for index in path:
            if not isinstance(value, Items) or index >= len(value.items):
                return None
            node, frame, module = value.items[index]
            inner = self.project.evaluator(module).one(node, frame)
            if inner is None:
                return None
            value = inner
        return value

    def _parameter(
        self, param: cst.Param, binding: Binding, node: cst.CSTNode, frame: Frame | None
    ) -> Iterator[Alternative]:
        name = param.name.value
        key = name_key(name, binding.scope)
        if frame is None or frame.function is not binding.scope.node:
            default = param.default
            if isinstance(default, cst.SimpleString | cst.ConcatenatedString):
                yield from self.values(default)
            yield from self.unknown(node)
            return
        argument = frame.arguments.get(name)
        if argument is not None:
            source = self.project.evaluator(frame.module).values(argument, frame.caller)
        elif param.default is not None:
            source = self.values(param.default)
        else:
            source = ()
        for each in source:
            # Conditions inside the caller say nothing about names here.
            yield Alternative(each.value, emptiness(key) if falsy(each.value) else ())
        if not source:
            yield from self.unknown(node)

    def _imported(self, binding: Binding, node: cst.CSTNode) -> Iterator[Alternative]:
        found = imported(binding)
        module = self.project.module(found, self.module) if found else None
        if module is None or found is None or found.name is None:
            yield from self.unknown(node)
            return
        yield from self.project.evaluator(module).exported(found.name, node)

    def exported(self, name: str, node: cst.CSTNode) -> Iterator[Alternative]:
        """The values of a constant of this module, for another module that imports it."""
        bindings = self.module.top.bindings.get(name, [])
        simple = [b for b in bindings if isinstance(b.node, cst.BaseExpression)]
        if not simple:
            yield Alternative(Text((Hole(name, node, self.module),)))
        for binding in simple[-3:]:
            assert binding.node is not None
            for each in self.values(binding.node):
                taken = self._taken(each.value, binding.path)
                if taken is not None:
                    yield Alternative(taken)

    def _attribute(self, node: cst.Attribute, frame: Frame | None) -> Iterator[Alternative]:
        name = node.attr.value
        owner = self._owner(node.value)
        found = False
        if isinstance(owner, Scope):
            for binding in self._attribute_bindings(owner, name, node):
                for each in self._binding(binding, node, self._inner(frame, binding)):
                    found = True
                    full = dotted(node) or ""
                    choices = each.choices
                    if falsy(each.value):
                        choices += emptiness(name_key(full, self.module.scope[node]))
                    yield self._with_mutations(replace(each, choices=choices), full, node, frame)
        elif isinstance(owner, Module):
            found = True
            yield from self.project.evaluator(owner).exported(name, node)
        if not found:
            name = dotted(node) or ""
            empty = Alternative(Mapping((), whole=False))
            changed = self._with_mutations(empty, name, node, frame)
            if isinstance(changed.value, Mapping) and changed.value.entries:
                yield changed
            else:
                yield from self.unknown(node)

    def _attribute_bindings(self, owner: Scope, name: str, node: cst.CSTNode) -> Iterator[Binding]:
        """An attribute set in the function of its use is known there; else any may hold."""
        local = self.module.attribute_before(node, owner, name)
        return iter([local]) if local else self.module.attribute(owner, name)

    @staticmethod
    def _inner(frame: Frame | None, binding: Binding) -> Frame | None:
        while frame is not None and frame.function is not binding.scope.node:
            frame = frame.caller
        return frame

    def _owner(self, node: cst.CSTNode) -> Scope | Module | None:
        """The class or module that an expression stands for."""
        if isinstance(node, cst.Call):
            return self._owner(node.func)
        if not isinstance(node, cst.Name):
            return None
        if node.value in ("self", "cls"):
            return self.module.scope[node].enclosing_class
        for binding in self.module.lookup(node.value, node)[:1]:
            if isinstance(binding.node, cst.ClassDef):
                return self.module.scope[binding.node.body]
            if isinstance(binding.node, cst.Call):
                return self._owner(binding.node.func)
            found = imported(binding)
            if found is not None:
                return self.project.module(found, self.module, whole=True)
        return None

    # ---- containers

    def _mapping(self, elements: Sequence[cst.BaseDictElement], frame: Frame | None) -> Mapping:
        entries: list[Entry] = []
        whole = True
        for element in elements:
            if isinstance(element, cst.DictElement):
                entries += self._entries(element.key, element.value, frame, element)
            else:
                inner = self.one(element.value, frame)
                whole = whole and isinstance(inner, Mapping) and inner.whole
                if isinstance(inner, Mapping):
                    whole = self.merge(entries, inner.entries, 2 * len(elements)) and whole
        return Mapping(tuple(entries), whole)

    def merge(self, entries: list[Entry], others: Sequence[Entry], own: int = 0) -> bool:
        """Adds entries of another mapping as long as there is room; False where there was none."""
        room = max(_ENTRIES, own) - len(entries)
        self.spend(1 + max(min(room, len(others)), 0) // 4)
        entries += others[: max(room, 0)]
        return room >= len(others)

    def _entries(
        self,
        key: cst.BaseExpression,
        value: cst.BaseExpression,
        frame: Frame | None,
        node: cst.CSTNode,
    ) -> list[Entry]:
        known = [each.value for each in self.values(key, frame)]
        return [Entry(each, value, frame, self.module, node) for each in known[:2]]

    def _merged(
        self, left: cst.CSTNode, right: cst.CSTNode, frame: Frame | None, node: cst.CSTNode
    ) -> Iterator[Alternative]:
        for both in self.combined([self.values(left, frame), self.values(right, frame)]):
            first, second = both.values
            if isinstance(first, Mapping) and isinstance(second, Mapping):
                entries = list(first.entries)
                whole = self.merge(entries, second.entries, len(entries))
                merged = Mapping(tuple(entries), whole and first.whole and second.whole)
                yield Alternative(merged, both.choices)
            else:
                yield from self.unknown(node)

    def _with_mutations(
        self, each: Alternative, name: str, node: cst.CSTNode, frame: Frame | None
    ) -> Alternative:
        """A mapping with what is written into it before the use."""
        if not isinstance(each.value, Mapping) or name not in self.module.mutations:
            return each
        entries = list(each.value.entries)
        whole = each.value.whole
        conditions = self.module.conditions(node)
        here = self.module.order[self.module.statement(node)]
        scope = self.module.scope[node]
        for mutation in self.module.mutations[name]:
            self.spend()
            late = mutation.scope is scope and mutation.order >= here
            if not late and not contradict(mutation.choices, conditions):
                written = self._mutated(mutation, frame)
                whole = self.merge(entries, written, len(each.value.entries)) and whole
        return replace(each, value=Mapping(tuple(entries), whole))

    def _mutated(self, mutation: Mutation, frame: Frame | None) -> list[Entry]:
        inner = frame if frame and frame.function is mutation.scope.node else None
        if mutation.key is not None:
            return self._entries(mutation.key, mutation.value, inner, mutation.node)
        value = self.one(mutation.value, inner)
        return list(value.entries) if isinstance(value, Mapping) else []

    def _subscript(self, node: cst.Subscript, frame: Frame | None) -> Iterator[Alternative]:
        match node.slice:
            case [cst.SubscriptElement(slice=cst.Index(value=key))]:
                keys = {key_of(each.value) for each in self.values(key, frame)}
            case _:
                keys = set()
        found = False
        for holder in self.values(node.value, frame):
            for value in self.picked(holder.value, keys):
                found = True
                yield replace(value, choices=(*holder.choices, *value.choices))
        if not found:
            yield from self.unknown(node)

    def picked(self, value: Value, keys: set[object]) -> Iterator[Alternative]:
        """What a mapping or sequence holds under one of the keys; None is any key."""
        if isinstance(value, Mapping):
            for entry in value.entries:
                self.spend(10 if isinstance(entry.key, Text) and len(entry.key.parts) > 1 else 1)
                if None in keys or key_of(entry.key) in keys:
                    evaluator = self.project.evaluator(entry.module)
                    yield from evaluator.values(entry.value, entry.frame)
        elif isinstance(value, Items):
            for index, (item, frame, module) in enumerate(value.items):
                self.spend()
                if None in keys or index in keys:
                    yield from self.project.evaluator(module).values(item, frame)

    def _truth(self, test: cst.CSTNode, frame: Frame | None) -> bool | None:
        """Whether a test holds, where that is known."""
        self.spend()
        match test:
            case cst.UnaryOperation(operator=cst.Not(), expression=inner):
                truth = self._truth(inner, frame)
                return None if truth is None else not truth
            case cst.BooleanOperation(left=left, operator=cst.And(), right=right):
                both = (self._truth(left, frame), self._truth(right, frame))
                return False if False in both else (True if both == (True, True) else None)
        found = self.values(test, frame)
        if all(falsy(each.value) for each in found):
            return False
        known = all(isinstance(each.value, Constant) or key_of(each.value) for each in found)
        return True if known and not any(falsy(each.value) for each in found) else None

    def _under(
        self, node: cst.CSTNode, frame: Frame | None, choices: tuple[Choice, ...]
    ) -> Iterator[Alternative]:
        for each in self.values(node, frame):
            if not contradict(each.choices, choices):
                yield replace(each, choices=(*choices, *each.choices))

    def _boolean(
        self,
        node: cst.CSTNode,
        left: cst.CSTNode,
        right: cst.CSTNode,
        operator: cst.BaseBooleanOp,
        frame: Frame | None,
    ) -> Iterator[Alternative]:
        if isinstance(operator, cst.And):
            yield from self.unknown(node)
            return
        yield from (each for each in self.values(left, frame) if not falsy(each.value))
        yield from self.values(right, frame)

    # ---- calls

    def returned(self, node: cst.Call, frame: Frame | None) -> Iterator[Alternative]:
        """What a function of the file returns, with the arguments of this call."""
        function = self.function(node.func)
        if function is None or self._depth > 12 or isinstance(function.body, cst.BaseExpression):
            yield from self.unknown(node)
            return
        inner = self.frame(function, node, frame)
        own = self.module.scope[function.body]
        returns = self.module.returns.get(own, ())
        for each in returns:
            if each.value is None:
                continue
            conditions = self.module.conditions(each)
            for value in self.values(each.value, inner):
                if not contradict(conditions, value.choices):
                    yield Alternative(value.value)
        if not returns:
            yield from self.unknown(node)

    def function(self, func: cst.CSTNode) -> cst.FunctionDef | None:
        """The function of this file that is called by a name, `self.name` or a class name."""
        match func:
            case cst.Name(value=name):
                for binding in self.module.lookup(name, func)[:1]:
                    if isinstance(binding.node, cst.FunctionDef):
                        return binding.node
                    if isinstance(binding.node, cst.ClassDef):
                        owner = self.module.scope[binding.node.body]
                        return self._definition(owner, "__init__")
            case cst.Attribute(value=holder, attr=attr):
                found = self._owner(holder)
                if isinstance(found, Scope):
                    return self._definition(found, attr.value)
        return None

    @staticmethod
    def _definition(owner: Scope, name: str) -> cst.FunctionDef | None:
        for binding in owner.bindings.get(name, [])[-1:]:
            if isinstance(binding.node, cst.FunctionDef):
                return binding.node
        return None

    def frame(self, function: cst.FunctionDef, call: cst.Call, caller: Frame | None) -> Frame:
        """The parameters of a function bound to the arguments of a call."""
        params = [param.name.value for param in parameters(function.params)]
        self.spend(len(params) + len(call.args))
        method = isinstance(self.module.scope[function].node, cst.ClassDef)
        if method and params[:1] in (["self"], ["cls"]):
            params = params[1:]
        arguments: dict[str, cst.BaseExpression] = {}
        for index, arg in enumerate(call.args):
            if arg.star:
                break
            if arg.keyword is not None:
                arguments[arg.keyword.value] = arg.value
            elif index < len(params):
                arguments[params[index]] = arg.value
        return Frame(function, call, caller, self.module, arguments)

    def frames(self, node: cst.CSTNode) -> list[Frame | None]:
        """The calls of the function that a node stands in, as far as this file has them."""
        found = self._frames(node, 0)
        return found or [None]

    def _frames(self, node: cst.CSTNode, depth: int) -> list[Frame | None]:
        function = self.module.scope[node].node
        if not isinstance(function, cst.FunctionDef) or depth > 2:
            return [None]
        name = function.name.value
        around = self.module.scope[function].node
        if name == "__init__" and isinstance(around, cst.ClassDef):
            name = around.name.value
        calls = self.module.calls_of.get(name, [])[:_CALLERS]
        found: list[Frame | None] = [
            self.frame(function, call, caller)
            for call in calls
            if self.function(call.func) is function
            for caller in self._frames(call, depth + 1)
        ]
        return found[:_CALLERS] or [None]


@dataclass(frozen=True)
class _Combination:
    values: tuple[Value, ...]
    choices: tuple[Choice, ...]


def _too_long(text: Text) -> bool:
    """Whether a text that is put together is longer than any that matters."""
    if len(text.parts) < 2:
        return False
    if len(text.parts) > LONGEST:
        return True
    return sum(len(part.text) for part in text.literals) > _CHARACTERS
