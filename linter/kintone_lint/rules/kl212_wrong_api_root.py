"""KL212: an API of another root is called under /k."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_conformance.spec.diagnosis import Kind
from kintone_lint.findings import Identity
from kintone_lint.kintone.subject import Subject
from kintone_lint.rules._path import one_a_place, report, reports
from kintone_lint.rules.base import Bad, Rule
from kintone_lint.rules.report import Report


class WrongApiRoot(Rule):
    code = "KL212"
    name = "wrong-api-root"
    statement = "The User API is called under `/k`, or on a guest path."
    why = "There are no such APIs under `/k`: the request fails."
    instead = "Write `https://{subdomain}.cybozu.com/v1/users.json`."
    finds = (
        "The URL is assembled, and an API of users, groups or organizations is called under `/k`."
    )
    misses = "APIs that Kintone has under both roots, and paths that come from outside the code."
    source = "https://cybozu.dev/ja/common/docs/user-api/"
    facts = ("F71",)
    since = "0.1.0"
    identity = Identity.PATH
    bad = (
        Bad('import requests\nrequests.get("https://demo.cybozu.com/k/v1/users.json")  #!\n'),
        Bad(
            'import requests\nrequests.get("https://demo.cybozu.com/k/guest/5/v1/users.json")  #!\n'
        ),
        Bad('import requests\nrequests.get(f"https://{d}/k/v1/groups.json")  #!\n'),
        Bad('url = "https://demo.cybozu.com/k/v1/group/users.json"  #!\n'),
    )
    good = (
        'import requests\nrequests.get("https://demo.cybozu.com/v1/users.json")\n',
        'import requests\nrequests.get("https://demo.cybozu.com/v1/user/groups.json?code=a")\n',
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/file.json?fileKey=1")\n',
        'import requests\nrequests.post("https://demo.cybozu.com/k/v1/guests.json")\n',
    )

    @one_a_place
    def check(self, subject: Subject) -> Iterator[Report]:
        for address, message in reports(subject, Kind.WRONG_API_ROOT):
            yield report(address, message)
