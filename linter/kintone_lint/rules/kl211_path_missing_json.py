"""KL211: the path of an API does not end in .json."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_conformance.spec import endpoints
from kintone_conformance.spec.urls import Kind
from kintone_lint.findings import Identity
from kintone_lint.kintone.address import HOLE
from kintone_lint.kintone.subject import Subject
from kintone_lint.rules._path import changed, report, reports
from kintone_lint.rules.base import Bad, Fixable, Rule
from kintone_lint.rules.report import Report

_KINDS = (Kind.MISSING_JSON, Kind.UPPER_CASE_JSON, Kind.TRAILING_SLASH, Kind.STRAY_BLANK)


class PathMissingJson(Rule):
    code = "KL211"
    name = "path-missing-json"
    statement = "A path does not end in `.json` in lower case, or something follows it."
    why = "Kintone answers 404 to `.JSON`, to a slash at the end, and without it."
    instead = "Write `/k/v1/records.json`."
    finds = (
        "The URL that a request sends is assembled, and its path has no `.json`, another case "
        "of it, or something after it."
    )
    misses = "URLs that are not seen to be sent, and paths that end in something unknown."
    source = "https://cybozu.dev/ja/kintone/docs/rest-api/overview/kintone-rest-api-overview"
    facts = ("F11",)
    since = "0.1.0"
    identity = Identity.PATH
    fixable = Fixable.SAFE
    bad = (
        Bad(
            'import requests\nrequests.get("https://demo.cybozu.com/k/v1/records?app=1")  #!\n',
            'import requests\nrequests.get("https://demo.cybozu.com/k/v1/records.json?app=1")\n',
            sends=True,
            meant="https://demo.cybozu.com/k/v1/records.json?app=1",
        ),
        Bad(
            """\
import requests
BASE = "https://demo.cybozu.com/k/v1"
requests.post(f"{BASE}/file", files={"file": b""})  #!
""",
            """\
import requests
BASE = "https://demo.cybozu.com/k/v1"
requests.post(f"{BASE}/file.json", files={"file": b""})
""",
            sends=True,
            meant="https://demo.cybozu.com/k/v1/file.json",
        ),
        Bad('import requests\nrequests.get("https://demo.cybozu.com/k/v1/records.JSON")  #!\n'),
        Bad('import requests\nrequests.get("https://demo.cybozu.com/k/v1/records.json/")  #!\n'),
    )
    good = (
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/records.json?app=1")\n',
        'import requests\nrequests.get(f"https://demo.cybozu.com/k/v1/{api}")\n',
        'API = "/k/v1/records"\nurl = API + ".json"\n',
        'import requests\npath = "/k/v1/records"\nrequests.get(base + path + ".json")\n',
        'import requests\nBASE = "https://demo.cybozu.com/k/v1/"\nrequests.get(BASE + name)\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        for address, message in reports(subject, *_KINDS):
            if address.request is None or address.path.endswith(HOLE):
                continue
            fix = None
            name = address.path.rpartition("/v1/")[2]
            if address.problem(Kind.MISSING_JSON) and endpoints.named(name):
                fix = changed(address, "add .json", (address.end, address.end, ".json"))
            yield report(address, message, fix)
