"""KL211: the path of an API does not end in .json."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kintone_conformance.spec import diagnosis, endpoints
from kintone_conformance.spec.diagnosis import Kind
from kintone_lint.findings import Confidence, Identity
from kintone_lint.kintone.subject import Subject
from kintone_lint.patterns import regex
from kintone_lint.python.hole import HOLE
from kintone_lint.python.spots import Edit, Spot
from kintone_lint.python.tree import spelled
from kintone_lint.rules._path import changed, one_a_place, report, reports
from kintone_lint.rules.base import Bad, Fixable, Rule
from kintone_lint.rules.report import Fix, Report

# Calls whose argument is looked for or shown, and that send nothing.
_NO_SINK = regex(
    r"(?i)(?:^|\.)(?:re\.\w+|p?print|startswith|endswith|removeprefix|removesuffix|replace|r?split"
    r"|r?partition|r?find|r?index|count|match|search|compile|fullmatch|sub|debug|info|warn\w*|error"
    r"|exception|critical|log|write|assert\w*|l?r?strip|len|in_|echo|append|join|add_argument)$"
)
_KINDS = (Kind.MISSING_JSON, Kind.UPPER_CASE_JSON, Kind.TRAILING_SLASH, Kind.STRAY_BLANK)


class PathMissingJson(Rule):
    code = "KL211"
    name = "path-missing-json"
    statement = "A path does not end in lower-case `.json`, or has a space or slash around it."
    why = "Kintone answers 404 to `.JSON`, to a slash at the end, and to a path without `.json`."
    instead = "Write `/k/v1/records.json`."
    finds = (
        "The URL that a request sends is assembled, and its path has no `.json`, `.json` in "
        "another case, or something after it."
    )
    misses = "URLs that the code does not visibly send, and paths whose end is not known."
    source = "https://cybozu.dev/ja/kintone/docs/rest-api/overview/kintone-rest-api-overview"
    facts = ("F11",)
    since = "0.1.0"
    identity = Identity.PATH
    fixable = Fixable.SAFE
    bad = (
        Bad(
            'import requests\nrequests.get("https://demo.cybozu.com/k/v1/records?app=1")  #!\n',
            'import requests\nrequests.get("https://demo.cybozu.com/k/v1/records.json?app=1")\n',
            sends=True,
            meant="https://demo.cybozu.com/k/v1/records.json?app=1",
        ),
        Bad(
            """\
import requests
BASE = "https://demo.cybozu.com/k/v1"
requests.post(f"{BASE}/file", files={"file": b""})  #!
""",
            """\
import requests
BASE = "https://demo.cybozu.com/k/v1"
requests.post(f"{BASE}/file.json", files={"file": b""})
""",
            sends=True,
            meant="https://demo.cybozu.com/k/v1/file.json",
        ),
        Bad(
            """\
@register("GET", "/k/v1/app.json ", required=["id"])  #!
def app(self, id): ...
""",
            """\
@register("GET", "/k/v1/app.json", required=["id"])
def app(self, id): ...
""",
        ),
        Bad(
            'import requests\nrequests.get("https://demo.cybozu.com/k/v1/app.json ")  #!\n',
            'import requests\nrequests.get("https://demo.cybozu.com/k/v1/app.json")\n',
        ),
        Bad('import requests\nrequests.get("https://demo.cybozu.com/k/v1/records.JSON")  #!\n'),
        Bad('import requests\nrequests.get("https://demo.cybozu.com/k/v1/records.json/")  #!\n'),
    )
    good = (
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/records.json?app=1")\n',
        'import requests\nrequests.get(f"https://demo.cybozu.com/k/v1/{api}")\n',
        'API = "/k/v1/records"\nurl = API + ".json"\n',
        'import requests\npath = "/k/v1/records"\nrequests.get(base + path + ".json")\n',
        'import requests\nBASE = "https://demo.cybozu.com/k/v1/"\nrequests.get(BASE + name)\n',
    )

    @one_a_place
    def check(self, subject: Subject) -> Iterator[Report]:
        for address, message in reports(subject, *_KINDS):
            if address.request is None or address.path.endswith(HOLE):
                continue
            fix = None
            name = address.path.rpartition("/v1/")[2]
            if address.problem(Kind.MISSING_JSON) and endpoints.named(name):
                fix = changed(address, "add .json", (address.end, address.end, ".json"))
            elif address.problem(Kind.STRAY_BLANK):
                end = address.start + len(address.path.rstrip())
                fix = changed(address, "remove the space", (end, address.end, ""))
            yield report(address, message, fix)
        if not subject.in_test:
            yield from _handed_on(subject)


def _handed_on(subject: Subject) -> Iterator[Report]:
    """Whole paths with a space around them that are arguments, also of a decorator."""
    module = subject.module
    for node in module.of(cst.SimpleString):
        text = spelled(node) or ""
        path = text.strip()
        above = module.parent[node]
        if text == path or not path.startswith("/k/") or not isinstance(above, cst.Arg):
            continue
        call = module.parent[above]
        name = (subject.callee(call.func) or "") if isinstance(call, cst.Call) else ""
        if _NO_SINK.search(name) or diagnosis.diagnose(path):
            continue
        fix = None
        if node.raw_value == text:
            start = len(node.prefix) + len(node.quote)
            spot = Spot(module, node, start, start + len(text))
            fix = Fix("remove the space", (Edit(spot, path),))
        message = f"the path has a space before or after it; did you mean {path}?"
        yield Report(Spot(module, node), message, fix=fix, confidence=Confidence.MEDIUM)
