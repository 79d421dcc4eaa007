"""Decides to whom the requests of a connection go: to the recorder, or to nobody who judges."""

from __future__ import annotations

import socket

from kintone_conformance.doors.limits import Connection, Connections
from kintone_conformance.doors.ownership import Owners
from kintone_conformance.doors.recording import Outsider, Outsiders, Recorder, Sink

_MOST_OUTSIDERS = 16  # connections at once; they must not keep the client waiting


class Reception:
    """Admits the connections of a door, as many as there is place for."""

    def __init__(self, recorder: Recorder, outsiders: Outsiders, owners: Owners) -> None:
        self._recorder = recorder
        self._outsiders = outsiders
        self._owners = owners
        self.connections = Connections()
        self._of_outsiders = Connections(_MOST_OUTSIDERS)

    def arrived(self, sock: socket.socket) -> Visit | None:
        """A place for a connection that was just accepted; None if there is none."""
        inode = self._owners.inode(sock)
        connection = self.connections.admit(sock)
        return None if connection is None else Visit(connection, self.connections, inode)

    def sink(self, sock: socket.socket, visit: Visit) -> Sink | None:
        """To whom its requests go; None if one outsider more would be too many."""
        name = self._owners.outsider(sock, visit.inode)
        if name is None:
            return self._recorder
        visit.leave()
        visit.left()
        connection = self._of_outsiders.admit(sock)
        if connection is None:
            return None
        visit.move(connection, self._of_outsiders)
        return Outsider(name, self._outsiders)

    def close(self) -> None:
        """End every connection."""
        self.connections.shut()
        self._of_outsiders.shut()
        self._owners.close()


class Visit:
    """The place of one connection, and what was at its other end when it came."""

    def __init__(self, connection: Connection, among: Connections, inode: int) -> None:
        self.inode = inode
        self.move(connection, among)

    def move(self, connection: Connection, among: Connections) -> None:
        """Take another place."""
        self._connection = connection
        self._among = among

    def work(self) -> None:
        """A request has begun to arrive."""
        self._among.work(self._connection)

    def rest(self) -> None:
        """It has been answered."""
        self._among.rest(self._connection)

    def leave(self) -> None:
        """The connection is about to be closed."""
        self._among.leave(self._connection)

    def left(self) -> None:
        """It is closed."""
        self._among.left(self._connection)
