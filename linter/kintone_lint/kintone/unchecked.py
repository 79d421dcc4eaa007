"""Certificate checks that are off where what sends is not a request of a library known here.

`session.send(prepared, verify=False)`, and clients with switches of their own: httplib2, Tornado.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kintone_lint.kintone.certificates import Off, by_session, unchecked
from kintone_lint.kintone.hosts import elsewhere, is_kintone
from kintone_lint.kintone.sessions import session_of
from kintone_lint.kintone.subject import Subject
from kintone_lint.patterns import regex
from kintone_lint.python.tree import arguments, dotted
from kintone_lint.python.values import Constant, Expr

_PREPARES = regex(r"(?:^|\.)(?:Request|build_request)$")
_SWITCHES = {"validate_cert": False, "disable_ssl_certificate_validation": True}


def sent_unchecked(subject: Subject) -> Iterator[Off]:
    """Where a request that was made before is sent, or a client is told not to check."""
    module = subject.module
    for call in module.calls_of.get("send", ()):
        given = arguments(call)[1].get("verify")
        if not _prepares_for_kintone(subject, call):
            continue
        if given is not None:
            yield from unchecked(subject, Expr(given, module), "verify")
        elif isinstance(call.func, cst.Attribute):
            session = session_of(Expr(call, module), call.func.value, subject.evaluator)
            yield from by_session(subject, session)
    for method in ("fetch", "request", "HTTPRequest"):
        for call in module.calls_of.get(method, ()):
            if not _goes_to_kintone(subject, call):
                continue
            yield from _switched(subject, call)
            if isinstance(call.func, cst.Attribute):
                made = session_of(Expr(call, module), call.func.value, subject.evaluator).made
                if made is not None and made.module is module and isinstance(made.node, cst.Call):
                    yield from _switched(subject, made.node)


def _switched(subject: Subject, call: cst.Call) -> Iterator[Off]:
    for name, off in _SWITCHES.items():
        given = arguments(call)[1].get(name)
        value = subject.one(given) if given is not None else None
        if isinstance(value, Constant) and value.value is off:
            yield Off(subject.module, call)


def _goes_to_kintone(subject: Subject, call: cst.Call) -> bool:
    """Whether an argument is an address of Kintone."""
    values = [each.value for arg in call.args for each in subject.values(arg.value)]
    return any(is_kintone(each) and not elsewhere(each) for each in values)


def _prepares_for_kintone(subject: Subject, call: cst.Call) -> bool:
    """Whether a function makes requests before they are sent, and all of them for Kintone."""
    module = subject.module
    made = [
        each
        for name in ("Request", "build_request")
        for each in module.calls_of.get(name, ())
        if module.scope[each] is module.scope[call]
        and _PREPARES.search(subject.callee(each.func) or dotted(each.func) or "")
    ]
    return bool(made) and all(_goes_to_kintone(subject, each) for each in made)
