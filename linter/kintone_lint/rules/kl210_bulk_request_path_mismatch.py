"""KL210: the paths inside a bulkRequest do not fit the path of the bulkRequest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from kintone_lint.findings import Identity
from kintone_lint.kintone.address import Address
from kintone_lint.kintone.addresses import addresses
from kintone_lint.kintone.request import Request
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.conditions import contradict
from kintone_lint.python.mappings import picked
from kintone_lint.python.spots import Spot
from kintone_lint.python.values import Alternative, Items, Text
from kintone_lint.rules.base import Bad, Rule
from kintone_lint.rules.report import Report


class BulkRequestPathMismatch(Rule):
    code = "KL210"
    name = "bulk-request-path-mismatch"
    statement = "An `api` in a bulkRequest is a full URL, or a path outside its guest space."
    why = "Kintone refuses a full URL, the plain path in a guest space, and mixed spaces."
    instead = "Give `/k/guest/{id}/v1/…` inside where the outer path has it, and `/k/v1/…` else."
    finds = (
        "The `api` of each request in a bulkRequest is held against the path that the "
        "bulkRequest is sent to."
    )
    misses = (
        "Requests of a list that comes from outside the code, and guest spaces that are both "
        "unknown."
    )
    source = "https://cybozu.dev/ja/kintone/docs/rest-api/records/bulk-request"
    facts = ("F33", "F34")
    since = "0.1.0"
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
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        for address in addresses(subject):
            if address.request is not None and address.endpoint == "bulkRequest":
                for inner in _inner(subject, address.request):
                    message = _mismatch(address, inner)
                    if message and not contradict(address.choices, inner.choices):
                        yield Report(
                            Spot(inner.module, inner.node),
                            message,
                            related=((address.use, "the bulkRequest"),),
                            use=address.use,
                        )


def _inner(subject: Subject, request: Request) -> Iterator[Address]:
    """The paths in the list of a bulkRequest, each with the conditions under which it is there."""
    values = subject.evaluator.values
    node = request.arguments.get("json")
    for body in values(request.call.beside(node)) if node is not None else ():
        for items in _picked(subject, body, "requests"):
            if not isinstance(items.value, Items):
                continue
            for index, item in enumerate(items.value.items):
                around = (*items.choices, *items.value.when(index))
                for entry in values(item):
                    for path in _picked(subject, entry, "api"):
                        if isinstance(path.value, Text) and path.value.parts:
                            start, choices = path.value.parts[0], (*around, *path.choices)
                            yield Address(path.value, start.node, start.module, None, choices)


def _picked(subject: Subject, holder: Alternative, key: str) -> Iterator[Alternative]:
    """What a mapping holds under a key, with the conditions of both."""
    for each in picked(holder.value, {key}, subject.evaluator):
        yield replace(each, choices=(*holder.choices, *each.choices))


def _mismatch(outer: Address, inner: Address) -> str | None:
    if inner.flat.startswith("http"):
        return "api is a full URL; inside a bulkRequest it is a path that starts with /k/"
    if not inner.flat.startswith("/k/"):
        return None
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
