"""KL216: a path does not start with /k."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_conformance.spec.diagnosis import Kind
from kintone_lint.findings import Identity
from kintone_lint.kintone.address import Address
from kintone_lint.kintone.subject import Subject
from kintone_lint.rules._path import changed, one_a_place, report, reports
from kintone_lint.rules.base import Bad, Fixable, Rule
from kintone_lint.rules.report import Fix, Report


class PathWrongRoot(Rule):
    code = "KL216"
    name = "path-wrong-root"
    statement = "The path of a Kintone API does not start with `/k`."
    why = "Outside `/k` there are only other products and the User API: the request fails."
    instead = "Write `/k/v1/…` and `/k/guest/{id}/v1/…`."
    finds = "Paths on a Kintone host that name a Kintone API, and not one of the User API."
    misses = "Paths on a host that is not known: its URL may contain the `/k`."
    source = "https://cybozu.dev/ja/kintone/docs/rest-api/overview/kintone-rest-api-overview"
    facts = ("F8", "F9", "F71")
    since = "0.1.0"
    identity = Identity.PATH
    fixable = Fixable.SAFE
    bad = (
        Bad(
            """\
import requests
requests.get("https://demo.cybozu.com/v1/app.json?id=1")  #!
""",
            """\
import requests
requests.get("https://demo.cybozu.com/k/v1/app.json?id=1")
""",
            sends=True,
            meant="https://demo.cybozu.com/k/v1/app.json?id=1",
        ),
        Bad(
            """\
import requests
requests.get(f"https://{sub}.cybozu.com/guest/{space}/v1/records.json?app=1")  #!
""",
            """\
import requests
requests.get(f"https://{sub}.cybozu.com/k/guest/{space}/v1/records.json?app=1")
""",
        ),
        Bad(
            'import requests\nrequests.get("https://demo.cybozu.com/v1/k/records.json?app=1")  #!\n'
        ),
        Bad(
            'import requests\nrequests.get("https://demo.cybozu.com/guest/5/k/v1/app.json?id=1")  #!\n'
        ),
    )
    good = (
        'import requests\nrequests.get("https://demo.cybozu.com/v1/users.json")\n',
        'import requests\nrequests.post("https://demo.cybozu.com/v1/file.json")\n',
        'import requests\nrequests.get(f"{base}/v1/records.json?app=1")\nimport kintone\n',
        'import requests\nrequests.get("https://demo.cybozu.com/g/api/v1/schedule/events")\n',
        'import requests\nrequests.get("https://api.example.com/v1/records.json")\nimport kintone\n',
    )

    @one_a_place
    def check(self, subject: Subject) -> Iterator[Report]:
        for address, message in reports(subject, Kind.MISSING_ROOT, Kind.MISPLACED_ROOT):
            if address.host is not None:
                yield report(address, message, _fix(address))


def _fix(address: Address) -> Fix | None:
    if address.problem(Kind.MISSING_ROOT) is None:
        return None
    return changed(address, "start the path with /k", (address.start, address.start, "/k"))
