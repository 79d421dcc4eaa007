"""KL308: the type of an upload is written by hand, without its boundary."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kintone_lint.kintone.headers import beside_kintone, written
from kintone_lint.kintone.hosts import other_product
from kintone_lint.kintone.request import Header, Request
from kintone_lint.kintone.requests import kintone_requests
from kintone_lint.kintone.set_aside import is_set_aside
from kintone_lint.kintone.subject import Subject
from kintone_lint.patterns import regex
from kintone_lint.python.spots import Spot
from kintone_lint.python.values import Items, Mapping, Text
from kintone_lint.rules.base import Bad, Rule
from kintone_lint.rules.report import Report

_MEDIA_TYPE = regex(r"[a-z]{1,20}/[a-z0-9.+\-]{1,60}")


class MultipartWithoutBoundary(Rule):
    code = "KL308"
    name = "multipart-without-boundary"
    statement = "The `Content-Type` of an upload has no boundary."
    why = (
        "The boundary marks where the parts of the body begin. HTTP libraries set it themselves, "
        "unless you set the header: then Kintone cannot read the file."
    )
    instead = (
        "Leave the header out, and pass the file with `files=`. If a session sets it for its other "
        'requests, pass `headers={"Content-Type": None}` with requests.'
    )
    finds = (
        "`multipart/form-data` in the headers of requests to Kintone, and in mappings that hold "
        "other Kintone headers, too; another type, such as `application/json`, on a request with "
        "`files=`."
    )
    misses = (
        "Headers that come from code that cannot be followed, and types other than "
        "`multipart/form-data` that are set under conditions whose outcome is not known."
    )
    source = "https://cybozu.dev/ja/kintone/docs/rest-api/files/upload-file/"
    facts = ("F61", "F72")
    since = "0.1.0"
    words = ("content-type",)
    bad = (
        Bad(
            """\
import requests
headers = {"X-Cybozu-API-Token": token, "Content-Type": "multipart/form-data"}  #!
requests.post("https://demo.cybozu.com/k/v1/file.json", headers=headers, files={"file": data})
"""
        ),
        Bad(
            """\
import requests
session = requests.Session()
session.headers["content-type"] = "multipart/form-data"  #!
session.post("https://demo.cybozu.com/k/v1/file.json", files={"file": data})
"""
        ),
        Bad(
            """\
def upload_headers(token):
    return {"X-Cybozu-API-Token": token, "Content-Type": "multipart/form-data; charset=utf-8"}  #!
"""
        ),
        Bad(
            """\
import urllib.request
request = urllib.request.Request("https://demo.cybozu.com/k/v1/file.json", data=body, headers={
    "Content-Type": "multipart/form-data",  #!
})
"""
        ),
        Bad(
            """\
import requests
session = requests.Session()
session.headers.update({"X-Cybozu-API-Token": token, "Content-Type": "application/json"})
session.post("https://demo.cybozu.com/k/v1/file.json", files={"file": data})  #!
"""
        ),
    )
    good = (
        'import requests\nrequests.post("https://demo.cybozu.com/k/v1/file.json", '
        'files={"file": data}, headers={"X-Cybozu-API-Token": token})\n',
        'import requests\ns = requests.Session()\ns.headers["Content-Type"] = "application/json"\n'
        's.post("https://demo.cybozu.com/k/v1/file.json", files={"file": data}, '
        'headers={"Content-Type": None})\n',
        'headers = {"X-Cybozu-API-Token": t, '
        '"Content-Type": f"multipart/form-data; boundary={mark}"}\n',
        'headers = {"X-Cybozu-API-Token": t, "Content-Type": "multipart/form-data" + rest}\n',
        'import requests\nrequests.post("https://files.example.com/", data=body, '
        'headers={"Content-Type": "multipart/form-data"})\nimport kintone\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        seen: set[Spot] = set()
        for header in _headers(subject):
            spot = Spot(header.module, header.node)
            if header.key == "content-type" and spot not in seen:
                seen.add(spot)
                if any(_without_boundary(value) for value in header.values()):
                    message = (
                        "multipart/form-data has no boundary; leave the header to the HTTP library"
                    )
                    yield Report(spot, message)
        yield from _of_another_type(subject)


def _headers(subject: Subject) -> Iterator[Header]:
    for request in kintone_requests(subject):
        yield from request.headers()[0]
    yield from (each for _, each in written(subject) if beside_kintone(subject, each))


def _of_another_type(subject: Subject) -> Iterator[Report]:
    """Requests with files whose headers say for sure that the body is something else."""
    seen: set[cst.CSTNode] = set()
    for request in kintone_requests(subject):
        if request.node in seen or not _has_files(request) or is_set_aside(subject, request):
            continue
        if any(other_product(each.value) for each in request.urls()):
            continue
        header = next(filter(_says_another, request.surely_sends("content-type")), None)
        if header is not None:
            seen.add(request.node)
            related = ((Spot(header.module, header.node), "set here"),)
            message = (
                f"{_media_type(header)} replaces the boundary of this upload; leave Content-Type "
                "to the HTTP library"
            )
            yield Report(Spot(subject.module, request.node), message, related=related)


def _has_files(request: Request) -> bool:
    """Whether files are given for sure: to a library that would set the type itself."""
    value = request.argument("files")
    match value:
        case Mapping(entries=held) | Items(items=held):
            return request.library and (bool(held) or not value.whole)
    return False


def _says_another(header: Header) -> bool:
    """Whether all that a header can be is known to be another type than that of an upload."""
    values = header.values()
    return bool(values) and all(_is_another(value) for value in values)


def _media_type(header: Header) -> str:
    """The type that a header says first, without its parameters."""
    values = header.values()
    known = values[0].known if values and isinstance(values[0], Text) else None
    named = (known or "").partition(";")[0].strip()
    return named if _MEDIA_TYPE.fullmatch(named) else "another type"


def _is_another(value: object) -> bool:
    known = value.known if isinstance(value, Text) else None
    return known is not None and "/" in known and not known.strip().lower().startswith("multipart/")


def _without_boundary(value: object) -> bool:
    known = value.known if isinstance(value, Text) else None
    low = known.lower() if known else ""
    return low.strip().startswith("multipart/form-data") and "boundary" not in low
