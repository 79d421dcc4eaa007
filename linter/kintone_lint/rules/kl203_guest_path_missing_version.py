"""KL203: `v1` is missing."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_conformance.spec.diagnosis import Kind
from kintone_lint.findings import Identity
from kintone_lint.kintone.subject import Subject
from kintone_lint.rules._path import one_a_place, report, reports
from kintone_lint.rules.base import Bad, Rule
from kintone_lint.rules.report import Report


class GuestPathMissingVersion(Rule):
    code = "KL203"
    name = "guest-path-missing-version"
    statement = "A path has no `v1` before the name of the API."
    why = "Without `v1` it is not a path of the REST API."
    instead = "Write `/k/guest/{id}/v1/…` or `/k/v1/…`."
    finds = (
        "The URL is assembled, and what follows `/k/` or the guest space is the name of a "
        "documented API."
    )
    misses = "Paths whose API is not known: they may be web pages and not API calls."
    source = "https://cybozu.dev/ja/kintone/docs/rest-api/overview/kintone-rest-api-overview"
    facts = ("F8",)
    since = "0.1.0"
    identity = Identity.PATH
    bad = (
        Bad(
            'import requests\nrequests.get("https://demo.cybozu.com/k/guest/5/records.json")  #!\n'
        ),
        Bad(
            'import requests\nrequests.get(f"https://demo.cybozu.com/k/guest/{space}/record.json")  #!\n'
        ),
        Bad('import requests\nrequests.get("https://demo.cybozu.com/k/records.json?app=1")  #!\n'),
        Bad('url = "https://demo.cybozu.com/k/guest/5/app/form/fields.json"  #!\n'),
        Bad(
            """\
import requests
def get(space):
    url = "https://demo.cybozu.com/k/guest/%s/app.json" % space  #!
    return requests.get(url)
"""
        ),
        Bad(
            'import httpx\nhttpx.get("https://demo.kintone.com/k/guest/12/preview/app/status.json")  #!\n'
        ),
        Bad('def read(kintone):\n    return kintone.call("/k/guest/8/bulkRequest.json")  #!\n'),
        Bad(
            """\
import requests
ROOT = "https://demo.cybozu.com/k/guest/5"
requests.get(ROOT + "/file.json?fileKey=1")  #!
"""
        ),
    )
    good = (
        'url = "https://demo.cybozu.com/k/guest/5/v1/records.json"\n',
        'url = "https://demo.cybozu.com/k/guest/5/123/show"\n',
        'url = "https://demo.cybozu.com/k/211/"\n',
        'import requests\nrequests.get(f"https://demo.cybozu.com/k/guest/{space}/{rest}")\n',
        'import requests\nrequests.get(f"https://demo.cybozu.com/k/{path}/records.json")\n',
        'import requests\nrequests.get("https://demo.cybozu.com/k/api/app/listInvitees.json")\n',
        'import requests\nrequests.get("https://demo.cybozu.com/g/api/v1/schedule/events.json")\n',
        'base = f"/k/guest/{space}"\nimport requests\n'
        'requests.get(f"https://demo.cybozu.com{base}/v1/app.json")\n',
    )

    @one_a_place
    def check(self, subject: Subject) -> Iterator[Report]:
        for address, message in reports(subject, Kind.MISSING_VERSION):
            yield report(address, message)
