"""KL213: the name of an API is misspelt."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_conformance.spec.urls import Kind
from kintone_lint.findings import Identity, Severity
from kintone_lint.kintone.addresses import addresses
from kintone_lint.kintone.subject import Subject
from kintone_lint.rules._path import report
from kintone_lint.rules.base import Bad, Rule
from kintone_lint.rules.report import Report


class UnknownEndpoint(Rule):
    code = "KL213"
    name = "unknown-endpoint"
    statement = "The name of an API is misspelt."
    why = "A name one or two letters away from a documented one is most likely a slip."
    instead = "Write the documented name. Names far from all known ones are not reported."
    finds = (
        "The URL is assembled, and its API is not documented but one or two letters away from "
        "one that is."
    )
    misses = (
        "Names further away from all known ones: they may be newer than this version of the linter."
    )
    source = "https://github.com/kintone/openapi-spec"
    facts = ("F4", "F5", "F6", "F7", "F11")
    since = "0.1.0"
    identity = Identity.PATH
    severity = Severity.WARNING
    bad = (
        Bad(
            'import requests\nrequests.get("https://demo.cybozu.com/k/v1/recods.json?app=1")  #!\n'
        ),
        Bad(
            'import requests\nrequests.post("https://demo.cybozu.com/k/v1/bulkrequest.json")  #!\n'
        ),
        Bad('url = "https://demo.cybozu.com/k/v1/app/form/field.json"  #!\n'),
        Bad(
            'import requests\nrequests.get(f"https://{d}/k/guest/{s}/v1/record/comment_s.json")  #!\n'
        ),
    )
    good = (
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/records.json?app=1")\n',
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/something/quite/new.json")\n',
        'import requests\nrequests.get(f"https://demo.cybozu.com/k/v1/{name}.json")\n',
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/preview/app/status.json")\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        for address in addresses(subject):
            problem = address.problem(Kind.UNKNOWN_ENDPOINT, Kind.WRONG_CASE)
            others = {each.kind for each in address.problems} - {
                Kind.UNKNOWN_ENDPOINT,
                Kind.WRONG_CASE,
                Kind.NO_GUEST_FORM,
            }
            if problem is not None and problem.meant and not others:
                yield report(address, f"{problem.message}; meant is {problem.meant}")
