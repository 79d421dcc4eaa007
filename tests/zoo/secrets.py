"""Mutants of KC6xx: secrets and TLS."""

from __future__ import annotations

import ssl
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from kintone_conformance.reference_client import KintoneClient, KintoneError
from zoo.registry import mutant


@mutant("KC601")
class SecretInADebugHeader(KintoneClient):
    """Repeats the credential in a header for debugging."""

    def auth_headers(self) -> dict[str, str]:
        headers = super().auth_headers()
        own = headers.get("X-Cybozu-API-Token") or headers.get("X-Cybozu-Authorization")
        return {**headers, "X-Debug-Credential": own} if own else headers


class _Following(KintoneClient):
    """Follows redirects with all its headers, where `follows` says so."""

    def parsed(self, response: requests.Response) -> Any:
        location = response.headers.get("Location", "")
        if response.is_redirect and self.follows(response.url, location):
            again = response.request.copy()
            again.url = location
            return super().parsed(self.http.send(again, allow_redirects=False))
        return super().parsed(response)

    def follows(self, here: str, there: str) -> bool:
        raise NotImplementedError


@mutant("KC602")
class FollowsToOtherHosts(_Following):
    """Follows a redirect to another host with all its headers, but not from https to http."""

    def follows(self, here: str, there: str) -> bool:
        return urlsplit(here).scheme == urlsplit(there).scheme


@mutant("KC603")
class FollowsToHttp(_Following):
    """Follows a redirect on the same host name, from https to http as well."""

    def follows(self, here: str, there: str) -> bool:
        return urlsplit(here).hostname == urlsplit(there).hostname


@mutant("KC604")
class HeadersInTheError(KintoneClient):
    """Puts the request's headers into the error for support."""

    def parsed(self, response: requests.Response) -> Any:
        try:
            return super().parsed(response)
        except KintoneError as error:
            error.args = (f"{error} (sent: {dict(response.request.headers)})",)
            raise


@mutant("KC605")
class PrintsHeaders(KintoneClient):
    """Prints the request's headers when a call fails."""

    def parsed(self, response: requests.Response) -> Any:
        if response.status_code != 200:
            print("failed:", dict(response.request.headers))
        return super().parsed(response)


class _Trusting(HTTPAdapter):
    def __init__(self, context: ssl.SSLContext) -> None:
        self.context = context
        super().__init__()

    def build_connection_pool_key_attributes(self, *args: Any) -> Any:
        host, pool = super().build_connection_pool_key_attributes(*args)
        return host, {**pool, "ssl_context": self.context}


@mutant("KC606")
class TrustsWhoeverAnswersFirst(KintoneClient):
    """Fetches the server's certificate and trusts it from then on, for its own host name."""

    def __init__(self, base_url: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(base_url, *args, **kwargs)
        url = urlsplit(base_url)
        if url.scheme == "https" and url.port:
            pem = ssl.get_server_certificate((str(url.hostname), url.port))
            context = ssl.create_default_context(cadata=pem)
            context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
            self.http.mount("https://", _Trusting(context))


@mutant("KC607")
class IgnoresTheHostName(KintoneClient):
    """Checks who signed a certificate, but not whom it is for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for adapter in self.http.adapters.values():
            context = getattr(adapter, "_context", None)
            if context is not None and isinstance(adapter, HTTPAdapter):
                context.check_hostname = False
                pools = adapter.poolmanager
                pools.connection_pool_kw["assert_hostname"] = False


@mutant("KC608")
class ShowsItself(KintoneClient):
    """Prints its credentials with itself, as data classes do."""

    def __repr__(self) -> str:
        return f"KintoneClient(base_url={self.base_url!r}, auth={self.auth!r})"


@mutant("KC609")
class ForgetsTheProxy(KintoneClient):
    """Takes a proxy and does not use it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.http.proxies = {}
