"""What printing or logging an expression gives away: credentials, and what holds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import libcst as cst

from kintone_lint.kintone.exposed import (
    arguments_shown,
    field_shown,
    has_own_text,
    run_over,
)
from kintone_lint.kintone.header_keys import KINTONE_KEYS
from kintone_lint.kintone.headers import beside_kintone, headers, holder_of, secret_parts
from kintone_lint.kintone.holding import header_in, held_header, of_session
from kintone_lint.kintone.kept_requests import is_of_request
from kintone_lint.kintone.namespaces import namespace_shown
from kintone_lint.kintone.subject import Subject, query
from kintone_lint.kintone.withheld import (
    comprehension_of,
    is_looked_at,
    is_sifted,
    left_after,
    mask,
    masked,
    masked_under_some_key,
)
from kintone_lint.python.conditions import name_key
from kintone_lint.python.entries import Perhaps
from kintone_lint.python.scopes import Scope
from kintone_lint.python.tree import held
from kintone_lint.python.values import (
    Expr,
    Hole,
    Mapping,
    Text,
    Value,
)

_DEEP = 3  # mappings in mappings, and what they hold
_FRAMES = 4  # calls of the function around that are looked at


@dataclass
class _Sent:
    """What is sent as a credential, each with its header: by name, by piece, and what holds one."""

    names: dict[object, str] = field(default_factory=dict)
    pieces: dict[cst.CSTNode, str] = field(default_factory=dict)
    holders: dict[object, str] = field(default_factory=dict)


class Leak(NamedTuple):
    """What is given away: the name that holds the credential, and the header it is sent as.

    Without a header it is the headers of a request, whatever is in them.
    """

    name: str
    header: str | None

    def told(self, how: str) -> str:
        """The leak in a sentence; `how` is what is done, such as "printed or logged"."""
        if self.header is None:
            return f"the headers of a request to Kintone are {how}, with its credentials"
        return f"{self.name} is {how}, and holds the credential sent as {self.header}"


def leaked(subject: Subject, node: cst.CSTNode) -> Leak | None:
    """What writing out an expression gives away; None if nothing."""
    sent = _sent(subject)
    name = held(node)
    shown = name or "this"
    scope = subject.module.scope[node]
    if name is not None and (name_key(name, scope), False) in subject.module.conditions(node):
        return None  # there is none: `if not token: raise …`
    if name is not None and has_own_text(subject, node):
        return None
    if masked_under_some_key(subject, node):
        return None
    if comprehension_of(subject, node) is not None:
        holder = None if is_sifted(subject, node) else run_over(subject, node)
        return leaked(subject, holder) if holder is not None else None
    for frame in subject.frames(node)[:_FRAMES]:
        values = [each.value for each in subject.values(node, frame)]
        if any(map(mask, values)) or is_sifted(subject, node, frame):
            return None
        for value in values:
            header = held_header(subject, value) or _piece(sent, value)
            if not header and not is_looked_at(subject, node):
                header = _piece_in(subject, sent, value)
            if header:
                return Leak(shown, header)
        if name is not None and all(isinstance(each, Mapping) for each in values):
            return None  # its credential was taken out, or is masked
    if name is not None:
        key = name_key(name, scope)
        header = sent.names.get(key) or sent.holders.get(key)
        if header and not _taken_out(subject, node, header):
            return Leak(name, header)
    header = _shown_with(subject, node, sent)
    if header is not None:
        return Leak(shown, header)
    if (holder := run_over(subject, node)) is not None:
        return leaked(subject, holder)
    if is_of_request(subject, node) and not any(
        _taken_out(subject, node, each) for each in KINTONE_KEYS
    ):
        return Leak(shown, None)
    return None


def _shown_with(subject: Subject, node: cst.CSTNode, sent: _Sent) -> str | None:
    """The header of a credential in an object, in arguments, or in `locals()`."""
    match node:
        case cst.Call(func=cst.Name(value="locals"), args=[]):
            scope = subject.module.scope[node]
            local = (header for (where, _), header in _pairs(sent.names) if where is scope)
            return next(local, None) if isinstance(scope.node, cst.FunctionDef) else None
    for given in arguments_shown(subject, node):
        found = header_in(subject, given.node, given.frame) or _piece_of(subject, sent, given)
        if found:
            return found
    return (
        field_shown(subject, node)
        or _attribute_shown(subject, node, sent)
        or of_session(subject, node)
    )


def _attribute_shown(subject: Subject, node: cst.CSTNode, sent: _Sent) -> str | None:
    """The header of a credential in what is nothing but its attributes, such as `args`."""
    holder = namespace_shown(subject, node)
    name = held(holder) if holder is not None else None
    if holder is None or name is None:
        return None
    home = name_key(f"{name}.", subject.module.scope[holder])
    shown = (
        header
        for (where, each), header in _pairs(sent.names)
        if (where, str(each)[: len(name) + 1]) == home
        and not subject.module.changes(str(each), node)
    )
    return next(shown, None)


def _pairs(names: dict[object, str]) -> Iterator[tuple[tuple[object, object], str]]:
    yield from ((key, header) for key, header in names.items() if isinstance(key, tuple))


def _piece_of(subject: Subject, sent: _Sent, given: Expr) -> str | None:
    values = (each.value for each in subject.evaluator.values(given))
    return next((found for each in values if (found := _piece(sent, each))), None)


def _taken_out(subject: Subject, node: cst.CSTNode, header: str) -> bool:
    """Whether a header was taken out of a mapping, or masked in it, before it is written out."""
    left = left_after(subject, node, header)
    return left is not None and held_header(subject, left) is None


def _piece_in(subject: Subject, sent: _Sent, value: Value, deep: int = _DEEP) -> str | None:
    """The header of a credential that a text is made of, or one of the entries of a mapping."""
    if not isinstance(value, Mapping):
        return _piece(sent, value)
    for entry in value.entries if deep else ():
        subject.spend()
        if any(isinstance(key, Perhaps) for key, _ in entry.choices):
            continue  # it may have been taken out
        inner = [each.value for each in subject.evaluator.values(entry.value)]
        found = [_piece_in(subject, sent, each, deep - 1) for each in inner]
        if inner and None not in found:
            return found[0]
    return None


def _piece(sent: _Sent, value: Value) -> str | None:
    parts = value.parts if isinstance(value, Text) else ()
    return next((sent.pieces[p.node] for p in parts if p.node in sent.pieces), None)


@query
def _sent(subject: Subject) -> _Sent:
    """What the headers of a file are made of, and the mappings that hold them."""
    found = _Sent()
    for header in headers(subject):
        if header.key == "authorization" and not beside_kintone(subject, header):
            continue
        if all(map(masked, header.values())):
            continue
        scope = subject.module.scope[header.node]
        for node in _sources(header.value.node):
            _note(found, node, scope, header.name)
        for part in secret_parts(header):
            if part.module is subject.module and isinstance(part, Hole):
                found.pieces[part.node] = header.name
                _note(found, part.node, part.module.scope[part.node], header.name)
        holder = holder_of(subject.module, header.node)
        if holder:
            found.holders[name_key(holder, scope)] = header.name
    return found


def _note(found: _Sent, node: cst.CSTNode, scope: Scope, header: str) -> None:
    name = held(node)
    if name:
        found.names[name_key(name, scope)] = header
    match node:
        case (
            cst.Subscript(value=holder)
            | cst.Call(
                func=cst.Attribute(value=holder, attr=cst.Name(value="get" | "pop" | "values"))
            )
        ) if (around := held(holder)) is not None:
            found.holders[name_key(around, scope)] = header


def _sources(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """What a value is made of: names, items, and what is in an f-string or a join."""
    match node:
        case cst.FormattedString(parts=parts):
            for part in parts:
                if isinstance(part, cst.FormattedStringExpression):
                    yield part.expression
        case cst.Call(func=cst.Attribute(attr=cst.Name(value="join")), args=[arg]):
            yield arg.value
        case cst.Call(func=cst.Attribute(value=inner, attr=cst.Name(value="decode" | "strip"))):
            yield inner
        case _:
            yield node
