"""KL106: a credential is in a URL."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kintone_lint.findings import Confidence, Severity
from kintone_lint.kintone.credentials import CredentialKind, credentials
from kintone_lint.kintone.hosts import elsewhere, other_product
from kintone_lint.kintone.queries import Parameter, parameters
from kintone_lint.kintone.request import Request
from kintone_lint.kintone.requests import kintone_requests
from kintone_lint.kintone.secrets import weak
from kintone_lint.kintone.subject import Subject
from kintone_lint.patterns import regex
from kintone_lint.python.hole import HOLE
from kintone_lint.python.spots import Spot
from kintone_lint.python.values import Text, flat
from kintone_lint.rules._credential import report
from kintone_lint.rules.base import Bad, Rule
from kintone_lint.rules.report import Report

_NAMED = regex(r"(?i)(?:kintone_?)?api_?tokens?|token|password|access_?token")
_IN_QUERY = regex(rf"(?i)[?&](?P<name>api_?token|token|password|access_token)={HOLE}")


class CredentialInUrl(Rule):
    code = "KL106"
    name = "credential-in-url"
    statement = "A Kintone URL contains a password or a token."
    why = (
        "URLs end up in logs, proxies and browser histories, and Kintone reads credentials from "
        "headers only."
    )
    instead = "Revoke it, and send the new one in the header that Kintone documents."
    finds = (
        "A Kintone URL with `user:password@` before the host, or with a token or a password in "
        "its query, however it is assembled; also a token or a password among the parameters of a "
        "request, wherever it comes from."
    )
    misses = "URLs that are assembled outside the code, and parameters with unusual names."
    source = "https://cwe.mitre.org/data/definitions/598.html"
    facts = ("F37", "F46")
    since = "0.1.0"
    cwe = 598
    score = "7.0"
    credential = CredentialKind.URL
    what = "a URL contains a credential"
    bad = (
        Bad('URL = "https://sato:@PASSWORD@@demo.cybozu.com/k/v1/app.json"  #!\n'),
        Bad(
            """\
import requests
requests.get("https://gate:@PASSWORD@@demo.kintone.com/k/v1/app.json?id=1")  #!
"""
        ),
        Bad('url = "https://demo.cybozu.com/k/v1/app.json?id=1&token=@SECRET@"  #!\n'),
        Bad('base = "https://sato:@PASSWORD@@demo.cybozu.cn"  #!\n'),
        Bad(
            """\
import os, requests
requests.get("https://demo.cybozu.com/k/v1/records.json",  #!
             params={"app": 1, "apiToken": os.environ["KINTONE_TOKEN"]})
"""
        ),
        Bad('PW = "@PASSWORD@"  #!\nbase = f"https://sato:{PW}@demo.cybozu.com"\n'),
    )
    good = (
        'url = "https://demo.cybozu.com/k/v1/app.json?id=1"\n',
        'url = f"https://{user}:{password}@demo.cybozu.com/k/v1/app.json"\n',
        'url = "https://user:password@demo.cybozu.com/k/v1/app.json"\n',
        'db = "postgres://kintone:@PASSWORD@@localhost/kintone"\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        for found in credentials(subject):
            if found.kind is self.credential:
                yield report(subject, found, self.what)
        yield from _in_queries(subject)


def _in_queries(subject: Subject) -> Iterator[Report]:
    """Credentials that a request to Kintone sends as parameters, wherever they come from."""
    seen: set[cst.CSTNode] = set()
    for request in kintone_requests(subject):
        if any(elsewhere(each.value) or other_product(each.value) for each in request.urls()):
            continue
        given = [one for each in parameters(request) for one in each if _is_sent(request, one)]
        named = [each.name for each in given] + [
            match["name"]
            for each in request.urls()
            for match in _IN_QUERY.finditer(
                flat(each.value) if isinstance(each.value, Text) else ""
            )
        ]
        if named and request.node not in seen and request.module is subject.module:
            seen.add(request.node)
            yield Report(
                Spot(subject.module, request.node),
                f"the parameter {named[0]} puts a credential into the URL; Kintone reads it from a "
                f"header only",
                severity=Severity.WARNING,
                confidence=Confidence.MEDIUM,
                secrets=tuple(filter(None, (_literal(request, each) for each in given))),
            )


def _is_sent(request: Request, parameter: Parameter) -> bool:
    """Whether a parameter is a credential by its name, and has a value that can be one."""
    if not _NAMED.fullmatch(parameter.name):
        return False
    values = [each.value for each in request.evaluator.values(parameter.value)]
    return all(
        isinstance(each, Text) and (each.known is None or not weak(each.known)) for each in values
    )


def _literal(request: Request, parameter: Parameter) -> str | None:
    value = request.evaluator.one(parameter.value)
    return value.known if isinstance(value, Text) else None
