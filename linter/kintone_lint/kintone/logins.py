"""Logins that a request sends as HTTP Basic, and whether a Kintone header goes with them.

Kintone takes `Authorization: Basic` for the gate before a domain (SPEC F59): beside a header of its
own it is right, without one nobody is logged in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

import libcst as cst

from kintone_lint.kintone.header_keys import KINTONE_KEYS, PASSWORD_KEY
from kintone_lint.kintone.hosts import is_kintone, shown
from kintone_lint.kintone.request import Request
from kintone_lint.kintone.sessions import Session
from kintone_lint.kintone.subject import Subject
from kintone_lint.kintone.ways import Way, gate_headers, told, when
from kintone_lint.patterns import regex
from kintone_lint.python.conditions import contradict
from kintone_lint.python.functions import owner_of
from kintone_lint.python.scopes import Choice
from kintone_lint.python.spots import Spot
from kintone_lint.python.tree import arguments, walk
from kintone_lint.python.values import Encoded, Expr, Hole, Items, Literal, Text, Value
from kintone_lint.records import record

_PAIR = regex(
    r"^(?:requests|httpx|aiohttp|niquests)\b.*(?:HTTPBasicAuth|HTTPDigestAuth|BasicAuth|DigestAuth)$"
)
_MADE = regex(r"(?:^|\.)_basic_auth_str$|^aiohttp\.(?:helpers\.)?BasicAuth$")
# What a pair is called that is not a login of Kintone: the gate, an OAuth client.
_OTHER = regex(r"(?i)basic|gate|client|oauth|consumer|proxy|htpasswd|nginx|front")
_USER_INFO = regex(r"(?i)https?://[^/?#@:]*:[^/?#@]*@")
_WORDS = 60  # nodes of an expression whose names are read


@record()
class Login:
    """A login as HTTP Basic: where it is written, when it is sent, what its parts are called."""

    spot: Spot
    choices: tuple[Choice, ...]
    words: str

    @property
    def other(self) -> bool:
        """Whether its names say that it is the gate's, or of an OAuth client."""
        return bool(_OTHER.search(self.words))


def words_of(subject: Subject, value: Value | None, node: cst.CSTNode | None = None) -> str:
    """The names and texts that a value is made of, as the source has them."""
    found: list[str] = []
    nodes = [node] if node is not None else []
    for part in value.parts if isinstance(value, Text) else ():
        if isinstance(part, Hole):
            found.append(part.name)
            nodes.append(part.node)
        elif isinstance(part, Encoded):
            found.append(words_of(subject, part.of))
    for each in nodes:
        for inner in islice(walk(each), _WORDS):
            subject.spend()
            if isinstance(inner, cst.Name):
                found.append(inner.value)
            elif isinstance(inner, cst.SimpleString):
                found.append(inner.raw_value)
    return " ".join(found)


def given_logins(subject: Subject, request: Request) -> Iterator[Login]:
    """Logins by `auth=`, the session's `auth`, the client that a session is, and the URL."""
    for url in request.urls():
        user_info = _USER_INFO.match(shown(url.value))
        if user_info and "{}" in user_info[0]:  # KL106 tells of one that is written out
            choices = (*told(request.conditions), *told(url.choices))
            words = words_of(subject, url.value)
            yield Login(Spot(request.module, request.url.node), choices, words)
    gate = gate_headers(request)
    if gate is not None:
        words = _words_at(subject, request.call.beside(gate))
        yield Login(Spot(request.module, gate), told(request.conditions), words)
    node = request.arguments.get("auth")
    if node is not None:
        yield from _logins(subject, request.call.beside(node), request.conditions)
    elif request.session is not None:
        yield from _of_session(subject, request.session)


def _of_session(subject: Subject, session: Session) -> Iterator[Login]:
    """Logins that are assigned to a session, or that its library is given."""
    for value, choices, _ in session.assigned("auth"):
        subject.spend()
        yield from _logins(subject, value, choices)
    given = session.argument("auth")
    if given is not None and session.made is not None:
        yield from _logins(subject, given, given.module.conditions(session.made.node))


def _logins(subject: Subject, expr: Expr, choices: Sequence[Choice]) -> Iterator[Login]:
    """The logins that an `auth` can be: a pair, or an object of a library that is one."""
    spot = Spot(expr.module, expr.node)
    for each in subject.evaluator.values(expr):
        parts = _parts(subject, each.value)
        if parts is not None and not contradict(each.choices, choices):
            words = " ".join(_words_at(subject, part) for part in parts)
            yield Login(spot, (*told(choices), *told(each.choices)), words)


def _parts(subject: Subject, value: Value) -> list[Expr] | None:
    match value:
        case Items(items=(login, password)):
            return [login, password]
        case Text(parts=(Hole(node=cst.Call() as call, module=module),)):
            name = (subject.evaluator.callees(module).name(call) or "").removesuffix("()")
            if _PAIR.search(name) and len(call.args) >= 2 and not _sends_itself(subject, call):
                return [Expr(arg.value, module) for arg in call.args[:2]]
    return None


def _sends_itself(subject: Subject, call: cst.Call) -> bool:
    """Whether an authentication of the file's own writes what it sends."""
    owner = owner_of(call.func, subject.module, subject.project)
    scope = owner.scope if owner is not None else None
    return scope is not None and not {"__call__", "auth_flow", "encode"}.isdisjoint(scope.bindings)


def _words_at(subject: Subject, expr: Expr) -> str:
    value = subject.evaluator.one(expr)
    return words_of(subject, value, expr.node)


def urllib_logins(subject: Subject) -> Iterator[Login]:
    """Logins that a password manager or a handler of urllib keeps for an address of Kintone."""
    for call in subject.module.calls_of.get("add_password", ()):
        plain, named = arguments(call)
        given = {**dict(zip(("realm", "uri", "user", "passwd"), plain, strict=False)), **named}
        uri = given.get("uri")
        if uri is not None and any(is_kintone(each.value) for each in subject.values(uri)):
            pair = [given[name] for name in ("user", "passwd") if name in given]
            words = " ".join(_words_at(subject, Expr(each, subject.module)) for each in pair)
            yield Login(Spot(subject.module, call), subject.module.conditions(call), words)


def header_login(subject: Subject, value: Value) -> str | None:
    """The names of the login that a header's value sends as HTTP Basic; None if it sends none."""
    if not isinstance(value, Text) or not value.parts:
        return None
    first = value.parts[0]
    scheme = isinstance(first, Literal) and re.match(r"(?i)\s*basic\b", first.text)
    if scheme or _colon_encoded(value):
        return words_of(subject, value)
    if isinstance(first, Hole) and isinstance(first.node, cst.Call) and len(value.parts) == 1:
        name = subject.evaluator.callees(first.module).name(first.node.func) or ""
        if _MADE.search(name):
            return words_of(subject, value)
    return None


def _colon_encoded(value: Text) -> bool:
    """Whether it is the Base64 of `login:password`, without a scheme."""
    only = value.parts[0] if len(value.parts) == 1 else None
    return isinstance(only, Encoded) and any(":" in part.text for part in only.of.literals)


def logs_nobody_in(
    subject: Subject, login: Login, sent: Sequence[Way], around: Sequence[Choice] = ()
) -> bool:
    """Whether a login is sent without a Kintone header.

    A Kintone header that is always sent with it makes it the gate. If one may be sent with it,
    its names decide, and a password header means that logins are sent in their own way.
    """
    asked = (*login.choices, *told(around))
    alone = doubtful = any_header = False
    for way in sent:
        subject.spend(len(way.headers))
        if contradict(way.choices, asked):
            continue
        held = {*asked, *way.choices}
        own = [each for each in way.headers if each.key in KINTONE_KEYS]
        any_header = any_header or bool(own)
        beside = [each for each in own if not contradict(when(each), [*held])]
        if any(each.key == PASSWORD_KEY for each in beside):
            return False
        alone = alone or not beside
        doubtful = doubtful or all(set(when(each)) - held for each in beside)
    if alone and not any_header:
        return True
    return (alone or doubtful) and not login.other
