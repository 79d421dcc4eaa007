"""Reads HTTP/1.1 requests off a connection, with their bytes kept as received.

h11 finds where messages end; names, values and target are cut from the raw head, because h11
joins folded lines, splits at a bare LF and trims. What h11 rejects is a malformed Wire.
"""

from __future__ import annotations

import socket

import h11

from kintone_conformance.doors import Answer
from kintone_conformance.model import Wire

_LIMIT = 64 * 1024 * 1024  # bytes of one request; the suite's own are far smaller
_REASONS = {200: b"OK", 400: b"Bad Request", 401: b"Unauthorized", 403: b"Forbidden"}


class Reader:
    """The requests of one connection, one after the other."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._buffer = b""

    def request(self) -> Wire | None:
        """The next request, without its origin; None where the client has closed.

        A request that is no HTTP/1.1, or is cut short, comes back marked malformed.
        """
        head = self._until_head_ends()
        if head is None:
            return None
        parser = h11.Connection(h11.SERVER, max_incomplete_event_size=_LIMIT)
        try:
            parser.receive_data(head)
            if parser.next_event() is h11.NEED_DATA:
                return malformed(head, "the head does not end with an empty line")
            body = self._body(parser)
        except h11.RemoteProtocolError as error:
            return malformed(head + self._buffer, str(error))
        return wire_of(head, body)

    def _until_head_ends(self) -> bytes | None:
        while b"\r\n\r\n" not in self._buffer:
            if not self._receive():
                rest, self._buffer = self._buffer, b""
                return rest or None
        at = self._buffer.index(b"\r\n\r\n") + 4
        head, self._buffer = self._buffer[:at], self._buffer[at:]
        return head

    def _body(self, parser: h11.Connection) -> bytes:
        body = b""
        while True:
            event = parser.next_event()
            if event is h11.NEED_DATA:
                if parser.they_are_waiting_for_100_continue:
                    self._sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                    parser.send(h11.InformationalResponse(status_code=100, headers=[]))
                if not self._buffer and not self._receive():
                    raise h11.RemoteProtocolError("the connection ended inside the body")
                data, self._buffer = self._buffer, b""
                parser.receive_data(data)
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                self._buffer = parser.trailing_data[0] + self._buffer
                return body

    def _receive(self) -> bool:
        try:
            data = self._sock.recv(65_536)
        except OSError:
            return False
        self._buffer += data
        return bool(data) and len(self._buffer) <= _LIMIT


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
    """A wire from bytes that are no request; what can be read of them is kept."""
    wire = wire_of(raw.split(b"\r\n\r\n")[0] + b"\r\n\r\n", b"")
    return Wire(wire.method, wire.target, wire.headers, raw_head=raw, malformed=why)


def answer_bytes(answer: Answer, *, head_only: bool = False) -> bytes:
    """An answer as one piece, so that it is one `sendall`; half of it where it is cut inside."""
    reason = _REASONS.get(answer.status, b"Answer")
    lines = [b"HTTP/1.1 %d %s" % (answer.status, reason)]
    lines += [f"{name}: {value}".encode("latin-1") for name, value in answer.headers]
    lines.append(b"Content-Length: %d" % len(answer.body))
    head = b"\r\n".join(lines) + b"\r\n\r\n"
    if head_only:
        return head
    if answer.cut == "head":
        return head[:7]  # inside the status line: many libraries take what follows for a whole head
    if answer.cut == "inside":
        return head + answer.body[: len(answer.body) // 2]
    return head + answer.body
