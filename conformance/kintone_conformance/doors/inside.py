"""Runs inside the namespace of the namespace door: opens its ports, and keeps it alive.

Started as `python -m kintone_conformance.doors.inside FD [DOMAIN...]`: brings the loopback device
up, binds the ports, hands the listening sockets out over FD, and ends when FD is closed. Until then
it answers for every host of the domains.
"""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import sys

from kintone_conformance.doors import resolver
from kintone_conformance.doors.peers import netlink_socket

PORTS = (443, 80)
# Set for what runs inside: nothing can leave, and a guard would forbid the only way in.
IN_NAMESPACE = "CONFORMANCE_IN_NAMESPACE"
_SIOCSIFFLAGS = 0x8914
_IFF_UP = 1


def _loopback_up() -> None:
    import fcntl  # others import this module, also where there is none

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP))


def main() -> None:
    """Open the ports, hand them out, and stay."""
    outside, domains = socket.socket(fileno=int(sys.argv[1])), sys.argv[2:]
    _loopback_up()
    names = resolver.listening() if domains else None
    listening = [socket.create_server(("127.0.0.1", port), backlog=128) for port in PORTS]
    with contextlib.suppress(OSError):
        listening.append(netlink_socket())  # tells those outside whose the connections are
    socket.send_fds(outside, [b"open"], [sock.fileno() for sock in listening])
    waiting = [outside, names] if names is not None else [outside]
    while outside not in (ready := select.select(waiting, (), ())[0]):
        for sock in ready:
            resolver.answer_one(sock, domains)


if __name__ == "__main__":
    main()
