"""KL214: a path has two slashes in a row."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_conformance.spec.diagnosis import Kind
from kintone_lint.findings import Identity
from kintone_lint.kintone.address import Address
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.module import Module
from kintone_lint.python.tree import spelled
from kintone_lint.rules._path import changed, one_a_place, report, reports
from kintone_lint.rules.base import Bad, Fixable, Rule
from kintone_lint.rules.report import Fix, Report


class PathEmptySegment(Rule):
    code = "KL214"
    name = "path-empty-segment"
    statement = "A path has two slashes in a row."
    why = (
        "A base URL that ends in a slash was joined with a path that starts with one. Kintone "
        "answers such a path with an error."
    )
    instead = "Write one slash, or remove the one at the end of the base with `rstrip`."
    finds = "The URL of each request is assembled, and its path is checked, but not its query."
    misses = "Base URLs that come from outside the code: they may end in a slash or not."
    source = "https://github.com/kintone/js-sdk/pull/1485"
    facts = ("F13", "F73")
    since = "0.1.0"
    identity = Identity.PATH
    fixable = Fixable.SAFE
    bad = (
        Bad(
            """\
import requests
BASE = "https://demo.kintone.com/"
requests.get(BASE + "/k/v1/app.json?id=1")  #!
""",
            """\
import requests
BASE = "https://demo.kintone.com/"
requests.get(BASE + "k/v1/app.json?id=1")
""",
            sends=True,
            meant="https://demo.kintone.com/k/v1/app.json?id=1",
        ),
        Bad(
            """\
import requests
BASE = "https://demo.kintone.com/k/v1/"
requests.get(f"{BASE}/app.json?id=1")  #!
""",
            """\
import requests
BASE = "https://demo.kintone.com/k/v1/"
requests.get(f"{BASE}app.json?id=1")
""",
            sends=True,
            meant="https://demo.kintone.com/k/v1/app.json?id=1",
        ),
        Bad(
            'import requests\nrequests.get(f"https://{host}/k/v1//app.json?id=1")  #!\n',
            'import requests\nrequests.get(f"https://{host}/k/v1/app.json?id=1")\n',
        ),
        Bad(
            """\
import requests
class Client:
    def __init__(self):
        self.base = "https://demo.kintone.com/"
    def url(self, name):
        return self.base + "/k/v1/" + name + ".json"  #!
    def app(self):
        return requests.get(self.url("app"), params={"id": 1})
    def fields(self):
        return requests.get(self.url("app/form/fields"), params={"app": 1})
"""
        ),
    )
    good = (
        'import requests\nBASE = "https://demo.kintone.com/"\nrequests.get(BASE + "k/v1/app.json")\n',
        'import requests\nBASE = "https://demo.kintone.com/"\n'
        'requests.get(BASE.rstrip("/") + "/k/v1/app.json")\n',
        'import requests\nrequests.get(f"{base}/k/v1/app.json")\n',
        'import requests\nrequests.get("https://demo.kintone.com/k/v1/records.json?query=a//b")\n',
    )

    @one_a_place
    def check(self, subject: Subject) -> Iterator[Report]:
        for address, message in reports(subject, Kind.DOUBLE_SLASH):
            one = address.blamed is not None and address.within(*address.blamed)
            if one or not _looks_for_slash(address.module):
                yield report(address, message, _fix(address))


def _looks_for_slash(module: Module) -> bool:
    """Whether the file asks whether a text ends in a slash: then it takes one away."""
    calls = module.calls_of.get("endswith", ())
    return any(spelled(arg.value) == "/" for call in calls for arg in call.args)


def _fix(address: Address) -> Fix | None:
    """One slash less, where the expression that makes the path has one of them."""
    if address.blamed is None:
        return None
    start, end = address.blamed
    for at in (end - 1, start):
        fix = changed(address, "write one slash", (at, at + 1, ""))
        if fix is not None:
            return fix
    return None
