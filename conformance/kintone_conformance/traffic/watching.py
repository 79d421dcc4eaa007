"""Watches a door: answers every request, explains it, and keeps what came of all of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from kintone_conformance import wires
from kintone_conformance.doors import Answer, Door
from kintone_conformance.doors.answers import documented_answer, kintone_error, malformed_request
from kintone_conformance.doors.namespace import available
from kintone_conformance.model import Wire
from kintone_conformance.spec.doors import ANY_HOST_DOORS
from kintone_conformance.traffic.answers import answer_to
from kintone_conformance.traffic.explaining import explained
from kintone_conformance.traffic.judgement import Judgement, Told
from kintone_conformance.traffic.meaning import is_kintone
from kintone_conformance.traffic.named_credentials import NamedCredentials
from kintone_conformance.traffic.recorded import Answered, Recorded, answer_from
from kintone_conformance.traffic.upstream import Upstream, UpstreamError
from kintone_lint.counting import counted

_TEXT = (("Content-Type", "text/plain; charset=utf-8"),)


class Watch:
    """Listens at a door.

    `say` is called with the lines that explain a request, as it comes; `upstream` answers in the
    place of the documented answers. `commanded`: a command is watched, for which another door can
    be chosen.
    """

    def __init__(
        self,
        door: Door,
        known: NamedCredentials,
        say: Callable[[Sequence[str]], None],
        upstream: Upstream | None = None,
        commanded: bool = False,
    ) -> None:
        own = door.name not in ANY_HOST_DOORS
        self.judgement = Judgement(known, door.name, any_host=own)
        self._door = door
        self._say = say
        self._upstream = upstream
        self._commanded = commanded
        self._lock = threading.Lock()
        self._count = 0
        self._explained: set[str] = set()
        self._last = time.monotonic()
        self.trouble: Exception | None = None
        self._failed = threading.Event()
        door.listen(self.answer)

    def look(self, seconds: float) -> None:
        """Let so much time pass, or less if something went wrong."""
        self._failed.wait(seconds)

    @property
    def idle(self) -> float:
        """Seconds since the last request."""
        return time.monotonic() - self._last

    def answer(self, wire: Wire) -> Answer:
        """Judge a request, and answer it."""
        if wire.method == "CONNECT" and not wire.malformed:
            return Answer()
        try:
            return self._answered(wire)
        except Exception as error:  # it ends the command, and no thread of the door
            self.trouble = self.trouble or error
            self._failed.set()
            return Answer(500, b"kintone-conformance failed\n", _TEXT)

    def _answered(self, wire: Wire) -> Answer:
        if self._door.name == "namespace":
            wire = _placed(wire, self._door.base_url)
        answer, trouble = None, ""
        if self._upstream is not None and not wire.malformed and self._is_for_upstream(wire):
            try:
                answer = self._upstream.answer(wire, self._door.base_url)
            except UpstreamError as error:
                trouble = str(error)
        with self._lock:
            self._count += 1
            self._last = time.monotonic()
            told = self.judgement.add(Recorded(wire, f"request {self._count}", _kept(answer)))
            self._say([*explained(told, self._explained), *((f"  {trouble}",) if trouble else ())])
        if trouble:
            return Answer(502, f"{trouble}\n".encode(), _TEXT)
        return answer or _made_up(told)

    def _is_for_upstream(self, wire: Wire) -> bool:
        return self._door.name not in ANY_HOST_DOORS or is_kintone(wire)

    def notes(self) -> tuple[str, ...]:
        """What a reader has to know about what was watched, a sentence each."""
        outsiders = self._door.outsiders()
        others = ", ".join(name or "unknown" for name in sorted(outsiders))
        requests = counted(outsiders.total(), "request")
        left_out = f"{requests} of other processes left out: {others}"
        return (
            *((self._unused(),) if not self._count else ()),
            *self.judgement.notes(),
            *((left_out,) if outsiders else ()),
        )

    def _unused(self) -> str:
        """Why nothing was caught, and what to do."""
        name = self._door.name
        others = {"loopback": "proxy namespace", "tls": "proxy namespace", "proxy": "namespace"}
        doors = others.get(name, "").split()
        if "namespace" in doors and not (self._commanded and available()):
            doors.remove("namespace")
        tried = " or ".join(f"`--door {door}`" for door in doors)
        used = {"proxy": "the proxy (HTTPS_PROXY)", "namespace": "the network of the namespace"}
        why = f"nothing used {used.get(name, 'KINTONE_BASE_URL')}"
        return f"{why}; try {tried}" if tried else why


def _placed(wire: Wire, base_url: str) -> Wire:
    """A request under the host that it was sent to, where the connection itself named none.

    That is so in plain http, and in TLS without SNI: then it is the host that the request names.
    """
    scheme, _, host = wire.origin.partition("://")
    named = wires.text(b"".join(wire.values("Host"))).strip().lower()
    if not named or (scheme == "https" and host != base_url.partition("://")[2]):
        return wire
    here = replace(wire, origin=f"{scheme}://{named}")
    return here if is_kintone(here) else wire


def _kept(answer: Answer | None) -> Answered | None:
    if answer is None:
        return None
    return answer_from(answer.status, answer.headers, lambda: answer.body)


def _made_up(told: Told) -> Answer:
    """The documented answer, or the error that Kintone answers this with."""
    wire = told.recorded.wire
    if wire.malformed:
        return malformed_request()
    if told.meaning is None:
        return Answer(404, b"This is not Kintone's REST API; nothing was handed on.\n", _TEXT)
    would = answer_to(told)
    if would is not None:
        return kintone_error(would.status, would.code or "CB_NO01", _sentence(would.means))
    endpoint = told.meaning.endpoint
    if endpoint is not None:  # the path that is sent may not be quite the documented one
        query = wire.target.partition(b"?")[2]
        wire = replace(wire, target=endpoint.path.encode() + b"?" + query)
    return documented_answer(wire)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
