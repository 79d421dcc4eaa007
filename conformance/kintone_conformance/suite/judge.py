"""The judge: makes a client call through a door, and applies the rules on outcomes.

What must be on the wire is said in `expect` and in the properties; here only what holds for every
requirement: a documented input must be sent, a refusal must be meant for the input.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypedDict, Unpack

from kintone_conformance import wires
from kintone_conformance.doors import Door, Script
from kintone_conformance.doors.answers import documented
from kintone_conformance.drivers import Driver, Opened
from kintone_conformance.model import (
    NO_GUEST,
    Call,
    Client,
    Info,
    Outcome,
    Refused,
    Sent,
    Unsupported,
    Wire,
)
from kintone_conformance.spec.auth import Auth, Basic, undocumented
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.strategies import HARMLESS_BASIC, harmless_auth, harmless_call


class Broken(AssertionError):  # noqa: N818 - a requirement is, not the program
    """A requirement is not met. `expected` and `sent` are what to compare, where there is such."""

    def __init__(
        self, message: str, *, expected: str = "", sent: str = "", difference: str = ""
    ) -> None:
        super().__init__(message)
        self.message = wires.visible(message)
        self.expected = wires.visible(expected)
        self.sent = wires.visible(sent)
        self.difference = wires.visible(difference)


class NotJudged(Exception):  # noqa: N818 - no error: this input says nothing of this client
    """The client cannot express this input, or refuses it, and no documentation asks for it."""


class Options(TypedDict, total=False):
    """How a client is to be built, besides its credentials; what is left out is the usual."""

    guest: object
    basic: Basic | None
    base_url: str


@dataclass(frozen=True)
class Exchange:
    """One call, what came of it, and every request that was seen meanwhile."""

    client: Client
    call: Call
    outcome: Outcome
    wires: tuple[Wire, ...]

    @property
    def requests(self) -> tuple[Wire, ...]:
        """The wires that reach for the API: all but a proxy's CONNECT."""
        return tuple(wire for wire in self.wires if wire.method != "CONNECT")

    @property
    def refused(self) -> bool:
        """The client reported an error and no HTTP request was sent."""
        return isinstance(self.outcome, Refused) and not self.requests

    @property
    def wire(self) -> Wire:
        """The wire of the call: the last one with its effective method and endpoint, or the last.

        Raises Broken where nothing was sent.
        """
        if not self.requests:
            raise Broken(f"{self.call.api} sent no request")
        spec = call_spec(self.call.api)
        tail = f"/{spec.path.rsplit('/', 1)[-1]}"
        own = [
            wire
            for wire in self.requests
            if wires.method(wire) == spec.method and wires.path(wire).endswith(tail)
        ]
        return (own or self.requests)[-1]


class Live:
    """One SDK object under judgement; made by `Judge.open`."""

    def __init__(self, judge: Judge, client: Client, opened: Opened | Refused | Unsupported):
        self._judge = judge
        self._opened = opened
        self.client = client

    def attempt(self, call: Call) -> Exchange:
        """Make the call, whatever comes of it; the refusal to make the object is its outcome."""
        opened = self._opened
        outcome = opened if isinstance(opened, Refused | Unsupported) else opened.send(call)
        exchange = Exchange(self.client, call, outcome, self._judge.door.drain())
        self._judge.trace.append(exchange)
        if isinstance(outcome, Sent) and not exchange.requests:
            raise Broken(f"{call.api} returned as if all were well, but sent no request")
        return exchange

    def send(self, call: Call) -> Exchange:
        """Make a call with input that the documentation allows: a request must be sent.

        Raises Broken where the client refuses, does not support it, or sends no HTTP/1.1. A client
        may refuse a kind of credentials that Kintone does not document for the API: NotJudged.
        """
        exchange = self.attempt(call)
        documented_kind = call_spec(call.api).takes(self.client.auth)
        if not documented_kind and not exchange.requests:
            raise NotJudged(f"{call.api} takes no {type(self.client.auth).__name__}")
        match exchange.outcome:
            case Unsupported(reason):
                raise Broken(f"{call.api} is declared, yet unsupported: {reason}")
            case Refused(error) if not exchange.requests:
                raise Broken(
                    f"refused an input that the documentation allows, before sending: {error.line}"
                )
        for wire in exchange.requests:
            if wire.malformed:
                raise Broken(f"sent bytes that are no HTTP/1.1 request: {wire.malformed}")
        return exchange

    def unwatched(self, call: Call) -> None:
        """Make the call from any thread; `Judge.observe` sees what was sent."""
        if not isinstance(self._opened, Refused | Unsupported):
            self._opened.send(call)

    def change_auth(self, auth: Auth) -> None:
        """Hand the object new credentials. Raises Broken where the client refuses them."""
        if isinstance(self._opened, Refused | Unsupported):
            raise Broken("the client refused to be made")
        outcome = self._opened.change_auth(auth)
        if not isinstance(outcome, Sent):
            raise Broken("the client refused to change its credentials")
        self.client = replace(self.client, auth=auth)

    def close(self) -> None:
        """Release the object."""
        if not isinstance(self._opened, Refused | Unsupported):
            self._opened.close()


class Judge:
    """A client under test, through one door. `trace` holds the exchanges of the current example."""

    def __init__(
        self, driver: Driver, door: Door, in_other_locale: Callable[[], Driver] | None = None
    ) -> None:
        self.driver = driver
        self.door = door
        self._in_other_locale = in_other_locale
        self.trace: list[Exchange] = []
        self._twins: set[object] = set()
        self._live: list[Live] = []

    @property
    def info(self) -> Info:
        """What the client under test declares."""
        return self.driver.info

    @contextlib.contextmanager
    def example(self) -> Iterator[None]:
        """One example: a fresh trace before it, every object closed behind it."""
        self.trace = []
        self.door.drain()
        self.door.play(documented)
        try:
            yield
        finally:
            while self._live:
                self._live.pop().close()

    @contextlib.contextmanager
    def answering(self, script: Script) -> Iterator[None]:
        """Answer by `script` for the length of the block."""
        self.door.play(script)
        try:
            yield
        finally:
            self.door.play(documented)

    def open(self, auth: Auth, **options: Unpack[Options]) -> Live:
        """Make one SDK object; it is closed when the example ends."""
        client = Client(
            base_url=options.get("base_url", self.door.base_url),
            auth=auth,
            basic=options.get("basic"),
            guest_space=options.get("guest", NO_GUEST),
            ca_pem=self.door.ca_pem,
            proxy_url=self.door.proxy_url,
        )
        live = Live(self, client, self.driver.open(client))
        self._live.append(live)
        return live

    def send(self, call: Call, auth: Auth, **options: Unpack[Options]) -> Exchange:
        """Make one call on a fresh object with input that the documentation allows.

        Undocumented credentials may be refused instead (DESIGN §2), as in `offer`.
        """
        if undocumented(auth):
            return self.offer(call, auth, **options)
        return self.open(auth, **options).send(call)

    def send_in_other_locale(self, call: Call, auth: Auth) -> Exchange:
        """`send`, by the same client in a process with another locale."""
        assert self._in_other_locale is not None, "only a bench can start processes"
        other = Judge(self._in_other_locale(), self.door)
        with other.example():
            try:
                return other.send(call, auth)
            finally:
                self.trace += other.trace

    def offer(
        self, call: Call, auth: Auth, twin: Options | None = None, **options: Unpack[Options]
    ) -> Exchange:
        """Make one call with input that the client may refuse.

        A refusal counts only where the harmless twin of the same call is accepted: `twin` are its
        options where they must differ from the harmless form of `options`. Raises NotJudged where
        the client's types cannot express the input, Broken where a refusal is not bound.
        """
        exchange = self.open(auth, **options).attempt(call)
        if isinstance(exchange.outcome, Unsupported):
            raise NotJudged(exchange.outcome.reason)
        if exchange.refused:
            self._bind(exchange, twin if twin is not None else _harmless(options))
        return exchange

    def observe(self, client: Client, call: Call) -> Exchange:
        """Everything sent since the last look, as one exchange; for calls made from threads."""
        exchange = Exchange(client, call, Sent(), self.door.drain())
        self.trace.append(exchange)
        return exchange

    def _bind(self, exchange: Exchange, options: Options) -> None:
        """Hold a refusal against its twin: a client that refuses everything refuses nothing."""
        auth, call = harmless_auth(exchange.client.auth), harmless_call(exchange.call.api)
        key = (type(auth), call.api, tuple(sorted(options.items(), key=str)))
        if key in self._twins:
            return
        with self.answering(documented):
            twin = self.open(auth, **options).attempt(call)
        if twin.refused or not isinstance(twin.outcome, Sent | Refused):
            raise Broken("refused the input, but refuses its harmless twin as well")
        self.trace.remove(twin)
        self._twins.add(key)


def _harmless(options: Options) -> Options:
    """The same options with values that nobody could refuse."""
    harmless: Options = {}
    if options.get("basic") is not None:
        harmless["basic"] = HARMLESS_BASIC
    if options.get("guest", NO_GUEST) is not NO_GUEST:
        harmless["guest"] = 5
    return harmless
