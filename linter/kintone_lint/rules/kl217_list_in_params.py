"""KL217: a list is sent in a query under one name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import libcst as cst

from kintone_lint.findings import Confidence
from kintone_lint.kintone.hosts import elsewhere
from kintone_lint.kintone.queries import Parameter, parameters
from kintone_lint.kintone.request import Request
from kintone_lint.kintone.requests import kintone_requests
from kintone_lint.kintone.subject import Subject
from kintone_lint.kintone.words import ARRAYS
from kintone_lint.python.spots import Spot
from kintone_lint.python.values import Hole, Items, Text
from kintone_lint.rules.base import Bad, Rule
from kintone_lint.rules.report import Report

_LISTS = (cst.List, cst.Tuple, cst.Set, cst.ListComp, cst.SetComp, cst.GeneratorExp)
_MAKERS = {"list", "tuple", "set", "sorted"}


class ListInParams(Rule):
    code = "KL217"
    name = "list-in-params"
    statement = "A list is sent in a query under a single name."
    why = (
        "HTTP libraries repeat the name or join the items. Kintone wants an index in each name,"
        " and ignores or refuses anything else."
    )
    instead = 'Write `{"fields[0]": "name", "fields[1]": "price"}`, or send a JSON body.'
    finds = (
        "`params=` and `urlencode` in requests to Kintone: a list under `fields`, `ids`, `codes`, "
        "`spaceIds`, `revisions` or `guests`, a repeated name, or joined items."
    )
    misses = "Values that are not known to be lists, and query strings that are written by hand."
    source = "https://kintone.dev/en/docs/kintone/rest-api/records/get-records/"
    facts = ("F63",)
    since = "0.1.0"
    bad = (
        Bad(
            """\
import requests
params = {"app": 1, "fields": ["name", "price"]}  #!
requests.get("https://demo.cybozu.com/k/v1/records.json", params=params)
"""
        ),
        Bad(
            """\
import requests
def remove(app, ids):
    return requests.delete("https://demo.cybozu.com/k/v1/records.json",
                           params={"app": app, "ids": ids})  #!
"""
        ),
        Bad(
            """\
import httpx
def names(codes: list[str]):
    params = [("fields", "name"), ("fields", "price"), ("app", 1)]  #!2
    return httpx.get("https://demo.cybozu.com/k/v1/records.json", params=params)
"""
        ),
        Bad(
            """\
import requests
from urllib.parse import urlencode
query = urlencode({"app": 1, "fields": [f"f{n}" for n in range(3)]}, doseq=True)  #!
requests.get(f"https://demo.cybozu.com/k/v1/records.json?{query}")
"""
        ),
        Bad(
            """\
import requests
def get(names):
    return requests.get("https://demo.cybozu.com/k/v1/records.json",
                        params={"app": 1, "fields": ",".join(names)})  #!
"""
        ),
    )
    good = (
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/records.json", '
        'params={"app": 1, "fields[0]": "name", "fields[1]": "price"})\n',
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/records.json", '
        'json={"app": 1, "fields": ["name", "price"]})\n',
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/records.json", '
        'params={"app": 1, "fields": fields})\n',
        'import requests\nrequests.get("https://api.example.com/items", params={"ids": [1, 2]})\n'
        "import kintone\n",
        'import requests\nparams = {f"ids[{n}]": i for n, i in enumerate(ids)}\n'
        'requests.delete("https://demo.cybozu.com/k/v1/records.json", params=params)\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        seen: set[cst.CSTNode] = set()
        for request in kintone_requests(subject):
            if _goes_elsewhere(request):
                continue
            for given in parameters(request):
                names = Counter(each.name for each in given)
                for each in given:
                    own = each.value.module is subject.module  # the screen reads one file
                    if each.name not in ARRAYS or each.node in seen or not own:
                        continue
                    level = _level(request, each, repeated=names[each.name] > 1)
                    if level is not None:
                        seen.add(each.node)
                        sent = Spot(request.module, request.node)
                        inside = subject.module.inside(each.node, request.node)
                        yield Report(
                            Spot(each.value.module, each.node),
                            f"an array in a query needs an index in each name: {each.name}[0], "
                            f"{each.name}[1], …",
                            related=() if inside else ((sent, "sent here"),),
                            confidence=level,
                        )


def _goes_elsewhere(request: Request) -> bool:
    """Whether only the path is Kintone's: a gateway or a proxy reads its own query."""
    headers, _ = request.headers()
    own = any(header.key.startswith("x-cybozu-") for header in headers)
    return not own and any(elsewhere(each.value) for each in request.urls())


def _level(request: Request, each: Parameter, *, repeated: bool) -> Confidence | None:
    """How sure it is that a parameter holds several items; None if it is not."""
    values = request.evaluator.values(each.value)
    if repeated or any(isinstance(value.value, Items) for value in values):
        return Confidence.HIGH
    nodes = [each.value.node]
    for value in values:
        if isinstance(value.value, Text) and len(value.value.parts) == 1:
            (part,) = value.value.parts
            nodes += [part.node] if isinstance(part, Hole) else []
    if any(_is_list(node) for node in nodes):
        return Confidence.HIGH
    if any(_is_joined(node) for node in nodes):
        return Confidence.MEDIUM
    # A DELETE takes ids as an array only, whatever they are.
    unknown = all(isinstance(node, cst.Name | cst.Attribute) for node in nodes)
    plain = request.method == "DELETE" and each.name == "ids" and unknown
    known = any(isinstance(value.value, Text) and value.value.known for value in values)
    return Confidence.MEDIUM if plain and not known else None


def _is_list(node: cst.CSTNode) -> bool:
    match node:
        case cst.Call(func=cst.Name(value=name)):
            return name in _MAKERS
    return isinstance(node, _LISTS)


def _is_joined(node: cst.CSTNode) -> bool:
    match node:
        case cst.Call(func=cst.Attribute(value=cst.SimpleString() as mark, attr=attr)):
            return attr.value == "join" and "," in str(mark.evaluated_value)
    return False
