"""A server on threads: every request is handed to a recorder, and its answer sent back.

One thread listens on each address and one serves each connection. What the requests mean is not
known here; TLS and CONNECT are what `tls` and `proxy` put in front.
"""

from __future__ import annotations

import contextlib
import errno
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from kintone_conformance.doors import Answer
from kintone_conformance.doors.http1 import Reader, answer_bytes
from kintone_conformance.doors.limits import IDLE
from kintone_conformance.doors.reception import Reception, Visit
from kintone_conformance.doors.recording import Sink
from kintone_conformance.model import Wire

_OUT_OF_DESCRIPTORS = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_PAUSE = 0.05  # seconds, for others to give some back

Way = Literal["straight", "proxy", "tunnel"]


class Reached(NamedTuple):
    """A connection to read requests from: under which origin it came, and in which way."""

    sock: socket.socket
    origin: str
    way: Way = "straight"


# Turns an accepted connection into the one to read from; what it answers itself goes to the sink.
Accept = Callable[[socket.socket, Sink], Reached | None]


class Listener:
    """Listens on loopback and serves every connection until closed."""

    def __init__(self, reception: Reception, accept: Accept, hosts: tuple[str, ...] = ()) -> None:
        self._reception = reception
        self._accept = accept
        self._closed = False
        self._sockets: list[socket.socket] = []
        self.port = 0
        for host in hosts:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            self._sockets.append(
                socket.create_server((host, self.port), family=family, backlog=128)
            )
            self.port = self._sockets[0].getsockname()[1]
        self._threads: list[threading.Thread] = []
        for sock in self._sockets:
            self._start(sock)

    @classmethod
    def on(cls, reception: Reception, accept: Accept, listening: socket.socket) -> Listener:
        """A listener on a socket that listens already."""
        listener = cls(reception, accept)
        listener._sockets.append(listening)
        listener._start(listening)
        return listener

    def _start(self, listening: socket.socket) -> None:
        thread = threading.Thread(target=self._listen, args=(listening,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def close(self) -> None:
        self._closed = True
        for sock in self._sockets:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self._threads:
            thread.join(5)

    def _listen(self, listening: socket.socket) -> None:
        while not self._closed:
            try:
                sock, _ = listening.accept()
            except OSError as error:
                if error.errno == errno.ECONNABORTED:
                    continue
                if error.errno in _OUT_OF_DESCRIPTORS:
                    self._reception.connections.make_room()
                    time.sleep(_PAUSE)
                    continue
                return
            visit = self._reception.arrived(sock)
            if visit is None:
                reset(sock)
                continue
            threading.Thread(target=self._serve, args=(sock, visit), daemon=True).start()

    def _serve(self, sock: socket.socket, visit: Visit) -> None:
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(IDLE)
            sink = self._reception.sink(sock, visit)
            accepted = self._accept(sock, sink) if sink is not None else None
            if sink is not None and accepted is not None:
                sock = accepted.sock
                _answer(accepted, sink, visit)
        except OSError:
            pass  # the client went away, or refused the handshake: nothing was asked
        finally:
            visit.leave()
            with contextlib.suppress(OSError):
                sock.close()
            visit.left()


def _answer(reached: Reached, sink: Sink, visit: Visit) -> None:
    """Answer the requests of one connection until either side ends it."""
    sock, origin, way = reached
    reader = Reader(sock, sink.limits, sink.room, visit.work)
    name = _client_name(sock)
    sock.settimeout(sink.limits.first)
    while (wire := reader.request()) is not None:
        whence = origin_of(wire, origin)
        answer = sink.answer(replace(wire, origin=whence, way=way, certificate=name))
        if answer.cut == "before":
            visit.leave()
            reset(sock)
            return
        time.sleep(answer.delay)
        ends = wants_close(wire)
        if ends:
            answer = saying_close(answer)
        sock.sendall(answer_bytes(answer, head_only=wire.method == "HEAD"))
        if ends or answer.cut or answer.closes or wire.malformed or sink.once:
            return
        visit.rest()


def _client_name(sock: socket.socket) -> str:
    """The common name in the client's certificate, "" if it has shown none."""
    shown = sock.getpeercert() if isinstance(sock, ssl.SSLSocket) else None
    subject: Any = (shown or {}).get("subject", ())
    return next((pair[1] for each in subject for pair in each if pair[0] == "commonName"), "")


def origin_of(wire: Wire, reached: str) -> str:
    """A request in absolute form, as a proxy gets it, names its origin itself."""
    url = urlsplit(wire.target.decode("latin-1")) if b"://" in wire.target[:16] else None
    return f"{url.scheme}://{url.netloc}" if url is not None and url.netloc else reached


def wants_close(wire: Wire) -> bool:
    """The client ends the connection, or speaks HTTP/1.0 and waits for us to end it."""
    options = b",".join(wire.values("Connection")).lower()
    old = b" HTTP/1.0\r\n" in wire.raw_head[: len(wire.method) + len(wire.target) + 12]
    return b"close" in options or (old and b"keep-alive" not in options)


def saying_close(answer: Answer) -> Answer:
    """The answer, saying that it is the last of its connection (RFC 9112, 9.6).

    A client may believe that a connection stays open, and lose its next request, if it is not told.
    """
    told = any(name.lower() == "connection" for name, _ in answer.headers)
    return answer if told else replace(answer, headers=(*answer.headers, ("Connection", "close")))


def reset(sock: socket.socket) -> None:
    """Close with a reset, so that the client sees the connection break and not an orderly end."""
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()
