"""KL205: a part of the prefix is there twice."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_conformance.spec.diagnosis import Kind
from kintone_lint.findings import Identity
from kintone_lint.kintone.address import Address
from kintone_lint.kintone.subject import Subject
from kintone_lint.patterns import regex
from kintone_lint.rules._path import changed, one_a_place, report, reports
from kintone_lint.rules.base import Bad, Fixable, Rule
from kintone_lint.rules.report import Fix, Report

_TWICE = regex(r"((?:/k)?(?:/guest/[^/]+)?(?:/v1)?)(\1)(?=/)")


class GuestPathDuplicated(Rule):
    code = "KL205"
    name = "guest-path-duplicated"
    statement = "A path repeats `k`, `guest`, `v1` or `preview`."
    why = "A base that ends in the prefix was joined with a path that starts with it."
    instead = "Keep the prefix in one place only."
    finds = (
        "The URL is assembled from base and path, also across functions and files, and contains a "
        "part of the prefix twice."
    )
    misses = "Bases that come from the environment: their end is not known."
    source = "https://cybozu.dev/ja/kintone/docs/rest-api/overview/kintone-rest-api-overview"
    facts = ("F9",)
    since = "0.1.0"
    identity = Identity.PATH
    fixable = Fixable.SAFE
    bad = (
        Bad(
            """\
import requests
requests.get("https://demo.cybozu.com/k/v1/k/v1/records.json?app=1")  #!
""",
            """\
import requests
requests.get("https://demo.cybozu.com/k/v1/records.json?app=1")
""",
            sends=True,
            meant="https://demo.cybozu.com/k/v1/records.json?app=1",
        ),
        Bad(
            'url = "https://demo.cybozu.com/k/guest/1/guest/1/v1/records.json"  #!\n',
            'url = "https://demo.cybozu.com/k/guest/1/v1/records.json"\n',
        ),
        Bad(
            """\
import requests
BASE = "https://demo.cybozu.com/k/guest/5/v1"
requests.get(BASE + "/v1/records.json")  #!
"""
        ),
        Bad(
            """\
import requests
BASE = "https://demo.cybozu.com/k/v1"
def get():
    return requests.get(f"{BASE}/k/v1/app.json")  #!
"""
        ),
        Bad(
            'import httpx\nhttpx.get("https://demo.cybozu.com/k/guest/1/v1/v1/app.json")  #!\n',
            'import httpx\nhttpx.get("https://demo.cybozu.com/k/guest/1/v1/app.json")\n',
        ),
        Bad('url = "https://demo.cybozu.com/k/guest/1/k/v1/records.json"  #!\n'),
        Bad(
            'import requests\nrequests.get(f"https://{host}/k/k/v1/records.json")  #!\n',
            'import requests\nrequests.get(f"https://{host}/k/v1/records.json")\n',
        ),
        Bad('url = "https://demo.cybozu.com/k/v1/preview/preview/app/status.json"  #!\n'),
    )
    good = (
        'url = "https://demo.cybozu.com/k/guest/5/v1/records.json"\n',
        'import requests\nBASE = "https://demo.cybozu.com/k/v1"\nrequests.get(BASE + "/app.json")\n',
        'import requests\nBASE = "https://demo.cybozu.com"\nrequests.get(BASE + "/k/v1/app.json")\n',
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/app.json?q=/k/v1/k/v1/")\n',
        'import requests\nrequests.get(base + "/k/v1/app.json")\n',
        'def join(path):\n    return path.replace("/k/v1/k/v1/records.json", "/k/v1/records.json")\n',
        'import requests\nrequests.get("https://api.example.com/v1/v1/items.json")\nimport kintone\n',
        'import requests\nbase = "https://demo.cybozu.com/k/v1" if old else "https://demo.cybozu.com"\n'
        'path = "/app.json" if short else "/k/v1/app.json"\nrequests.get(base + path)\n',
        'if guest:\n    base = "https://demo.cybozu.com/k/guest/5"\nelse:\n'
        '    base = "https://demo.cybozu.com/k"\nimport requests\nrequests.get(base + "/v1/app.json")\n',
    )

    @one_a_place
    def check(self, subject: Subject) -> Iterator[Report]:
        for address, message in reports(subject, Kind.DUPLICATED_PREFIX):
            yield report(address, message, _fix(address))


def _fix(address: Address) -> Fix | None:
    for found in _TWICE.finditer(address.flat, address.start):
        if found[1]:
            return changed(address, "remove the doubled prefix", (*found.span(2), ""))
    return None
