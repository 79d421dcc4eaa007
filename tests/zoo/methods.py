"""Mutants of KC3xx: OAuth, Basic, session."""

from __future__ import annotations

import base64
import locale
import os
from collections.abc import Mapping
from typing import Any

from kintone_conformance.reference_client import KintoneClient
from kintone_conformance.spec.auth import ApiTokens, OAuth, Session
from zoo.registry import mutant


@mutant("KC301")
class SchemeOAuth(KintoneClient):
    """Writes OAuth instead of Bearer before the access token."""

    def auth_headers(self) -> dict[str, str]:
        headers = super().auth_headers()
        if isinstance(self.auth, OAuth):
            headers["Authorization"] = f"OAuth {self.auth.access_token}"
        return headers


@mutant("KC302")
class BasicInsteadOfTheLogin(KintoneClient):
    """Sends the Basic gate and leaves the Kintone credentials out."""

    def auth_headers(self) -> dict[str, str]:
        if self.basic is None or isinstance(self.auth, OAuth):
            return super().auth_headers()
        return self.gate_headers()


@mutant("KC303")
class BearerOverwritesBasic(KintoneClient):
    """Drops the Basic credentials silently where OAuth is used."""

    def gate_headers(self) -> dict[str, str]:
        if isinstance(self.auth, OAuth):
            self.basic = None
        return super().gate_headers()


@mutant("KC304")
class NoRequestedWithOnReads(KintoneClient):
    """Sends X-Requested-With with writes only."""

    def send(self, method: str, path: str, **options: Any) -> Any:
        if method == "GET" and isinstance(self.auth, Session):
            options["headers"] = {**(options.get("headers") or {}), "X-Requested-With": None}
        return super().send(method, path, **options)


@mutant("KC305")
class MisspeltRequestToken(KintoneClient):
    """Sends the CSRF token under a name that lacks the last underscores."""

    def with_request_token(self, body: Mapping[str, Any]) -> dict[str, Any]:
        named = super().with_request_token(body)
        if "__REQUEST_TOKEN__" in named:
            named["__REQUEST_TOKEN"] = named.pop("__REQUEST_TOKEN__")
        return named


@mutant("KC306")
class EmptyBasicBesideTokens(KintoneClient):
    """Sends a Basic header without user and password beside API tokens."""

    def auth_headers(self) -> dict[str, str]:
        headers = super().auth_headers()
        if isinstance(self.auth, ApiTokens):
            headers.setdefault("Authorization", "Basic Og==")
        return headers


@mutant("KC307")
class UrlSafeBasic(KintoneClient):
    """Encodes the Basic gate with the URL-safe alphabet."""

    def gate_headers(self) -> dict[str, str]:
        return {
            name: value.replace("+", "-").replace("/", "_")
            for name, value in super().gate_headers().items()
        }


@mutant("KC308")
class LooksIntoNetrc(KintoneClient):
    """Lets the HTTP library look for credentials in the .netrc of the machine."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.http.trust_env = True


@mutant("KC309")
class VariablesWin(KintoneClient):
    """Takes the API token of the environment before the one that was given."""

    def token_value(self, tokens: tuple[str, ...]) -> str:
        return os.environ.get("KINTONE_API_TOKEN") or super().token_value(tokens)


@mutant("KC310")
class AsksForTokensInJson(KintoneClient):
    """Sends the parameters of the token endpoint as JSON."""

    def send(self, method: str, path: str, **options: Any) -> Any:
        if path == "/oauth2/token":
            options["json"] = options.pop("data")
        return super().send(method, path, **options)


@mutant("KC311")
class AddsTheNetrc(KintoneClient):
    """Lets the HTTP library look into the .netrc where it sends no Authorization itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.http.trust_env = "Authorization" not in self.auth_headers()


@mutant("KC312")
class BasicInTheLocale(KintoneClient):
    """Encodes user and password of the gate in the charset of the machine."""

    def gate_headers(self) -> dict[str, str]:
        if self.basic is None:
            return {}
        joined = f"{self.basic.user}:{self.basic.password}"
        raw = joined.encode(locale.getpreferredencoding(False), "replace")
        return {"Authorization": f"Basic {base64.b64encode(raw).decode()}"}
