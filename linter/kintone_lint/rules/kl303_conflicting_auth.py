"""KL303: two credentials are sent where one is read."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_lint.findings import Severity
from kintone_lint.kintone.headers import mappings
from kintone_lint.kintone.requests import PASSWORD_HEADER, TOKEN_HEADER, kintone_requests
from kintone_lint.kintone.secrets import placeholder
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.spots import Spot
from kintone_lint.python.values import Constant, Text, Value
from kintone_lint.rules.base import Bad, Rule
from kintone_lint.rules.report import Report


class ConflictingAuth(Rule):
    code = "KL303"
    name = "conflicting-auth"
    statement = "A request carries two credentials: a login and API tokens."
    why = "With both, the token is ignored and the rights of the user apply."
    instead = "Send the one that you mean."
    finds = "The headers of one mapping or one request hold both credentials at the same time."
    misses = "Credentials that are set under conditions: they may exclude each other."
    source = "https://kintone.dev/en/docs/common/authentication/"
    facts = ("F66",)
    since = "0.1.0"
    severity = Severity.WARNING
    bad = (
        Bad(
            'headers = {  #!\n    "X-Cybozu-Authorization": auth,\n    "X-Cybozu-API-Token": token,\n}\n'
        ),
        Bad(
            """\
import requests
headers = {"X-Cybozu-API-Token": token}
headers["X-Cybozu-Authorization"] = auth
requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", headers=headers)  #!
"""
        ),
        Bad(
            """\
import requests
s = requests.Session()
s.headers.update({"X-Cybozu-API-Token": token})
s.get("https://demo.cybozu.com/k/v1/app.json?id=1", headers={"X-Cybozu-Authorization": a})  #!
"""
        ),
        Bad('h = dict()\nh = {"x-cybozu-api-token": t, "x-cybozu-authorization": a}  #!\n'),
    )
    good = (
        'headers = {"X-Cybozu-API-Token": token, "Authorization": basic}\n',
        """\
import requests
def get(token, auth):
    headers = {}
    if token:
        headers["X-Cybozu-API-Token"] = token
    else:
        headers["X-Cybozu-Authorization"] = auth
    return requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", headers=headers)
""",
        'NAMES = {"X-Cybozu-API-Token", "X-Cybozu-Authorization"}\n',
        'KINDS = {"token": "X-Cybozu-API-Token", "password": "X-Cybozu-Authorization"}\n',
        'NAMES = {"X-Cybozu-API-Token": True, "X-Cybozu-Authorization": False}\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        message = "a login and API tokens are sent together: the tokens are ignored"
        seen = set()
        for node, headers in mappings(subject):
            sent = [h for h in headers if not _flag(h.values())]
            names = {header.name.lower() for header in sent}
            if {TOKEN_HEADER, PASSWORD_HEADER} <= names:
                seen |= {header.node for header in headers}
                yield Report(Spot(subject.module, node), message)
        for request in kintone_requests(subject):
            headers, _ = request.headers()
            found = {header.name.lower(): header for header in headers}
            both = [found.get(name) for name in (TOKEN_HEADER, PASSWORD_HEADER)]
            if None in both or any(header.node in seen for header in both if header):
                continue
            arms = [
                subject.module.choices.get(subject.module.statement(header.node), ())
                for header in both
                if header and header.module is subject.module
            ]
            if not any(arms):
                yield Report(Spot(subject.module, request.node), message)


def _flag(values: list[Value]) -> bool:
    """No credentials but what is said about them: truth values, masks, placeholders."""
    return bool(values) and all(
        isinstance(value, Constant)
        or (isinstance(value, Text) and value.known is not None and placeholder(value.known))
        for value in values
    )
