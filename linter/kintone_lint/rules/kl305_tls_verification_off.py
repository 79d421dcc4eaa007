"""KL305: the certificate of Kintone is not checked."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kintone_lint.kintone.hosts import elsewhere, is_kintone
from kintone_lint.kintone.request import Request
from kintone_lint.kintone.requests import LIBRARIES, kintone_requests
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.spots import Spot
from kintone_lint.python.tree import arguments
from kintone_lint.python.values import Constant, Expr
from kintone_lint.rules.base import Bad, Rule
from kintone_lint.rules.report import Report

_MESSAGE = "the certificate is not checked"


class TlsVerificationOff(Rule):
    code = "KL305"
    name = "tls-verification-off"
    statement = "TLS certificate verification is disabled."
    why = (
        "Without verification anyone on the network path can pose as Kintone and read the "
        "credential."
    )
    instead = (
        'Keep verification on. If a proxy has a CA of its own, name that CA: `verify="ca.pem"`.'
    )
    finds = (
        "`verify=False` and its equivalents in a request to Kintone, in its session or in its SSL "
        "context."
    )
    misses = (
        "Verification that is switched off for the whole process or by the environment, and "
        "hosts that are not known to be Kintone's."
    )
    source = "https://cwe.mitre.org/data/definitions/295.html"
    facts = ("F13",)
    since = "0.1.0"
    words = ("verify", "unverified", "^ssl", "context")
    cwe = 295
    score = "7.0"
    bad = (
        Bad(
            """\
import requests
requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", verify=False)  #!
"""
        ),
        Bad(
            """\
import httpx
client = httpx.Client(verify=False)  #!
client.get("https://demo.cybozu.com/k/v1/app.json?id=1")
"""
        ),
        Bad(
            """\
import requests
s = requests.Session()
s.verify = False  #!
s.get("https://demo.cybozu.com/k/v1/app.json?id=1")
"""
        ),
        Bad(
            """\
import ssl, urllib.request
context = ssl._create_unverified_context()  #!
urllib.request.urlopen("https://demo.cybozu.com/k/v1/app.json?id=1", context=context)
"""
        ),
    )
    good = (
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/app.json?id=1", verify="ca.pem")\n',
        'import requests\nrequests.get("https://localhost/k/v1/app.json?id=1", verify=False)\n',
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/app.json?id=1", verify=True)\n',
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/app.json?id=1", verify=verify)\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        seen: set[cst.CSTNode] = set()
        for call in subject.module.of(cst.Call):
            _, given = arguments(call)
            if "verify" in given and "base_url" in given and _is_client(subject, call, given):
                seen.add(given["verify"])
                yield Report(Spot(subject.module, given["verify"]), _MESSAGE)
        for request in kintone_requests(subject):
            if any(elsewhere(each.value) for each in request.urls()):
                continue
            for node in _off(subject, request):
                if node not in seen:
                    seen.add(node)
                    yield Report(Spot(subject.module, node), _MESSAGE)


def _is_client(subject: Subject, call: cst.Call, given: dict[str, cst.BaseExpression]) -> bool:
    """Whether a call makes a client for Kintone that checks no certificate."""
    if not LIBRARIES.match(subject.callee(call.func) or ""):
        return False
    addressed = any(
        is_kintone(each.value) and not elsewhere(each.value)
        for each in subject.values(given["base_url"])
    )
    return addressed and _is_off(subject, Expr(given["verify"], subject.module))


def _off(subject: Subject, request: Request) -> Iterator[cst.CSTNode]:
    for name in ("verify", "ssl", "verify_ssl"):
        value = request.argument(name)
        if isinstance(value, Constant) and value.value is False:
            yield request.arguments[name]
    context = request.arguments.get("context")
    if isinstance(context, cst.Name):
        for binding in subject.module.lookup(context.value, context):
            if isinstance(binding.node, cst.Call):
                name = subject.callee(binding.node.func) or ""
                if name.endswith("_create_unverified_context"):
                    yield binding.node
    if request.session is not None:
        given = request.session.argument("verify")
        if given is not None and _is_off(subject, given):
            yield given.node
        for assigned, _, statement in request.session.assigned("verify"):
            if _is_off(subject, assigned):
                yield statement


def _is_off(subject: Subject, expr: Expr) -> bool:
    value = subject.evaluator.one(expr)
    return isinstance(value, Constant) and value.value is False
