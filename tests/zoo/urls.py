"""Mutants of KC5xx: URL, query and body."""

from __future__ import annotations

import json as json_module
import locale
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote_plus, urlencode, urlsplit

import requests

from kintone_conformance.reference_client import LONGEST_URL, KintoneClient, KintoneError
from kintone_conformance.spec.auth import OAuth, Session
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
        super().checked_base_url(base_url.replace("http:", "https:", 1))
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
    """Does not escape a plus sign in the query, but in arrays."""

    def encoded_pairs(self, pairs: list[tuple[str, str]]) -> str:
        return "&".join(
            urlencode([pair], safe="" if "[" in pair[0] else "+", quote_via=quote) for pair in pairs
        )


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
class MeasuresBeforeEncoding(KintoneClient):
    """Measures the URL before it is encoded, where a kanji counts as one character."""

    def get(self, path: str, params: Mapping[str, Any]) -> Any:
        if len(unquote_plus(self.query(params))) < LONGEST_URL and "query" in params:
            return self.send("GET", f"{path}?{self.query(params)}")
        return super().get(path, params)


@mutant("KC523")
class LowerCaseOverride(KintoneClient):
    """Writes the method of an override in lower case."""

    def send(self, method: str, path: str, **options: Any) -> Any:
        headers = options.pop("headers", None) or {}
        lowered = {name: value.lower() for name, value in headers.items()}
        return super().send(method, path, headers=lowered, **options)


@mutant("KC524")
class CountsLettersOnly(KintoneClient):
    """Looks at the length of a query, and not at how many elements an array has."""

    def get(self, path: str, params: Mapping[str, Any]) -> Any:
        query = self.query(params)
        if query and len(self.base_url + path) + len(query) <= LONGEST_URL:
            return self.send("GET", f"{path}?{query}")
        return super().get(path, params)


@mutant("KC508")
class ContentTypeOnReads(_OwnHeaders):
    """Sends Content-Type: application/json with reads too."""

    def own_headers(self, method: str) -> dict[str, str]:
        return {"Content-Type": "application/json"} if method == "GET" else {}


@mutant("KC509")
class JsonAsText(KintoneClient):
    """Sends the JSON of writes as text/plain."""

    def send(self, method: str, path: str, **options: Any) -> Any:
        headers = options.get("headers") or {}
        if options.get("json") is not None and "X-HTTP-Method-Override" not in headers:
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
            f"--{self.boundary}\r\nContent-Disposition: {self.disposition(name)}\r\n\r\n"
        ).encode()
        body += content + f"\r\n--{self.boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={self.boundary}"}
        return self.send("POST", self.path("file"), data=body, headers=headers)  # type: ignore[arg-type]

    def disposition(self, name: str) -> str:
        return f'form-data; name="file"; filename="{self.quoted(name)}"'

    def quoted(self, name: str) -> str:
        return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


@mutant("KC511")
class FixedBoundary(_OwnMultipart):
    """Uses the same boundary for every upload."""


@mutant("KC512")
class RawFileNames(_OwnMultipart):
    """Writes the file name into the part's header as it is."""

    def upload(self, name: str, content: bytes) -> Any:
        self.boundary = secrets.token_hex(16)
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


@mutant("KC515")
class DropsTheLanguage(KintoneClient):
    """Takes the parameter lang and never sends it."""

    def get(self, path: str, params: Mapping[str, Any]) -> Any:
        return super().get(path, {name: value for name, value in params.items() if name != "lang"})


@mutant("KC516")
class AddsItsName(KintoneClient):
    """Adds its own name to the parameters of reads."""

    def get(self, path: str, params: Mapping[str, Any]) -> Any:
        return super().get(path, {**params, "client": "zoo"} if params else params)


@mutant("KC517")
class BodiesInTheLocale(KintoneClient):
    """Encodes JSON in the charset of the machine."""

    def send(self, method: str, path: str, **options: Any) -> Any:
        body = options.pop("json", None)
        if body is not None:
            text = json_module.dumps(body, ensure_ascii=False)
            headers = options.pop("headers", None) or {}
            options["data"] = text.encode(locale.getpreferredencoding(False), "replace")
            options["headers"] = {**headers, "Content-Type": "application/json"}
        return super().send(method, path, **options)


@mutant("KC518")
class UploadsWithoutOAuth(KintoneClient):
    """Refuses to upload files with an OAuth access token."""

    def upload(self, name: str, content: bytes) -> Any:
        if isinstance(self.auth, OAuth):
            raise NotImplementedError("files need a login or a token")
        return super().upload(name, content)


@mutant("KC519")
class WritesTwice(KintoneClient):
    """Sends a write again after it was answered."""

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        super().write(method, path, body)
        return super().write(method, path, body)


@mutant("KC520")
class ReadsTwice(KintoneClient):
    """Asks twice for app settings."""

    def get(self, path: str, params: Mapping[str, Any]) -> Any:
        if path.endswith("/app/form/fields.json"):
            super().get(path, params)
        return super().get(path, params)


@mutant("KC521")
class RepeatsWrites(KintoneClient):
    """Sends a write again that was answered with 429 or 5xx."""

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        try:
            return super().write(method, path, body)
        except KintoneError as error:
            if error.status != 429 and error.status < 500:
                raise
        return super().write(method, path, body)


@mutant("KC522")
class CountsItsBulkRequests(KintoneClient):
    """Updates a record that counts bulkRequests after each of them."""

    def bulk(self, requests_: list[Mapping[str, Any]]) -> Any:
        answer = super().bulk(requests_)
        self.write("PUT", self.path("record"), {"app": 1, "id": 1, "record": {}})
        return answer


@mutant("KC525")
class StarredFileNames(_OwnMultipart):
    """Sends the file name in filename* alone."""

    def upload(self, name: str, content: bytes) -> Any:
        self.boundary = secrets.token_hex(16)
        return super().upload(name, content)

    def disposition(self, name: str) -> str:
        return f"form-data; name=\"file\"; filename*=UTF-8''{quote(name, safe='')}"


@mutant("KC526")
class CountsBoundaries(_OwnMultipart):
    """Makes its boundaries with a counter."""

    count = 0

    def upload(self, name: str, content: bytes) -> Any:
        type(self).count += 1
        self.boundary = f"----boundary{self.count:08d}"
        return super().upload(name, content)

    def quoted(self, name: str) -> str:
        return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


@mutant("KC527")
class TakesAnyBaseUrl(KintoneClient):
    """Appends paths to whatever base URL it is given."""

    def checked_base_url(self, base_url: str) -> str:
        return super().checked_base_url(base_url.partition("?")[0].partition("#")[0]) and (
            base_url.rstrip("/")
        )


@mutant("KC528")
class BlanksInHeaderNames(_OwnHeaders):
    """Sends a header whose name has a blank in it with deletions."""

    def own_headers(self, method: str) -> dict[str, str]:
        return {"X Client": "zoo"} if method == "DELETE" else {}


@mutant("KC529")
class RedirectedWritesBecomeReads(KintoneClient):
    """Follows a redirect on the same host with GET and without a body, whatever it was."""

    def parsed(self, response: requests.Response) -> Any:
        location = response.headers.get("Location", "")
        if response.is_redirect and urlsplit(location).netloc == urlsplit(response.url).netloc:
            return super().parsed(
                self.http.get(location, headers=self.auth_headers(), allow_redirects=False)
            )
        return super().parsed(response)
