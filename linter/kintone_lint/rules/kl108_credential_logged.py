"""KL108: a credential is written to a log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import libcst as cst

from kintone_lint.findings import Confidence, Severity
from kintone_lint.kintone.headers import headers
from kintone_lint.kintone.holding import header_in
from kintone_lint.kintone.leaks import leaked
from kintone_lint.kintone.printed import given_out, prints, raised, written
from kintone_lint.kintone.requests import requests
from kintone_lint.kintone.subject import Subject
from kintone_lint.patterns import regex
from kintone_lint.python.spots import Spot
from kintone_lint.python.tree import arguments, dotted
from kintone_lint.rules.base import Bad, Rule
from kintone_lint.rules.report import Report

_SHOWN = ("__repr__", "__str__")
_CREDENTIAL = regex(r"(?i)self\._*(?:kintone_?)?(?:api_?tokens?|password)")
_PRINTED = "printed or logged"
_RAISED = "part of an exception, whose text ends up in logs"
_QUERY_SECOND = ("requests.get", "niquests.get")


class CredentialLogged(Rule):
    code = "KL108"
    name = "credential-logged"
    statement = "A credential, or the headers that hold it, is printed or logged."
    why = "Logs are read by more people, and kept longer, than the secret should be."
    instead = "Log what you need of the request, without its credentials."
    finds = (
        "A value that is sent to Kintone as a credential, or anything that holds one (a mapping, "
        "list, session, request, record or argument), in a call that prints or logs, in the text "
        "of an exception, in `__repr__` or in `__str__`. It may have any name in the file. Also "
        "headers that are passed where a library takes the query."
    )
    misses = (
        "What a library logs by itself, and values that are logged in another file. "
        "Values that were masked or removed first are not reported, nor those that a loop logs "
        "after it has looked at their names."
    )
    source = "https://cwe.mitre.org/data/definitions/532.html"
    facts = ("F37", "F46")
    since = "0.1.0"
    cwe = 532
    score = "6.0"
    severity = Severity.WARNING
    bad = (
        Bad('headers = {"X-Cybozu-API-Token": token}\nprint(headers)  #!\n'),
        Bad(
            """\
import logging
class Client:
    def __init__(self, token):
        self.token = token
        self.headers = {"X-Cybozu-API-Token": self.token}
    def get(self):
        logging.debug(f"sending {self.headers}")  #!
"""
        ),
        Bad(
            'def send(token):\n    h = {"X-Cybozu-API-Token": token}\n    print("token:", token)  #!\n'
        ),
        Bad(
            """\
import requests
r = requests.get("https://demo.cybozu.com/k/v1/app.json?id=1",
                 headers={"X-Cybozu-API-Token": token})
print(r.request.headers)  #!
"""
        ),
        Bad(
            """\
import requests
def read(tokens, app):
    print(tokens)  #!
    return requests.get(f"https://demo.cybozu.com/k/v1/app.json?id={app}",
                        headers={"X-Cybozu-API-Token": tokens[app]})
"""
        ),
        Bad(
            """\
import requests
headers = {"X-Cybozu-API-Token": token}
requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", headers)  #!
"""
        ),
        Bad(
            """\
class Client:
    def __init__(self, token):
        self.token = token
        self.headers = {"X-Cybozu-API-Token": self.token}
    def __repr__(self):
        return f"Client({self.token})"  #!
"""
        ),
        Bad(
            """\
import requests
def read(token):
    r = requests.get("https://demo.cybozu.com/k/v1/app.json?id=1",
                     headers={"X-Cybozu-API-Token": token})
    if r.status_code == 401:
        raise RuntimeError(f"{token} was refused")  #!
"""
        ),
    )
    good = (
        'def send(token):\n    if not token:\n        raise ValueError(f"no token: {token!r}")\n'
        '    return {"X-Cybozu-API-Token": token}\n',
        'headers = {"X-Cybozu-API-Token": token}\nheaders.pop("X-Cybozu-API-Token")\nprint(headers)\n',
        'headers = {"X-Cybozu-API-Token": token}\nprint(len(token), token[-4:], list(headers))\n',
        'import requests\nr = requests.get("https://demo.cybozu.com/k/v1/app.json?id=1")\n'
        "print(r.headers)\n",
        'headers = {"X-Cybozu-API-Token": token}\nprint("token is missing", "*" * len(token))\n',
        'headers = {"X-Cybozu-API-Token": token}\nprint(str(error).replace(token, "****"))\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        for call in subject.module.of(cst.Call):
            if prints(subject, call):
                yield from _told(subject, given_out(call, subject), call, _PRINTED)
        if not subject.in_test:
            yield from _in_exceptions(subject)
        for node in subject.module.of(cst.Return):
            function = subject.module.scope[node].node
            shows = isinstance(function, cst.FunctionDef) and function.name.value in _SHOWN
            if shows and node.value is not None:
                yield from _told(subject, [node.value], node, _PRINTED)
                yield from _spelled_out(subject, node.value, node)
        yield from _as_query(subject)


def _in_exceptions(subject: Subject) -> Iterator[Report]:
    for statement in subject.module.of(cst.Raise):
        yield from _told(subject, raised(statement, subject), statement, _RAISED)
    for check in subject.module.of(cst.Assert):
        yield from _told(subject, [check.msg] if check.msg else [], check, _RAISED)


def _told(
    subject: Subject, given: Iterable[cst.CSTNode], at: cst.CSTNode, how: str
) -> Iterator[Report]:
    for whole in given:
        for each in written(whole, subject):
            leak = leaked(subject, each)
            if leak is not None:
                spot = Spot(subject.module, at)
                yield Report(spot, leak.told(how), confidence=Confidence.MEDIUM)
                return


def _spelled_out(subject: Subject, value: cst.CSTNode, at: cst.CSTNode) -> Iterator[Report]:
    """A credential by its name in the text of an object, where the header is made elsewhere."""
    if not subject.kintone or subject.in_test or headers(subject):
        return
    for each in written(value, subject):
        name = dotted(each) or ""
        if name.startswith("self.") and _CREDENTIAL.fullmatch(name):
            message = (
                f"the printed form of the object shows {name}, a credential, judging by its name"
            )
            yield Report(Spot(subject.module, at), message, confidence=Confidence.MEDIUM)
            return


def _as_query(subject: Subject) -> Iterator[Report]:
    """Headers where a library takes the query."""
    for request in requests(subject):
        node = request.arguments.get("params")
        if node is None and isinstance(request.node, cst.Call):
            plain, _ = arguments(request.node)
            second = subject.callee(request.node.func) in _QUERY_SECOND and len(plain) > 1
            node = plain[1] if second else None
        header = header_in(subject, node, request.call.frame) if node is not None else None
        if header:
            yield Report(
                Spot(subject.module, request.node),
                f"the headers are passed as the query: {header} becomes part of the URL, which "
                f"servers log",
                confidence=Confidence.MEDIUM,
            )
