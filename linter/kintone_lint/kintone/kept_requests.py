"""What requests to Kintone are kept in, with their headers: `response.request`, `prepare()`."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kintone_lint.kintone.exposed import is_hook
from kintone_lint.kintone.header_keys import KINTONE_KEYS
from kintone_lint.kintone.headers import headers
from kintone_lint.kintone.holding import header_in
from kintone_lint.kintone.requests import kintone_requests, requests, sent_by
from kintone_lint.kintone.subject import Subject
from kintone_lint.patterns import regex
from kintone_lint.python.tree import arguments
from kintone_lint.python.values import Expr, Frame, Hole, Text

_SENT = ("request", "request_info")  # what a response keeps of its request
_SHOWN = ("headers", "_headers", "__dict__", "header_items", "unredirected_hdrs", "raw_headers")
_PREPARED = regex(r"(?:^|\.)(?:prepare|prepare_request|build_request)$")
_REQUESTS = regex(r"^(?:requests|niquests|httpx|urllib\.request|urllib2)\.(?:\w+\.)?Request$")


def is_of_request(subject: Subject, node: cst.CSTNode) -> bool:
    """Whether it is what a request to Kintone is sent with: `response.request.headers`."""
    match node:
        case cst.Attribute(value=inner, attr=cst.Name(value=name)) if name in _SHOWN:
            pass
        case cst.Call(func=cst.Attribute(value=inner, attr=cst.Name(value="header_items"))):
            pass
        case cst.Call(func=cst.Name(value="vars"), args=[arg]):
            inner = arg.value
        case _:
            return False
    match inner:
        case cst.Attribute(value=response, attr=cst.Name(value=name)) if name in _SENT:
            return _answers_kintone(subject, response)
    return _is_request(subject, inner) or (is_hook(subject, inner) and _all_to_kintone(subject))


def _answers_kintone(subject: Subject, response: cst.CSTNode) -> bool:
    """Whether a response comes from Kintone; one that is not known does where all do."""
    calls = [
        call for frame in subject.frames(response)[:4] for call in _calls(subject, response, frame)
    ]
    if calls:
        return any(sent_by(subject, call.node) for call in calls)
    return _all_to_kintone(subject)


def _all_to_kintone(subject: Subject) -> bool:
    every = requests(subject)
    return bool(every) and len(kintone_requests(subject)) == len(every)


def _calls(subject: Subject, node: cst.CSTNode, frame: Frame | None) -> Iterator[Expr]:
    """The calls that give the value of an expression, as far as they are known."""
    for each in subject.values(node, frame):
        match each.value:
            case Text(parts=(Hole(node=cst.Call() | cst.Await() as call, module=module),)):
                inner = call.expression if isinstance(call, cst.Await) else call
                yield Expr(inner, module)


def _is_request(subject: Subject, node: cst.CSTNode) -> bool:
    """Whether it is a request that is made before it is sent, with a credential in its headers."""
    for call in _calls(subject, node, None):
        if not isinstance(call.node, cst.Call) or call.module is not subject.module:
            continue
        name = subject.callee(call.node.func) or ""
        if _PREPARED.search(name):
            return any(each.key in KINTONE_KEYS for each in headers(subject))
        if _REQUESTS.search(name):
            plain, named = arguments(call.node)
            given = named.get("headers") or (plain[2] if len(plain) > 2 else None)
            if given is not None and header_in(subject, given):
                return True
    return False
