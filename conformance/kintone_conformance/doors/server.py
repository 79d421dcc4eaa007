"""A server on threads: every request is handed to a recorder, and its answer sent back.

One thread listens on each address and one serves each connection. What the requests mean is not
known here; TLS and CONNECT are what `tls` and `proxy` put in front.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from kintone_conformance.doors.http1 import Reader, answer_bytes
from kintone_conformance.doors.recording import Recorder
from kintone_conformance.model import Wire

IDLE = 30.0  # seconds until a connection that says nothing is closed

# Turns an accepted connection into the one to read from, and says under which origin it came.
Accept = Callable[[socket.socket], "tuple[socket.socket, str] | None"]


class Listener:
    """Listens on loopback and serves every connection until closed."""

    def __init__(self, recorder: Recorder, accept: Accept, hosts: tuple[str, ...] = ()) -> None:
        self._recorder = recorder
        self._accept = accept
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
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
    def on(cls, recorder: Recorder, accept: Accept, listening: socket.socket) -> Listener:
        """A listener on a socket that listens already."""
        listener = cls(recorder, accept)
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
        with self._lock:
            left = list(self._open)
        for sock in left:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _listen(self, listening: socket.socket) -> None:
        while not self._closed:
            try:
                sock, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(IDLE)
        with self._lock:
            self._open.add(sock)
        try:
            accepted = self._accept(sock)
            if accepted is not None:
                with self._lock:
                    self._open.discard(sock)
                    self._open.add(accepted[0])
                sock = accepted[0]
                serve(sock, accepted[1], self._recorder)
        except OSError:
            pass  # the client went away, or refused the handshake: nothing was asked
        finally:
            with self._lock:
                self._open.discard(sock)
            with contextlib.suppress(OSError):
                sock.close()


def serve(sock: socket.socket, origin: str, recorder: Recorder) -> None:
    """Answer the requests of one connection until either side ends it."""
    reader = Reader(sock)
    while True:
        wire = reader.request()
        if wire is None:
            return
        answer = recorder.answer(replace(wire, origin=origin_of(wire, origin)))
        if answer.cut == "before":
            reset(sock)
            return
        sock.sendall(answer_bytes(answer, head_only=wire.method == "HEAD"))
        if answer.cut or wire.malformed or wants_close(wire):
            return


def origin_of(wire: Wire, reached: str) -> str:
    """A request in absolute form, as a proxy gets it, names its origin itself."""
    url = urlsplit(wire.target.decode("latin-1")) if b"://" in wire.target[:16] else None
    return f"{url.scheme}://{url.netloc}" if url is not None and url.netloc else reached


def wants_close(wire: Wire) -> bool:
    """The client ends the connection, or speaks HTTP/1.0 and waits for us to end it."""
    options = b",".join(wire.values("Connection")).lower()
    old = b" HTTP/1.0\r\n" in wire.raw_head[: len(wire.method) + len(wire.target) + 12]
    return b"close" in options or (old and b"keep-alive" not in options)


def reset(sock: socket.socket) -> None:
    """Close with a reset, so that the client sees the connection break and not an orderly end."""
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()
