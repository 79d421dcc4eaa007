"""KL208: an API that exists in guest spaces only is called on the plain path."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_conformance.spec.diagnosis import Kind
from kintone_lint.findings import Identity
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.hole import HOLE
from kintone_lint.rules._path import one_a_place, report, reports
from kintone_lint.rules.base import Bad, Rule
from kintone_lint.rules.report import Report


class GuestPathRequired(Rule):
    code = "KL208"
    name = "guest-path-required"
    statement = "The guests of a space are requested on the plain path."
    why = "This API has no plain path: the request fails."
    instead = "Write `/k/guest/{id}/v1/space/guests.json`."
    finds = "The URL is assembled, and its API is documented on the guest path only."
    misses = "URLs whose start is not known: it may contain the guest space."
    source = "https://github.com/kintone/openapi-spec"
    facts = ("F20",)
    since = "0.1.0"
    identity = Identity.PATH
    bad = (
        Bad(
            'import requests\nrequests.put("https://demo.cybozu.com/k/v1/space/guests.json", json=b)  #!\n'
        ),
        Bad('url = "https://demo.cybozu.com/k/v1/space/guests.json"  #!\n'),
        Bad('import httpx\nhttpx.put(f"https://{d}/k/v1/space/guests.json", json={})  #!\n'),
        Bad('def put(kintone):\n    kintone.call("PUT", "/k/v1/space/guests.json")  #!\n'),
    )
    good = (
        'import requests\nrequests.put("https://demo.cybozu.com/k/guest/5/v1/space/guests.json")\n',
        'import requests\nrequests.post("https://demo.cybozu.com/k/v1/guests.json")\n',
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/space/members.json")\n',
        'import requests\nrequests.put(f"https://{d}/k{guest}/v1/space/guests.json")\n',
    )

    @one_a_place
    def check(self, subject: Subject) -> Iterator[Report]:
        for address, message in reports(subject, Kind.GUEST_REQUIRED):
            unknown = HOLE in address.path.partition("/v1/")[0]
            if not unknown:
                yield report(address, message)
