"""The HTTP requests that a module makes, as far as their arguments can be known.

Knows requests, httpx, aiohttp, urllib, http.client, sessions, and functions of the user's own
that take a URL of Kintone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import libcst as cst

from kintone_conformance.spec import auth
from kintone_lint.kintone.subject import Subject, query
from kintone_lint.python.evaluator import Evaluator
from kintone_lint.python.module import Module
from kintone_lint.python.scopes import Choice
from kintone_lint.python.tree import arguments, dotted
from kintone_lint.python.values import Alternative, Constant, Expr, Literal, Mapping, Text, Value

_LONGEST = 4_000  # characters of a URL that are looked at
METHODS = {"get", "post", "put", "delete", "patch", "head", "options"}
_LIBRARIES = re.compile(
    r"^(?:requests|httpx|aiohttp|urllib3|requests_oauthlib|adafruit_requests|niquests"
    r"|http\.client|httplib|urllib2)\b"
)
_SESSIONS = re.compile(
    r"(?:requests\.(?:sessions\.)?[Ss]ession|httpx\.(?:Async)?Client|aiohttp\.ClientSession"
    r"|urllib3\.PoolManager|niquests\.Session)\(\)$"
)
_URLLIB = {"urllib.request.Request", "urllib.request.urlopen", "urllib2.Request", "urllib2.urlopen"}
_CONNECTION = re.compile(r"(?:http\.client|httplib)\.HTTPS?Connection\(\)\.request$")
_SESSION_LIKE = re.compile(r"(?i)(?:^|[._])(?:session|client|http|s|sess|conn|requests)\b")
HOST = re.compile(r"(?i)(?:cybozu\.com|kintone\.com|cybozu\.cn|cybozu-dev\.com)")
# In lower case, as header names are compared.
TOKEN_HEADER = auth.TOKEN_HEADER.lower()
PASSWORD_HEADER = auth.PASSWORD_HEADER.lower()
AUTH_HEADERS = (TOKEN_HEADER, PASSWORD_HEADER, auth.AUTHORIZATION.lower())


@dataclass(frozen=True, eq=False)
class Header:
    """A header of a request or of a mapping: name, value and where it is written."""

    name: str
    value: Expr
    evaluator: Evaluator
    node: cst.CSTNode

    @property
    def module(self) -> Module:
        """Where it is written."""
        return self.value.module

    def values(self) -> list[Value]:
        return [each.value for each in self.evaluator.values(self.value)]


@dataclass(frozen=True, eq=False)
class Request:
    """One call that sends. `method` is upper case, None where it is not known."""

    call: Expr
    evaluator: Evaluator
    method: str | None
    url: Expr
    arguments: dict[str, cst.BaseExpression]
    library: bool
    receiver: str | None

    @property
    def node(self) -> cst.CSTNode:
        return self.call.node

    @property
    def module(self) -> Module:
        return self.call.module

    @property
    def conditions(self) -> tuple[Choice, ...]:
        return self.module.conditions(self.node)

    def urls(self) -> tuple[Alternative, ...]:
        return self.evaluator.values(self.url)

    def argument(self, name: str) -> Value | None:
        node = self.arguments.get(name)
        return None if node is None else self.evaluator.one(self.call.beside(node))

    @property
    def has_body(self) -> bool:
        """Whether a body is given; an argument that is None is none."""
        for name in ("json", "data", "content", "files", "body"):
            node = self.arguments.get(name)
            if node is not None:
                value = self.evaluator.one(self.call.beside(node))
                if not (isinstance(value, Constant) and value.value is None):
                    return True
        return any(name in self.arguments for name in ("**", "*"))

    def headers(self) -> tuple[list[Header], bool]:
        """The headers given, those of the session first, and whether these are all."""
        found: list[Header] = []
        whole = "**" not in self.arguments
        if self.receiver:
            found += session_headers(self.call, self.receiver, self.evaluator)
        node = self.arguments.get("headers")
        if node is None:
            return found, whole
        for each in self.evaluator.values(self.call.beside(node)):
            if isinstance(each.value, Mapping):
                found += headers_of(each.value, self.evaluator)
                whole = whole and each.value.whole
            else:
                whole = False
        return found, whole

    def session_auth(self) -> list[cst.BaseExpression]:
        """What is assigned to `session.auth`."""
        mutations = self.module.mutations.get(f"{self.receiver}.auth=", [])
        return [mutation.value for mutation in mutations]

    @property
    def kintone(self) -> bool:
        """Whether this goes to Kintone: by host, by path, or by a header of its own."""
        if any(is_kintone(each.value) for each in self.urls()):
            return True
        headers, _ = self.headers()
        self.evaluator.work.spend(len(headers))
        return any(header.name.lower().startswith("x-cybozu-a") for header in headers)


def shown(value: Value) -> str:
    """A text with `{}` for what is not known; "" for another value."""
    if not isinstance(value, Text):
        return ""
    if len(value.parts) == 1 and isinstance(value.parts[0], Literal):
        return value.parts[0].text[:_LONGEST]
    return "".join(getattr(part, "text", "{}")[:_LONGEST] for part in value.parts)


def elsewhere(value: Value) -> bool:
    """Whether a URL names a host that is none of Kintone's: a stub, or another service."""
    host = re.match(r"(?i)https?://([^/?#]*)", shown(value))
    return bool(host and "{" not in host[1] and not HOST.search(host[1]))


def is_kintone(value: Value) -> bool:
    """Whether a URL is one of Kintone: by its host, or by its path where that is a stub's."""
    text = shown(value)
    if elsewhere(value):
        return "/k/v1/" in text or "/k/guest/" in text
    return bool(HOST.search(text[:200]) or re.search(r"/k/(?:v1|guest)(?:/|$)", text))


def headers_of(mapping: Mapping, evaluator: Evaluator) -> list[Header]:
    """The entries of a mapping whose names are known."""
    found = []
    evaluator.work.spend(len(mapping.entries))
    for entry in mapping.entries:
        name = entry.key.known if isinstance(entry.key, Text) else None
        if name is not None:
            found.append(Header(name.strip(), entry.value, evaluator, entry.node))
    return found


def session_headers(call: Expr, receiver: str, evaluator: Evaluator) -> list[Header]:
    """What is put into `session.headers`, by entry, update, assignment or constructor."""
    module = call.module
    found: list[Header] = []

    def add(node: cst.CSTNode) -> None:
        value = evaluator.one(Expr(node, module))
        if isinstance(value, Mapping):
            found.extend(headers_of(value, evaluator))

    for mutation in module.mutations.get(f"{receiver}.headers", []):
        evaluator.work.spend()
        if mutation.key is None:
            add(mutation.value)
        else:
            key = evaluator.one(Expr(mutation.key, module))
            if isinstance(key, Text) and key.known:
                value = Expr(mutation.value, module)
                found.append(Header(key.known, value, evaluator, mutation.node))
    for mutation in module.mutations.get(f"{receiver}.headers=", []):
        add(mutation.value)
    made = made_by(module, receiver, call.node)
    for arg in made.args if made else ():
        if arg.keyword is not None and arg.keyword.value == "headers":
            add(arg.value)
    return found


def made_by(module: Module, receiver: str, node: cst.CSTNode) -> cst.Call | None:
    """The constructor call that a session comes from."""
    if receiver.startswith("self."):
        owner = module.scope[node].enclosing_class
        bindings = module.attribute(owner, receiver[5:]) if owner else iter(())
    else:
        bindings = iter(module.lookup(receiver, node))
    return next((each.node for each in bindings if isinstance(each.node, cst.Call)), None)


@query
def requests(subject: Subject) -> list[Request]:
    """Every call that sends, once for each call of the function around it that is known."""
    sent: list[Request] = []
    for node in subject.module.of(cst.Call):
        if (found := _found(node, subject)) is not None:
            calls = (Expr(node, subject.module, frame) for frame in subject.frames(node))
            sent += [
                Request(
                    call,
                    subject.evaluator,
                    found.method,
                    call.beside(found.url),
                    found.arguments,
                    found.library,
                    found.receiver,
                )
                for call in calls
            ]
    return sent


@query
def kintone_requests(subject: Subject) -> list[Request]:
    """The calls that send to Kintone."""
    return [request for request in requests(subject) if request.kintone]


def sent_by(subject: Subject, node: cst.CSTNode) -> list[Request]:
    """The requests to Kintone that a call makes."""
    return _requests_by_call(subject).get(node, [])


@query
def _requests_by_call(subject: Subject) -> dict[cst.CSTNode, list[Request]]:
    found: dict[cst.CSTNode, list[Request]] = {}
    for request in kintone_requests(subject):
        found.setdefault(request.node, []).append(request)
    return found


@dataclass(frozen=True)
class _Found:
    """What a call says of the request that it sends."""

    method: str | None
    url: cst.BaseExpression
    arguments: dict[str, cst.BaseExpression]
    library: bool = True
    receiver: str | None = None


def _found(node: cst.Call, subject: Subject) -> _Found | None:
    name = subject.callee(node.func) or ""
    positional, given = arguments(node)
    for arg in node.args:
        if arg.star:
            given[arg.star] = arg.value
    if name in _URLLIB:
        _fill(given, positional, ("url", "data", "headers"))
        known = given.get("method")
        verb = _verb(subject, known) if known else "POST" if "data" in given else "GET"
        return _Found(verb, given["url"], given) if "url" in given else None
    if _CONNECTION.search(name):
        _fill(given, positional, ("method", "url", "body", "headers"))
        if "url" not in given or "method" not in given:
            return None
        return _Found(_verb(subject, given["method"]), given["url"], given)
    return _by_method(node, name, positional, given, subject)


def _by_method(
    node: cst.Call,
    name: str,
    positional: list[cst.BaseExpression],
    given: dict[str, cst.BaseExpression],
    subject: Subject,
) -> _Found | None:
    """`session.get(url)` and the like, of a library or of the user's own."""
    method = name.rpartition(".")[2]
    receiver = dotted(node.func.value) if isinstance(node.func, cst.Attribute) else None
    library = bool(_LIBRARIES.match(name) or _SESSIONS.search(name.rpartition(".")[0]))
    if method == "request" and (library or positional):
        _fill(given, positional, ("method", "url"))
        if "url" not in given or "method" not in given:
            return None
        if not library and not _like(receiver, subject, given["url"]):
            return None
        verb = _verb(subject, given["method"])
        return _Found(verb, given["url"], given, library, receiver)
    if method in METHODS and isinstance(node.func, cst.Attribute | cst.Name):
        _fill(given, positional, ("url",))
        if "url" not in given:
            return None
        if not library:
            if not _like(receiver, subject, given["url"]):
                return None
        elif method in ("post", "put", "patch") and len(positional) > 1:
            given.setdefault("data", positional[1])
        return _Found(method.upper(), given["url"], given, library, receiver)
    return None


def _fill(
    given: dict[str, cst.BaseExpression],
    positional: list[cst.BaseExpression],
    names: tuple[str, ...],
) -> None:
    for name, value in zip(names, positional, strict=False):
        given.setdefault(name, value)


def _verb(subject: Subject, node: cst.BaseExpression) -> str | None:
    value = subject.one(node)
    known = value.known if isinstance(value, Text) else None
    return known.upper() if known else None


def _like(receiver: str | None, subject: Subject, url: cst.BaseExpression) -> bool:
    """Whether an unknown receiver is a session: by its name, and the URL is one of Kintone."""
    if receiver is None or not (_SESSION_LIKE.search(receiver) or receiver == "self"):
        return False
    return any(is_kintone(each.value) for each in subject.values(url))
