"""KL306: a GET without a body says that it has a JSON body."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_lint.findings import Severity
from kintone_lint.kintone.hosts import other_product
from kintone_lint.kintone.requests import kintone_requests
from kintone_lint.kintone.set_aside import is_set_aside, is_taken_out
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.spots import Spot
from kintone_lint.rules.base import Bad, Rule
from kintone_lint.rules.report import Report


class ContentTypeOnGet(Rule):
    code = "KL306"
    name = "content-type-on-get"
    statement = "A GET without a body has a `Content-Type`."
    why = 'Kintone answers 400 CB_IL02, "Illegal request", which does not name the header.'
    instead = "Leave the header out; requests and httpx set it if there is a JSON body."
    finds = "A GET to Kintone that is sent without a body and with a JSON `Content-Type`."
    misses = (
        "Headers that are set under conditions whose outcome is not known, files in which "
        "something removes the header before a request is sent, and code that cannot be followed."
    )
    source = "https://cybozu.dev/ja/kintone/docs/rest-api/overview/kintone-rest-api-overview"
    facts = ("F60",)
    since = "0.1.0"
    words = ("content-type",)
    severity = Severity.WARNING
    bad = (
        Bad(
            """\
import requests
headers = {"X-Cybozu-API-Token": token, "Content-Type": "application/json"}
requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", headers=headers)  #!
"""
        ),
        Bad(
            """\
import requests
requests.get("https://demo.cybozu.com/k/v1/app.json", params={"id": 1},  #!
             headers={"content-type": "application/json"})
"""
        ),
        Bad(
            """\
import requests
s = requests.Session()
s.headers.update({"Content-Type": "application/json"})
s.get("https://demo.cybozu.com/k/v1/app.json?id=1")  #!
"""
        ),
        Bad(
            """\
import requests
class Client:
    def __init__(self, token):
        self.headers = {"X-Cybozu-API-Token": token, "Content-Type": "application/json"}
    def app(self):
        return requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", headers=self.headers)  #!
"""
        ),
    )
    good = (
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/app.json", json={"id": 1}, '
        'headers={"Content-Type": "application/json"})\n',
        'import requests\nrequests.post("https://demo.cybozu.com/k/v1/record.json", json={}, '
        'headers={"Content-Type": "application/json"})\n',
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/app.json?id=1", headers=h)\n',
        'import requests\nrequests.get("https://api.example.com/", '
        'headers={"Content-Type": "application/json"})\nimport kintone\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        message = "Content-Type on a GET without a body: Kintone answers 400 CB_IL02"
        seen = set()
        if is_taken_out(subject):
            return
        for request in kintone_requests(subject):
            if request.method != "GET" or request.has_body or request.node in seen:
                continue
            if any(other_product(each.value) for each in request.urls()):
                continue
            if is_set_aside(subject, request):
                continue
            if any(request.surely_sends("content-type")):
                seen.add(request.node)
                yield Report(Spot(subject.module, request.node), message)
