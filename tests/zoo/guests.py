"""Mutants of KC4xx: guest spaces."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from kintone_conformance.reference_client import KintoneClient
from zoo.registry import mutant


@mutant("KC401")
class UpdatesWithPost(KintoneClient):
    """Updates records with POST instead of PUT."""

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        return super().write("POST" if method == "PUT" else method, path, body)


@mutant("KC402")
class SpaceStaysPlain(KintoneClient):
    """Takes the space API for one without a guest form."""

    def path(self, endpoint: str, preview: bool = False) -> str:
        return "/k/v1/space.json" if endpoint == "space" else super().path(endpoint, preview)


@mutant("KC403")
class PreviewBeforeVersion(KintoneClient):
    """Puts preview before v1 in a guest space."""

    def path(self, endpoint: str, preview: bool = False) -> str:
        path = super().path(endpoint, preview)
        return path.replace("/v1/preview/", "/preview/v1/") if self.guest else path


@mutant("KC404")
class RefusesTextIds(KintoneClient):
    """Takes a guest space id as a number only."""

    def checked_guest(self, guest: object) -> str:
        if isinstance(guest, str):
            raise TypeError("a guest space id is a number")
        return super().checked_guest(guest)


@mutant("KC405")
class IdInTheQueryToo(KintoneClient):
    """Adds the guest space id to the query of reads as well."""

    def get(self, path: str, params: Mapping[str, Any]) -> Any:
        extra = {"guestSpaceId": self.guest} if self.guest and params else {}
        return super().get(path, {**params, **extra})


@mutant("KC406")
class FilesInTheWrongOrder(KintoneClient):
    """Puts the guest segment behind v1 for files."""

    def path(self, endpoint: str, preview: bool = False) -> str:
        if self.guest and endpoint == "file":
            return f"/k/v1/guest/{self.guest}/file.json"
        return super().path(endpoint, preview)


@mutant("KC407")
class FilesStayPlain(KintoneClient):
    """Uses the plain path for files in a guest space."""

    def path(self, endpoint: str, preview: bool = False) -> str:
        return "/k/v1/file.json" if endpoint == "file" else super().path(endpoint, preview)


class _Bulk(KintoneClient):
    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        if "requests" in body:
            body = {**body, "requests": [self.inner(request) for request in body["requests"]]}
        return super().write(method, path, body)

    def inner(self, request: dict[str, Any]) -> dict[str, Any]:
        return request


@mutant("KC408")
class InnerPathsStayPlain(_Bulk):
    """Rewrites the path of a bulkRequest, but not the paths inside it."""

    def inner(self, request: dict[str, Any]) -> dict[str, Any]:
        return {**request, "api": f"/k/v1/{request['api'].split('/v1/')[1]}"}


@mutant("KC409")
class PayloadIsParams(_Bulk):
    """Calls the payload of an inner request params."""

    def inner(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"method": request["method"], "api": request["api"], "params": request["payload"]}


@mutant("KC410")
class PrefixesEverything(KintoneClient):
    """Prefixes the APIs that are documented on the plain path only."""

    def path(self, endpoint: str, preview: bool = False) -> str:
        return super().path(endpoint, preview).replace("/k/v1/", self.prefix(), 1)

    def prefix(self) -> str:
        return f"/k/guest/{self.guest}/v1/" if self.guest else "/k/v1/"


@mutant("KC411")
class GuestMembersOnThePlainPath(KintoneClient):
    """Takes the API of guest members, which is guest-only, for a plain one."""

    def path(self, endpoint: str, preview: bool = False) -> str:
        if endpoint == "space/guests" and self.guest:
            return "/k/v1/space/guests.json"
        return super().path(endpoint, preview)


@mutant("KC412")
class PrefixesTheUserApi(KintoneClient):
    """Prefixes the User API with the guest space."""

    def get(self, path: str, params: Mapping[str, Any]) -> Any:
        if self.guest and path.startswith("/v1/"):
            path = f"/k/guest/{self.guest}{path}"
        return super().get(path, params)


@mutant("KC413")
class RewritesTheWholeText(KintoneClient):
    """Rewrites by replacing text, in parameters too."""

    def get(self, path: str, params: Mapping[str, Any]) -> Any:
        return super().get(path, self.rewritten(params))

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        return super().write(method, path, self.rewritten(body))

    def rewritten(self, params: Mapping[str, Any]) -> Any:
        if not self.guest:
            return params
        return json.loads(json.dumps(params).replace("/k/v1/", f"/k/guest/{self.guest}/v1/"))


@mutant("KC414")
class KeepsTheRewrittenBase(KintoneClient):
    """Keeps the guest prefix in its base URL, and adds it again with the next call."""

    def send(self, method: str, path: str, **options: Any) -> Any:
        try:
            return super().send(method, path, **options)
        finally:
            if self.guest and "/guest/" in path and "/guest/" not in self.base_url:
                self.base_url += f"/k/guest/{self.guest}/v1"


@mutant("KC415")
class RoundsIds(KintoneClient):
    """Makes an integer of whatever number it gets as guest space id."""

    def checked_guest(self, guest: object) -> str:
        return super().checked_guest(int(guest) if isinstance(guest, float) else guest)


@mutant("KC416")
class QuotesIds(KintoneClient):
    """Percent-encodes whatever it gets as guest space id into the path."""

    def checked_guest(self, guest: object) -> str:
        return quote(str(guest), safe="")

    def path(self, endpoint: str, preview: bool = False) -> str:
        path = super().path(endpoint, preview)
        return path.replace("/k/v1/", "/k/guest//v1/") if self.guest == "" else path


@mutant("KC417")
class GuestMembersWithoutASpace(KintoneClient):
    """Sends the API of guest members on the plain path where there is no guest space."""

    def path(self, endpoint: str, preview: bool = False) -> str:
        if endpoint == "space/guests" and not self.guest:
            return "/k/v1/space/guests.json"
        return super().path(endpoint, preview)
