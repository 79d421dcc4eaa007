"""A small Kintone client on requests that is right in every requirement.

It shares no code with `spec`, so that the two can disagree. `reference` drives it.
"""

from __future__ import annotations

import base64
import re
import ssl
import tempfile
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from requests.adapters import HTTPAdapter

from kintone_conformance.spec.auth import ApiTokens, Auth, Basic, OAuth, Password, Session

PLAIN_ONLY = {
    *("app/move", "apps/statistics", "guests", "plugin", "plugin/apps", "plugins"),
    *("plugins/required", "record/async/token", "spaces/statistics", "template/space", "apis"),
}
BULK_OPERATIONS = {
    "record.add": ("POST", "record"),
    "record.update": ("PUT", "record"),
    "records.add": ("POST", "records"),
    "records.update": ("PUT", "records"),
    "records.delete": ("DELETE", "records"),
    "record.status.update": ("PUT", "record/status"),
    "records.status.update": ("PUT", "records/status"),
    "record.assignees.update": ("PUT", "record/assignees"),
}
TIMEOUT = 8.0  # seconds
LONGEST_URL = 4096  # characters; over it a GET travels as POST with the override header


class KintoneError(Exception):
    """Kintone answered with an error, or with something that is not an answer of Kintone's."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        self.status = status
        self.code = body.get("code")
        self.id = body.get("id")
        self.message = body.get("message")
        super().__init__(f"{status} {self.code or 'no Kintone answer'}: {self.message or ''}")


class KintoneClient:
    """One client object: credentials, and optionally the guest space that its calls go to."""

    def __init__(
        self,
        base_url: str,
        auth: Auth,
        basic: Basic | None = None,
        guest_space_id: object = None,
        ca_pem: str | None = None,
        proxy_url: str | None = None,
        client_certificate: tuple[str, str] | None = None,
    ) -> None:
        self.base_url = self.checked_base_url(base_url)
        self.guest = None if guest_space_id is None else self.checked_guest(guest_space_id)
        self.auth = auth
        self.basic = basic
        self.auth_headers()  # refuses what cannot be sent, before anything is
        self.http = requests.Session()
        self.http.trust_env = False  # no credentials from ~/.netrc, no proxy nobody named
        if ca_pem or client_certificate:
            adapter = _WithCertificates(ca_pem, client_certificate)
            # What it shows is for its own host: redirects are not followed.
            self.http.mount(self.base_url if client_certificate else "https://", adapter)
        if proxy_url:
            self.http.proxies = {"http": proxy_url, "https": proxy_url}

    # ---- credentials

    def auth_headers(self) -> dict[str, str]:
        """The headers of the credentials. Raises ValueError for what cannot be sent."""
        headers = self.gate_headers()
        match self.auth:
            case Password(login, password):
                headers["X-Cybozu-Authorization"] = self.password_value(login, password)
            case ApiTokens(tokens):
                headers["X-Cybozu-API-Token"] = self.token_value(tokens)
            case OAuth(access_token):
                if self.basic:
                    raise ValueError("OAuth and Basic both need the Authorization header")
                headers["Authorization"] = f"Bearer {access_token}"
            case Session(_, cookie):
                headers["X-Requested-With"] = "XMLHttpRequest"
                headers["Cookie"] = cookie
        return headers

    def gate_headers(self) -> dict[str, str]:
        """The header of the Basic gate, if there is one."""
        if self.basic is None:
            return {}
        value = self.encoded(f"{self.basic.user}:{self.basic.password}")
        return {"Authorization": f"Basic {value}"}

    def password_value(self, login: str, password: str | None) -> str:
        """The value of X-Cybozu-Authorization."""
        if not password:
            raise ValueError("the password is missing")
        return self.encoded(f"{login}:{password}")

    def encoded(self, text: str) -> str:
        """Base64 of the UTF-8 of a text."""
        return base64.b64encode(text.encode("utf-8")).decode("ascii")

    def token_value(self, tokens: tuple[str, ...]) -> str:
        """The value of X-Cybozu-API-Token."""
        if not 1 <= len(tokens) <= 9:
            raise ValueError("a request carries 1 to 9 API tokens")
        if not all(re.fullmatch(r"[!-+\--~]+", token) for token in tokens):
            raise ValueError("an API token is one word of visible ASCII characters")
        return ",".join(tokens)

    # ---- URLs

    def checked_base_url(self, base_url: str) -> str:
        """The base URL without trailing slashes. Raises ValueError for one that is not usable."""
        url = urlsplit(base_url)
        if url.query or url.fragment:
            raise ValueError("a base URL has no query and no fragment")
        if url.scheme != "https" and url.hostname not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError("Kintone is reached over https")
        return base_url.rstrip("/")

    def checked_guest(self, guest: object) -> str:
        """The guest space id as path segment. Raises ValueError for all but positive integers."""
        text = str(guest) if isinstance(guest, int | str) and not isinstance(guest, bool) else ""
        if not re.fullmatch(r"[1-9][0-9]*", text, re.ASCII):
            raise ValueError("a guest space id is a positive integer")
        return text

    def path(self, endpoint: str, preview: bool = False) -> str:
        """The path of an endpoint, in the guest space if there is one.

        Raises ValueError for an endpoint of guest spaces if there is none.
        """
        if endpoint == "space/guests" and not self.guest:
            raise ValueError("this API needs a guest space")
        plain = endpoint in PLAIN_ONLY or endpoint.startswith("apis/")
        guest = f"/guest/{self.guest}" if self.guest and not plain else ""
        return f"/k{guest}/v1{'/preview' if preview else ''}/{endpoint}.json"

    # ---- requests

    def get(self, path: str, params: Mapping[str, Any]) -> Any:
        """A read; as POST with the override header where a URL cannot hold it.

        A URL has a longest length, and an array in a query the indexes 0 to 99.
        """
        query = self.query(params)
        many = any(
            isinstance(value, list | tuple) and len(value) > 100 for value in params.values()
        )
        if many or len(self.base_url + path) + len(query) > LONGEST_URL:
            headers = {"X-HTTP-Method-Override": "GET"}
            return self.send("POST", path, json=self.with_request_token(params), headers=headers)
        return self.send("GET", f"{path}?{query}" if query else path)

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        """A write with a JSON body."""
        return self.send(method, path, json=self.with_request_token(body))

    def with_request_token(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body, with the CSRF token that a session needs for every write."""
        if isinstance(self.auth, Session):
            return {"__REQUEST_TOKEN__": self.auth.request_token, **body}
        return dict(body)

    def query(self, params: Mapping[str, Any]) -> str:
        """Parameters as a query string: lists indexed, booleans in lower case."""
        pairs: list[tuple[str, str]] = []
        for name, value in params.items():
            if isinstance(value, list | tuple):
                pairs += [(f"{name}[{index}]", str(item)) for index, item in enumerate(value)]
            elif isinstance(value, bool):
                pairs.append((name, "true" if value else "false"))
            else:
                pairs.append((name, str(value)))
        return urlencode(pairs)

    def upload(self, name: str, content: bytes) -> Any:
        """Upload a file to Kintone."""
        return self.upload_to(self.path("file"), name, content)

    def upload_to(self, path: str, name: str, content: bytes) -> Any:
        """Upload a file in a part named `file`."""
        return self.send(
            "POST",
            path,
            files={"file": (name, content, "application/octet-stream")},
            data=self.with_request_token({}),
        )

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        files: Mapping[str, Any] | None = None,
    ) -> Any:
        """One request; returns the JSON of the answer. Raises KintoneError, or requests' errors."""
        return self.parsed(
            self.http.request(
                method,
                self.base_url + path,
                headers={**self.auth_headers(), **(headers or {})},
                json=json,
                data=data,
                files=files,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        )

    def parsed(self, response: requests.Response) -> Any:
        """The JSON of a good answer. Raises KintoneError for any other."""
        try:
            body = response.json()
        except ValueError:
            raise KintoneError(response.status_code, {}) from None
        if response.status_code != 200:
            raise KintoneError(response.status_code, self.problem(body))
        return body

    def problem(self, body: Any) -> Mapping[str, Any]:
        """The error in an answer; a failed bulkRequest has it among its results."""
        if not isinstance(body, dict):
            return {}
        results = body.get("results")
        failed = [each for each in results or () if isinstance(each, dict) and "code" in each]
        return failed[0] if failed and "code" not in body else body

    def download(self, file_key: str) -> bytes:
        """The bytes of a file."""
        return self.fetch(self.path("file"), {"fileKey": file_key})

    def fetch(self, path: str, params: Mapping[str, Any]) -> bytes:
        """The bytes of an answer that is not JSON."""
        query = self.query(params)
        response = self.http.get(
            f"{self.base_url}{path}{'?' if query else ''}{query}",
            headers=self.auth_headers(),
            timeout=TIMEOUT,
            allow_redirects=False,
        )
        if response.status_code != 200:
            self.parsed(response)
        return response.content

    def bulk(self, requests_: list[Mapping[str, Any]]) -> Any:
        """Up to 20 writes in one, each named by its call."""
        inner = []
        for request in requests_:
            method, endpoint = BULK_OPERATIONS[request["api"]]
            inner.append(
                {"method": method, "api": self.path(endpoint), "payload": request["params"]}
            )
        return self.write("POST", self.path("bulkRequest"), {"requests": inner})

    def close(self) -> None:
        """Close the connections."""
        self.http.close()


class _WithCertificates(HTTPAdapter):
    """Trusts one authority in the place of the usual ones, and may show a certificate."""

    def __init__(self, ca_pem: str | None, shown: tuple[str, str] | None) -> None:
        self._context = ssl.create_default_context(cadata=ca_pem)
        if shown:
            with tempfile.NamedTemporaryFile("w", encoding="ascii", suffix=".pem") as file:
                file.write("".join(shown))
                file.flush()
                self._context.load_cert_chain(file.name)
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        return super().proxy_manager_for(*args, ssl_context=self._context, **kwargs)
