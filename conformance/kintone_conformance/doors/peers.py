"""Which socket is at the other end of a connection on this machine, as Linux tells it: its inode.

The kernel is asked for the one socket (sock_diag, 10 µs); where it does not answer, as in some
sandboxes, the table of all sockets is read (10 ms). See man 7 sock_diag and man 5 proc.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import struct
import sys
import threading
from pathlib import Path
from typing import Protocol

_SOCK_DIAG = 4  # a netlink family
_BY_FAMILY = 20  # the one message of it
_REQUEST = 1
_ALL_STATES = _NO_COOKIE = 0xFFFFFFFF
_HEADER = struct.Struct("=IHHII")  # nlmsghdr: length, type, flags, sequence, port
_PORTS = struct.Struct("!HH")  # of inet_diag_sockid: its own and the other
_INODE_AT = _HEADER.size + 4 + 48 + 16  # after family and state, the socket's id, and four numbers
_PORTS_AT = _HEADER.size + 4
_ERROR = 2


class Peers(Protocol):
    """Knows the sockets of a network."""

    @classmethod
    def opened(cls) -> Peers:
        """What tells of the network of this process. Raises OSError if nothing does."""

    def inode(self, sock: socket.socket) -> int:
        """The inode of the socket at the other end; 0 if no process has it any more.

        Raises OSError if that cannot be told.
        """

    def close(self) -> None:
        """Nothing more will be asked."""


class Diagnosis:
    """Asks the kernel, over a netlink socket that was made in the network it is asked about."""

    def __init__(self, netlink: socket.socket) -> None:
        netlink.settimeout(1.0)
        self._netlink = netlink
        self._lock = threading.Lock()
        self._sequence = 0

    @classmethod
    def opened(cls) -> Diagnosis:
        """As `Peers.opened`."""
        return cls(netlink_socket())

    def close(self) -> None:
        """As `Peers.close`."""
        self._netlink.close()

    def inode(self, sock: socket.socket) -> int:
        """As `Peers.inode`."""
        (host, port), (own_host, own_port) = sock.getpeername()[:2], sock.getsockname()[:2]
        ends = b"".join(
            socket.inet_pton(sock.family, each).ljust(16, b"\0") for each in (host, own_host)
        )
        about = _PORTS.pack(port, own_port) + ends + struct.pack("=III", 0, *[_NO_COOKIE] * 2)
        kind = struct.pack("=BBBxI", sock.family, socket.IPPROTO_TCP, 0, _ALL_STATES)
        answer = self._asked(kind + about)
        if len(answer) < _INODE_AT + 4 or _PORTS.unpack_from(answer, _PORTS_AT) != (port, own_port):
            return 0
        (inode,) = struct.unpack_from("=I", answer, _INODE_AT)
        return int(inode)

    def _asked(self, body: bytes) -> bytes:
        with self._lock:
            self._sequence += 1
            size = _HEADER.size + len(body)
            head = _HEADER.pack(size, _BY_FAMILY, _REQUEST, self._sequence, 0)
            self._netlink.send(head + body)
            while True:
                answer = self._netlink.recv(4096)
                _, kind, _, sequence, _ = _HEADER.unpack_from(answer)
                if sequence == self._sequence:
                    break
        if kind == _ERROR:
            (code,) = struct.unpack_from("=i", answer, _HEADER.size)
            if -code != errno.ENOENT:
                raise OSError(-code, os.strerror(-code))
        return answer


class Table:
    """Reads the tables of a network: `/proc/self/net`, or that of a process in another one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def opened(cls) -> Table:
        """As `Peers.opened`."""
        return cls(Path("/proc/self/net"))

    def close(self) -> None:
        """As `Peers.close`."""

    def inode(self, sock: socket.socket) -> int:
        """As `Peers.inode`."""
        wanted = _entry(sock.getpeername()), _entry(sock.getsockname())
        for name in ("tcp", "tcp6"):  # an IPv6 socket may talk IPv4
            with contextlib.suppress(FileNotFoundError):
                for line in self._folder.joinpath(name).read_bytes().splitlines()[1:]:
                    fields = line.split()
                    if tuple(map(_plain, fields[1:3])) == wanted:
                        return int(fields[9])
        return 0


def _entry(address: tuple[str, int]) -> bytes:
    """An address as the tables write it: words in the order of this machine, in hex."""
    host, port = address[:2]
    packed = socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, host)
    words = struct.unpack(f"={len(packed) // 4}I", packed)
    return b"".join(b"%08X" % word for word in words) + b":%04X" % port


def _plain(entry: bytes) -> bytes:
    """An IPv4 address in the form for IPv6 as the IPv4 address."""
    mapped = b"%08X" % 0 * 2 + b"%08X" % struct.unpack("=I", b"\0\0\xff\xff")[0]
    return entry.removeprefix(mapped)


def netlink_socket() -> socket.socket:
    """A socket over which the kernel is asked about the network that it is made in (Linux)."""
    if sys.platform != "linux":
        raise OSError(errno.EAFNOSUPPORT, os.strerror(errno.EAFNOSUPPORT))
    return socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, _SOCK_DIAG)
