"""Whose a connection is: the client's process tree's, or another process's on this machine.

A door listens on loopback, and everybody on a machine can reach that: a scanner, a browser, a run
beside this one. What comes from outside the tree of this process is not the client's.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from kintone_conformance import processes
from kintone_conformance.doors import peers

_TRIES = 3  # of finding the process, for there may be new ones while we look
_PAUSE = 0.002  # seconds
_MOST_KNOWN = 64  # processes that are remembered


class Owners:
    """Tells the client's connections from others; `network` knows the sockets of the door's."""

    def __init__(self, network: peers.Peers | None) -> None:
        self._network = network
        self._ours = _Holders()
        self._others = _Holders()

    def inode(self, sock: socket.socket) -> int:
        """The socket at the other end, 0 if unknown. Ask at once: it may be gone in a moment."""
        if self._network is not None:
            with contextlib.suppress(OSError):
                return self._network.inode(sock)
        return 0

    def outsider(self, sock: socket.socket, inode: int) -> str | None:
        """The name of the process outside of the client's tree at the other end, "" if unknown.

        None for a connection of the client's, and for one of which nobody can tell: its process
        has ended or closed it already, or does not show what it has open.
        """
        if not inode:
            return None
        try:
            return self._outsider(sock, inode)
        except OSError:  # as when there are no descriptors left to look with
            return None

    def _outsider(self, sock: socket.socket, inode: int) -> str | None:
        hidden: set[int] = set()
        for _ in range(_TRIES):
            if self.holds(inode):
                return None
            holder = self._others.holding(inode) or self._search(inode, hidden)
            if holder is not None:
                return holder.name
            if self._ours.holding(inode) or self.inode(sock) != inode:
                return None
            time.sleep(_PAUSE)
        return None if any(map(processes.belongs, hidden)) else ""

    def holds(self, inode: int) -> bool:
        """Whether a process of the client's is known to have this socket."""
        return self._ours.holding(inode) is not None

    def close(self) -> None:
        """Forget every process."""
        self._ours.clear()
        self._others.clear()
        if self._network is not None:
            self._network.close()

    def _search(self, inode: int, hidden: set[int]) -> _Holder | None:
        """Look for the process that has a socket, and remember it; returns it if an outsider's."""
        for pid in _everybody():
            try:
                holder = _Holder(pid)
            except PermissionError:
                hidden.add(pid)
                continue
            except (FileNotFoundError, ProcessLookupError):
                continue
            if not holder.holds(inode):
                holder.close()
            elif processes.belongs(pid):
                self._ours.add(holder)
                return None
            elif holder.holds(inode):
                self._others.add(holder)
                return holder
            else:  # it has ended meanwhile, and what does not exist descends from nobody
                holder.close()
        return None


class _Holder:
    """A process, by the folder of its descriptors, which never becomes another process's."""

    def __init__(self, pid: int) -> None:
        self._folder = os.open(f"/proc/{pid}/fd", os.O_RDONLY | os.O_DIRECTORY)
        self._last = ""
        self.name = ""
        with contextlib.suppress(OSError):
            name = Path(f"/proc/{pid}/comm").read_text("utf-8", "replace")
            self.name = "".join(filter(str.isprintable, name))

    def holds(self, inode: int) -> bool:
        """Whether one of its descriptors is this socket."""
        target = f"socket:[{inode}]"
        if self._last and self._is(self._last, target):
            return True
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for name in os.listdir(self._folder):  # noqa: PTH208 - an open folder has no path
                if self._is(name, target):
                    self._last = name
                    return True
        return False

    def _is(self, name: str, target: str) -> bool:
        try:
            return os.readlink(name, dir_fd=self._folder) == target
        except OSError:
            return False

    def close(self) -> None:
        os.close(self._folder)


class _Holders:
    """Processes that had a connection, the last one first: it will have the next, too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: list[_Holder] = []

    def holding(self, inode: int) -> _Holder | None:
        """The one that has this socket."""
        with self._lock:
            for at, holder in enumerate(self._known):
                if holder.holds(inode):
                    self._known.insert(0, self._known.pop(at))
                    return holder
        return None

    def add(self, holder: _Holder) -> None:
        with self._lock:
            self._known.insert(0, holder)
            while len(self._known) > _MOST_KNOWN:
                self._known.pop().close()

    def clear(self) -> None:
        with self._lock:
            while self._known:
                self._known.pop().close()


def _everybody() -> Iterator[int]:
    """Every process that can be seen, those of our own tree first."""
    seen = set()
    for pid in processes.tree(os.getpid()):
        seen.add(pid)
        yield pid
    yield from (pid for pid in processes.running() if pid not in seen)


@cache
def network() -> type[peers.Peers] | None:
    """How this system finds the process of a connection; None if it cannot."""
    if processes.LINUX:
        ways: tuple[type[peers.Peers], ...] = (peers.Diagnosis, peers.Table)
        for way in ways:
            with contextlib.suppress(OSError), contextlib.closing(Owners(way.opened())) as owners:
                if _tells(owners):
                    return way
    return None


def _tells(owners: Owners) -> bool:
    """Try it on a connection of our own."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        socket.create_connection(listening.getsockname()),
    ):
        sock, _ = listening.accept()
        with sock:
            inode = owners.inode(sock)
            return bool(inode) and owners.outsider(sock, inode) is None and owners.holds(inode)
