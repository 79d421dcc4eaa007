"""How much a door takes: of one connection, and of all at once. Nobody can fill this machine."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass

IDLE = 30.0  # seconds until a connection that says nothing is closed
MOST_AT_ONCE = 256 << 20  # bytes of requests that a door holds, whole or in parts
MOST_REQUESTS = 10_000  # since the judge last looked
MOST_CONNECTIONS = 256


@dataclass(frozen=True)
class Limits:
    """What one request may take: bytes of its head and of its body, and seconds to arrive.

    `first` is how many seconds a new connection may say nothing.
    """

    head: int = 256 << 10
    body: int = 64 << 20
    seconds: float = 30.0
    first: float = IDLE


class Room:
    """The bytes that a door may hold. They are given back when nobody needs them any more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = 0

    def take(self, size: int) -> bool:
        """Whether there is room for so many more bytes; if so, they are taken."""
        with self._lock:
            fits = self._taken + size <= MOST_AT_ONCE
            self._taken += size if fits else 0
        return fits

    def give(self, size: int) -> None:
        """Return bytes that are not held any more."""
        with self._lock:
            self._taken -= size


class Connection:
    """One open connection, by its descriptor: that stays when TLS begins on it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def shut(self) -> None:
        """Wake up whoever waits for it; takes no descriptor of its own, there may be none left."""
        with suppress(OSError):
            sock = socket.socket(fileno=self._descriptor)
            try:
                sock.shutdown(socket.SHUT_RDWR)
            finally:
                sock.detach()


class Connections:
    """The open connections of a door. If there are too many, the one idle for longest is closed.

    A server may close an idle connection at any time, and a client then opens another. A
    connection on which nothing was asked yet is closed if there is no place for another: there
    may be many, from somebody who never asks. If descriptors run out, none of those is closed:
    its client has just opened it.
    """

    def __init__(self, most: int = MOST_CONNECTIONS) -> None:
        self._lock = threading.Lock()
        self._most = most
        self._new: dict[Connection, None] = {}  # the oldest comes first
        self._idle: dict[Connection, None] = {}  # the one idle for longest comes first
        self._busy: set[Connection] = set()
        self._ending: set[Connection] = set()  # not closed yet, but soon

    def admit(self, sock: socket.socket) -> Connection | None:
        """A place for one more, for which an idle one may have to go; None if there is none."""
        connection = Connection(sock.fileno())
        with self._lock:
            full = len(self._new) + len(self._idle) + len(self._busy) >= self._most
            if full and not self._shut_first(self._new) and not self._shut_first(self._idle):
                return None
            self._new[connection] = None
        return connection

    def make_room(self) -> None:
        """Get a descriptor back: of a connection that is about to be closed, else of an idle one.

        The one idle for longest goes, and no other until that is closed.
        """
        with self._lock:
            if not self._ending:
                self._shut_first(self._idle)

    def _shut_first(self, among: dict[Connection, None]) -> bool:
        first = next(iter(among), None)
        if first is None:
            return False
        del among[first]
        self._ending.add(first)
        first.shut()
        return True

    def rest(self, connection: Connection) -> None:
        """Nothing is asked on it, for now."""
        with self._lock:
            self._busy.discard(connection)
            self._idle[connection] = None

    def work(self, connection: Connection) -> None:
        """A request has begun to arrive."""
        with self._lock:
            self._new.pop(connection, None)
            self._idle.pop(connection, None)
            self._busy.add(connection)

    def leave(self, connection: Connection) -> None:
        """It is about to be closed."""
        with self._lock:
            self._new.pop(connection, None)
            self._idle.pop(connection, None)
            self._busy.discard(connection)
            self._ending.add(connection)

    def left(self, connection: Connection) -> None:
        """It is closed, or somebody else's."""
        with self._lock:
            self._ending.discard(connection)

    def hang_up(self) -> None:
        """End those on which a request has begun that was not answered."""
        with self._lock:
            for connection in self._busy:
                connection.shut()

    def shut(self) -> None:
        """End all of them."""
        with self._lock:
            for connection in (*self._new, *self._idle, *self._busy):
                connection.shut()
