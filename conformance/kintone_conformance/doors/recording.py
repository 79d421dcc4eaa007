"""What all doors share: requests are recorded, and answered by script."""

from __future__ import annotations

import secrets
import string
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from kintone_conformance.doors import UNTRUSTED, Answer, Certificate, Script
from kintone_conformance.doors.answers import documented_answer, malformed_request
from kintone_conformance.doors.limits import MOST_AT_ONCE, MOST_REQUESTS, Limits, Room
from kintone_conformance.model import ClientCertificate, HarnessError, Wire

# Where a door that can claim any name pretends to be.
CLOUD = "conformance.cybozu.com"
SECOND = "second.cybozu.com"
ELSEWHERE = "elsewhere.example.invalid"
CERTIFIED = "conformance.s.cybozu.com"  # a client certificate has a host of its own (SPEC F16)
CERTIFIED_ELSEWHERE = "certified.example.invalid"
PROXY_USER = "proxy@user"  # as it is meant: in a URL it is escaped (RFC 3986 2.1)
PROXY_END = ":%"  # of the password, which begins with letters and digits
UNTRUSTED_HOSTS: Mapping[str, Certificate] = {f"{kind}.cybozu.com": kind for kind in UNTRUSTED}
CLOUD_UNTRUSTED: Mapping[Certificate, str] = {
    kind: f"https://{host}" for host, kind in UNTRUSTED_HOSTS.items()
}


_TOO_MUCH = "the client sends more than the door can hold: over {} at a time"


_MOST_NAMES = 20  # of outsiders


def new_secret() -> str:
    """24 letters and digits that occur nowhere else."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(24))


class Sink(Protocol):
    """Where the requests of a connection go. `once`: it ends with the first answer."""

    limits: Limits
    room: Room
    once: bool

    def answer(self, wire: Wire) -> Answer:
        """Keep a request; what it is answered."""


class Outsiders:
    """The requests of processes that are not the client's: counted, and not kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def add(self, name: str) -> None:
        with self._lock:
            known = name in self._counts or len(self._counts) < _MOST_NAMES
            self._counts[name if known else ""] += 1

    def counts(self) -> Counter[str]:
        with self._lock:
            return self._counts.copy()


class Outsider:
    """The sink of a connection of another process, by its name."""

    limits = Limits(head=64 << 10, body=64 << 10, seconds=5.0)
    room = Room()
    once = True

    def __init__(self, name: str, outsiders: Outsiders) -> None:
        self._name = name
        self._outsiders = outsiders

    def answer(self, wire: Wire) -> Answer:
        """As `Sink.answer`: nothing is here for it."""
        self._outsiders.add(self._name)
        return Answer(404, b"Not found\n", (("Content-Type", "text/plain"),))


class Recorder:
    """What was received, and what is answered; shared by all listeners of a door."""

    limits = Limits()
    once = False

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wires: list[Wire] = []
        self._held = 0  # bytes
        self._trouble: BaseException | None = None
        self.room = Room()
        self.script: Script = documented_answer
        self.listener: Script | None = None

    def play(self, script: Script) -> None:
        self.script = script

    def record(self, wire: Wire) -> None:
        """Keep a request for the next drain, which raises if there were too many."""
        size = len(wire.raw_head) + len(wire.body)
        with self._lock:
            if len(self._wires) >= MOST_REQUESTS:
                self._trouble = HarnessError(_TOO_MUCH.format(f"{MOST_REQUESTS:,} requests"))
            elif not self.room.take(size):
                self._trouble = HarnessError(_TOO_MUCH.format(f"{MOST_AT_ONCE >> 20} MiB"))
            else:
                self._held += size
                self._wires.append(wire)

    def answer(self, wire: Wire) -> Answer:
        """Record a request, then ask the script; what the script raises comes out of `drain`."""
        if self.listener is not None:
            return self.listener(wire)
        self.record(wire)
        if wire.malformed:
            return malformed_request()
        try:
            return self.script(wire)
        except Exception as error:
            self._trouble = error
            return Answer(status=500)

    def drain(self) -> tuple[Wire, ...]:
        with self._lock:
            wires, self._wires = tuple(self._wires), []
            trouble, self._trouble = self._trouble, None
            self.room.give(self._held)
            self._held = 0
        if isinstance(trouble, HarnessError):
            raise trouble
        if trouble is not None:
            raise HarnessError(f"the door's script failed: {trouble!r}") from trouble
        return wires


class RecordingDoor:
    """A door with nothing special about it; what it can offer, a door sets."""

    name: str
    base_url: str
    elsewhere: str
    second: str
    downgraded: str | None = None
    foreign: str | None = None
    untrusted: Mapping[Certificate, str] = {}
    ca_pem: str | None = None
    proxy_url: str | None = None
    offered_proxy: str | None = None
    certified: tuple[str, str] | None = None
    certificate: ClientCertificate | None = None
    environ: Mapping[str, str] = {}
    foreign_environ: Mapping[str, str] = {}
    bare_environ: Mapping[str, str] = {}
    within: tuple[str, ...] = ()

    def __init__(self) -> None:
        self._recorder = Recorder()
        self._outsiders = Outsiders()

    def outsiders(self) -> Counter[str]:
        """How many requests have come from other processes, by the name of the process."""
        return self._outsiders.counts()

    def play(self, script: Script) -> None:
        """Answer from now on as `script` says."""
        self._recorder.play(script)

    def listen(self, listener: Script) -> None:
        """Hand every request to a listener that answers it, malformed ones too; keep none."""
        self._recorder.listener = listener

    def hurry(self, seconds: float) -> None:
        """Wait only so long for a new connection to say something, and for a request to end."""
        self._recorder.limits = replace(self._recorder.limits, seconds=seconds, first=seconds)

    def hang_up(self) -> None:
        """End the connections on which a request has begun and not ended: here there are none."""

    def drain(self) -> tuple[Wire, ...]:
        """The requests received since the last drain, in order; then forget them."""
        return self._recorder.drain()
