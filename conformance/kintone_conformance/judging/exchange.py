"""One call as it was asked, what came of it, and every request that was seen meanwhile."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlsplit

from kintone_conformance import wires
from kintone_conformance.doors import MISNAMED, UNVOUCHED
from kintone_conformance.doors.answering import ANSWERS, Answering
from kintone_conformance.model import NO_GUEST, Call, Client, Outcome, Refused, Wire
from kintone_conformance.spec.auth import OAuth
from kintone_conformance.spec.request import Documented, documented

UNTOLD = "untold-ca"
"""The usual base URL, of which the client is not told the authority; `bare` where it counts."""
FOREIGN: Mapping[str, tuple[str, str]] = {
    "foreign": ("http", ""),
    "foreign capitals": ("HTTP", ""),
    "foreign localhost": ("http", "localhost."),
    "foreign 127": ("http", "127.0.0.1."),
}
"""The bases on another machine in plain http: how each spells the scheme, and begins the host."""
NEVER: Mapping[str, str] = {
    **dict.fromkeys(FOREIGN, "KC503"),
    UNTOLD: "KC606",
    **dict.fromkeys(UNVOUCHED, "KC606"),
    **dict.fromkeys(MISNAMED, "KC607"),
}
"""The bases that no request may ever go to, and the requirements that say so."""


class Fixed(str):
    """A text that holds nothing of a request, so that it is shown where a value is masked."""

    __slots__ = ()


class Finding(NamedTuple):
    """A requirement that an exchange breaks, and how; the texts may hold any character.

    `origin` is the requirement that the same would break in a core call, of an operation that is
    none; "" otherwise. `about` tells apart what one requirement says of several things.
    """

    requirement: str
    message: str
    expected: str = ""
    sent: str = ""
    difference: str = ""
    origin: str = ""
    about: str = ""


ABOUT_PROXY = "proxy"  # credentials for a proxy
ABOUT_SYNTAX = "syntax"  # a body that is not JSON


class Secret(NamedTuple):
    """A credential that must not turn up: its text, which occurs nowhere else, and what it is.

    `in_request`: it belongs in the query or the body of requests (SPEC F55).
    """

    text: str
    what: str
    in_request: bool = False


@dataclass(frozen=True)
class Asking:
    """A call as a client is asked for it, before anything is sent.

    `answer` is the name of what the door will answer (`answering.ANSWERS`). `base` tells how the
    base URL was changed: an end that was added to it ("/", "?a=b"), or the name of a server that
    must be refused (`NEVER`). `other_locale` and `planted` are the environment of the client's
    process: a charset other than UTF-8, and credentials that lie about in it, each with the file or
    variable that holds it; `bare`: it names another certificate authority than the server's.
    `proxied`: the client was given a proxy that its environment does not name.
    """

    client: Client
    call: Call
    answer: str = "ok"
    base: str = ""
    other_locale: bool = False
    planted: Mapping[str, str] = field(default_factory=dict)
    bare: bool = False
    proxied: bool = False

    @property
    def answering(self) -> Answering:
        """What the door will answer."""
        return ANSWERS[self.answer]

    @property
    def guest(self) -> str | None:
        """The valid guest space id of the client, None if it has none or an invalid one."""
        return guest_id(self.client.guest_space)

    @property
    def bad_guest(self) -> bool:
        """A guest space id was given that is not a positive integer."""
        return self.client.guest_space is not NO_GUEST and self.guest is None

    @property
    def both(self) -> bool:
        """OAuth and a Basic gate were given: one header cannot carry both (SPEC F59)."""
        return isinstance(self.client.auth, OAuth) and self.client.basic is not None

    @cached_property
    def origin(self) -> str:
        """Scheme, host and port of the client's base URL."""
        url = urlsplit(self.client.base_url)
        return f"{url.scheme}://{url.netloc}"

    @cached_property
    def expected(self) -> Documented:
        """The documented request of the call."""
        return documented(self.call.api, self.call.params, self.guest)


@dataclass(frozen=True)
class Exchange:
    """One call, what came of it, and every request that was seen meanwhile.

    `printed` is what the client wrote to its output meanwhile, `written` what it wrote to files,
    each after which file it is; `shown` the printed form of its object, "" if
    nobody asked for it. `strangers` are names that exist nowhere, or only beyond a proxy, and
    that the client looked up itself.
    """

    asking: Asking
    outcome: Outcome
    wires: tuple[Wire, ...]
    printed: str = ""
    shown: str = ""
    strangers: tuple[str, ...] = ()
    written: tuple[tuple[str, str], ...] = ()

    @property
    def client(self) -> Client:
        """The client as it was made, or as its credentials were changed."""
        return self.asking.client

    @property
    def call(self) -> Call:
        """The call."""
        return self.asking.call

    @property
    def requests(self) -> tuple[Wire, ...]:
        """The wires that reach for the API: all but a proxy's CONNECT."""
        return tuple(wire for wire in self.wires if wire.method != "CONNECT")

    def at_home(self, wire: Wire) -> bool:
        """The request reached the host and port of the client's own base URL."""
        return not wire.origin or wire.origin == self.asking.origin

    @property
    def refused(self) -> bool:
        """The client reported an error and no HTTP request was sent."""
        return isinstance(self.outcome, Refused) and not self.requests


def guest_id(value: object) -> str | None:
    """A valid guest space id as text, else None; a number and its decimal text are the same."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return str(value) if re.fullmatch(r"[1-9][0-9]*", str(value), re.ASCII) else None


def line_of(wire: Wire) -> str:
    """Method and path of a request, for people."""
    return f"{wire.method} {wires.path(wire)}"
