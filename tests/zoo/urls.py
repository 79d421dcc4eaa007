"""Mutants of KC5xx: URL, query and body."""

from __future__ import annotations

import json as json_module
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from kintone_conformance.reference_client import KintoneClient
from kintone_conformance.spec.auth import Session
from zoo.registry import mutant


@mutant("KC501")
class KeepsTheSlash(KintoneClient):
    """Joins base URL and path with the slash of both."""

    def checked_base_url(self, base_url: str) -> str:
        super().checked_base_url(base_url)
        return base_url


class _OwnHeaders(KintoneClient):
    def send(self, method: str, path: str, **options: Any) -> Any:
        headers = {**(options.pop("headers", None) or {}), **self.own_headers(method)}
        return super().send(method, path, headers=headers, **options)

    def own_headers(self, method: str) -> dict[str, str]:
        raise NotImplementedError


@mutant("KC502")
class HostWithoutPort(_OwnHeaders):
    """Sends a Host header without the port of the base URL."""

    def own_headers(self, method: str) -> dict[str, str]:
        return {"Host": urlsplit(self.base_url).hostname or ""}


@mutant("KC503")
class AcceptsPlainHttp(KintoneClient):
    """Takes any base URL, http:// to a foreign host too."""

    def checked_base_url(self, base_url: str) -> str:
        return base_url.rstrip("/")


class _OwnQuery(KintoneClient):
    def query(self, params: Mapping[str, Any]) -> str:
        pairs: list[tuple[str, str]] = []
        for name, value in params.items():
            pairs += self.pairs(name, value)
        return self.encoded_pairs(pairs)

    def pairs(self, name: str, value: Any) -> list[tuple[str, str]]:
        if isinstance(value, list | tuple):
            return [(f"{name}[{index}]", str(item)) for index, item in enumerate(value)]
        return [(name, str(value).lower() if isinstance(value, bool) else str(value))]

    def encoded_pairs(self, pairs: list[tuple[str, str]]) -> str:
        return urlencode(pairs)


@mutant("KC504")
class LeavesPlusAlone(_OwnQuery):
    """Does not escape a plus sign in the query."""

    def encoded_pairs(self, pairs: list[tuple[str, str]]) -> str:
        return urlencode(pairs, safe="+", quote_via=quote)


@mutant("KC505")
class RepeatsNames(_OwnQuery):
    """Sends an array as a repeated name, without index."""

    def pairs(self, name: str, value: Any) -> list[tuple[str, str]]:
        if isinstance(value, list | tuple):
            return [(name, str(item)) for item in value]
        return super().pairs(name, value)


@mutant("KC506")
class CapitalBooleans(_OwnQuery):
    """Sends booleans as True and False."""

    def pairs(self, name: str, value: Any) -> list[tuple[str, str]]:
        return [(name, str(value))] if isinstance(value, bool) else super().pairs(name, value)


@mutant("KC507")
class LowerCaseOverride(KintoneClient):
    """Writes the method of an override in lower case."""

    def send(self, method: str, path: str, **options: Any) -> Any:
        headers = options.pop("headers", None) or {}
        lowered = {name: value.lower() for name, value in headers.items()}
        return super().send(method, path, headers=lowered, **options)


@mutant("KC508")
class ContentTypeOnReads(_OwnHeaders):
    """Sends Content-Type: application/json with reads too."""

    def own_headers(self, method: str) -> dict[str, str]:
        return {"Content-Type": "application/json"} if method == "GET" else {}


@mutant("KC509")
class JsonAsText(KintoneClient):
    """Sends JSON as text/plain."""

    def send(self, method: str, path: str, **options: Any) -> Any:
        if options.get("json") is not None:
            headers = options.pop("headers", None) or {}
            options["headers"] = {**headers, "Content-Type": "text/plain"}
        return super().send(method, path, **options)


@mutant("KC510")
class ReadsFilesAsText(KintoneClient):
    """Reads a file as text, and loses the bytes that are no UTF-8."""

    def upload(self, name: str, content: bytes) -> Any:
        return super().upload(name, content.decode("utf-8", "ignore").encode())


class _OwnMultipart(KintoneClient):
    """Builds its multipart body by hand."""

    boundary = "conformance-5f1d7c0a9b3e"

    def upload(self, name: str, content: bytes) -> Any:
        fields = self.with_request_token({})
        body = b"".join(
            f'--{self.boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n'
            f"{value}\r\n".encode()
            for key, value in fields.items()
        )
        body += (
            f"--{self.boundary}\r\nContent-Disposition: form-data; "
            f'name="file"; filename="{self.quoted(name)}"\r\n\r\n'
        ).encode()
        body += content + f"\r\n--{self.boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={self.boundary}"}
        return self.send("POST", self.path("file"), data=body, headers=headers)  # type: ignore[arg-type]

    def quoted(self, name: str) -> str:
        return quote(name, safe="")


@mutant("KC511")
class FixedBoundary(_OwnMultipart):
    """Uses the same boundary for every upload."""


@mutant("KC512")
class RawFileNames(_OwnMultipart):
    """Writes the file name into the part's header as it is."""

    def upload(self, name: str, content: bytes) -> Any:
        self.boundary = f"{id(content):x}{hash(content) & 0xFFFFFFFF:x}{name.__len__()}"
        return super().upload(name, content)

    def quoted(self, name: str) -> str:
        return name


@mutant("KC513")
class JsonInLatin(KintoneClient):
    """Encodes a record as Latin-1, with question marks for the rest."""

    def send(self, method: str, path: str, **options: Any) -> Any:
        if "record" in (options.get("json") or {}):
            body = options.pop("json")
            text = json_module.dumps(body, ensure_ascii=False)
            headers = options.pop("headers", None) or {}
            options["data"] = text.encode("latin-1", "replace")
            options["headers"] = {**headers, "Content-Type": "application/json"}
        return super().send(method, path, **options)


@mutant("KC514")
class DropsTheBodyOfDelete(KintoneClient):
    """Sends DELETE without a body, as some HTTP stacks do."""

    def send(self, method: str, path: str, **options: Any) -> Any:
        if method == "DELETE" and not isinstance(self.auth, Session):
            options.pop("json", None)
        return super().send(method, path, **options)
