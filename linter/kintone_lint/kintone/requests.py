"""The HTTP requests that a module makes, as far as their arguments can be known.

Knows requests, httpx, aiohttp, urllib, http.client, sessions, and functions of the user's own
that take a URL of Kintone.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import libcst as cst

from kintone_lint.kintone.handed import is_handed
from kintone_lint.kintone.hosts import is_kintone
from kintone_lint.kintone.request import Request
from kintone_lint.kintone.subject import Subject, query
from kintone_lint.patterns import regex
from kintone_lint.python.entering import VERBS
from kintone_lint.python.functions import called, frame_of, overridden
from kintone_lint.python.partials import given_to
from kintone_lint.python.tree import dotted, sorted_out
from kintone_lint.python.truth import arrives
from kintone_lint.python.values import Expr, Hole, Text
from kintone_lint.records import record

METHODS = {*VERBS}
LIBRARIES = regex(
    r"^(?:requests|httpx|aiohttp|urllib3|requests_oauthlib|adafruit_requests|niquests"
    r"|http\.client|httplib|urllib2|requests_toolbelt\.sessions)\b"
)
_SESSIONS = regex(
    r"(?:requests\.(?:sessions\.)?[Ss]ession|httpx\.(?:Async)?Client|aiohttp\.ClientSession"
    r"|urllib3\.PoolManager|niquests\.Session)\(\)$"
)
_URLLIB = {"urllib.request.Request", "urllib.request.urlopen", "urllib2.Request", "urllib2.urlopen"}
_CONNECTION = regex(r"(?:http\.client|httplib)\.HTTPS?Connection\(\)\.(?:request|putrequest)$")
_SESSION_LIKE = regex(r"(?i)(?:^|[._])(?:session|client|http|s|sess|conn|requests)\b")
_PATH = regex(r"^\w*[\"']*/|\.json\b|/k/|guest|\bv1\b")
_DEEP = 3  # functions that a path is handed through
_MOST = 200  # requests of other modules that are looked at for one


@query
def requests(subject: Subject) -> list[Request]:
    """Every call that sends, once for each call of the function around it that is known."""
    calls = (
        (found, Expr(node, subject.module, frame))
        for node, found in _senders(subject).items()
        for frame in subject.frames(node)
    )
    return [_request(found, call, subject) for found, call in calls if _reached(call, subject)]


def _reached(call: Expr, subject: Subject) -> bool:
    """Whether a call of the function around it can come here with its arguments."""
    return call.frame is None or arrives(call, subject.evaluator)


@query
def requests_elsewhere(subject: Subject) -> list[Request]:
    """The requests that functions of other modules send for the paths that they are given here."""
    telling = _telling_path(subject)
    calls = (
        node
        for node in subject.module.of(cst.Call)
        if any(argument in telling for argument in node.args)
    )
    sent = (
        request
        for node in calls
        for frame in subject.frames(node)
        for request in _through(node, Expr(node, subject.module, frame), subject, _DEEP)
        if request.module is not subject.module
    )
    return [*islice(sent, _MOST)]


def _telling_path(subject: Subject) -> set[cst.CSTNode]:
    """What is around a text that can be a piece of a path."""
    found: set[cst.CSTNode] = set()
    pieces: list[cst.SimpleString | cst.FormattedStringText]
    pieces = [*subject.module.of(cst.SimpleString), *subject.module.of(cst.FormattedStringText)]
    for node in pieces:
        for above in subject.module.ancestors(node) if _PATH.search(node.value) else ():
            if above in found:
                break
            found.add(above)
    return found


def _through(node: cst.Call, at: Expr, subject: Subject, steps: int) -> Iterator[Request]:
    """What a call of a function of the project sends, and what that function calls."""
    found = called(node.func, at.module, subject.project)
    if found is None or steps == 0:
        return
    other = subject.beside(found.module)
    frame = frame_of(found.function, node, at, found.module)
    senders = _senders(other)
    for inner in _calls_in(other).get(found.function, ()):
        subject.spend()
        call = Expr(inner, found.module, frame)
        if not _reached(call, subject):
            continue
        if inner in senders:
            yield _request(senders[inner], call, other)
        elif inner.args:
            yield from _through(inner, call, other, steps - 1)


@query
def _calls_in(subject: Subject) -> dict[cst.CSTNode, list[cst.Call]]:
    """The calls in each function, in source order."""
    found: dict[cst.CSTNode, list[cst.Call]] = {}
    for node in subject.module.of(cst.Call):
        found.setdefault(subject.module.scope[node].node, []).append(node)
    return found


@query
def _senders(subject: Subject) -> dict[cst.CSTNode, _Sending]:
    """The calls that send, and what they say of the request."""
    found = ((node, _sending(node, subject)) for node in subject.module.of(cst.Call))
    return {node: each for node, each in found if each is not None}


def _request(found: _Sending, call: Expr, subject: Subject) -> Request:
    assert isinstance(call.node, cst.Call)
    return Request(
        call,
        subject.evaluator,
        _verb(subject, call.beside(found.method)) if found.method else found.verb,
        call.beside(found.url),
        found.arguments,
        found.library,
        found.receiver,
        found.holder,
        found.connection,
        tuple(arg for arg in given_to(call.node, call.module) if arg.star),
    )


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


@record()
class _Sending:
    """What a call says of the request that it sends; `method` is the expression for its `verb`."""

    verb: str | None
    url: cst.BaseExpression
    arguments: dict[str, cst.BaseExpression]
    library: bool = True
    receiver: str | None = None
    holder: cst.BaseExpression | None = None
    method: cst.BaseExpression | None = None
    connection: bool = False


def _sending(node: cst.Call, subject: Subject) -> _Sending | None:
    name = subject.callee(node.func) or ""
    args = given_to(node, subject.module)
    positional, given = sorted_out(args)
    match node.func:
        case cst.Call(func=cst.Name(value="getattr"), args=[of, which]) if not which.star:
            return _by_getattr(of.value, which.value, positional, given, subject)
        case cst.Subscript():
            name = _picked(node.func, subject)
    if name in _URLLIB:
        _fill(given, positional, ("url", "data", "headers"))
        known = given.get("method")
        verb = "POST" if "data" in given else "GET"
        return _Sending(verb, given["url"], given, method=known) if "url" in given else None
    if _CONNECTION.search(name):
        _fill(given, positional, ("method", "url", "body", "headers"))
        if "url" not in given or "method" not in given:
            return None
        holder = _holder(node)
        return _Sending(
            None, given["url"], given, holder=holder, method=given["method"], connection=True
        )
    return _by_method(node, name, positional, given, subject)


def _by_getattr(
    holder: cst.BaseExpression,
    verb: cst.BaseExpression,
    positional: list[cst.BaseExpression],
    given: dict[str, cst.BaseExpression],
    subject: Subject,
) -> _Sending | None:
    """`getattr(session, verb)(url)`."""
    name = subject.callee(holder) or ""
    _fill(given, positional, ("url",))
    if "url" not in given or not (LIBRARIES.match(name) or _SESSIONS.search(name)):
        return None
    return _Sending(None, given["url"], given, True, dotted(holder), holder, verb)


def _picked(func: cst.Subscript, subject: Subject) -> str:
    """The full name of a function that is picked out of a mapping: `{"get": get}["get"]`."""
    match subject.one(func):
        case Text(parts=(Hole(node=cst.Attribute() as node, module=module),)):
            return subject.evaluator.callees(module).name(node) or ""
    return ""


def _by_method(
    node: cst.Call,
    name: str,
    positional: list[cst.BaseExpression],
    given: dict[str, cst.BaseExpression],
    subject: Subject,
) -> _Sending | None:
    """`session.get(url)` and the like, of a library or of the user's own."""
    method = name.rpartition(".")[2]
    holder = _holder(node)
    if overridden(node, subject.module, subject.project) is not None:
        return None  # what its `request` sends counts
    receiver = dotted(holder) if holder is not None else None
    library = bool(LIBRARIES.match(name) or _SESSIONS.search(name.rpartition(".")[0]))
    if method == "request" and (library or positional):
        _fill(given, positional, ("method", "url"))
        if "url" not in given or "method" not in given:
            return None
        if not library and not _like(receiver, subject, given["url"]):
            return None
        return _Sending(None, given["url"], given, library, receiver, holder, given["method"])
    if method in METHODS and isinstance(node.func, cst.Attribute | cst.Name | cst.Subscript):
        _fill(given, positional, ("url",))
        if "url" not in given:
            return None
        if not library:
            if not _like(receiver, subject, given["url"]) and not _is_given(node, subject):
                return None
        elif method in ("post", "put", "patch") and len(positional) > 1:
            given.setdefault("data", positional[1])
        elif name == "requests.get" and len(positional) > 1:
            given.setdefault("params", positional[1])
        return _Sending(method.upper(), given["url"], given, library, receiver, holder)
    return None


def _holder(node: cst.Call) -> cst.BaseExpression | None:
    return node.func.value if isinstance(node.func, cst.Attribute) else None


def _fill(
    given: dict[str, cst.BaseExpression],
    positional: list[cst.BaseExpression],
    names: tuple[str, ...],
) -> None:
    for name, value in zip(names, positional, strict=False):
        given.setdefault(name, value)


def _verb(subject: Subject, method: Expr) -> str | None:
    value = subject.evaluator.one(method)
    known = value.known if isinstance(value, Text) else None
    return known.upper() if known else None


def _is_given(node: cst.Call, subject: Subject) -> bool:
    """Whether an unknown receiver is a client, by its name, that its function is given."""
    return bool(_SESSION_LIKE.search(dotted(node.func) or "")) and is_handed(node, subject)


def _like(receiver: str | None, subject: Subject, url: cst.BaseExpression) -> bool:
    """Whether an unknown receiver is a session: by its name, and the URL is one of Kintone."""
    if receiver is None or not (_SESSION_LIKE.search(receiver) or receiver == "self"):
        return False
    return any(is_kintone(each.value) for each in subject.values(url))
