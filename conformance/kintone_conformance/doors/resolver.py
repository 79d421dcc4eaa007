"""Names inside the namespace: a resolver for which every host of some domains is this machine.

Runs in the network of the namespace, if nobody else can answer. Other names do not exist.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

ADDRESS = "127.0.0.1"
_PORT = 53
_HEADER = struct.Struct("!6H")
_A, _INTERNET = 1, 1
_ANSWERED = 0x8580  # an answer, with authority, recursion asked for and available
_NO_SUCH_NAME = 3
_LONGEST = 512  # bytes of a query over UDP
_SECONDS = 60  # that an address may be remembered


def listening() -> socket.socket:
    """The socket on which queries arrive. Raises OSError if the port is taken."""
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind((ADDRESS, _PORT))
    return made


def answer_one(sock: socket.socket, domains: Sequence[str]) -> None:
    """Answer the query that has arrived; anything else gets no answer."""
    with suppress(OSError):  # whoever asked has gone
        query, sender = sock.recvfrom(_LONGEST)
        if answer := answer_to(query, domains):
            sock.sendto(answer, sender)


def answer_to(query: bytes, domains: Sequence[str]) -> bytes:
    """The answer of RFC 1035: this machine, no address of that kind, or no such name; b"" for
    what is not a query."""
    if len(query) < _HEADER.size:
        return b""
    id_, flags, questions, *_ = _HEADER.unpack_from(query)
    name, end = _name(query, _HEADER.size)
    if flags & 0x8000 or questions != 1 or not name or len(query) < end + 4:
        return b""
    kind, network = struct.unpack_from("!2H", query, end)
    asked = query[_HEADER.size : end + 4]
    known = name.lower().endswith(tuple(f".{domain}" for domain in domains))
    if not known:
        return _HEADER.pack(id_, _ANSWERED | _NO_SUCH_NAME, 1, 0, 0, 0) + asked
    if (kind, network) != (_A, _INTERNET):
        return _HEADER.pack(id_, _ANSWERED, 1, 0, 0, 0) + asked
    here = struct.pack("!3HIH4s", 0xC00C, _A, _INTERNET, _SECONDS, 4, socket.inet_aton(ADDRESS))
    return _HEADER.pack(id_, _ANSWERED, 1, 1, 0, 0) + asked + here


def _name(query: bytes, at: int) -> tuple[str, int]:
    """The name that begins there, and where it ends; "" if it is not a name."""
    labels = []
    while at < len(query) and (size := query[at]):
        if size > 63 or at + size >= len(query):
            return "", at
        labels.append(query[at + 1 : at + 1 + size].decode("latin-1"))
        at += size + 1
    return ".".join(labels), at + 1


def settings() -> dict[str, str]:
    """The files of /etc that lead to this resolver, by name.

    Only files that exist can be covered; without them the C library asks this machine as well.
    """
    found = {"resolv.conf": f"nameserver {ADDRESS}\n"}
    try:
        lines = Path("/etc/nsswitch.conf").read_text("utf-8", "replace").splitlines()
    except OSError:
        return found
    kept = [line for line in lines if not line.lstrip().startswith("hosts:")]
    return {**found, "nsswitch.conf": "\n".join([*kept, "hosts: files dns", ""])}
