"""KL202: the id of the guest space is missing."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_conformance.spec.diagnosis import Kind
from kintone_lint.findings import Identity
from kintone_lint.kintone.subject import Subject
from kintone_lint.patterns import regex
from kintone_lint.rules._path import one_a_place, report, reports
from kintone_lint.rules.base import Bad, Rule
from kintone_lint.rules.kl206_guest_path_bad_id import empty_id
from kintone_lint.rules.report import Report

_SWAPPED = regex(r"/guest/v1/([0-9]+)/")
_SAID = "v1 and the id of the guest space are swapped; write guest/"


class GuestPathMissingId(Rule):
    code = "KL202"
    name = "guest-path-missing-id"
    statement = "A guest path has no guest space id."
    why = "Without it Kintone does not know which guest space it is: the request fails."
    instead = "Write `/k/guest/{id}/v1/…`."
    finds = "The URL is assembled, and `guest/` is followed by nothing or by `v1`."
    misses = "Ids that are empty only at run time."
    source = "https://cybozu.dev/ja/kintone/docs/rest-api/overview/kintone-rest-api-overview"
    facts = ("F8", "F10")
    since = "0.1.0"
    identity = Identity.PATH
    bad = (
        Bad(
            'import requests\nrequests.get("https://demo.cybozu.com/k/guest/v1/records.json")  #!\n'
        ),
        Bad(
            'import requests\nrequests.get("https://demo.cybozu.com/k/guest//v1/records.json")  #!\n'
        ),
        Bad('url = "https://demo.cybozu.com/k/guest/v1/app.json"  #!\n'),
        Bad(
            'import httpx\nhttpx.post("https://demo.kintone.com/k/guest/v1/record.json", json={})  #!\n'
        ),
        Bad(
            """\
import requests
def get(domain):
    url = f"https://{domain}/k/guest/v1/record.json"  #!
    return requests.get(url)
"""
        ),
        Bad(
            """\
import requests
BASE = "https://demo.cybozu.com"
requests.get(BASE + "/k/guest/v1/space.json?id=1")  #!
"""
        ),
        Bad(
            """\
import requests
s = requests.Session()
s.put("https://demo.cybozu.com/k/guest//v1/record.json", json={"app": 1})  #!
"""
        ),
        Bad('def read(kintone):\n    return kintone.call("/k/guest/v1/records.json")  #!\n'),
    )
    good = (
        'url = "https://demo.cybozu.com/k/guest/5/v1/records.json"\n',
        'prefix = "/k/guest/"\nsuffix = "/v1/records.json"\n',
        'import requests\nrequests.get("https://demo.cybozu.com/k/guest/" + space + "/v1/app.json")\n',
        'def strip(path):\n    return path.replace("/k/guest/v1/records.json", "")\n',
        'url = "https://demo.cybozu.com/k/guest/#/people/directory"\n',
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/guests.json")\n',
        'import requests\nrequests.get("https://hotel.example.com/k/guest/v1/records.json")\n',
        'assert build("") != "/k/guest//v1/records.json"\n',
    )

    @one_a_place
    def check(self, subject: Subject) -> Iterator[Report]:
        for address, message in reports(subject, Kind.MISSING_ID):
            if not empty_id(address):
                swapped = _SWAPPED.search(address.path)
                yield report(address, f"{_SAID}{swapped[1]}/v1" if swapped else message)
