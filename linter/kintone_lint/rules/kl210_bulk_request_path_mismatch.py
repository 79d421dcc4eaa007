"""KL210: the paths inside a bulkRequest do not fit the path of the bulkRequest."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from kintone_lint.findings import Identity
from kintone_lint.kintone.address import Address
from kintone_lint.kintone.addresses import addresses
from kintone_lint.kintone.request import Request
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.conditions import contradict
from kintone_lint.python.hole import HOLE
from kintone_lint.python.scopes import Choice
from kintone_lint.python.values import Alternative, Expr, Hole, Items, Mapping, Text, key_of
from kintone_lint.rules.base import Bad, Rule
from kintone_lint.rules.report import Report


class BulkRequestPathMismatch(Rule):
    code = "KL210"
    name = "bulk-request-path-mismatch"
    statement = (
        "An `api` in a bulkRequest is a full URL, or a path outside the bulkRequest's guest space."
    )
    why = "Kintone refuses a full URL, a plain path in a guest space, and a mix of spaces."
    instead = (
        "If the outer path has `/k/guest/{id}/v1/…`, write it inside, too; otherwise write "
        "`/k/v1/…`."
    )
    finds = (
        "The `api` of each request in a bulkRequest is compared with the path that the "
        "bulkRequest is sent to."
    )
    misses = (
        "Requests in a list that comes from outside the code, and guest spaces if neither id is "
        "known."
    )
    source = "https://cybozu.dev/ja/kintone/docs/rest-api/records/bulk-request"
    facts = ("F33", "F34")
    since = "0.1.0"
    words = ("bulkrequest",)
    identity = Identity.PATH
    bad = (
        Bad(
            """\
import requests
requests.post("https://demo.cybozu.com/k/guest/5/v1/bulkRequest.json", json={"requests": [
    {"method": "POST", "api": "/k/v1/record.json", "payload": {}},  #!
]})
"""
        ),
        Bad(
            """\
import requests
requests.post("https://demo.cybozu.com/k/v1/bulkRequest.json", json={"requests": [
    {"method": "POST", "api": "https://demo.cybozu.com/k/v1/record.json", "payload": {}},  #!
]})
"""
        ),
        Bad(
            """\
import requests
body = {"requests": [
    {"method": "PUT", "api": "/k/guest/5/v1/record.json", "payload": {}},
    {"method": "PUT", "api": "/k/guest/6/v1/record.json", "payload": {}},  #!
]}
requests.post("https://demo.cybozu.com/k/guest/5/v1/bulkRequest.json", json=body)
"""
        ),
        Bad(
            """\
import requests
def bulk(space):
    items = [{"method": "POST", "api": "/k/v1/record.json", "payload": {}}]  #!
    requests.post(f"https://demo.cybozu.com/k/guest/{space}/v1/bulkRequest.json",
                  json={"requests": items})
"""
        ),
        Bad(
            """\
import json, requests
def bulk(space, ids):
    root = f"/k/guest/{space}/v1"
    items = [{"method": "DELETE", "api": "/k/v1/records.json", "payload": {"ids": part}}  #!
             for part in ids]
    requests.post(f"https://demo.cybozu.com{root}/bulkRequest.json",
                  data=json.dumps({"requests": items}))
"""
        ),
        Bad(
            """\
import requests
requests.post("https://demo.cybozu.com/k/v1/bulkRequest.json", json={"requests": [
    {"method": "PUT", "api": "record.json", "payload": {}},  #!
]})
"""
        ),
    )
    good = (
        """\
import requests
requests.post("https://demo.cybozu.com/k/v1/bulkRequest.json", json={"requests": [
    {"method": "POST", "api": "/k/v1/record.json", "payload": {}}]})
""",
        """\
import requests
requests.post(f"https://demo.cybozu.com/k/guest/{s}/v1/bulkRequest.json", json={"requests": [
    {"method": "POST", "api": f"/k/guest/{s}/v1/record.json", "payload": {}}]})
""",
        """\
import requests
requests.post("https://demo.cybozu.com/k/guest/5/v1/bulkRequest.json", json={"requests": items})
""",
        """\
import requests
requests.post("https://demo.cybozu.com/k/v1/bulkRequest.json", json={"requests": [
    {"method": "POST", "api": path, "payload": {}}]})
""",
        """\
import requests
class Client:
    def path(self, name):
        guest = f"/guest/{self.space}" if self.space else ""
        return f"/k{guest}/v1/{name}.json"
    def bulk(self, names):
        items = [{"method": "POST", "api": self.path(name), "payload": {}} for name in names]
        return requests.post(f"https://demo.cybozu.com{self.path('bulkRequest')}",
                             json={"requests": items})
""",
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        for address in addresses(subject):
            if address.request is not None and address.endpoint == "bulkRequest":
                for inner in _inner(subject, address.request):
                    wrong = _wrong(address, inner)
                    if wrong is not None:
                        yield Report(
                            wrong[0].place,
                            wrong[1],
                            related=((address.use, "the bulkRequest"),),
                            use=address.use,
                        )


def _wrong(outer: Address, inner: list[Address]) -> tuple[Address, str] | None:
    """What one `api` can be that does not fit a path; None if something that it can be does.

    Both may depend on the same guest space, in a way that their conditions do not tell.
    """
    possible = [each for each in inner if not contradict(outer.choices, each.choices)]
    said = [(each, _mismatch(outer, each)) for each in possible]
    if any(message is None for _, message in said):
        return None
    return next(((each, message) for each, message in said if message), None)


def _inner(subject: Subject, request: Request) -> Iterator[list[Address]]:
    """What each `api` in the list of a bulkRequest can be, and when it is there."""
    for body in _body(subject, request):
        for requests, when in _values_of(subject, body, "requests"):
            for items in subject.evaluator.values(requests):
                if isinstance(items.value, Items):
                    around = (*when, *items.choices)
                    yield from _paths(subject, items.value, around)


def _paths(subject: Subject, items: Items, around: tuple[Choice, ...]) -> Iterator[list[Address]]:
    for index, item in enumerate(items.items):
        held = (*around, *items.when(index))
        for entry in subject.evaluator.values(item):
            for api, when in _values_of(subject, entry, "api"):
                yield [
                    Address(path.value, api.node, api.module, None, (*held, *when, *path.choices))
                    for path in subject.evaluator.values(api)
                    if isinstance(path.value, Text) and path.value.parts
                ]


def _body(subject: Subject, request: Request) -> Iterator[Alternative]:
    """What the body is made of: `json=`, or what `json.dumps` is given."""
    for name in ("json", "data", "content", "body"):
        node = request.arguments.get(name)
        for each in subject.evaluator.values(request.call.beside(node)) if node is not None else ():
            match each.value:
                case Text(parts=(Hole(node=cst.Call(args=[arg, *_]) as call, module=module),)):
                    if (subject.evaluator.callees(module).name(call.func) or "") == "json.dumps":
                        yield from subject.evaluator.values(Expr(arg.value, module))
                case _:
                    yield each


def _values_of(
    subject: Subject, holder: Alternative, key: str
) -> Iterator[tuple[Expr, tuple[Choice, ...]]]:
    """The expressions that a mapping can have under a key, and when."""
    for entry in holder.value.entries if isinstance(holder.value, Mapping) else ():
        subject.spend()
        if key_of(entry.key) == key:
            yield entry.value, (*holder.choices, *entry.choices)


def _mismatch(outer: Address, inner: Address) -> str | None:
    if inner.flat.startswith("http"):
        return "api is a full URL; inside a bulkRequest it must be a path that starts with /k/"
    if not inner.flat.startswith("/k/"):
        whole = not inner.flat.startswith(HOLE) and inner.flat.endswith(".json")
        return "api must be a path that starts with /k/" if whole else None
    here, there = _space(inner), _space(outer)
    if there and not here:
        return "api is a plain path, and the bulkRequest goes to a guest space"
    if here and not there:
        return "api is in a guest space, and the bulkRequest is not"
    if here and there and here.isdigit() and there.isdigit() and here != there:
        return f"api is in guest space {here}, and the bulkRequest in {there}"
    return None


def _space(address: Address) -> str | None:
    found = re.search(r"/guest/([^/]+)/", address.path)
    return found[1] if found else None
