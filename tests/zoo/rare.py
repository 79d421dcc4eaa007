"""Mutants that are right until something rare happens: odd certificates, proxies and waits."""

from __future__ import annotations

import base64
import re
import ssl
import time
from typing import Any
from urllib.parse import urlsplit

import requests
from cryptography import x509
from requests.adapters import HTTPAdapter

from kintone_conformance.reference_client import KintoneClient
from zoo.registry import mutant

_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME of OpenSSL


class _OwnChecks(KintoneClient):
    """Has checks of its own for the certificates of servers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for adapter in self.http.adapters.values():
            context = getattr(adapter, "_context", None)
            if context is not None and isinstance(adapter, HTTPAdapter):
                self.check(context, adapter)

    def check(self, context: ssl.SSLContext, adapter: HTTPAdapter) -> None:
        raise NotImplementedError


@mutant("KC606")
class TakesExpiredCertificates(_OwnChecks):
    """Checks who signed a certificate and whom it is for, but not when."""

    def check(self, context: ssl.SSLContext, adapter: HTTPAdapter) -> None:
        context.verify_flags = ssl.VerifyFlags(int(context.verify_flags) | _NO_CHECK_TIME)


@mutant("KC607")
class ComparesTheEndOfNames(_OwnChecks):
    """Takes a certificate for a host whose name ends with the right one."""

    def check(self, context: ssl.SSLContext, adapter: HTTPAdapter) -> None:
        url = urlsplit(self.base_url)
        if not url.hostname or not url.port:
            return
        pem = ssl.get_server_certificate((url.hostname, url.port))
        shown = x509.load_pem_x509_certificate(pem.encode())
        found = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        if any(
            name.endswith(url.hostname) for name in found.value.get_values_for_type(x509.DNSName)
        ):
            context.check_hostname = False
            adapter.poolmanager.connection_pool_kw["assert_hostname"] = False


@mutant("KC613")
class LeavesTheProxysLoginEscaped(KintoneClient):
    """Sends user and password of a proxy as they are in its URL."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for adapter in self.http.adapters.values():
            adapter.proxy_headers = self.escaped  # type: ignore[attr-defined]

    def escaped(self, proxy: str) -> dict[str, str]:
        login = re.match(r"http://([^@/]+)@", proxy)
        value = base64.b64encode(login[1].encode()).decode() if login else ""
        return {"Proxy-Authorization": f"Basic {value}"} if login else {}


@mutant("KC816")
class WaitsAsLongAsItIsTold(KintoneClient):
    """Waits as long as Retry-After says before it reports an error."""

    def parsed(self, response: requests.Response) -> Any:
        time.sleep(int(response.headers.get("Retry-After", "0")))
        return super().parsed(response)
