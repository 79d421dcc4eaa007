"""KL201: the guest space comes after the version."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_conformance.spec.diagnosis import Kind
from kintone_lint.findings import Identity
from kintone_lint.kintone.address import Address
from kintone_lint.kintone.subject import Subject
from kintone_lint.patterns import regex
from kintone_lint.python.hole import HOLE
from kintone_lint.rules._path import changed, one_a_place, report, reports
from kintone_lint.rules.base import Bad, Fixable, Rule
from kintone_lint.rules.report import Fix, Report

_ORDER = regex(rf"/v1/(guest/(?:[0-9]+|{HOLE}+|\{{\w*\}}|%[sd])/)")


class GuestPathOrder(Rule):
    code = "KL201"
    name = "guest-path-order"
    statement = "A path has `guest/{id}` after `v1`, or `preview` before it."
    why = "Kintone accepts one order only: the request fails."
    instead = "Write `/k/guest/{id}/v1/…` and `/k/v1/preview/…`."
    finds = (
        "The URL is assembled from everything that flows into it, and its path is compared with "
        "the grammar of Kintone's paths."
    )
    misses = "Paths whose order is not known because they come from outside the code."
    source = "https://cybozu.dev/ja/kintone/docs/rest-api/overview/kintone-rest-api-overview"
    facts = ("F8", "F9")
    since = "0.1.0"
    words = ("preview", "^guest$")
    identity = Identity.PATH
    fixable = Fixable.SAFE
    bad = (
        Bad(
            """\
import requests
requests.get("https://demo.cybozu.com/k/v1/guest/5/records.json?app=1")  #!
""",
            """\
import requests
requests.get("https://demo.cybozu.com/k/guest/5/v1/records.json?app=1")
""",
            sends=True,
            meant="https://demo.cybozu.com/k/guest/5/v1/records.json?app=1",
        ),
        Bad(
            """\
import requests
def records(space):
    url = f"https://demo.cybozu.com/k/v1/guest/{space}/records.json"  #!
    return requests.get(url, params={"app": 1})
records(7)
""",
            """\
import requests
def records(space):
    url = f"https://demo.cybozu.com/k/guest/{space}/v1/records.json"
    return requests.get(url, params={"app": 1})
records(7)
""",
            sends=True,
            meant="https://demo.cybozu.com/k/guest/7/v1/records.json?app=1",
        ),
        Bad(
            """\
import requests
def records(space=None):
    url = "https://demo.cybozu.com/k/v1/records.json"
    if space is not None:
        url = f"https://demo.cybozu.com/k/v1/guest/{space}/records.json"  #!
    return requests.get(url, params={"app": 1})
records(7)
""",
            """\
import requests
def records(space=None):
    url = "https://demo.cybozu.com/k/v1/records.json"
    if space is not None:
        url = f"https://demo.cybozu.com/k/guest/{space}/v1/records.json"
    return requests.get(url, params={"app": 1})
records(7)
""",
            sends=True,
            meant="https://demo.cybozu.com/k/guest/7/v1/records.json?app=1",
        ),
        Bad(
            """\
import requests
gid = 5
requests.get("https://demo.cybozu.com/k/v1/guest/" + str(gid) + "/app.json?id=1")  #!
""",
            """\
import requests
gid = 5
requests.get("https://demo.cybozu.com/k/guest/" + str(gid) + "/v1/app.json?id=1")
""",
            sends=True,
            meant="https://demo.cybozu.com/k/guest/5/v1/app.json?id=1",
        ),
        Bad(
            """\
import httpx
def get(client: httpx.Client, space):
    return client.get("https://demo.cybozu.com/k/v1/guest/{}/record.json".format(space))  #!
""",
            """\
import httpx
def get(client: httpx.Client, space):
    return client.get("https://demo.cybozu.com/k/guest/{}/v1/record.json".format(space))
""",
        ),
        Bad(
            """\
PATH = "/k/v1/guest/%d/records.json"  #!
""",
            """\
PATH = "/k/guest/%d/v1/records.json"
""",
        ),
        Bad(
            """\
import requests
BASE = "https://demo.cybozu.com/k/v1"
def get(space):
    return requests.get(f"{BASE}/guest/{space}/records.json")  #!
"""
        ),
        Bad(
            """\
def fields(kintone):
    return kintone.call("GET", "/k/preview/v1/app/form/fields.json")  #!
"""
        ),
        Bad(
            """\
import requests
class Kintone:
    def __init__(self, base):
        self.base = base
    def get(self, path):
        return requests.get(self.base + path)
Kintone("https://demo.cybozu.com").get("/k/v1/guest/3/record.json")  #!
""",
            """\
import requests
class Kintone:
    def __init__(self, base):
        self.base = base
    def get(self, path):
        return requests.get(self.base + path)
Kintone("https://demo.cybozu.com").get("/k/guest/3/v1/record.json")
""",
        ),
        Bad(
            """\
import requests  # the base is that of kintone
def get(base, space):
    return requests.get(f"{base}/v1/guest/{space}/records.json")  #!
""",
            """\
import requests  # the base is that of kintone
def get(base, space):
    return requests.get(f"{base}/guest/{space}/v1/records.json")
""",
        ),
    )
    good = (
        'url = "https://demo.cybozu.com/k/guest/5/v1/records.json"\n',
        'url = f"https://demo.cybozu.com/k/guest/{space}/v1/preview/app/form/fields.json"\n',
        'import requests\nrequests.get("https://hotel.example.com/v1/guest/5/records.json")\n',
        'import requests\nrequests.get(f"{hotel}/v1/guest/{guest}/records.json")\n',
        'import re\nre.search("/k/v1/guest/5/records.json", text)\n',
        '"""Not /k/v1/guest/5/records.json, as one might think."""\n',
        "# https://demo.cybozu.com/k/v1/guest/5/records.json is wrong\n",
        'def check(path):\n    return path.startswith("/k/v1/guest/5/records.json")\n',
        'url = "https://demo.cybozu.com/k/guest/5/123/show#record=1"\n',
        'prefix = f"/guest/{space}" if space else ""\nurl = f"/k{prefix}/v1/records.json"\n',
    )

    @one_a_place
    def check(self, subject: Subject) -> Iterator[Report]:
        for address, message in reports(subject, Kind.WRONG_ORDER, Kind.PREVIEW_BEFORE_VERSION):
            yield report(address, message, _fix(address))


def _fix(address: Address) -> Fix | None:
    found = _ORDER.search(address.flat)
    if found is None:
        return None
    start, end = found.start() + 1, found.end(1)
    return changed(
        address, "move guest/{id} before v1", (start, start + len("v1/"), ""), (end, end, "v1/")
    )
