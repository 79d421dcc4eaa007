"""The doors that clients reach through a socket: loopback, tls and proxy."""

from __future__ import annotations

import socket
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from kintone_conformance.doors import UNTRUSTED, Certificate
from kintone_conformance.doors.certificates import Certificates
from kintone_conformance.doors.http1 import Reader
from kintone_conformance.doors.ownership import Owners, network
from kintone_conformance.doors.reception import Reception
from kintone_conformance.doors.recording import (
    CLOUD,
    CLOUD_UNTRUSTED,
    ELSEWHERE,
    SECOND,
    UNTRUSTED_HOSTS,
    RecordingDoor,
    Sink,
)
from kintone_conformance.doors.server import Listener

FOREIGN = "http://kintone-conformance.invalid"
_PATIENCE = 2.0  # seconds, with a client that sends letter by letter
_GLANCE = 0.005  # seconds
CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


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

    def close(self) -> None:
        """Stop listening."""
        for listener in self._listeners:
            listener.close()
        self._reception.close()

    def _connected(self, sock: socket.socket, sink: Sink) -> str:
        """Answer a CONNECT, and say whereto; "" where the client asks for none."""
        if not _begins_with(sock, b"CONNECT "):
            return ""
        wire = Reader(sock, sink.limits, sink.room).request()
        if wire is None:
            return ""
        sink.record(wire)
        sock.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return wire.target.decode("latin-1")

    def _plain(self, host: str) -> str:
        """Listen in plain HTTP; returns the base URL."""
        listener: Listener

        def accept(sock: socket.socket, _sink: Sink) -> tuple[socket.socket, str]:
            return sock, f"http://{host}:{listener.port}"

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
        proxy = self._plain_proxy()
        self.foreign_environ = {"http_proxy": proxy, "HTTP_PROXY": proxy}

    def _plain_proxy(self) -> str:
        """A proxy for requests in plain http: in absolute form, or in a tunnel."""
        listener: Listener

        def accept(sock: socket.socket, sink: Sink) -> tuple[socket.socket, str]:
            authority = self._connected(sock, sink) or f"127.0.0.1:{listener.port}"
            return sock, f"http://{authority}"

        listener = Listener(self._reception, accept, ("127.0.0.1",))
        self._listeners.append(listener)
        return f"http://127.0.0.1:{listener.port}"


class TlsDoor(_SocketDoor):
    """A door that ends TLS under an authority made for the run."""

    def __init__(self, any_process: bool = False) -> None:
        super().__init__(any_process)
        self._certificates = Certificates()
        self.ca_pem = self._certificates.pem
        self._folder = tempfile.TemporaryDirectory(prefix="kintone-conformance-")
        bundle = Path(self._folder.name, "ca.pem")
        bundle.write_text(self.ca_pem, "ascii")
        self.environ = dict.fromkeys(CA_VARIABLES, str(bundle))

    def close(self) -> None:
        """Stop listening, and forget the authority."""
        super().close()
        self._folder.cleanup()

    def _wrapped(
        self, sock: socket.socket, host: str, kind: Certificate = "trusted"
    ) -> socket.socket:
        context = self._certificates.context(host, kind)
        return context.wrap_socket(sock, server_side=True)


class Tls(TlsDoor):
    """`https://localhost:PORT` under an authority made for the run."""

    name = "tls"

    def __init__(self, any_process: bool = False) -> None:
        super().__init__(any_process)
        self.base_url = self._secure("localhost")
        self.elsewhere = self._secure("127.0.0.1")
        self.second = self._secure("localhost")
        self.untrusted = {kind: self._secure("localhost", kind) for kind in UNTRUSTED}
        self.downgraded = self._plain("localhost")

    def _secure(self, host: str, kind: Certificate = "trusted") -> str:
        listener: Listener

        def accept(sock: socket.socket, _sink: Sink) -> tuple[socket.socket, str]:
            return self._wrapped(sock, host, kind), f"https://{host}:{listener.port}"

        listener = Listener(self._reception, accept, _addresses(host))
        self._listeners.append(listener)
        return f"https://{host}:{listener.port}"


class Proxy(TlsDoor):
    """A CONNECT proxy that ends TLS itself, for clients with a wired-in host; forwards nothing."""

    name = "proxy"
    base_url = f"https://{CLOUD}"
    elsewhere = f"https://{ELSEWHERE}"
    second = f"https://{SECOND}"
    untrusted: Mapping[Certificate, str] = CLOUD_UNTRUSTED
    downgraded: str | None = f"http://{CLOUD}"  # kintone-lint: ignore[KL304] must not be followed

    def __init__(self, any_process: bool = False) -> None:
        super().__init__(any_process)
        listener = Listener(self._reception, self._tunnel, ("127.0.0.1",))
        self._listeners.append(listener)
        self.proxy_url = f"http://127.0.0.1:{listener.port}"
        names = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY")
        self.environ = {**self.environ, **dict.fromkeys(names, self.proxy_url)}

    def _tunnel(self, sock: socket.socket, sink: Sink) -> tuple[socket.socket, str]:
        """Answer a CONNECT and end TLS; a request in absolute form is served as it comes."""
        authority = self._connected(sock, sink)
        if not authority:
            return sock, self.proxy_url or ""
        host, _, port = authority.rpartition(":")
        kind = UNTRUSTED_HOSTS.get(host, "trusted")
        return self._wrapped(sock, host, kind), f"https://{host if port == '443' else authority}"
