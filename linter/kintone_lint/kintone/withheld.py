"""What keeps a credential out of what is written: it is skipped in a loop, taken out, or masked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import libcst as cst

from kintone_lint.kintone.secrets import placeholder
from kintone_lint.kintone.subject import Subject
from kintone_lint.patterns import regex
from kintone_lint.python.conditions import Tested, name_key
from kintone_lint.python.entries import Perhaps
from kintone_lint.python.mappings import changed
from kintone_lint.python.scopes import EACH, Binding, Change, Scope
from kintone_lint.python.tree import held, spelled, walk
from kintone_lint.python.values import (
    Alternative,
    Constant,
    Entry,
    Expr,
    Frame,
    Hole,
    Literal,
    Mapping,
    Text,
    Value,
)

_MASK = regex(r"(?i)[\W_]*(?:\*{2,}|x{3,}|\.{3}|…|redacted|masked|hidden|secret|filtered)[\W_]*")
_LITTLE = {"len", "bool", "type", "hash", "id", "isinstance"}
_STEPS = 3  # names that stand for one another


def masked(value: Value) -> bool:
    """No credential but what stands for one."""
    if isinstance(value, Text):
        if _is_made_mask(value):
            return True
        known = value.known
        return known is not None and (placeholder(known) or "*" in known)
    return isinstance(value, Constant)


def mask(value: Value) -> bool:
    """Whether a value is a mask: what is written in place of a secret."""
    if isinstance(value, Text) and _is_made_mask(value):
        return True
    known = value.known if isinstance(value, Text) else None
    return known is not None and _MASK.fullmatch(known) is not None


def _is_made_mask(value: Text) -> bool:
    """Whether a value is put together of what says no more of a secret than its length or type."""
    holes = [each for each in value.parts if isinstance(each, Hole)]
    others = [each for each in value.parts if not isinstance(each, Hole | Literal)]
    return bool(holes) and not others and all(_tells_little(each.node) for each in holes)


def _tells_little(node: cst.CSTNode | None) -> bool:
    """Whether an expression shows nothing of the text in it: stars, its length, its type."""
    match node:
        case cst.Call(func=cst.Name(value=name), args=[_, *_]):
            return name in _LITTLE
        case cst.Attribute(value=cst.Call() as made):
            return _tells_little(made)
        case cst.Comparison() | cst.UnaryOperation(operator=cst.Not()):
            return True
        case cst.BinaryOperation(left=left, operator=cst.Multiply(), right=right):
            texts = [spelled(each) for each in (left, right)]
            return any(each is not None and not any(map(str.isalnum, each)) for each in texts)
    return False


def masked_under_some_key(subject: Subject, holder: cst.CSTNode) -> bool:
    """Whether a mask is put into a mapping under a name that is not written there."""
    name = held(holder)
    changes = subject.module.changes(name, holder) if name is not None else ()
    return any(
        each.key is not None
        and each.value is not None
        and spelled(each.key) is None
        and each.change is Change.PUT
        and any(mask(one.value) for one in subject.values(each.value))
        for each in changes
    )


def left_after(subject: Subject, holder: cst.CSTNode, header: str) -> Mapping | None:
    """What is left of a mapping with one header, after what its function does to it.

    None if nothing is known to be done.
    """
    name, module = held(holder), subject.module
    if name is None or not module.changes(name, holder):
        return None
    key = Text((Literal(header, holder, module),))
    start = Mapping((Entry(key, Expr(holder, module), holder),), whole=False)
    left = changed(Alternative(start), name, Expr(holder, module), subject.evaluator).value
    if not isinstance(left, Mapping):
        return None
    here = module.scope[holder]
    kept = [each for each in left.entries if not _is_undone(each, here, module.scope)]
    return Mapping(tuple(kept), whole=False)


def _is_undone(entry: Entry, here: Scope, scopes: dict[cst.CSTNode, Scope]) -> bool:
    """Whether an entry may have been taken out in a function."""
    return any(
        isinstance(key, Perhaps)
        and arm is False
        and isinstance(key.what, cst.CSTNode)
        and scopes.get(key.what) is here
        for key, arm in entry.choices
    )


def is_sifted(subject: Subject, node: cst.CSTNode, frame: Frame | None = None) -> bool:
    """Whether the names of a loop were looked at before what it runs over is written here.

    `for k, v in headers.items()`, where a test of `k` skips a round, or changes `v`.
    """
    module = subject.module
    scope = module.scope[node]
    tests = _tests(subject, node)
    for name in [each for each in walk(node) if isinstance(each, cst.Name)]:
        if (around := comprehension_of(subject, name)) is not None:
            names = _names_in([around.target])
            if names & _names_in(around.ifs) or tests & _tested(names, scope):
                return True
            continue
        bindings = [*_leading_to(subject, name, _STEPS)]
        looked_at = tests.union(key for each in bindings for key, _ in each.choices)
        for binding in bindings:
            loop = binding.at
            if EACH in binding.path and isinstance(loop, cst.For):
                names = _names_in([loop.target])
                if looked_at & _tested(names, scope):
                    return True
        if frame is not None and _is_sifted_argument(subject, name, frame, tests):
            return True
    return False


def _tested(names: Iterable[str], scope: Scope) -> set[object]:
    return {Tested(name_key(each, scope)) for each in names}


def comprehension_of(subject: Subject, name: cst.CSTNode) -> cst.CompFor | None:
    """The loop of the comprehension around a name that binds it."""
    bindings = subject.module.lookup(name.value, name) if isinstance(name, cst.Name) else []
    loop = bindings[0].at if bindings else None
    return loop if isinstance(loop, cst.CompFor) else None


def _names_in(nodes: Iterable[cst.CSTNode]) -> set[str]:
    return {each.value for node in nodes for each in walk(node) if isinstance(each, cst.Name)}


def _tests(subject: Subject, node: cst.CSTNode) -> set[object]:
    """What was looked at where a node is reached, by a test or by a `match`."""
    module = subject.module
    found = {key for key, _ in module.conditions(node)}
    matches = {module.parent[each] for each in found if isinstance(each, cst.MatchCase)}
    return found.union(
        Tested(name_key(name.value, module.scope[node]))
        for match in matches
        if isinstance(match, cst.Match)
        for name in walk(match.subject)
        if isinstance(name, cst.Name)
    )


def is_looked_at(subject: Subject, node: cst.CSTNode) -> bool:
    """Whether what a name holds was looked at where the name is used: it may be of another kind."""
    name = held(node)
    key = Tested(name_key(name, subject.module.scope[node])) if name is not None else None
    return key is not None and key in _tests(subject, node)


def _leading_to(subject: Subject, name: cst.Name, steps: int) -> Iterator[Binding]:
    """The bindings of a name, and those of the names that it stands for."""
    for binding in subject.module.lookup(name.value, name):
        yield binding
        if isinstance(binding.node, cst.Name) and not binding.path and steps:
            yield from _leading_to(subject, binding.node, steps - 1)


def _is_sifted_argument(subject: Subject, name: cst.Name, frame: Frame, tests: set[object]) -> bool:
    """Whether a function looks at another part of the round that it is called with."""
    loop = _loop_of(subject, frame.arguments.get(name.value))
    return loop is not None and any(
        Tested(name_key(other, subject.module.scope[name])) in tests
        for other, argument in frame.arguments.items()
        if _loop_of(subject, argument) is loop
    )


def _loop_of(subject: Subject, argument: Expr | None) -> cst.CSTNode | None:
    """The loop that binds a name that is given as an argument."""
    if argument is None or not isinstance(argument.node, cst.Name):
        return None
    bindings = argument.module.lookup(argument.node.value, argument.node)
    return next((each.at for each in bindings if EACH in each.path), None)
