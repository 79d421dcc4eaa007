"""What a request means: which operation of the catalogue, in which guest space, by whom.

The reverse of `spec.request`: from a request to the documented request that it can only be meant
as. Where that differs from what was sent, the request is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlsplit

from kintone_conformance import wires
from kintone_conformance.model import NO_GUEST, Call, Client, Wire
from kintone_conformance.spec import diagnosis, endpoints
from kintone_conformance.spec.auth import Session
from kintone_conformance.spec.calls import CallSpec, calls
from kintone_conformance.spec.diagnosis import Kind, Problem
from kintone_conformance.spec.endpoints import Endpoint
from kintone_conformance.spec.hosts import DOMAINS
from kintone_conformance.spec.request import FILES, Documented, File, carrier_of, credentials_of
from kintone_conformance.spec.shapes import parameters, resolved
from kintone_conformance.traffic.sent_credentials import SentCredentials, sent_credentials
from kintone_conformance.wires import Effective

_GUEST = re.compile(r"^/+k/guest/([1-9][0-9]{0,18})/v1/")
_UNDER_K = re.compile(r"^/+k/")
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Meaning:
    """A request, and what it is meant as.

    `endpoint` is the operation, None if the catalogue has none of this method and path.
    `problems` are what is wrong with the path. `guest` is a valid guest space id in it, or None.
    """

    wire: Wire
    sent: Effective
    endpoint: Endpoint | None
    problems: tuple[Problem, ...]
    guest: str | None
    credentials: SentCredentials

    @cached_property
    def spec(self) -> CallSpec | None:
        """The call of the table that asks for this operation, if one does."""
        return None if self.endpoint is None else _by_operation().get(_key(self.endpoint))

    @property
    def api(self) -> str:
        """The name of the operation: of its call, or as the catalogue has it."""
        if self.spec is not None:
            return self.spec.api
        return self.endpoint.name if self.endpoint is not None else wires.path(self.wire)

    @property
    def is_upload(self) -> bool:
        """It uploads a file."""
        return self.spec is not None and self.spec.api in FILES

    @cached_property
    def client(self) -> Client:
        """The client as it must have been made, for one that was right."""
        guest = NO_GUEST if self.guest is None else self.guest
        auth = self.credentials.auth or Session("")
        return Client(self.wire.origin, auth, self.credentials.basic, guest)

    @cached_property
    def call(self) -> Call:
        """The call as it must have been asked for."""
        return Call(self.api, self.params)

    @cached_property
    def params(self) -> Mapping[str, Any]:
        """The parameters as values: what travelled as text is read by the schema of the call."""
        if self.spec is None or self.spec.api == "oauth.token":
            return self.sent.params
        known, found = parameters(self.spec.api), dict(self.sent.params)
        for name in self.sent.texts & set(known):
            found[name] = _valued(found[name], known[name])
        return found

    @cached_property
    def documented(self) -> Documented:
        """The documented request that this one is meant as. Only if there is an endpoint."""
        endpoint = self.endpoint
        assert endpoint is not None
        return Documented(
            api=self.api,
            method=endpoint.method,
            paths=(self.sent.path,),
            plain=endpoint.path,
            carrier="multipart" if self.is_upload else carrier_of(endpoint),
            params={} if self.is_upload else self.params,
            optional=frozenset(),
            credentials=credentials_of(endpoint),
            reads=endpoint.method == "GET",
            changes=self.spec.changes if self.spec is not None else endpoint.method != "GET",
            file=self._file() if self.is_upload else None,
        )

    def _file(self) -> File:
        part = next((part for part in self.sent.parts if part.name == "file"), None)
        return File(part.filename or "", part.content) if part is not None else File("", b"")


def meaning(wire: Wire, any_host: bool = False, live: bool = False) -> Meaning | None:
    """What a request is meant as; None if it is not for Kintone's REST API.

    `any_host`: every request is for Kintone, since nothing else can be reached. Elsewhere a path
    of the User API, as /v1/users.json, is Kintone's only on a host of Kintone's. `live`: it was
    caught as it was sent, not recorded.
    """
    if not any_host and not is_for_kintone(wire):
        return None
    sent = wires.effective(wire)
    problems = diagnosis.diagnose(sent.path, sent.method)
    if any(problem.kind is Kind.NOT_REST for problem in problems):
        return None
    match = _GUEST.match(sent.path)
    endpoint = _endpoint(sent, problems)
    guest = match[1] if match else None
    return Meaning(wire, sent, endpoint, problems, guest, sent_credentials(wire, sent, live))


def is_for_kintone(wire: Wire) -> bool:
    """Host or path say that it is for Kintone, whether it is a request or not."""
    return is_kintone(wire) or _UNDER_K.match(wires.path(wire)) is not None


def is_kintone(wire: Wire) -> bool:
    """The host is one of Kintone's, or this machine."""
    host = urlsplit(wire.origin).hostname or ""
    return host in _LOCAL or host.endswith(tuple(f".{domain}" for domain in DOMAINS))


def _endpoint(sent: Effective, problems: tuple[Problem, ...]) -> Endpoint | None:
    """The operation of a path, or of the path that can only be meant."""
    meant = next((problem.meant for problem in problems if problem.meant), None)
    for path in (sent.path, re.sub("//+", "/", sent.path), meant):
        found = endpoints.find(sent.method, path) if path else None
        if found is not None:
            return found
    return None


@cache
def _by_operation() -> Mapping[tuple[str, str], CallSpec]:
    return {(spec.method, spec.path): spec for spec in calls().values()}


def _key(endpoint: Endpoint) -> tuple[str, str]:
    return endpoint.method, endpoint.path


def _valued(value: Any, schema: Any) -> Any:
    """The value that a text in a query stands for; an array may be written in any form."""
    schema = resolved(schema)
    if not isinstance(schema, dict):
        return value
    kind = schema.get("type")
    if kind == "array":
        return value if isinstance(value, list) else [value]
    if kind == "boolean" and str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    return value
