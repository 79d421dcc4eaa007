"""Mutants of KC7xx: state that outlives an object or a call."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, ClassVar

import requests
from requests.cookies import RequestsCookieJar

from kintone_conformance.reference_client import KintoneClient, KintoneError
from kintone_conformance.spec.auth import Auth, Basic, Password
from zoo.registry import mutant


@mutant("KC701")
class LastLoginReadsForms(KintoneClient):
    """Reads app settings with the credentials of the object that was made last."""

    last: ClassVar[KintoneClient]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        type(self).last = self

    def get(self, path: str, params: Mapping[str, Any]) -> Any:
        if "/app" not in path:
            return super().get(path, params)
        own, self.auth = self.auth, type(self).last.auth
        try:
            return super().get(path, params)
        finally:
            self.auth = own


@mutant("KC701")
class KeepsOneCookieJar(KintoneClient):
    """Keeps the cookies of all objects in one jar."""

    jar: ClassVar = RequestsCookieJar()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.http.cookies = self.jar


@mutant("KC701")
class TrustsForAllObjects(KintoneClient):
    """Trusts, at a host, the first authority that any object was given for it."""

    known: ClassVar[dict[str, str]] = {}

    def __init__(
        self,
        base_url: str,
        auth: Auth,
        basic: Basic | None = None,
        guest: object = None,
        ca_pem: str | None = None,
        *rest: Any,
    ) -> None:
        trusted = self.known.setdefault(base_url, ca_pem) if ca_pem else self.known.get(base_url)
        super().__init__(base_url, auth, basic, guest, trusted, *rest)


@mutant("KC702")
class SharedWhileSending(KintoneClient):
    """Keeps the headers of the call at hand in a place that all threads share."""

    current: ClassVar[dict[str, str]] = {}

    def send(self, method: str, path: str, **options: Any) -> Any:
        type(self).current = super().auth_headers()
        time.sleep(0.0005)
        return super().send(method, path, **options)

    def auth_headers(self) -> dict[str, str]:
        current = type(self).current
        type(self).current = {}
        return current or super().auth_headers()


@mutant("KC703")
class RemembersCredentials(KintoneClient):
    """Goes on with the headers that it made when it was built."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first = super().auth_headers()

    def send(self, method: str, path: str, **options: Any) -> Any:
        headers = {**(options.pop("headers", None) or {}), **self.first}
        return super().send(method, path, headers=headers, **options)


@mutant("KC704")
class KeepsTheUploadsMediaType(KintoneClient):
    """Sets a media type for an upload and leaves it set for the writes after it."""

    def upload(self, name: str, content: bytes) -> Any:
        self.http.headers.pop("Content-Type", None)
        try:
            return super().upload(name, content)
        finally:
            self.http.headers["Content-Type"] = "multipart/form-data"

    def get(self, path: str, params: Mapping[str, Any]) -> Any:
        kept = self.http.headers.pop("Content-Type", None)
        try:
            return super().get(path, params)
        finally:
            self.http.headers.update({"Content-Type": kept} if kept else {})

    def download(self, file_key: str) -> bytes:
        self.http.headers.pop("Content-Type", None)
        return super().download(file_key)


@mutant("KC705")
class CollectsLogins(KintoneClient):
    """Adds every login name to a default header that all objects share."""

    known: ClassVar[list[str]] = []

    def auth_headers(self) -> dict[str, str]:
        headers = super().auth_headers()
        if isinstance(self.auth, Password) and self.auth.login not in self.known:
            self.known.append(self.auth.login)
        return {**headers, "X-Client-Logins": str(len(self.known))}


@mutant("KC706")
class ErrorsEndTheGate(KintoneClient):
    """Forgets the Basic gate after an error was answered, as if it had been wrong."""

    def parsed(self, response: requests.Response) -> Any:
        try:
            return super().parsed(response)
        except KintoneError:
            self.basic = None
            raise


@mutant("KC707")
class LastHostReadsApps(KintoneClient):
    """Asks for apps at the base URL of the object that was made last."""

    last: ClassVar[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        type(self).last = self.base_url

    def get(self, path: str, params: Mapping[str, Any]) -> Any:
        if not path.endswith("/app.json"):
            return super().get(path, params)
        own, self.base_url = self.base_url, type(self).last
        try:
            return super().get(path, params)
        finally:
            self.base_url = own


@mutant("KC708")
class PassesTheGateOnce(KintoneClient):
    """Sends the Basic gate with the first request of an object only."""

    passed = False

    def gate_headers(self) -> dict[str, str]:
        return {} if self.passed else super().gate_headers()

    def send(self, method: str, path: str, **options: Any) -> Any:
        try:
            return super().send(method, path, **options)
        finally:
            self.passed = True
