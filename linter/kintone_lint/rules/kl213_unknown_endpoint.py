"""KL213: the name of an API is misspelt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kintone_conformance.spec import diagnosis
from kintone_conformance.spec.diagnosis import Kind, Problem
from kintone_lint.findings import Identity, Severity
from kintone_lint.kintone.address import Address
from kintone_lint.kintone.addresses import addresses
from kintone_lint.kintone.request import Request
from kintone_lint.kintone.subject import Subject
from kintone_lint.rules._path import changed, one_a_place, report, told
from kintone_lint.rules.base import Bad, Fixable, Rule
from kintone_lint.rules.report import Report


class UnknownEndpoint(Rule):
    code = "KL213"
    name = "unknown-endpoint"
    statement = (
        "An API name is misspelled, or is plural where only the singular exists, or the reverse."
    )
    why = (
        "A name that differs in one or two letters from a documented one is most likely a slip. "
        "Some methods exist on `records` only, some on `record` only: the request fails."
    )
    instead = "Write the documented name."
    finds = (
        "The URL is assembled, and its API is not documented, but differs in one or two letters "
        "from one that is; or its method is documented for the plural name only, or for the "
        "singular only."
    )
    misses = "Names that differ more: they may be newer than this version of the linter."
    source = "https://github.com/kintone/openapi-spec"
    facts = ("F4", "F5", "F6", "F7", "F11")
    since = "0.1.0"
    identity = Identity.PATH
    severity = Severity.WARNING
    fixable = Fixable.SAFE
    bad = (
        Bad(
            'import requests\nrequests.get("https://demo.cybozu.com/k/v1/recods.json?app=1")  #!\n',
            'import requests\nrequests.get("https://demo.cybozu.com/k/v1/records.json?app=1")\n',
            sends=True,
            meant="https://demo.cybozu.com/k/v1/records.json?app=1",
        ),
        Bad(
            'import requests\nrequests.post("https://demo.cybozu.com/k/v1/bulkrequest.json")  #!\n',
            'import requests\nrequests.post("https://demo.cybozu.com/k/v1/bulkRequest.json")\n',
        ),
        Bad(
            'url = "https://demo.cybozu.com/k/v1/app/form/field.json"  #!\n',
            'url = "https://demo.cybozu.com/k/v1/app/form/fields.json"\n',
        ),
        Bad(
            'import requests\nrequests.get(f"https://{d}/k/guest/{s}/v1/record/comment_s.json")  #!\n',
            'import requests\nrequests.get(f"https://{d}/k/guest/{s}/v1/record/comments.json")\n',
        ),
        Bad('import requests\nrequests.delete("https://demo.cybozu.com/k/v1/record.json")  #!\n'),
        Bad('import requests\nrequests.get(f"https://{d}/k/v1/record/comment.json?app=1")  #!\n'),
    )
    good = (
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/records.json?app=1")\n',
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/something/quite/new.json")\n',
        'import requests\nrequests.get(f"https://demo.cybozu.com/k/v1/{name}.json")\n',
        'import requests\nrequests.delete("https://demo.cybozu.com/k/v1/records.json")\n',
        'import requests\nrequests.post("https://demo.cybozu.com/k/v1/app.json", json={"id": 1}, '
        'headers={"X-HTTP-Method-Override": "GET"})\n',
        'import requests\nrequests.put("https://demo.cybozu.com/k/v1/app/form/fields.json")\n',
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/preview/app/status.json")\n',
    )

    @one_a_place
    def check(self, subject: Subject) -> Iterator[Report]:
        for address in addresses(subject):
            problem = _problem(address)
            if problem is not None and problem.meant:
                start, end, text = _difference(address, problem.meant)
                near = replace(address, blamed=(start if start < end else start - 1, end))
                fix = None
                if problem.kind != Kind.WRONG_METHOD:  # another number has other parameters
                    fix = changed(near, f"write {problem.meant}", (start, end, text))
                yield report(near, told(problem), fix)


def _problem(address: Address) -> Problem | None:
    """What is wrong with the name of an API, where nothing else is wrong with its path."""
    about = (Kind.UNKNOWN_ENDPOINT, Kind.WRONG_CASE)
    problem = address.problem(*about)
    if problem is not None:
        kinds = {each.kind for each in address.problems}
        return None if kinds - {*about, Kind.NO_GUEST_FORM} else problem
    request = address.request
    if request is None or not request.library or request.method is None or not address.kintone:
        return None
    if address.problems or (request.method == "POST" and _overridden(request)):
        return None
    if request.call.frame is not None and request.conditions and not _is_written_there(address):
        return None  # one function for all methods: which of them this path is for is not known
    preview = "/preview/" in address.judged
    for each in diagnosis.diagnose(address.judged, request.method):
        if each.kind == Kind.WRONG_METHOD and ("/preview/" in (each.meant or "")) == preview:
            return each
    return None


def _is_written_there(address: Address) -> bool:
    """Whether the name of the API is written in the call of the method."""
    name = address.part_at(address.end - 1)
    node = address.request.node if address.request is not None else None
    return name is not None and node is not None and name[0].module.inside(name[0].node, node)


def _overridden(request: Request) -> bool:
    """Whether a POST may stand for another method (SPEC F62)."""
    headers, whole = request.headers()
    return not whole or any(each.key == "x-http-method-override" for each in headers)


def _difference(address: Address, meant: str) -> tuple[int, int, str]:
    """The smallest range of the path that has to change, and what it becomes."""
    tail = meant.rpartition("/v1/")[2]
    start = address.flat.rfind("/v1/", address.start, address.end) + len("/v1/")
    old = address.flat[start : address.end]
    before = _alike(old, tail)
    after = _alike(old[before:][::-1], tail[before:][::-1])
    return start + before, address.end - after, tail[before : len(tail) - after]


def _alike(left: str, right: str) -> int:
    """How many characters two texts start with alike."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(left), len(right)))
