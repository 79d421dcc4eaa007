"""Mutants of KC7xx: state that outlives an object or a call."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, ClassVar

from kintone_conformance.reference_client import KintoneClient
from kintone_conformance.spec.auth import Password
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
class KeepsTheUploadsAccept(KintoneClient):
    """Changes the Accept header for an upload and leaves it so."""

    def upload(self, name: str, content: bytes) -> Any:
        self.http.headers["Accept"] = "multipart/form-data"
        return super().upload(name, content)


@mutant("KC705")
class CollectsLogins(KintoneClient):
    """Adds every login name to a default header that all objects share."""

    known: ClassVar[list[str]] = []

    def auth_headers(self) -> dict[str, str]:
        headers = super().auth_headers()
        if isinstance(self.auth, Password) and self.auth.login not in self.known:
            self.known.append(self.auth.login)
        return {**headers, "X-Client-Logins": str(len(self.known))}
