"""KL301: a credential is sent in a header that Kintone does not read it from."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kintone_conformance.spec import auth
from kintone_conformance.spec.endpoints import distance
from kintone_lint.findings import Confidence
from kintone_lint.kintone.credentials.by_flow import shown_scheme
from kintone_lint.kintone.headers import mappings
from kintone_lint.kintone.hosts import shown
from kintone_lint.kintone.request import Header, Request
from kintone_lint.kintone.requests import kintone_requests
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.module import Module
from kintone_lint.python.spots import Edit, Spot
from kintone_lint.python.tree import children
from kintone_lint.python.values import Encoded, Text
from kintone_lint.rules.base import Bad, Fixable, Rule
from kintone_lint.rules.report import Fix, Report

_KNOWN = (auth.TOKEN_HEADER, auth.PASSWORD_HEADER)
_LOWER = {name.lower() for name in _KNOWN}


class AuthWrongHeader(Rule):
    code = "KL301"
    name = "auth-wrong-header"
    statement = "A credential is sent in the wrong header."
    why = "Kintone reads `Authorization: Basic` as the gate, and `Bearer` as OAuth: nobody logs in."
    instead = "Send a login in `X-Cybozu-Authorization`, a token in `X-Cybozu-API-Token`."
    finds = (
        "The headers and the `auth=` of requests to Kintone, with all that changed them on the"
        " way: a header name with a typo, a login as `Authorization`, a token as Bearer."
    )
    misses = (
        "Headers that are set in code that cannot be followed. Where `X-Cybozu-…` is sent as "
        "well, Basic is taken to be the gate."
    )
    source = "https://cybozu.dev/ja/kintone/docs/rest-api/overview/authentication"
    facts = ("F37", "F46", "F58", "F59")
    since = "0.1.0"
    fixable = Fixable.SAFE
    bad = (
        Bad(
            """\
import requests
requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", auth=(user, password))  #!
"""
        ),
        Bad(
            """\
import requests
requests.get("https://demo.cybozu.com/k/v1/app.json?id=1",
             headers={"Authorization": f"Bearer {api_token}"})  #!
"""
        ),
        Bad(
            """\
import requests
headers = {"X-Cybozu-API-Tokn": token}  #!
requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", headers=headers)
""",
            """\
import requests
headers = {"X-Cybozu-API-Token": token}
requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", headers=headers)
""",
        ),
        Bad(
            """\
import base64, requests
def get(user, password):
    basic = base64.b64encode(f"{user}:{password}".encode()).decode()
    return requests.get("https://demo.cybozu.com/k/v1/app.json?id=1",
                        headers={"Authorization": "Basic " + basic})  #!
"""
        ),
        Bad(
            """\
import requests
def get(user, password):
    session = requests.Session()
    session.auth = (user, password)  #!
    session.get("https://demo.cybozu.com/k/v1/app.json?id=1")
    session.get("https://demo.cybozu.com/k/v1/app.json?id=2")
"""
        ),
    )
    good = (
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/app.json?id=1", auth=(u, p), '
        'headers={"X-Cybozu-API-Token": token})\n',
        'import requests\nrequests.post("https://demo.cybozu.com/oauth2/token", auth=(id, secret))\n',
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/app.json?id=1", '
        'headers={"Authorization": f"Bearer {access_token}"})\n',
        'import requests\nrequests.get("https://api.example.com/", auth=(u, p))\nimport kintone\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        yield from _misspelt(subject)
        seen: set[cst.CSTNode] = set()
        for request in kintone_requests(subject):
            headers, whole = request.headers()
            names = {header.name.lower() for header in headers}
            if names & _LOWER or not whole or "/oauth2/" in _url(request):
                continue
            if any("cybozu" in name for name in names):
                continue  # misspelt, and said above
            given = [request.arguments["auth"]] if "auth" in request.arguments else []
            for pair in [*given, *request.session_auth()]:
                if not isinstance(pair, cst.Tuple) or pair in seen:
                    continue
                seen.add(pair)
                yield Report(
                    Spot(subject.module, pair),
                    "auth= sends Authorization: Basic, which is no login of Kintone: "
                    "send X-Cybozu-Authorization",
                    confidence=Confidence.MEDIUM,
                )
            for header in headers:
                if header.name.lower() == "authorization":
                    for value in header.values():
                        message = isinstance(value, Text) and _message(value)
                        if message:
                            yield Report(
                                Spot(header.module, header.node),
                                message,
                                confidence=Confidence.MEDIUM,
                            )


def _message(value: Text) -> str | None:
    scheme = shown_scheme(value)
    if scheme == "basic" and any(isinstance(part, Encoded) for part in value.parts):
        return (
            "Authorization: Basic is the gate of the domain, no login of Kintone: "
            "send X-Cybozu-Authorization"
        )
    names = [getattr(part, "name", "") for part in value.parts]
    if scheme == "bearer" and any(
        "api_token" in n.lower() or "apitoken" in n.lower() for n in names
    ):
        return "an API token is sent as Bearer: send it in X-Cybozu-API-Token"
    return None


def _url(request: Request) -> str:
    return " ".join(shown(each.value) for each in request.urls())


def _misspelt(subject: Subject) -> Iterator[Report]:
    for _node, headers in mappings(subject):
        for header in headers:
            low = header.name.lower().rstrip(":")
            if low in _LOWER or not low.startswith(("x-cyb", "x-cy", "x-kintone", "cybozu")):
                continue
            near = [name for name in _KNOWN if distance(low, name.lower()) <= 2]
            if near and isinstance(header.node, cst.DictElement):
                key = header.node.key
                fix = _renamed(header, key, near[0], subject.module)
                message = f"no header {header.name} is documented; meant is {near[0]}"
                yield Report(Spot(subject.module, key), message, fix=fix)


def _renamed(header: Header, key: cst.BaseExpression, name: str, module: Module) -> Fix | None:
    """The right name, where neither it nor the wrong one stands anywhere else in the file."""
    if not isinstance(key, cst.SimpleString) or key.raw_value != header.name:
        return None
    around = module.parent[header.node]
    text = module.source.text.lower()
    if any(isinstance(each, cst.StarredDictElement) for each in children(around)):
        return None
    if text.count(header.name.lower()) > 1 or name.lower() in text:
        return None
    start = len(key.prefix) + len(key.quote)
    spot = Spot(module, key, start, start + len(header.name))
    return Fix(f"write {name}", (Edit(spot, name),))
