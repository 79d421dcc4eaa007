"""What Kintone answers: the documented shape for every call, and its errors. Bytes made once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from kintone_conformance import wires
from kintone_conformance.doors import JSON_TYPE, Answer
from kintone_conformance.model import Wire
from kintone_conformance.spec.calls import CallSpec, calls

_GUEST = re.compile(r"^/k/guest/[^/]*/v1/")
ERROR_ID = "1505999166-897850006"
_NOT_FOUND_ID = "1505999167-361420583"  # a client may ask other paths, and report what they say
# Secrets that come with an answer: they are searched for as those that a client was given.
NEW_TOKENS = ("hT4vNq8Zs2Lx6Wd0Kb9Yc3Jm", "uP7gRf1Ea5Vo8Mi2Xz6Qn4Dw")


def _ok(body: object) -> Answer:
    return Answer(body=json.dumps(body, ensure_ascii=False).encode("utf-8"))


_TIME = "2026-01-01T00:00:00Z"
_USER = {"code": "admin", "name": "Administrator"}
_RECORD = {
    "$id": {"type": "__ID__", "value": "1"},
    "$revision": {"type": "__REVISION__", "value": "1"},
    "title": {"type": "SINGLE_LINE_TEXT", "value": "conformance"},
    "レコード番号": {"type": "RECORD_NUMBER", "value": "1"},
    "作成者": {"type": "CREATOR", "value": _USER},
    "作成日時": {"type": "CREATED_TIME", "value": _TIME},
    "更新者": {"type": "MODIFIER", "value": _USER},
    "更新日時": {"type": "UPDATED_TIME", "value": _TIME},
}
_APP = {
    "appId": "1",
    "code": "",
    "name": "conformance",
    "description": "",
    "createdAt": _TIME,
    "creator": _USER,
    "modifiedAt": _TIME,
    "modifier": _USER,
    "spaceId": None,
    "threadId": None,
}
_FIELDS = {
    "properties": {
        "title": {
            "type": "SINGLE_LINE_TEXT",
            "code": "title",
            "label": "title",
            "noLabel": False,
            "required": False,
            "unique": False,
            "maxLength": "",
            "minLength": "",
            "defaultValue": "",
            "expression": "",
            "hideExpression": False,
        }
    },
    "revision": "1",
}
_SPACE = {
    "id": "1",
    "name": "space",
    "defaultThread": "1",
    "isPrivate": True,
    "creator": _USER,
    "modifier": _USER,
    "memberCount": "1",
    "coverType": "PRESET",
    "coverKey": "GREEN",
    "coverUrl": "https://conformance.cybozu.com/cover.png",
    "body": "",
    "useMultiThread": False,
    "isGuest": False,
    "attachedApps": [],
    "fixedMember": False,
    "showAnnouncement": True,
    "showThreadList": True,
    "showAppList": True,
    "showMemberList": True,
    "showRelatedLinkList": True,
    "permissions": {"createApp": "EVERYONE"},
}
# Fields of these answers that are younger than clients in use. To such a client they are new.
# permissions: kintone/js-sdk#2876
NEW_FIELDS: Mapping[str, str] = {"space.get": "permissions, a field of June 2024"}
_LOGIN_USER = {
    "id": "1",
    "code": "admin",
    "ctime": _TIME,
    "mtime": _TIME,
    "valid": True,
    "name": "Administrator",
    "email": "admin@example.com",
    "timezone": "Asia/Tokyo",
    "locale": "ja",
    "customItemValues": [],
}
_FILE = Answer(
    body=b"conformance",
    headers=(
        ("Content-Type", "text/plain"),
        ("Content-Disposition", "attachment; filename*=UTF-8''a.txt"),
    ),
)

_FIXED: Mapping[tuple[str, str], Answer] = {
    ("GET", "/k/v1/record.json"): _ok({"record": _RECORD}),
    ("POST", "/k/v1/record.json"): _ok({"id": "1", "revision": "1"}),
    ("PUT", "/k/v1/record.json"): _ok({"revision": "2"}),
    ("DELETE", "/k/v1/records.json"): _ok({}),
    ("PUT", "/k/v1/record/status.json"): _ok({"revision": "2"}),
    ("PUT", "/k/v1/record/assignees.json"): _ok({"revision": "2"}),
    ("POST", "/k/v1/records/cursor.json"): _ok(
        {"id": "9a9716fe-1394-4677-a1c7-2199a5d28215", "totalCount": "1"}
    ),
    ("GET", "/k/v1/records/cursor.json"): _ok({"records": [_RECORD], "next": False}),
    ("DELETE", "/k/v1/records/cursor.json"): _ok({}),
    ("POST", "/k/v1/file.json"): _ok({"fileKey": "c15b3870-7505-4ab6-9d8d-b9bdbc74f5d6"}),
    ("GET", "/k/v1/file.json"): _FILE,
    ("GET", "/k/v1/app.json"): _ok(_APP),
    ("GET", "/k/v1/apps.json"): _ok({"apps": [_APP]}),
    ("GET", "/k/v1/app/form/fields.json"): _ok(_FIELDS),
    ("GET", "/k/v1/preview/app/form/fields.json"): _ok(_FIELDS),
    ("GET", "/k/v1/space.json"): _ok(_SPACE),
    ("POST", "/k/v1/guests.json"): _ok({}),
    ("PUT", "/k/v1/space/guests.json"): _ok({}),
    ("POST", "/k/v1/template/space.json"): _ok({"id": "2"}),
    ("GET", "/k/v1/plugins.json"): _ok({"plugins": []}),
    ("GET", "/k/v1/apis.json"): _ok(
        {"baseUrl": "https://conformance.cybozu.com/k/v1/", "apis": {}}
    ),
    ("GET", "/v1/users.json"): _ok({"users": [_LOGIN_USER]}),
    ("POST", "/oauth2/token"): _ok(
        {
            "access_token": NEW_TOKENS[0],
            "refresh_token": NEW_TOKENS[1],
            "token_type": "bearer",
            "expires_in": 3600,
            "scope": "k:app_record:read",
        }
    ),
}


@cache
def _operations() -> Mapping[tuple[str, str], Answer]:
    """The good answers to operations that are not core calls: their documented names, no more."""
    return {
        (spec.method, spec.path.format_map({"apiId": "app/get"})): _good(spec)
        for spec in calls().values()
        if not spec.core
    }


def _good(spec: CallSpec) -> Answer:
    if spec.path.endswith(".csv"):
        return Answer(body=b"", headers=(("Content-Type", "text/csv; charset=utf-8"),))
    return html(200) if spec.path == "/oauth2/authorization" else _ok(spec.answer)


_RECORDS = _ok({"records": [_RECORD], "totalCount": None})
_RECORDS_COUNTED = _ok({"records": [_RECORD], "totalCount": "1"})


def _records(wire: Wire) -> Answer:
    counted = wires.params(wire).get("totalCount") in ("true", True)
    return _RECORDS_COUNTED if counted else _RECORDS


def _records_added(wire: Wire) -> Answer:
    count = len(_list(wire, "records"))
    return _ok({"ids": [str(n + 1) for n in range(count)], "revisions": ["1"] * count})


def _records_updated(wire: Wire) -> Answer:
    # The operation is there with upsert only: packages/rest-api-client/docs/record.md of
    # kintone/js-sdk says so, and kintone/rest-api-spec has an answer of either form.
    done = {"operation": "UPDATE"} if wires.params(wire).get("upsert") is True else {}
    count = len(_list(wire, "records"))
    return _ok({"records": [{"id": str(n + 1), "revision": "2", **done} for n in range(count)]})


def _bulk(wire: Wire) -> Answer:
    results: list[Any] = []
    for request in _list(wire, "requests"):
        method, payload = str(request.get("method")), request.get("payload") or {}
        path = plain(str(request.get("api")))
        inner = Wire(method, path.encode(), (), json.dumps(payload).encode())
        results.append(json.loads(documented_answer(inner).body))
    return _ok({"results": results})


_COMPUTED: Mapping[tuple[str, str], Callable[[Wire], Answer]] = {
    ("GET", "/k/v1/records.json"): _records,
    ("POST", "/k/v1/records.json"): _records_added,
    ("PUT", "/k/v1/records.json"): _records_updated,
    ("PUT", "/k/v1/records/status.json"): _records_updated,
    ("POST", "/k/v1/bulkRequest.json"): _bulk,
}


def _list(wire: Wire, name: str) -> list[dict[str, Any]]:
    found = (wires.json_body(wire) or {}).get(name) if wire.body else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def plain(path: str) -> str:
    """A path without its guest space."""
    return _GUEST.sub("/k/v1/", path)


def documented_answer(wire: Wire) -> Answer:
    """The documented answer to a good request; 404 with Kintone's error for an unknown path.

    A proxy opens every tunnel.
    """
    if wire.method == "CONNECT":
        return Answer()
    key = (wires.method(wire), plain(wires.path(wire)))
    if key in _FIXED:
        return _FIXED[key]
    if key in _COMPUTED:
        return _COMPUTED[key](wire)
    if key[1].startswith("/k/v1/apis/"):  # one answer for the schema of any API
        key = (key[0], "/k/v1/apis/app/get.json")
    if key in _operations():
        return _operations()[key]
    return kintone_error(404, "CB_NO01", "Not found.", _NOT_FOUND_ID)


def kintone_error(status: int, code: str, message: str, id_: str = ERROR_ID) -> Answer:
    """An error as Kintone reports it (SPEC F67)."""
    body = json.dumps({"code": code, "id": id_, "message": message}, ensure_ascii=False)
    return Answer(status, body.encode("utf-8"), (*JSON_TYPE, ("X-Cybozu-Error", code)))


def html(status: int) -> Answer:
    """A page where JSON was expected: the Basic gate, maintenance, an unknown host."""
    page = b"<!DOCTYPE html>\n<html><head><title>Conformance</title></head><body></body></html>"
    return Answer(status, page, (("Content-Type", "text/html; charset=utf-8"),))


def redirect(status: int, location: str) -> Answer:
    """A redirect; no documented API answers with one (SPEC F18)."""
    return Answer(status, b"", (("Location", location), ("Content-Type", "text/html")))


def malformed_request() -> Answer:
    """What a door answers to bytes that are not a request. What follows them cannot be read."""
    answer = kintone_error(400, "CB_IL02", "Illegal request.")
    return replace(answer, headers=(*answer.headers, ("Connection", "close")))
