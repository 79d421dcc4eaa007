"""Doors: the ways a client's request is caught. This module holds what every door offers.

A door receives requests, keeps their bytes, and answers as its script says. It judges nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from kintone_conformance.model import ClientCertificate, Wire

JSON_TYPE = (("Content-Type", "application/json"),)


@dataclass(frozen=True)
class Answer:
    """What a door answers.

    `cut` closes the connection before it, inside its head or its body, or between two chunks of
    that; `chunked`: the body has no Content-Length. `delay` is how many seconds pass before it.
    """

    status: int = 200
    body: bytes = b"{}"
    headers: tuple[tuple[str, str], ...] = JSON_TYPE
    cut: Literal["", "before", "head", "inside", "between"] = ""
    chunked: bool = False
    delay: float = 0.0

    @property
    def closes(self) -> bool:
        """The connection ends with it, and its head says so."""
        return ("Connection", "close") in self.headers


Script = Callable[[Wire], Answer]
Unvouched = Literal["unknown-ca", "self-signed", "leaf-as-ca", "expired", "not-yet-valid"]
Misnamed = Literal["wrong-host", "sibling", "suffix", "prefix", "common-name"]
Certificate = Literal["trusted"] | Unvouched | Misnamed
# Certificates to be refused, each with what is wrong with it: nobody vouches for these now.
UNVOUCHED: Mapping[Certificate, str] = {
    "unknown-ca": "an unknown authority has signed its certificate",
    "self-signed": "its certificate is signed by itself",
    "leaf-as-ca": "its certificate is signed by one that is not an authority's",
    "expired": "its certificate has expired",
    "not-yet-valid": "its certificate is not valid yet",
}
# These are good, and another host's.
MISNAMED: Mapping[Certificate, str] = {
    "wrong-host": "its certificate is for another host",
    "sibling": "its certificate is for another host of the same domain",
    "suffix": "its certificate is for a host whose name ends with this one's",
    "prefix": "its certificate is for a host whose name begins with this one's",
    "common-name": "its certificate is for another host, and has this one's in its subject alone",
}
UNTRUSTED: Mapping[Certificate, str] = {**UNVOUCHED, **MISNAMED}


class Door(Protocol):
    """One way to catch requests; open for the length of a run.

    `base_url` is what the client is pointed at, `second` another base URL that a second client
    may have as its own. `elsewhere` is the base URL of another host name that ends at this same
    door, `downgraded` an `http://` base URL that does (None if the door is plain already or
    cannot offer it): both are targets for redirects. `foreign` is an `http://` base URL on a name
    that exists nowhere, caught when the client's environment also holds `foreign_environ` (None
    where the door cannot see it). `untrusted` are base URLs whose server shows a certificate to
    be refused; none shares a host and port with the others, since a client may rightly go on
    using a connection that it has. `proxy_url` is the proxy that a client must use to be caught,
    `offered_proxy` one that it may be given, with a user and a password; `certified` are the base
    URLs of two host names whose servers ask for a client certificate, and `certificate` is one
    that they accept. Each is None if the door has none.
    `environ` is what the environment of the client's process must hold for the door to work,
    `bare_environ` what names another authority there, which has signed nothing, and `within` the
    command that this process must be started by: () where any process will do.
    """

    name: str
    base_url: str
    elsewhere: str
    second: str
    downgraded: str | None
    foreign: str | None
    untrusted: Mapping[Certificate, str]
    ca_pem: str | None
    proxy_url: str | None
    offered_proxy: str | None
    certified: tuple[str, str] | None
    certificate: ClientCertificate | None
    environ: Mapping[str, str]
    foreign_environ: Mapping[str, str]
    bare_environ: Mapping[str, str]
    within: tuple[str, ...]

    def play(self, script: Script) -> None:
        """Answer from now on as `script` says."""

    def listen(self, listener: Script) -> None:
        """Hand every request to a listener that answers it, malformed ones too; keep none."""

    def hurry(self, seconds: float) -> None:
        """Wait only so long for a new connection to say something, and for a request to end."""

    def drain(self) -> tuple[Wire, ...]:
        """The requests received since the last drain, in order; then forget them."""

    def hang_up(self) -> None:
        """End the connections on which a request has begun and not ended; it is drained cut."""

    def outsiders(self) -> Counter[str]:
        """How many requests have come from other processes, by the name of the process."""

    def close(self) -> None:
        """Stop listening and end every connection."""
