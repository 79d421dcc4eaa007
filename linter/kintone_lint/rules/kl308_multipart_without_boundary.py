"""KL308: multipart/form-data is written by hand, without its boundary."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_lint.kintone.header_keys import key_of
from kintone_lint.kintone.headers import beside_kintone, written
from kintone_lint.kintone.request import Header
from kintone_lint.kintone.requests import kintone_requests
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.spots import Spot
from kintone_lint.python.values import Text
from kintone_lint.rules.base import Bad, Rule
from kintone_lint.rules.report import Report


class MultipartWithoutBoundary(Rule):
    code = "KL308"
    name = "multipart-without-boundary"
    statement = "`Content-Type: multipart/form-data` has no boundary."
    why = (
        "The boundary marks where the parts of the body begin. HTTP libraries set it themselves, "
        "unless you set the header: then Kintone cannot read the file."
    )
    instead = "Leave the header out, and pass the file with `files=`."
    finds = "The headers of requests to Kintone, and mappings that hold other Kintone headers, too."
    misses = "Headers that come from code that cannot be followed."
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
    )
    good = (
        'import requests\nrequests.post("https://demo.cybozu.com/k/v1/file.json", '
        'files={"file": data}, headers={"X-Cybozu-API-Token": token})\n',
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
            if key_of(header.name) == "content-type" and spot not in seen:
                seen.add(spot)
                if any(_without_boundary(value) for value in header.values()):
                    message = (
                        "multipart/form-data has no boundary; leave the header to the HTTP library"
                    )
                    yield Report(spot, message)


def _headers(subject: Subject) -> Iterator[Header]:
    for request in kintone_requests(subject):
        yield from request.headers()[0]
    yield from (each for _, each in written(subject) if beside_kintone(subject, each))


def _without_boundary(value: object) -> bool:
    known = value.known if isinstance(value, Text) else None
    low = known.lower() if known else ""
    return low.strip().startswith("multipart/form-data") and "boundary" not in low
