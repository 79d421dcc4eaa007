"""What is asked of a client, as plain data: objects to make, calls with their answers, changes.

A scenario names no host and no port, so that it can be played through any door, replayed in a
fresh process, made smaller and printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kintone_conformance.doors.answering import ANSWERS, Answering
from kintone_conformance.judging.exchange import Asking, Secret
from kintone_conformance.judging.leaks import secrets_back, secrets_in, secrets_of
from kintone_conformance.model import NO_GUEST, Call, Client, ClientCertificate
from kintone_conformance.spec.auth import Auth, Basic
from kintone_conformance.spec.calls import capability

# What stands for a door's base URL, proxy and certificate until the scenario is played.
HOST = "https://conformance.cybozu.com"
_PROXY = "http://127.0.0.1:3128"
_CERTIFICATE = ClientCertificate("", "", b"", "")


@dataclass(frozen=True)
class Made:
    """One object of the SDK, as its user would make it.

    `second` points it at the door's second address; `base` changes the base URL as in `Asking`.
    `proxied` gives it a proxy, which needs a user and a password; `certified` a client certificate
    and a host that asks for one.
    """

    auth: Auth
    basic: Basic | None = None
    guest: object = NO_GUEST
    second: bool = False
    base: str = ""
    proxied: bool = False
    certified: bool = False

    @property
    def kind(self) -> str:
        """The capability of its kind of credentials: `auth.token`."""
        return capability(self.auth)


@dataclass(frozen=True)
class Open:
    """Make an object, known by its name from then on."""

    name: str
    made: Made


@dataclass(frozen=True)
class Ask:
    """Make a call on an object, answered as `answer` says.

    `holds_boundary` puts what the last upload used as its boundary into the file.
    """

    name: str
    call: Call
    answer: str = "ok"
    holds_boundary: bool = False

    @property
    def answering(self) -> Answering:
        """What the door will answer."""
        return ANSWERS[self.answer]


@dataclass(frozen=True)
class Change:
    """Hand new credentials to an object."""

    name: str
    auth: Auth


@dataclass(frozen=True)
class Close:
    """Release an object."""

    name: str


@dataclass(frozen=True)
class Together:
    """Calls that are made at the same time; each differs from the others in its parameters."""

    asks: tuple[Ask, ...]


Step = Open | Ask | Change | Close | Together


@dataclass(frozen=True)
class Scenario:
    """Steps in order, through a door, in an environment.

    `door` is "" for the client's first one. `odd` plays it in a process with another locale and
    with credentials lying about in its environment, `bare` in one whose environment names another
    certificate authority than the server's. `growth` is how many calls are made at the
    start, again, and at the end, and are compared with each other.
    """

    steps: tuple[Step, ...]
    door: str = ""
    odd: bool = False
    bare: bool = False
    growth: int = 0

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Every secret of every object, before and after its changes."""
        found: dict[str, Secret] = {}
        for step in self.steps:
            match step:
                case Open(made=made):
                    parts = secrets_of(made.auth, made.basic)
                case Change(auth=auth):
                    parts = secrets_of(auth)
                case _:
                    continue
            found |= {secret.text: secret for secret in parts}
        for ask in self.asks():
            handed = (*secrets_in(ask.call), *secrets_back(ask.call))
            found |= {secret.text: secret for secret in handed}
        return tuple(found.values())

    def of_last(self) -> Scenario:
        """What was done with the object of the last call alone, as if all of it had gone well."""
        asks = [*self.asks()]
        own = (
            replace(step, answer="ok") if isinstance(step, Ask) and step is not asks[-1] else step
            for step in self.steps
            if not isinstance(step, Together) and step.name == asks[-1].name
        )
        return replace(self, steps=tuple(own)) if asks else self

    def asks(self) -> Iterator[Ask]:
        """Every call, in order."""
        for step in self.steps:
            match step:
                case Ask():
                    yield step
                case Together(asks=asks):
                    yield from asks

    def askings(self) -> Iterator[Asking]:
        """Every call with the client that it is asked of, as far as data can say."""
        made: dict[str, Made] = {}
        for step in self.steps:
            match step:
                case Open(name, new):
                    made[name] = new
                case Change(name, auth):
                    made[name] = replace(made[name], auth=auth)
                case Ask():
                    yield _asking(self, made[step.name], step)
                case Together(asks=asks):
                    yield from (_asking(self, made[ask.name], ask) for ask in asks)


def _asking(scenario: Scenario, made: Made, ask: Ask) -> Asking:
    through = made.proxied or scenario.door == "proxy"
    client = Client(
        HOST,
        made.auth,
        made.basic,
        made.guest,
        proxy_url=_PROXY if through else None,
        client_certificate=_CERTIFICATE if made.certified else None,
    )
    base, odd = made.base, scenario.odd
    return Asking(client, ask.call, ask.answer, base, odd, bare=scenario.bare, proxied=made.proxied)


def with_usual_base(scenario: Scenario) -> Scenario:
    """The same with the base URL as it is."""
    steps = (
        replace(step, made=replace(step.made, base="")) if isinstance(step, Open) else step
        for step in scenario.steps
    )
    return replace(scenario, steps=tuple(steps))


def single(made: Made, call: Call, answer: str = "ok", *, door: str = "") -> Scenario:
    """One call on one fresh object."""
    return Scenario((Open("a", made), Ask("a", call, answer)), door)
