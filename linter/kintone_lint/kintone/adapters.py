"""Adapters of requests that the code itself writes, and that check no certificate."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import libcst as cst

from kintone_lint.kintone.certificates import Off, unchecked
from kintone_lint.kintone.hosts import shown
from kintone_lint.kintone.request import Request
from kintone_lint.kintone.sessions import Session
from kintone_lint.kintone.subject import Subject
from kintone_lint.patterns import regex
from kintone_lint.python.functions import Called, lineage, method_of, owner_of
from kintone_lint.python.tree import arguments, dotted, is_super, walk
from kintone_lint.python.values import Expr, Text

_ADAPTER = regex(r"(?:^|\.)HTTPAdapter$")
_TAKING = regex(r"(?:PoolManager|HTTPAdapter\.\w+)$")  # beside `super()`: what makes connections
_METHODS = ("init_poolmanager", "cert_verify", "send")
_GIVEN = ("ssl_context", "cert_reqs", "verify")
_VERIFY = 2  # the place of `verify` in `cert_verify(conn, url, verify, cert)`
_NODES = 1_000  # of a method that are looked at


def by_adapters(subject: Subject, session: Session, request: Request) -> Iterator[Off]:
    """Where an adapter that a session sends a request through switches checks off."""
    urls = [shown(each.value).lower() for each in request.urls()]
    fitting = [
        (len(prefix), call, adapter)
        for prefix, call, adapter in _mounted(subject, session)
        if urls and all(url.startswith(prefix) for url in urls)
    ]
    if fitting:
        longest = max(fitting, key=lambda each: each[0])[0]
        _, call, adapter = [each for each in fitting if each[0] == longest][-1]
        if set(adapter.module.conditions(call)) <= set(request.conditions):
            yield from _switched_off(subject, adapter)


def _mounted(subject: Subject, session: Session) -> Iterator[tuple[str, cst.Call, Expr]]:
    """The adapters of a session, each with the start of the URLs that it is for."""
    for place in session.places:
        module = place.at.module
        around = module.scope[place.at.node].enclosing_class
        for call in module.calls_of.get("mount", ()):
            plain, _ = arguments(call)
            holder = call.func.value if isinstance(call.func, cst.Attribute) else None
            same = holder is not None and dotted(holder) == place.name
            if same and len(plain) == 2 and module.scope[call].enclosing_class is around:
                prefix = subject.evaluator.one(Expr(plain[0], module))
                if isinstance(prefix, Text) and prefix.known:
                    yield prefix.known.lower(), call, Expr(plain[1], module)


def _switched_off(subject: Subject, adapter: Expr) -> Iterator[Off]:
    """What the methods of an adapter's class switch off."""
    project = subject.project
    owner = owner_of(adapter.node, adapter.module, project)
    if owner is None or owner.scope is None:
        return
    bases = [
        dotted(base.value) or ""
        for each in lineage(owner, project)
        if each.scope is not None and isinstance(each.scope.node, cst.ClassDef)
        for base in each.scope.node.bases
    ]
    if not any(map(_ADAPTER.search, bases)):
        return
    for name in _METHODS:
        method = method_of(owner, name, project)
        if method is not None and method.module is subject.module:
            yield from _in_method(subject, method)


def _in_method(subject: Subject, method: Called) -> Iterator[Off]:
    for node in islice(walk(method.function.body), _NODES):
        for name, value in _said(node):
            yield from unchecked(subject, Expr(value, method.module), name)


def _said(node: cst.CSTNode) -> Iterator[tuple[str, cst.BaseExpression]]:
    """What a node says of checks: `kwargs["ssl_context"] = context`, `send(verify=False)`."""
    match node:
        case cst.Assign(
            targets=[
                cst.AssignTarget(
                    cst.Subscript(
                        slice=[cst.SubscriptElement(cst.Index(cst.SimpleString() as key))]
                    )
                )
            ],
            value=value,
        ) if key.raw_value in _GIVEN:
            yield key.raw_value, value
        case cst.Call(func=func) if _TAKING.search(dotted(func) or "") or (
            isinstance(func, cst.Attribute) and is_super(func.value)
        ):
            plain, given = arguments(node)
            for name in _GIVEN:
                if name in given:
                    yield name, given[name]
            method = func.attr.value if isinstance(func, cst.Attribute) else ""
            if method == "cert_verify" and len(plain) > _VERIFY:
                yield "verify", plain[_VERIFY]
