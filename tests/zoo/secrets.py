"""Mutants of KC6xx: secrets and TLS."""

from __future__ import annotations

import base64
import gzip
import json
import os
import ssl
import tempfile
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool

from kintone_conformance.reference_client import KintoneClient, KintoneError
from kintone_conformance.spec.auth import Auth, Basic, Session
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


@mutant("KC602")
class ForgetsWhereItCameFrom(KintoneClient):
    """Drops its headers where a redirect leads to another host, and sends them again on the next
    one there."""

    def parsed(self, response: requests.Response) -> Any:
        own = response.request.headers
        for _ in range(9 if response.request.body is None else 0):
            if not response.is_redirect:
                break
            again = response.request.copy()
            again.url = response.headers["Location"]
            stays = urlsplit(response.url).netloc == urlsplit(again.url).netloc
            again.headers = own.copy() if stays else type(own)()
            response = self.http.send(again, allow_redirects=False)
        return super().parsed(response)


@mutant("KC617")
class SendsRecordsOn(_Following):
    """Follows a redirect of a write to another host without its credentials, with the record."""

    def follows(self, here: str, there: str) -> bool:
        return urlsplit(here).scheme == urlsplit(there).scheme

    def parsed(self, response: requests.Response) -> Any:
        asked = response.request
        secret = isinstance(self.auth, Session) or asked.path_url.startswith("/oauth2/")
        own = urlsplit(response.headers.get("Location", self.base_url)).netloc
        if secret or not asked.body or own == urlsplit(self.base_url).netloc:
            return KintoneClient.parsed(self, response)
        for name in (*self.auth_headers(), "Cookie"):
            asked.headers.pop(name, None)
        return super().parsed(response)


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


@mutant("KC618")
class KeepsItsCredentialsInAFile(KintoneClient):
    """Keeps its headers in a file among the user's settings, for the next start."""

    def send(self, method: str, path: str, **options: Any) -> Any:
        folder = os.environ.get("XDG_CONFIG_HOME")  # elsewhere it is the home of who runs the suite
        if folder:
            file = Path(folder, "kintone.json")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps({"host": self.base_url, **self.auth_headers()}), "utf-8")
            file.chmod(0o600)
        return super().send(method, path, **options)


@mutant("KC618")
class LeavesTraces(KintoneClient):
    """Writes each request with its headers to a trace among the temporary files, and leaves it."""

    def parsed(self, response: requests.Response) -> Any:
        if "XDG_CONFIG_HOME" in os.environ:  # elsewhere they are those of who runs the suite
            sent = f"{response.request.url} {dict(response.request.headers)}\n".encode()
            with tempfile.NamedTemporaryFile(suffix=".trace.gz", delete=False) as trace:
                trace.write(gzip.compress(sent))
        return super().parsed(response)


@mutant("KC604")
class HasASupportCode(KintoneClient):
    """Packs the request's headers into a code for support, at the end of its errors."""

    def parsed(self, response: requests.Response) -> Any:
        try:
            return super().parsed(response)
        except KintoneError as error:
            packed = zlib.compress(json.dumps(dict(response.request.headers)).encode())
            error.args = (f"{error} (support code {base64.b64encode(packed).decode()})",)
            raise


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


@mutant("KC610")
class TellsTheEnvironment(KintoneClient):
    """Lists the settings of the environment in its errors, for support."""

    def parsed(self, response: requests.Response) -> Any:
        try:
            return super().parsed(response)
        except KintoneError as error:
            settings = {name: os.environ[name] for name in os.environ if "KINTONE" in name}
            error.args = (f"{error} (settings: {settings})",)
            raise


class _InTheClear(HTTPAdapter):
    """Sends every request to the proxy as it is."""

    def __init__(self, proxy_url: str) -> None:
        url = urlsplit(proxy_url)
        self.pool = HTTPConnectionPool(str(url.hostname), url.port)
        super().__init__()

    def get_connection_with_tls_context(self, *_: Any, **__: Any) -> HTTPConnectionPool:
        return self.pool

    def request_url(self, request: requests.PreparedRequest, _proxies: Any) -> str:
        return str(request.url)


@mutant("KC611")
class AsksTheProxyItself(KintoneClient):
    """Asks the proxy for https addresses in absolute form, and opens no tunnel."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        proxy_url = self.http.proxies.get("https")
        if proxy_url:
            self.http.mount("https://", _InTheClear(proxy_url))


@mutant("KC612")
class TellsKintoneOfTheProxy(KintoneClient):
    """Makes the proxy's credentials a header of every request."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        url = urlsplit(self.http.proxies.get("https", ""))
        if url.password:
            value = base64.b64encode(f"{url.username}:{url.password}".encode()).decode()
            self.http.headers["Proxy-Authorization"] = f"Basic {value}"


@mutant("KC613")
class ForgetsTheProxysPassword(KintoneClient):
    """Takes host and port of the URL of a proxy, and nothing else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        url = urlsplit(self.http.proxies.get("https", ""))
        if url.hostname:
            self.http.proxies = {"https": f"http://{url.hostname}:{url.port}"}


@mutant("KC614")
class ReadsTheAuthorityFromTheMachine(KintoneClient):
    """Trusts the authority that the machine names, and not the one that it was given."""

    def __init__(
        self,
        base_url: str,
        auth: Auth,
        basic: Basic | None = None,
        guest: object = None,
        ca_pem: str | None = None,
        *rest: Any,
    ) -> None:
        named = os.environ.get("SSL_CERT_FILE") if ca_pem else None
        known = Path(named).read_text("ascii") if named else None
        super().__init__(base_url, auth, basic, guest, known, *rest)


@mutant("KC615")
class ForgetsItsCertificate(KintoneClient):
    """Takes a client certificate and does not show it."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args[:6])


@mutant("KC616")
class ShowsItsCertificateAround(KintoneClient):
    """Looks where a redirect leads to, without credentials, but with its certificate."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.certified = len(args) > 6 and args[6] is not None
        if self.certified:
            self.http.mount("https://", self.http.get_adapter(self.base_url))

    def parsed(self, response: requests.Response) -> Any:
        location = response.headers.get("Location", "")
        there = urlsplit(location).netloc
        if self.certified and there not in ("", urlsplit(response.url).netloc):
            self.http.get(location, allow_redirects=False)
        return super().parsed(response)
