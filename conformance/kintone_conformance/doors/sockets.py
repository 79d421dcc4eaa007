"""The doors that clients reach through a socket: loopback, tls and proxy."""

from __future__ import annotations

import socket
import ssl
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from kintone_conformance.doors import UNTRUSTED, Certificate
from kintone_conformance.doors.certificates import Certificates
from kintone_conformance.doors.http1 import Reader, answer_bytes
from kintone_conformance.doors.ownership import Owners, network
from kintone_conformance.doors.reception import Reception
from kintone_conformance.doors.recording import (
    CERTIFIED,
    CERTIFIED_ELSEWHERE,
    CLOUD,
    CLOUD_UNTRUSTED,
    ELSEWHERE,
    PROXY_END,
    PROXY_USER,
    SECOND,
    UNTRUSTED_HOSTS,
    RecordingDoor,
    Sink,
    new_secret,
)
from kintone_conformance.doors.server import Accept, Listener, Reached

FOREIGN = "http://kintone-conformance.invalid"
_PATIENCE = 2.0  # seconds, with a client that sends letter by letter
_GLANCE = 0.005  # seconds
_CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


def loopback_hosts() -> tuple[str, ...]:
    """127.0.0.1, and ::1 where the machine has it: `localhost` may mean either."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return ("127.0.0.1", "::1")
    except OSError:
        return ("127.0.0.1",)


class _SocketDoor(RecordingDoor):
    """A door on sockets. `any_process`: whoever connects is taken for the client."""

    def __init__(self, any_process: bool = False) -> None:
        super().__init__()
        self._listeners: list[Listener] = []
        way = network()
        owners = Owners(None if any_process or way is None else way.opened())
        self._reception = self._received(owners)

    def _received(self, owners: Owners) -> Reception:
        return Reception(self._recorder, self._outsiders, owners)

    def hang_up(self) -> None:
        """End the connections on which a request has begun and not ended."""
        self._reception.connections.hang_up()

    def close(self) -> None:
        """Stop listening."""
        for listener in self._listeners:
            listener.close()
        self._reception.close()

    def _connected(self, sock: socket.socket, sink: Sink) -> str | None:
        """Answer a CONNECT, and say whereto; "" if the client asks for none, None if refused."""
        if not _begins_with(sock, b"CONNECT "):
            return ""
        wire = Reader(sock, sink.limits, sink.room).request()
        if wire is None:
            return None
        answer = sink.answer(replace(wire, way="proxy"))
        if answer.status != 200:
            sock.sendall(answer_bytes(answer, head_only=False))
            return None
        sock.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return wire.target.decode("latin-1")

    def _proxy(self, accept: Accept) -> tuple[str, str]:
        """Listen as a proxy; returns its URL, and the same with a user and a password."""
        listener = Listener(self._reception, accept, ("127.0.0.1",))
        self._listeners.append(listener)
        own = f"127.0.0.1:{listener.port}"
        login = f"{quote(PROXY_USER, safe='')}:{new_secret()}{quote(PROXY_END, safe='')}"
        return f"http://{own}", f"http://{login}@{own}"

    def _plain(self, host: str) -> str:
        """Listen in plain HTTP; returns the base URL."""
        listener: Listener

        def accept(sock: socket.socket, _sink: Sink) -> Reached:
            return Reached(sock, f"http://{host}:{listener.port}")

        listener = Listener(self._reception, accept, _addresses(host))
        self._listeners.append(listener)
        return f"http://{host}:{listener.port}"


def _begins_with(sock: socket.socket, start: bytes) -> bool:
    """Whether what a client sends begins so; reads nothing."""
    deadline = time.monotonic() + _PATIENCE
    while (seen := sock.recv(len(start), socket.MSG_PEEK)) != start:
        if not seen or not start.startswith(seen) or time.monotonic() > deadline:
            return False
        time.sleep(_GLANCE)
    return True


def _addresses(host: str) -> tuple[str, ...]:
    return loopback_hosts() if host == "localhost" else (host,)


class Loopback(_SocketDoor):
    """`http://localhost:PORT`, for clients that take a base URL."""

    name = "loopback"

    def __init__(self, any_process: bool = False) -> None:
        super().__init__(any_process)
        self.base_url = self._plain("localhost")
        self.elsewhere = self._plain("127.0.0.1")
        self.second = self._plain("localhost")
        self.foreign = FOREIGN
        proxy, self.offered_proxy = self._proxy(self._through)
        self.foreign_environ = {"http_proxy": proxy, "HTTP_PROXY": proxy}

    def _through(self, sock: socket.socket, sink: Sink) -> Reached | None:
        """A proxy for requests in plain http: in absolute form, or in a tunnel."""
        authority = self._connected(sock, sink)
        if authority is None:
            return None
        if authority:
            return Reached(sock, f"http://{authority}", "tunnel")
        host, port = sock.getsockname()[:2]
        return Reached(sock, f"http://{host}:{port}", "proxy")


class TlsDoor(_SocketDoor):
    """A door that ends TLS under an authority made for the run."""

    def __init__(self, any_process: bool = False) -> None:
        super().__init__(any_process)
        self._certificates = Certificates()
        self.ca_pem = self._certificates.pem
        self._folder = tempfile.TemporaryDirectory(prefix="kintone-conformance-")
        self.environ = self._naming(self.ca_pem, "ca.pem")
        self.bare_environ = self._naming(self._certificates.another_pem, "another.pem")

    def _naming(self, pem: str, name: str) -> dict[str, str]:
        """An environment that names this authority."""
        bundle = Path(self._folder.name, name)
        bundle.write_text(pem, "ascii")
        return dict.fromkeys(_CA_VARIABLES, str(bundle))

    def close(self) -> None:
        """Stop listening, and forget the authority."""
        super().close()
        self._folder.cleanup()


class Tls(TlsDoor):
    """`https://localhost:PORT` under an authority made for the run."""

    name = "tls"

    def __init__(self, any_process: bool = False) -> None:
        super().__init__(any_process)
        self._contexts: dict[str, ssl.SSLContext] = {}  # by host and port
        self.base_url = self._secure("localhost")
        self.elsewhere = self._secure("127.0.0.1")
        self.second = self._secure("localhost")
        self.untrusted = {kind: self._secure("localhost", kind) for kind in UNTRUSTED}
        self.downgraded = self._plain("localhost")
        self.certified = (self._certified("localhost"), self._certified("127.0.0.1"))
        self.certificate = self._certificates.of_client()
        self._proxy_url, self.offered_proxy = self._proxy(self._through)

    def _secure(self, host: str, kind: Certificate = "trusted") -> str:
        return self._listening(host, self._certificates.context(host, kind))

    def _certified(self, host: str) -> str:
        """Listen as a server that asks for a client certificate."""
        return self._listening(host, self._certificates.asking(host))

    def _listening(self, host: str, context: ssl.SSLContext) -> str:
        listener: Listener

        def accept(sock: socket.socket, _sink: Sink) -> Reached:
            wrapped = context.wrap_socket(sock, server_side=True)
            return Reached(wrapped, f"https://{host}:{listener.port}")

        listener = Listener(self._reception, accept, _addresses(host))
        self._listeners.append(listener)
        url = f"https://{host}:{listener.port}"
        self._contexts[url.removeprefix("https://")] = context
        return url

    def _through(self, sock: socket.socket, sink: Sink) -> Reached | None:
        """A proxy to the addresses of this door, which ends TLS for each as its listener does."""
        authority = self._connected(sock, sink)
        if authority is None:
            return None
        context = self._contexts.get(authority)
        if context is None:
            return Reached(sock, self._proxy_url, "proxy")
        wrapped = context.wrap_socket(sock, server_side=True)
        return Reached(wrapped, f"https://{authority}", "tunnel")


class Proxy(TlsDoor):
    """A CONNECT proxy that ends TLS itself, for clients with a wired-in host; forwards nothing."""

    name = "proxy"
    base_url = f"https://{CLOUD}"
    elsewhere = f"https://{ELSEWHERE}"
    second = f"https://{SECOND}"
    untrusted: Mapping[Certificate, str] = CLOUD_UNTRUSTED
    downgraded: str | None = f"http://{CLOUD}"  # kintone-lint: ignore[KL304] must not be followed
    certified: tuple[str, str] | None = (f"https://{CERTIFIED}", f"https://{CERTIFIED_ELSEWHERE}")

    def __init__(self, any_process: bool = False) -> None:
        super().__init__(any_process)
        self._own, self.proxy_url = self._proxy(self._tunnel)
        self.offered_proxy = self.proxy_url
        self.certificate = self._certificates.of_client()
        names = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY")
        self.environ = {**self.environ, **dict.fromkeys(names, self.proxy_url)}

    def _tunnel(self, sock: socket.socket, sink: Sink) -> Reached | None:
        """Answer a CONNECT and end TLS; a request in absolute form is served as it comes."""
        authority = self._connected(sock, sink)
        if authority is None:
            return None
        if not authority:
            return Reached(sock, self._own, "proxy")
        host, _, port = authority.rpartition(":")
        asks = f"https://{host}" in (self.certified or ())
        kind = UNTRUSTED_HOSTS.get(host, "trusted")
        certificates = self._certificates
        context = certificates.asking(host) if asks else certificates.context(host, kind)
        wrapped = context.wrap_socket(sock, server_side=True)
        return Reached(wrapped, f"https://{host if port == '443' else authority}", "tunnel")
