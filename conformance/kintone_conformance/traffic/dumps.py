"""Raw HTTP/1.1, as netcat, tcpflow or Wireshark save a connection: requests, or both sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import h11

from kintone_conformance import wires
from kintone_conformance.doors.http1 import Reader
from kintone_conformance.doors.limits import Limits, Room
from kintone_conformance.model import Wire
from kintone_conformance.traffic.recorded import LONGEST_ERROR, Answered, Recorded, answer_from

_AT_ONCE = 1 << 12  # bytes
_LONGEST_HEAD = 1 << 14  # bytes, before which an interim answer is looked for
_ANSWER = b"HTTP/1."
_INTERIM = b"HTTP/1.1 100"


class _Bytes:
    """What the reader of a door reads from, in the place of a socket.

    `between` is the place of an interim answer between a head and its body; it is passed over.
    """

    def __init__(self, raw: memoryview, between: tuple[int, int]) -> None:
        self._raw = raw
        self._from, self._to = between
        self.at = 0

    def recv(self, size: int, /) -> bytes:
        if self._from <= self.at < self._to:
            self.at = self._to
        end = self.at + min(size, _AT_ONCE)
        piece = bytes(self._raw[self.at : min(end, self._from) if self.at < self._from else end])
        self.at += len(piece)
        return piece

    def sendall(self, data: bytes, /) -> None:
        """Nobody waits for it."""

    def settimeout(self, seconds: float, /) -> None:
        """Nothing is waited for."""


def read_dump(raw: bytes) -> Iterator[Recorded]:
    """The requests of a dump; what is not HTTP/1.1 ends it, as a malformed request."""
    left = memoryview(raw)
    number = 0
    while left:
        number += 1
        source = _Bytes(left, _interim(left))
        reader = Reader(source, Limits(), Room())
        wire = reader.request()
        if wire is None:
            return
        left = left[source.at - reader.unread :]
        answered = None
        if bytes(left[:7]) == _ANSWER and not wire.malformed:
            answered, left = _answer(wire, left)
        yield Recorded(_placed(wire), f"request {number}", answered)
        if wire.malformed:
            return


def _interim(left: memoryview) -> tuple[int, int]:
    """Where "100 Continue" is after the head of the first request; past the end if nowhere."""
    start = bytes(left[:_LONGEST_HEAD])
    end = start.find(b"\r\n\r\n") + 4
    if end > 3 and b"100-continue" in start[:end].lower() and start.startswith(_INTERIM, end):
        until = start.find(b"\r\n\r\n", end)
        if until > 0:
            return end, until + 4
    return len(left), len(left)


def _placed(wire: Wire) -> Wire:
    """With the host that it names; whether it came over TLS is not known."""
    hosts = wire.values("Host")
    host = wires.text(hosts[0]).strip().lower() if hosts else ""
    return replace(wire, origin=f"//{host}" if host else "")


def _answer(wire: Wire, left: memoryview) -> tuple[Answered | None, memoryview]:
    """The answer at the start of what is left, and what follows it; nothing if it is not HTTP."""
    parser = h11.Connection(h11.CLIENT)
    response: h11.Response | None = None
    body, fed = bytearray(), 0
    try:
        parser.send(h11.Request(method=_asked(wire), target="/", headers=[("Host", "h")]))
        parser.send(h11.EndOfMessage())
        while not isinstance(event := parser.next_event(), h11.EndOfMessage):
            if isinstance(event, h11.Response):
                response = event
            elif isinstance(event, h11.Data):
                body += event.data[: max(0, LONGEST_ERROR - len(body))]
            elif event is h11.PAUSED:
                break
            elif event is h11.NEED_DATA:
                piece = bytes(left[fed : fed + _AT_ONCE])
                parser.receive_data(piece)  # none: the connection ended here
                fed += len(piece)
    except (h11.RemoteProtocolError, h11.LocalProtocolError):
        return _kept(response, b""), left[len(left) :]
    return _kept(response, bytes(body)), left[fed - len(parser.trailing_data[0]) :]


def _asked(wire: Wire) -> str:
    """The method as far as it decides where an answer ends."""
    return "HEAD" if wire.method == "HEAD" else "GET"


def _kept(response: h11.Response | None, body: bytes) -> Answered | None:
    if response is None:
        return None
    headers = (
        (name.decode("latin-1"), wires.text(bytes(value))) for name, value in response.headers
    )
    return answer_from(response.status_code, headers, lambda: body)
