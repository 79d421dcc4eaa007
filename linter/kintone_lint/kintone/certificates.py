"""Where a request, a session or a context switches certificate checks off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import libcst as cst

from kintone_lint.kintone.request import Request
from kintone_lint.kintone.sessions import Session
from kintone_lint.kintone.subject import Subject
from kintone_lint.patterns import regex
from kintone_lint.python.functions import called, handed_out
from kintone_lint.python.module import Module
from kintone_lint.python.tree import arguments, dotted, held
from kintone_lint.python.values import (
    Constant,
    Expr,
    Hole,
    Mapping,
    Text,
    Value,
    key_of,
)

# What libraries take that says whether a certificate is checked.
GIVEN = ("verify", "ssl", "verify_ssl", "context", "ssl_context", "cert_reqs")
# What a client takes that has such arguments of its own.
_HOLDERS = ("connector", "transport")
_MAKERS = regex(
    r"(?:^|\.)(?:TCPConnector|(?:Async)?HTTPTransport|create_ssl_context|create_urllib3_context"
    r"|HTTPSHandler)$"
)
_UNVERIFIED = regex(r"^ssl\._create_(?:unverified|stdlib)_context$")
_CONTEXTS = regex(r"(?i)^ssl\.|context$")
_NONE = ("CERT_NONE", "NONE")
_STEPS = 3  # calls from a request to what makes its context


class Off(NamedTuple):
    """Where checking is switched off."""

    module: Module
    node: cst.CSTNode


def switched_off(subject: Subject, request: Request) -> Iterator[Off]:
    """Where a request, or what it is sent by, switches off that certificates are checked."""
    for name in GIVEN:
        given = _argument(request, name)
        if given is not None:
            yield from unchecked(subject, given, name)
    if request.session is not None:
        yield from by_session(subject, request.session)


def unchecked(subject: Subject, given: Expr, name: str, steps: int = _STEPS) -> Iterator[Off]:
    """Where a named argument switches checks off; nothing if that is not certain."""
    value = subject.evaluator.one(given)
    if _says_off(value, name) or _is_none(subject, given):
        yield Off(given.module, given.node)
        return
    call = call_of(value)
    if call is None or steps == 0 or not isinstance(call.node, cst.Call):
        return
    full = subject.evaluator.callees(call.module).name(call.node.func) or ""
    if _UNVERIFIED.match(full):
        yield Off(call.module, call.node)
    elif _MAKERS.search(full):
        for inner, node in arguments(call.node)[1].items():
            if inner in GIVEN:
                yield from unchecked(subject, call.beside(node), inner, steps - 1)
    elif _CONTEXTS.search(full):
        yield from _by_mode(subject, given, call)
    else:
        yield from _returned(subject, call, name, steps)


def _says_off(value: Value | None, name: str) -> bool:
    if isinstance(value, Constant):
        return value.value is False or (name in ("verify", "cert_reqs") and is_off(value))
    return name == "cert_reqs" and isinstance(value, Text) and value.known in _NONE


def is_off(value: Value | None) -> bool:
    """Whether it is False, or the number 0."""
    known = value.value if isinstance(value, Constant) else None
    return known is False or (type(known) is int and known == 0)


def _is_none(subject: Subject, given: Expr) -> bool:
    """`ssl.CERT_NONE`."""
    name = subject.evaluator.callees(given.module).name(given.node) or ""
    return name.startswith("ssl.") and name.rpartition(".")[2] == "CERT_NONE"


def call_of(value: Value | None) -> Expr | None:
    """The call that a value comes from."""
    match value:
        case Text(parts=(Hole(node=cst.Call() as call, module=module),)):
            return Expr(call, module)
    return None


def by_session(subject: Subject, session: Session) -> Iterator[Off]:
    """Where a session switches checks off, for all that it sends."""
    for name in GIVEN + _HOLDERS:
        given = session.argument(name) or _spread(subject, session, name)
        if given is not None:
            yield from unchecked(subject, given, name)
    for assigned, _, statement in [*session.assigned("verify")][-1:]:
        if any(True for _ in unchecked(subject, assigned, "verify")):
            yield Off(assigned.module, statement)


def _spread(subject: Subject, session: Session, name: str) -> Expr | None:
    """What a session is made with by `**options`."""
    made = session.made
    for arg in made.node.args if made is not None and isinstance(made.node, cst.Call) else ():
        if made is not None and arg.star == "**":
            found = _entry(subject.evaluator.one(made.beside(arg.value)), name)
            if found is not None:
                return found
    return None


def _argument(request: Request, name: str) -> Expr | None:
    """An argument of a request: by name, in `**options`, or by a wrapper's `**kwargs`."""
    node = request.arguments.get(name)
    if node is not None:
        return request.call.beside(node)
    found = _entry(request.starred, name)
    frame = request.call.frame
    if found is None and frame is not None and isinstance(frame.function, cst.FunctionDef):
        rest = frame.function.params.star_kwarg
        handed = [dotted(arg.value) for arg in request.stars if arg.star == "**"]
        if rest is not None and rest.name.value in handed:
            return frame.arguments.get(name)
    return found


def _entry(value: Value | None, name: str) -> Expr | None:
    """What a mapping has for sure under a name."""
    entries = value.entries if isinstance(value, Mapping) else ()
    found = [each for each in entries if key_of(each.key) == name]
    return found[0].value if len(found) == 1 and not found[0].choices else None


# ---- contexts


def _by_mode(subject: Subject, given: Expr, call: Expr) -> Iterator[Off]:
    """Where `context.verify_mode = ssl.CERT_NONE` is written for sure, and nothing after it."""
    places = [(given.module, held(given.node), given.module.scope[given.node])]
    match call.module.parent.get(call.node):
        case cst.Assign(targets=targets):
            here = call.module.scope[call.node]
            places += [(call.module, dotted(each.target), here) for each in targets]
    modes = [
        (module, change)
        for module, name, scope in places
        for change in module.mutations.get(f"{name}.verify_mode=", ())
        if change.scope is scope
        or change.scope.enclosing_class is scope.enclosing_class is not None
    ]
    module, last = max(modes, key=lambda each: each[1].order, default=(call.module, None))
    if last is None or last.value is None or last.choices:
        return
    if _is_none(subject, Expr(last.value, module)):
        yield Off(module, last.node)


def _returned(subject: Subject, call: Expr, name: str, steps: int) -> Iterator[Off]:
    """The context that a function of the project makes."""
    assert isinstance(call.node, cst.Call)
    found = called(call.node.func, call.module, subject.project)
    value = handed_out(found.function, found.module) if found is not None else None
    if found is not None and value is not None:
        yield from unchecked(subject, Expr(value, found.module), name, steps - 1)
