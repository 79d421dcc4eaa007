"""The request that Kintone documents for a call: one answer to "what should be on the wire".

Pure facts about one call, without a memory: the answer is the same for the first call of a client
and the hundredth. How a request is compared with it is in `judging`; what credentials look
like in headers in `auth`.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from kintone_conformance.spec.calls import call_spec
from kintone_conformance.spec.endpoints import Endpoint, Guest, Product, find
from kintone_conformance.spec.shapes import parameters

FILES = frozenset({"file.upload", "user.file.add"})  # calls that upload a file

# SPEC F32: what a bulkRequest may hold.
BULK_OPERATIONS = (
    "record.add",
    "record.update",
    "records.add",
    "records.update",
    "records.delete",
    "record.status.update",
    "records.status.update",
    "record.assignees.update",
)
MAX_INDEX = 99  # of an array in a query (SPEC F63)
MAX_URL = 8192  # bytes of a URL (SPEC F62)

# What may be added where the user gave nothing: the documented default, which changes nothing.
DEFAULTS: Mapping[str, tuple[object, ...]] = {
    "revision": (-1,),
    "offset": (0,),
    "limit": (100,),
    "size": (100,),
    "totalCount": (True, False),
    "lang": ("default",),
    "isPrivate": (False,),
    "isGuest": (False,),
    "fixedMember": (False,),
    "isAdmin": (False,),
    "includeSubs": (False,),
    "upsert": (False,),
}

_FORM_NAMES: Mapping[str, str] = {
    "grantType": "grant_type",
    "refreshToken": "refresh_token",
    "redirectUri": "redirect_uri",
    "clientId": "client_id",
    "clientSecret": "client_secret",
}

# Optional parameters of updates, also of each record: null says nothing there.
SILENT = frozenset({"revision", "revisions", "updateKey", "upsert"})
# What may be left out of a write though it was given: the documented default, which says nothing.
LEFT_OUT: Mapping[str, object] = {"upsert": False}

Carrier = Literal["query", "json", "form", "multipart"]
Credentials = Literal["needed", "optional", "none"]


@dataclass(frozen=True)
class File:
    """A file to be uploaded, in the part `file` (SPEC F61, F72)."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Documented:
    """The documented request of one call.

    `paths` are the documented ones, the recommended first; `plain` is the path outside guest
    spaces. `params` are values under their documented names, for a bulkRequest with method, path
    and payload of each inner request; `optional` are the documented names that were not given.
    `credentials` says whether the API needs them; `reads` whether it is a GET, `changes` whether
    it changes data.
    """

    api: str
    method: str
    paths: tuple[str, ...]
    plain: str
    carrier: Carrier
    params: Mapping[str, Any]
    optional: frozenset[str]
    credentials: Credentials
    reads: bool
    changes: bool
    file: File | None = None


def documented(api: str, params: Mapping[str, Any], guest: int | str | None = None) -> Documented:
    """The documented request for a call with these parameters, in a guest space or outside (None).

    `guest` must be a valid id. Raises KeyError for a call or an inner request that is not in the
    table.
    """
    spec = call_spec(api)
    file = None
    carrier = carrier_of(spec.endpoint)
    sent: Mapping[str, Any] = params
    if api in FILES:
        carrier, sent = "multipart", {}
        file = File(params["name"], b64decode(params["contentBase64"]))
    elif api == "oauth.token":
        sent = {_FORM_NAMES.get(name, name): value for name, value in params.items()}
    elif api == "bulkRequest":
        sent = {"requests": [_inner(request, guest) for request in params["requests"]]}
    in_path = {name: params[name] for name in params if f"{{{name}}}" in spec.path}
    sent = {name: value for name, value in sent.items() if name not in in_path}
    return Documented(
        api=api,
        method=spec.method,
        paths=tuple(path.format_map(in_path) for path in paths(api, guest)),
        plain=spec.path.format_map(in_path),
        carrier=carrier,
        params=sent,
        optional=frozenset(parameters(api)) - set(params),
        credentials=credentials_of(spec.endpoint),
        reads=spec.method == "GET",
        changes=spec.changes,
        file=file,
    )


def _inner(request: Mapping[str, Any], guest: int | str | None) -> dict[str, Any]:
    spec = call_spec(request["api"])
    path = paths(request["api"], guest)[0]
    return {"method": spec.method, "api": path, "payload": request["params"]}


@cache
def paths(api: str, guest: int | str | None) -> tuple[str, ...]:
    """The documented paths of a call, the recommended one first.

    Outside guest spaces a guest-only API has none; its plain form is given, which is judged by a
    requirement of its own (SPEC F20, F77).
    """
    spec = call_spec(api)
    endpoint = spec.endpoint
    if guest is None or endpoint.product is not Product.KINTONE:
        return (spec.path,)
    prefixed = spec.path.replace("/k/v1/", f"/k/guest/{guest}/v1/", 1)
    if endpoint.either:
        return (prefixed, spec.path)
    if endpoint.in_guest_space:
        return (prefixed,)
    return (spec.path, prefixed)  # documented on the plain path; sources disagree (SPEC F21-F23)


def needs_guest(api: str) -> bool:
    """The API has a guest form only (SPEC F20)."""
    return call_spec(api).endpoint.guest is Guest.ONLY


def carrier_of(endpoint: Endpoint) -> Carrier:
    """What carries the parameters of an operation that uploads no file."""
    if endpoint.method == "GET":
        return "query"
    return "form" if endpoint.product is Product.OAUTH else "json"


def credentials_of(endpoint: Endpoint) -> Credentials:
    """Whether an operation needs credentials of Kintone."""
    if endpoint.product is Product.OAUTH:
        return "none"
    return "needed" if endpoint.auth else "optional"


def is_read(method: str, path: str) -> bool:
    """A documented read: any API of the catalogue that is asked with GET."""
    return method == "GET" and find(method, path) is not None
