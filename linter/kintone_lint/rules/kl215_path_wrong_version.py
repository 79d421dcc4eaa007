"""KL215: the version in a path is not v1."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_conformance.spec.diagnosis import Kind
from kintone_lint.findings import Identity
from kintone_lint.kintone.address import Address
from kintone_lint.kintone.subject import Subject
from kintone_lint.rules._path import changed, one_a_place, report, reports
from kintone_lint.rules.base import Bad, Fixable, Rule
from kintone_lint.rules.report import Fix, Report


class PathWrongVersion(Rule):
    code = "KL215"
    name = "path-wrong-version"
    statement = "The version in a path is not `v1`."
    why = "Kintone has one version of its REST API: the request fails."
    instead = "Write `/k/v1/…` and `/k/guest/{id}/v1/…`."
    finds = (
        "A number, with or without `v`, at the place of the version in the path of a documented "
        "API; in URLs that requests send, and in whole paths that are passed on."
    )
    misses = "Versions that are not known, and APIs that are not documented."
    source = "https://cybozu.dev/ja/kintone/docs/rest-api/overview/kintone-rest-api-overview"
    facts = ("F8",)
    since = "0.1.0"
    identity = Identity.PATH
    fixable = Fixable.SAFE
    bad = (
        Bad(
            """\
import requests
requests.get("https://demo.cybozu.com/k/1/app.json?id=1")  #!
""",
            """\
import requests
requests.get("https://demo.cybozu.com/k/v1/app.json?id=1")
""",
            sends=True,
            meant="https://demo.cybozu.com/k/v1/app.json?id=1",
        ),
        Bad(
            'import requests\nrequests.get(f"https://{host}/k/v2/records.json?app=1")  #!\n',
            'import requests\nrequests.get(f"https://{host}/k/v1/records.json?app=1")\n',
        ),
        Bad(
            'url = f"https://demo.cybozu.com/k/guest/{space}/v2/preview/app/status.json"  #!\n',
            'url = f"https://demo.cybozu.com/k/guest/{space}/v1/preview/app/status.json"\n',
        ),
        Bad(
            """\
import requests
VERSION = "v2"
requests.get(f"https://demo.cybozu.com/k/{VERSION}/app.json?id=1")  #!
"""
        ),
    )
    good = (
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/app.json?id=1")\n',
        'import requests\nrequests.get("https://demo.cybozu.com/k/1/show#record=5")\n',
        'url = "https://demo.cybozu.com/k/12/state.json"\n',
        'import requests\nrequests.get("https://api.example.com/k/v2/records.json")\nimport kintone\n',
        'import requests\nrequests.get(f"https://demo.cybozu.com/k/{version}/app.json?id=1")\n',
    )

    @one_a_place
    def check(self, subject: Subject) -> Iterator[Report]:
        for address, message in reports(subject, Kind.WRONG_VERSION):
            yield report(address, message, _fix(address))


def _fix(address: Address) -> Fix | None:
    if address.blamed is None:
        return None
    start, end = address.blamed
    return changed(address, "write v1", (start + 1, end, "v1"))
