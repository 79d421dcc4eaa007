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
from kintone_lint.python.scopes import Choice
from kintone_lint.python.tree import arguments, dotted
from kintone_lint.python.values import Alternative, Constant, Frame, Literal, Mapping, Text, Value

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
    value: cst.BaseExpression
    frame: Frame | None
    evaluator: Evaluator
    node: cst.CSTNode

    def values(self) -> list[Value]:
        return [each.value for each in self.evaluator.values(self.value, self.frame)]


@dataclass(frozen=True, eq=False)
class Request:
    """One call that sends. `method` is upper case, None where it is not known."""

    node: cst.Call
    frame: Frame | None
    evaluator: Evaluator
    method: str | None
    url: cst.BaseExpression
    arguments: dict[str, cst.BaseExpression]
    library: bool
    receiver: str | None

    @property
    def conditions(self) -> tuple[Choice, ...]:
        return self.evaluator.module.conditions(self.node)

    def urls(self) -> tuple[Alternative, ...]:
        return self.evaluator.values(self.url, self.frame)

    def argument(self, name: str) -> Value | None:
        node = self.arguments.get(name)
        return None if node is None else self.evaluator.one(node, self.frame)

    @property
    def has_body(self) -> bool:
        """Whether a body is given; an argument that is None is none."""
        for name in ("json", "data", "content", "files", "body"):
            node = self.arguments.get(name)
            if node is not None:
                value = self.evaluator.one(node, self.frame)
                if not (isinstance(value, Constant) and value.value is None):
                    return True
        return any(name in self.arguments for name in ("**", "*"))

    def headers(self) -> tuple[list[Header], bool]:
        """The headers given, those of the session first, and whether these are all."""
        found: list[Header] = []
        whole = "**" not in self.arguments
        if self.receiver:
            found += session_headers(self.evaluator, self.receiver, self.node)
        node = self.arguments.get("headers")
        if node is None:
            return found, whole
        for each in self.evaluator.values(node, self.frame):
            if isinstance(each.value, Mapping):
                found += headers_of(each.value, self.evaluator)
                whole = whole and each.value.whole
            else:
                whole = False
        return found, whole

    def session_auth(self) -> list[cst.BaseExpression]:
        """What is assigned to `session.auth`."""
        mutations = self.evaluator.module.mutations.get(f"{self.receiver}.auth=", [])
        return [mutation.value for mutation in mutations]

    @property
    def kintone(self) -> bool:
        """Whether this goes to Kintone: by host, by path, or by a header of its own."""
        if any(is_kintone(each.value) for each in self.urls()):
            return True
        headers, _ = self.headers()
        self.evaluator.spend(len(headers))
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
    evaluator.spend(len(mapping.entries))
    for entry in mapping.entries:
        name = entry.key.known if isinstance(entry.key, Text) else None
        if name is not None:
            inner = evaluator.project.evaluator(entry.module)
            found.append(Header(name.strip(), entry.value, entry.frame, inner, entry.node))
    return found


def session_headers(evaluator: Evaluator, receiver: str, node: cst.CSTNode) -> list[Header]:
    """What is put into `session.headers`, by entry, update, assignment or constructor."""
    module = evaluator.module
    found: list[Header] = []
    for mutation in module.mutations.get(f"{receiver}.headers", []):
        evaluator.spend()
        if mutation.key is None:
            value = evaluator.one(mutation.value)
            found += headers_of(value, evaluator) if isinstance(value, Mapping) else []
        else:
            key = evaluator.one(mutation.key)
            if isinstance(key, Text) and key.known:
                found.append(Header(key.known, mutation.value, None, evaluator, mutation.node))
    for mutation in module.mutations.get(f"{receiver}.headers=", []):
        value = evaluator.one(mutation.value)
        found += headers_of(value, evaluator) if isinstance(value, Mapping) else []
    made = made_by(evaluator, receiver, node)
    if made is not None:
        for arg in made.args:
            if arg.keyword is not None and arg.keyword.value == "headers":
                value = evaluator.one(arg.value)
                found += headers_of(value, evaluator) if isinstance(value, Mapping) else []
    return found


def made_by(evaluator: Evaluator, receiver: str, node: cst.CSTNode) -> cst.Call | None:
    """The constructor call that a session comes from."""
    module = evaluator.module
    if receiver.startswith("self."):
        owner = module.scope[node].enclosing_class
        bindings = module.attribute(owner, receiver[5:]) if owner else iter(())
    else:
        bindings = iter(module.lookup(receiver, node))
    return next((each.node for each in bindings if isinstance(each.node, cst.Call)), None)


@query
def requests(subject: Subject) -> list[Request]:
    """Every call that sends, once for each call of the function around it that is known."""
    evaluator = subject.evaluator
    sent: list[Request] = []
    for node in evaluator.module.of(cst.Call):
        found = _request(node, evaluator)
        if found is not None:
            sent += [Request(node, frame, evaluator, *found) for frame in evaluator.frames(node)]
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


_Found = tuple[str | None, cst.BaseExpression, dict[str, cst.BaseExpression], bool, str | None]


def _request(node: cst.Call, evaluator: Evaluator) -> _Found | None:
    name = evaluator.callees.name(node.func) or ""
    positional, given = arguments(node)
    for arg in node.args:
        if arg.star:
            given[arg.star] = arg.value
    method = name.rpartition(".")[2]
    receiver = dotted(node.func.value) if isinstance(node.func, cst.Attribute) else None

    if name in _URLLIB:
        _fill(given, positional, ("url", "data", "headers"))
        known = given.get("method")
        verb = _verb(evaluator, known) if known else "POST" if "data" in given else "GET"
        return (verb, given["url"], given, True, None) if "url" in given else None
    if _CONNECTION.search(name):
        _fill(given, positional, ("method", "url", "body", "headers"))
        if "url" not in given or "method" not in given:
            return None
        return _verb(evaluator, given["method"]), given["url"], given, True, None

    library = bool(_LIBRARIES.match(name) or _SESSIONS.search(name.rpartition(".")[0]))
    if method == "request" and (library or positional):
        _fill(given, positional, ("method", "url"))
        if "url" not in given or "method" not in given:
            return None
        if not library and not _like(receiver, evaluator, given["url"]):
            return None
        return _verb(evaluator, given["method"]), given["url"], given, library, receiver
    if method in METHODS and isinstance(node.func, cst.Attribute | cst.Name):
        _fill(given, positional, ("url",))
        if "url" not in given:
            return None
        if not library:
            if not _like(receiver, evaluator, given["url"]):
                return None
        elif method in ("post", "put", "patch") and len(positional) > 1:
            given.setdefault("data", positional[1])
        return method.upper(), given["url"], given, library, receiver
    return None


def _fill(
    given: dict[str, cst.BaseExpression],
    positional: list[cst.BaseExpression],
    names: tuple[str, ...],
) -> None:
    for name, value in zip(names, positional, strict=False):
        given.setdefault(name, value)


def _verb(evaluator: Evaluator, node: cst.BaseExpression) -> str | None:
    value = evaluator.one(node)
    known = value.known if isinstance(value, Text) else None
    return known.upper() if known else None


def _like(receiver: str | None, evaluator: Evaluator, url: cst.BaseExpression) -> bool:
    """Whether an unknown receiver is a session: by its name, and the URL is one of Kintone."""
    if receiver is None or not (_SESSION_LIKE.search(receiver) or receiver == "self"):
        return False
    return any(is_kintone(each.value) for each in evaluator.values(url))
