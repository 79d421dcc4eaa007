"""KL207: an API without a documented guest form is called in a guest space."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_conformance.spec.diagnosis import Kind
from kintone_lint.findings import Identity, Severity
from kintone_lint.kintone.subject import Subject
from kintone_lint.rules._path import one_a_place, report, reports
from kintone_lint.rules.base import Bad, Rule
from kintone_lint.rules.report import Report


class GuestPathNoGuestApi(Rule):
    code = "KL207"
    name = "guest-path-no-guest-api"
    statement = "A guest path is used for an API that is documented on the plain path only."
    why = (
        "The documentation and the official SDK use the plain path for these APIs. Other sources "
        "list a guest path for some of them, so this is a warning."
    )
    instead = "Write `/k/v1/…` for these APIs."
    finds = "The URL is assembled, and its API is documented on the plain path only."
    misses = "APIs that are newer than this version of the linter."
    source = "https://github.com/kintone/js-sdk"
    facts = ("F21", "F22", "F23")
    since = "0.1.0"
    identity = Identity.PATH
    severity = Severity.WARNING
    bad = (
        Bad(
            'import requests\nrequests.get("https://demo.cybozu.com/k/guest/5/v1/plugins.json")  #!\n'
        ),
        Bad('url = "https://demo.cybozu.com/k/guest/5/v1/template/space.json"  #!\n'),
        Bad(
            'import requests\nrequests.post(f"https://demo.cybozu.com/k/guest/{s}/v1/guests.json")  #!\n'
        ),
        Bad('import httpx\nhttpx.get("https://demo.cybozu.com/k/guest/5/v1/apis.json")  #!\n'),
    )
    good = (
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/plugins.json")\n',
        'import requests\nrequests.get("https://demo.cybozu.com/k/guest/5/v1/space.json")\n',
        'import requests\nrequests.get("https://demo.cybozu.com/k/guest/5/v1/file.json")\n',
        'import requests\nrequests.post("https://demo.cybozu.com/k/v1/guests.json")\n',
    )

    @one_a_place
    def check(self, subject: Subject) -> Iterator[Report]:
        for address, message in reports(subject, Kind.NO_GUEST_FORM):
            yield report(address, message)
