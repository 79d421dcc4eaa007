"""KL206: what flows into the guest segment is not an id."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kintone_conformance.spec.diagnosis import Kind
from kintone_lint.findings import Identity
from kintone_lint.kintone.address import Address
from kintone_lint.kintone.subject import Subject
from kintone_lint.rules._path import one_a_place, report, reports
from kintone_lint.rules.base import Bad, Rule
from kintone_lint.rules.report import Report


class GuestPathBadId(Rule):
    code = "KL206"
    name = "guest-path-bad-id"
    statement = "The guest space id in a path is not a positive integer."
    why = "`None`, an empty string, a name or 0 in its place makes a path that does not exist."
    instead = "Pass the id as an integer, and use the plain path if there is no guest space."
    finds = (
        "A constant that reaches the segment after `guest/`: a word, zero, a negative number, "
        "`None` or an empty string."
    )
    misses = "Ids that come from outside the code."
    source = "https://github.com/kintone-labs/kintone-js-sdk/issues/144"
    facts = ("F10",)
    since = "0.1.0"
    identity = Identity.PATH
    bad = (
        Bad(
            'import requests\nrequests.get("https://demo.cybozu.com/k/guest/abc/v1/records.json")  #!\n'
        ),
        Bad(
            """\
import requests
GUEST_SPACE_ID = None
requests.get(f"https://demo.cybozu.com/k/guest/{GUEST_SPACE_ID}/v1/records.json")  #!
"""
        ),
        Bad(
            """\
import requests
space = 0
requests.get("https://demo.cybozu.com/k/guest/%d/v1/records.json" % space)  #!
"""
        ),
        Bad(
            """\
import requests
def get(space):
    return requests.get(f"https://demo.cybozu.com/k/guest/{space}/v1/app.json")  #!
get(-1)
"""
        ),
        Bad('url = "https://demo.cybozu.com/k/guest/0/v1/records.json"  #!\n'),
        Bad('url = "https://demo.cybozu.com/k/guest/None/v1/records.json"  #!\n'),
        Bad(
            """\
import requests
space = ""
requests.get("https://demo.cybozu.com/k/guest/" + space + "/v1/records.json")  #!
"""
        ),
        Bad(
            'import httpx\nhttpx.get("https://demo.cybozu.com/k/guest/{}/v1/app.json".format("main"))  #!\n'
        ),
        Bad(
            """\
import requests
requests.get("https://demo.cybozu.com/k/guest/undefined/v1/records.json")  #!
"""
        ),
    )
    good = (
        'import requests\nrequests.get("https://demo.cybozu.com/k/guest/5/v1/records.json")\n',
        'import os, requests\ng = os.environ.get("KINTONE_GUEST_SPACE_ID")\n'
        'requests.get(f"https://demo.cybozu.com/k/guest/{g}/v1/records.json")\n',
        """\
import requests
SPACE = None
if SPACE:
    requests.get(f"https://demo.cybozu.com/k/guest/{SPACE}/v1/records.json")
""",
        """\
import requests
def get(space=None):
    if space is None:
        url = "https://demo.cybozu.com/k/v1/app.json"
    else:
        url = f"https://demo.cybozu.com/k/guest/{space}/v1/app.json"
    return requests.get(url)
get()
get(5)
""",
        """\
import requests
def get(space=None):
    base = f"https://demo.cybozu.com/k/guest/{space}/v1" if space else "https://demo.cybozu.com/k/v1"
    return requests.get(base + "/app.json")
get()
get(None)
""",
        """\
import requests
def get(space=None):
    if not space:
        return requests.get("https://demo.cybozu.com/k/v1/app.json")
    return requests.get(f"https://demo.cybozu.com/k/guest/{space}/v1/app.json")
get()
""",
        """\
import requests
def path(space=0):
    if space > 0:
        return f"/k/guest/{space}/v1/app.json"
    return "/k/v1/app.json"
requests.get("https://demo.cybozu.com" + path())
""",
        """\
import requests
def path(space=None):
    if isinstance(space, int):
        return f"/k/guest/{space}/v1/app.json"
    return "/k/v1/app.json"
requests.get("https://demo.cybozu.com" + path())
""",
        'url = "/k/guest/{GUEST_SPACE_ID}/v1/records.json"\n',
        'import requests\nspace = "5"\n'
        'requests.get("https://demo.cybozu.com/k/guest/" + space + "/v1/records.json")\n',
    )

    @one_a_place
    def check(self, subject: Subject) -> Iterator[Report]:
        for address, message in reports(subject, Kind.BAD_ID, Kind.MISSING_ID):
            if address.problem(Kind.BAD_ID) or empty_id(address):
                yield report(address, message)


def empty_id(address: Address) -> bool:
    """Whether an empty text flowed into the segment, rather than the id being left out."""
    return "/guest//" in address.path and any(
        part.text == "" and not isinstance(part.node, cst.FormattedStringText)
        for part in address.text.literals
    )
