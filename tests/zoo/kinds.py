"""Mutants that are right but for one class of inputs, or for one kind of calls."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kintone_conformance.reference_client import KintoneClient
from kintone_conformance.spec.auth import OAuth
from zoo.registry import mutant


@mutant("KC703")
class KeepsTheFirstLoginForUsers(KintoneClient):
    """Makes the headers of the User API once for each object."""

    def send(self, method: str, path: str, **options: Any) -> Any:
        if path.startswith("/v1/users"):
            kept = self.__dict__.setdefault("kept", self.auth_headers())
            options["headers"] = {**(options.get("headers") or {}), **kept}
        return super().send(method, path, **options)


@mutant("KC313")
class CleansAccessTokens(KintoneClient):
    """Drops what is not ASCII from an OAuth access token."""

    def auth_headers(self) -> dict[str, str]:
        headers = super().auth_headers()
        if isinstance(self.auth, OAuth):
            headers["Authorization"] = re.sub(r"[^\0-\x7f]", "", headers["Authorization"])
        return headers


@mutant("KC313")
class SplitsAccessTokens(KintoneClient):
    """Writes the lines of an OAuth access token that look like headers as headers."""

    def auth_headers(self) -> dict[str, str]:
        headers = super().auth_headers()
        if isinstance(self.auth, OAuth):
            first, *lines = headers["Authorization"].split("\r\n")
            more = dict(line.split(": ", 1) for line in lines if ": " in line)
            if more:
                return {**headers, "Authorization": first, **more}
        return headers


@mutant("KC503")
class TrustsAnyLocalhost(KintoneClient):
    """Takes a host for this machine if its name begins with localhost."""

    def checked_base_url(self, base_url: str) -> str:
        if base_url.startswith("http://localhost."):
            return base_url.rstrip("/")
        return super().checked_base_url(base_url)


@mutant("KC309")
class ReadsTheFolder(KintoneClient):
    """Takes the API token of an .env in the working folder before the one that was given."""

    def token_value(self, tokens: tuple[str, ...]) -> str:
        given = super().token_value(tokens)
        file = Path(".env")
        lines = file.read_text("ascii").splitlines() if file.exists() else []
        settings = dict(line.split("=", 1) for line in lines if "=" in line)
        return settings.get("KINTONE_API_TOKEN", given)


@mutant("KC513")
class ListsNumberedFields(KintoneClient):
    """Writes a record whose field codes are 0, 1, 2 as a list."""

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        return super().write(method, path, self.listed(dict(body)))

    def listed(self, value: Any) -> Any:
        match value:
            case dict() if value and [*value] == [*map(str, range(len(value)))]:
                return [*map(self.listed, value.values())]
            case dict():
                return {name: self.listed(item) for name, item in value.items()}
            case list() | tuple():
                return [*map(self.listed, value)]
        return value
