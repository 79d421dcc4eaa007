"""Hands requests on to the one server that the user names: an emulator, or a real site.

Certificates are checked, nothing of the environment is used, and no redirect is followed.
"""

from __future__ import annotations

import http.client
import ssl
from contextlib import closing
from urllib.parse import urlsplit

from kintone_conformance import wires
from kintone_conformance.doors import Answer
from kintone_conformance.errors import UsageError
from kintone_conformance.model import Wire
from kintone_lint.escaping import visible

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_PATIENCE = 60.0  # seconds
_LARGEST = 64 << 20  # bytes of an answer
# About one connection each (RFC 9110 7.6.1); a door frames its answers itself.
_OF_THE_CONNECTION = frozenset(
    {
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te"),
        *("trailer", "transfer-encoding", "upgrade", "content-length", "host", "expect"),
        "proxy-connection",
    }
)


class UpstreamError(Exception):
    """The server did not answer, through its own fault or the network's."""


class Upstream:
    """A server that a door forwards to.

    Raises UsageError for a URL that is not a base URL, or plain http to another machine.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        shown = visible(url[:200])
        try:
            self._host, self._port = parts.hostname or "", parts.port
        except ValueError:
            self._host = ""
        plain = parts.scheme == "http" and self._host in _LOCAL
        if not self._host or not (plain or parts.scheme == "https"):
            raise UsageError(
                f"--upstream {shown!r} cannot be used",
                "give https://HOST, or http:// on this machine",
            )
        if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
            raise UsageError(
                f"--upstream {shown!r} has more than a host and a port", "leave out what follows it"
            )
        self.base_url = f"{parts.scheme}://{parts.netloc}"
        self._context = None if plain else ssl.create_default_context()

    def answer(self, wire: Wire, base_url: str) -> Answer:
        """What the server answers; a redirect to itself leads to `base_url`.

        Each request has a connection of its own: a write must never be sent twice because one that
        was idle had been closed. Raises UpstreamError, with a harmless sentence, if it does not
        answer.
        """
        try:
            with closing(self._opened()) as connection:
                return self._asked(connection, wire, base_url)
        except (OSError, http.client.HTTPException, ValueError) as error:
            why = visible(str(error) or type(error).__name__)
            raise UpstreamError(f"{self.base_url} did not answer: {why}") from None

    def _asked(self, connection: http.client.HTTPConnection, wire: Wire, base_url: str) -> Answer:
        path = wires.path(wire)
        query = wire.target.partition(b"?")[2]
        target = path.encode("utf-8", "surrogateescape") + (b"?" + query if query else b"")
        connection.putrequest(
            wire.method, target.decode("ascii"), skip_host=True, skip_accept_encoding=True
        )
        connection.putheader("Host", self.base_url.partition("://")[2])
        for name, value in wire.headers:
            if wires.text(name).lower() not in _OF_THE_CONNECTION:
                connection.putheader(name, value)
        if wire.body or wire.method in ("POST", "PUT", "PATCH"):
            connection.putheader("Content-Length", str(len(wire.body)))
        connection.endheaders(wire.body or None)
        return self._read(connection.getresponse(), base_url)

    def _read(self, response: http.client.HTTPResponse, base_url: str) -> Answer:
        body = response.read(_LARGEST + 1)
        if len(body) > _LARGEST:
            raise ValueError(f"its answer is over {_LARGEST >> 20} MiB")
        headers = tuple(
            (name, self._moved(value, base_url) if name.lower() == "location" else value)
            for name, value in response.getheaders()
            if name.lower() not in _OF_THE_CONNECTION
        )
        return Answer(response.status, body, headers)

    def _moved(self, location: str, base_url: str) -> str:
        """A redirect to the server itself, through the door."""
        rest = location.removeprefix(self.base_url)
        return base_url + rest if rest != location and rest[:1] in ("", "/", "?") else location

    def _opened(self) -> http.client.HTTPConnection:
        if self._context is None:
            return http.client.HTTPConnection(self._host, self._port, timeout=_PATIENCE)
        return http.client.HTTPSConnection(
            self._host, self._port, timeout=_PATIENCE, context=self._context
        )
