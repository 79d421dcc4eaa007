"""Reads HTTP/1.1 requests off a connection, with their bytes kept as received.

h11 finds where messages end; names, values and target are cut from the raw head, because h11
joins folded lines, splits at a bare LF and trims. What h11 rejects is a malformed Wire.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Protocol

import h11

from kintone_conformance.doors import Answer
from kintone_conformance.doors.limits import IDLE, Limits, Room
from kintone_conformance.model import Wire

_AT_ONCE = 1 << 16  # bytes
_CHUNK = 7  # bytes of the first chunk of an answer
_OF_PYTHON = re.compile(r"""bytearray\(b(['"])(.*)\1\)""")  # as h11 quotes bytes
_REASONS = {200: b"OK", 400: b"Bad Request", 401: b"Unauthorized", 403: b"Forbidden"}


class _TooMuch(Exception):  # noqa: N818 - becomes the reason of a malformed wire
    pass


class Source(Protocol):
    """What requests are read from: a socket, or what has the same methods."""

    def recv(self, size: int, /) -> bytes:
        """What there is, up to so many bytes; none at the end."""

    def sendall(self, data: bytes, /) -> None:
        """Tell the sender to go on."""

    def settimeout(self, seconds: float, /) -> None:
        """Wait so long for what comes next."""


class Reader:
    """The requests of one connection, one after the other, each within the limits.

    `begins` is called when the first bytes of a request are there.
    """

    def __init__(
        self,
        sock: Source,
        limits: Limits,
        room: Room,
        begins: Callable[[], None] = lambda: None,
    ) -> None:
        self._sock = sock
        self._limits = limits
        self._room = room
        self._begins = begins
        self._buffer = bytearray()
        self._taken = 0
        self._deadline = 0.0

    @property
    def unread(self) -> int:
        """How many bytes were received that belong to no request yet."""
        return len(self._buffer)

    def request(self) -> Wire | None:
        """The next request, without its origin; None if the client has closed.

        A request that is not HTTP/1.1, is cut short, or is over the limits, comes back marked
        malformed.
        """
        try:
            return self._request()
        finally:
            if self._taken:
                self._room.give(self._taken)
                self._taken = 0
                self._sock.settimeout(IDLE)

    def _request(self) -> Wire | None:
        if not self._buffer and not self._first():
            return None
        self._begins()
        self._deadline = time.monotonic() + self._limits.seconds
        head = b""
        parser = h11.Connection(h11.SERVER, max_incomplete_event_size=self._limits.head)
        try:
            head = self._head()
            parser.receive_data(head)
            begun = parser.next_event()
            if not isinstance(begun, h11.Request):
                return malformed(head, "the head does not end with an empty line")
            body = self._body(parser, dict(begun.headers).get(b"content-length"))
        except (h11.RemoteProtocolError, _TooMuch) as error:
            why = _OF_PYTHON.sub(r"\2", str(error))
            return malformed(head + bytes(self._buffer[:_AT_ONCE]), why)
        return wire_of(head, body)

    def _first(self) -> bool:
        """Wait for a request to begin; False if none does."""
        try:
            self._buffer += self._sock.recv(_AT_ONCE)
        except OSError:
            return False
        return bool(self._buffer)

    def _head(self) -> bytes:
        """The head; all that there is where it does not end."""
        looked = 0
        while (at := self._buffer.find(b"\r\n\r\n", looked)) < 0:
            looked = max(0, len(self._buffer) - 3)
            if looked > self._limits.head:
                raise _TooMuch(f"the head is over {self._limits.head >> 10} KiB")
            if not self._receive():
                at = len(self._buffer)
                break
        head = bytes(self._buffer[: at + 4])
        del self._buffer[: at + 4]
        return head

    def _body(self, parser: h11.Connection, length: bytes | None) -> bytes:
        pieces: list[bytes] = []
        size = 0
        while True:
            event = parser.next_event()
            if event is h11.NEED_DATA:
                if parser.they_are_waiting_for_100_continue:
                    self._sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                    parser.send(h11.InformationalResponse(status_code=100, headers=[]))
                if not self._buffer and not self._receive():
                    told = f", after {size:,} of {int(length):,} bytes" if length else ""
                    raise h11.RemoteProtocolError(f"the connection ended inside the body{told}")
                data = bytes(self._buffer)
                self._buffer.clear()
                parser.receive_data(data)
            elif isinstance(event, h11.Data):
                pieces.append(bytes(event.data))
                size += len(event.data)
                if size > self._limits.body:
                    raise _TooMuch(f"the body is over {self._limits.body >> 20} MiB")
            elif isinstance(event, h11.EndOfMessage):
                self._buffer += parser.trailing_data[0]
                return b"".join(pieces)

    def _receive(self) -> bool:
        """Read what there is; False if the client has ended, or has taken too long."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            return False
        self._sock.settimeout(left)
        try:
            data = self._sock.recv(_AT_ONCE)
        except OSError:
            return False
        if not self._room.take(len(data)):
            raise _TooMuch("the door cannot hold more")
        self._taken += len(data)
        self._buffer += data
        return bool(data)


def wire_of(head: bytes, body: bytes) -> Wire:
    """A wire from the raw head of a request that h11 accepts."""
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    method, _, rest = first.partition(b" ")
    headers: list[tuple[bytes, bytes]] = []
    for line in lines:
        if line[:1] in b" \t" and headers:  # a folded line belongs to the header before it
            name, value = headers.pop()
            headers.append((name, value + b"\r\n" + line))
        else:
            name, _, value = line.partition(b":")
            headers.append((name, value.strip(b" \t")))
    return Wire(
        method=method.decode("latin-1"),
        target=rest.rpartition(b" ")[0],
        headers=tuple(headers),
        body=body,
        raw_head=head,
    )


def malformed(raw: bytes, why: str) -> Wire:
    """A wire from bytes that are not a request; what can be read of them is kept."""
    wire = wire_of(raw.split(b"\r\n\r\n")[0] + b"\r\n\r\n", b"")
    return Wire(wire.method, wire.target, wire.headers, raw_head=raw, malformed=why)


def answer_bytes(answer: Answer, *, head_only: bool = False) -> bytes:
    """An answer as one piece, so that it is one `sendall`; half of it where it is cut inside."""
    reason = _REASONS.get(answer.status, b"Answer")
    lines = [b"HTTP/1.1 %d %s" % (answer.status, reason)]
    lines += [f"{name}: {value}".encode("latin-1") for name, value in answer.headers]
    body = answer.body
    if answer.chunked:
        lines.append(b"Transfer-Encoding: chunked")
        parts = filter(None, (body[:_CHUNK], body[_CHUNK:]))
        chunks = [b"%x\r\n%s\r\n" % (len(part), part) for part in parts]
        body = _until(answer.cut, chunks) if answer.cut else b"".join(chunks) + b"0\r\n\r\n"
    else:
        lines.append(b"Content-Length: %d" % len(body))
    head = b"\r\n".join(lines) + b"\r\n\r\n"
    if head_only:
        return head
    if answer.cut == "head":
        return head[:7]  # inside the status line: many libraries take what follows for a whole head
    if answer.cut and not answer.chunked:
        return head + body[: len(body) // 2]
    return head + body


def _until(cut: str, chunks: list[bytes]) -> bytes:
    """The first of several chunks, whole or in part; what follows never comes."""
    first = b"".join(chunks[:1])
    return first if cut == "between" else first[: -len(b"..\r\n")]
