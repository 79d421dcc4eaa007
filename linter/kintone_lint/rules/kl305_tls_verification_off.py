"""KL305: the certificate of Kintone is not checked."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kintone_lint.kintone.adapters import by_adapters
from kintone_lint.kintone.certificates import (
    GIVEN,
    Off,
    call_of,
    switched_off,
    unchecked,
)
from kintone_lint.kintone.curl import unchecked_commands, unchecked_handles
from kintone_lint.kintone.hosts import elsewhere, is_kintone, shown
from kintone_lint.kintone.request import Request
from kintone_lint.kintone.requests import LIBRARIES, kintone_requests, requests, sent_by
from kintone_lint.kintone.sessions import session_of
from kintone_lint.kintone.subject import Subject
from kintone_lint.kintone.unchecked import sent_unchecked
from kintone_lint.kintone.words import HOST
from kintone_lint.python.spots import Spot
from kintone_lint.python.tree import arguments
from kintone_lint.python.values import Expr, Value
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
        "`verify=False` and its equivalents in a request to Kintone, in its session, adapter, "
        "connector or SSL context, in `**options`, in the options of pycurl, or in a command line of "
        "curl, wget or HTTPie that the code runs."
    )
    misses = (
        "Verification that is switched off for the whole process or by the environment, and "
        "hosts that are not known to be Kintone's."
    )
    source = "https://cwe.mitre.org/data/definitions/295.html"
    facts = ("F13",)
    since = "0.1.0"
    words = (
        "verify",
        "unverified",
        "^ssl",
        "context",
        "^cert_?reqs",
        "validate_cert",
        "^curl$",
        "^wget$",
    )
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
import httpx, ssl
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE  #!
httpx.get("https://demo.cybozu.com/k/v1/app.json?id=1", verify=context)
"""
        ),
        Bad(
            """\
import requests
OPTIONS = dict(timeout=10, verify=False)  #!
requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", **OPTIONS)
"""
        ),
        Bad(
            """\
import ssl, urllib.request
context = ssl._create_unverified_context()  #!
urllib.request.urlopen("https://demo.cybozu.com/k/v1/app.json?id=1", context=context)
"""
        ),
        Bad(
            """\
import subprocess
subprocess.run(["curl", "-sk", "https://demo.cybozu.com/k/v1/app.json?id=1"])  #!
"""
        ),
        Bad(
            """\
import pycurl
c = pycurl.Curl()
c.setopt(c.URL, "https://demo.cybozu.com/k/v1/app.json?id=1")
c.setopt(c.SSL_VERIFYPEER, 0)  #!
"""
        ),
    )
    good = (
        'import subprocess\nsubprocess.run(["curl", "-sSo", "k", "https://demo.cybozu.com/k/v1/app.json?id=1"])\n',
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/app.json?id=1", verify="ca.pem")\n',
        'import requests\nrequests.get("https://localhost/k/v1/app.json?id=1", verify=False)\n',
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/app.json?id=1", verify=True)\n',
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/app.json?id=1", verify=verify)\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        seen: set[cst.CSTNode] = set()
        for off in _all(subject):
            if off.module is subject.module and off.node not in seen:
                seen.add(off.node)
                yield Report(Spot(subject.module, off.node), _MESSAGE)


def _all(subject: Subject) -> Iterator[Off]:
    for call in subject.module.of(cst.Call):
        _, given = arguments(call)
        if "base_url" in given and _is_client(subject, call, given):
            for name in GIVEN:
                if name in given:
                    yield from unchecked(subject, Expr(given[name], subject.module), name)
    for request in kintone_requests(subject):
        if not any(elsewhere(each.value) for each in request.urls()) and not _connects_elsewhere(
            request
        ):
            yield from switched_off(subject, request)
            if request.session is not None and "mount" in subject.module.calls_of:
                yield from by_adapters(subject, request.session, request)
    for request in requests(subject):
        if "context" in request.arguments and _opens_request(subject, request):
            yield from switched_off(subject, request)
    for call in subject.module.calls_of.get("open", ()):
        opens = (subject.callee(call.func) or "").endswith("build_opener().open") and call.args
        urls = subject.values(call.args[0].value) if opens else ()
        if any(_goes_to_kintone(each.value) for each in urls):
            yield from _by_opener(subject, call)
    yield from sent_unchecked(subject)
    yield from unchecked_commands(subject)
    yield from unchecked_handles(subject)


def _goes_to_kintone(url: Value) -> bool:
    return is_kintone(url) and not elsewhere(url)


def _by_opener(subject: Subject, call: cst.Call) -> Iterator[Off]:
    """What the handlers of an opener of urllib switch off."""
    assert isinstance(call.func, cst.Attribute)
    session = session_of(Expr(call, subject.module), call.func.value, subject.evaluator)
    made = session.made
    for arg in made.node.args if made is not None and isinstance(made.node, cst.Call) else ():
        if made is not None:
            yield from unchecked(subject, made.beside(arg.value), "handler")


def _opens_request(subject: Subject, request: Request) -> bool:
    """Whether `urlopen` is given a request to Kintone that was made before."""
    made = [call_of(each.value) for each in request.urls()]
    return any(
        not any(elsewhere(each.value) for each in inner.urls())
        for call in made
        if call is not None and call.module is subject.module
        for inner in sent_by(subject, call.node)
        if _same_call(inner, request)
    )


def _same_call(one: Request, other: Request) -> bool:
    """Whether two requests are made in the same call of their function, as far as it is known."""
    frames = (one.call.frame, other.call.frame)
    sites = {each.call.node for each in frames if each is not None}
    return len(sites) < 2 or one.module.scope[one.node] is not other.module.scope[other.node]


def _connects_elsewhere(request: Request) -> bool:
    """Whether a connection of http.client, which has the host, is to another one than Kintone."""
    host = request.session.first() if request.session is not None and request.connection else None
    known = [each.value for each in request.evaluator.values(host)] if host is not None else []
    return request.connection and not any(HOST.search(shown(each)) for each in known)


def _is_client(subject: Subject, call: cst.Call, given: dict[str, cst.BaseExpression]) -> bool:
    """Whether a call makes a client for Kintone."""
    if not LIBRARIES.match(subject.callee(call.func) or ""):
        return False
    return any(_goes_to_kintone(each.value) for each in subject.values(given["base_url"]))
