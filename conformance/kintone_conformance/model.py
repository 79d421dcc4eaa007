"""The few frozen types that everything passes around: what is asked, sent, and came of it.

Pure data. What a wire means (its effective method, query, parts) is read in `wires`.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from kintone_conformance.spec.auth import Auth, Basic


class ExitCode(enum.IntEnum):
    """What the process tells its caller; the only place where these numbers stand."""

    OK = 0
    FAILED = 1
    USAGE = 2
    HARNESS = 3
    NOTHING_JUDGED = 4


class Verdict(enum.StrEnum):
    """What came of judging one requirement. NA: not asked, which is never a pass."""

    PASS = "pass"
    FAIL = "fail"
    WARN = "warn"
    NOTE = "note"
    NA = "n/a"
    ERROR = "error"


class HarnessError(BaseException):
    """Trouble with the harness, the adapter or the driver: never the judged client's fault.

    It is a BaseException, because Hypothesis replays an Exception, and because a client's own
    `except Exception` must not swallow it. `details` is a traceback, `stderr` the last of what
    a driver wrote to standard error. `refused_calls` are the calls that the client lacks, or
    refuses with harmless input, if there is no other trouble.
    """

    def __init__(
        self,
        message: str,
        hint: str = "",
        details: str = "",
        stderr: str = "",
        refused_calls: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details
        self.stderr = stderr
        self.refused_calls = refused_calls


class _NoGuest(enum.Enum):
    NO_GUEST = "no guest space"

    def __repr__(self) -> str:
        return "NO_GUEST"


NO_GUEST = _NoGuest.NO_GUEST


@dataclass(frozen=True)
class ClientCertificate:
    """A certificate with its private key, by which a client shows who it is (SPEC F16, F59).

    The same in both forms that SDKs take: `cert_pem` and `key_pem`, and a PKCS #12 file, as Kintone
    hands it out, with its password.
    """

    cert_pem: str
    key_pem: str
    pfx: bytes
    password: str


@dataclass(frozen=True)
class Client:
    """How to build one SDK object.

    `base_url` is always an absolute URL; `guest_space` is the raw value that a user of the SDK
    would pass (5, "5", "abc", None), or NO_GUEST where the user passes nothing at all. The URL of a
    proxy may hold a user and a password.
    """

    base_url: str
    auth: Auth
    basic: Basic | None = None
    guest_space: object = NO_GUEST
    ca_pem: str | None = None
    proxy_url: str | None = None
    client_certificate: ClientCertificate | None = None

    @property
    def host(self) -> str:
        """Host and, where the base URL has one, port: `localhost:8080`, `demo.cybozu.com`."""
        return urlsplit(self.base_url).netloc

    @property
    def subdomain(self) -> str:
        """The first label of the host: `demo` of `https://demo.cybozu.com`."""
        return (urlsplit(self.base_url).hostname or "").split(".")[0]


@dataclass(frozen=True)
class Call:
    """One API call by name, with the documented JSON parameters (see `spec.calls`)."""

    api: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Wire:
    """One HTTP request as a door received it.

    `target` and `headers` are the raw bytes of the request line and header lines, in order, with
    duplicates and case kept. `origin` is `scheme://host:port` as the door was reached, not as the
    request claims. `malformed` says why the bytes are not an HTTP/1.1 request, "" if they are.
    `way` is how it came: straight, to a proxy in the clear, or through a proxy's tunnel.
    `certificate` is the name in the client certificate of its connection, "" if there was none.
    """

    method: str
    target: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes = b""
    origin: str = ""
    malformed: str = ""
    raw_head: bytes = b""
    way: Literal["straight", "proxy", "tunnel"] = "straight"
    certificate: str = ""

    def values(self, name: str) -> tuple[bytes, ...]:
        """The values of a header, in order; names compare case-insensitively."""
        wanted = name.lower().encode("ascii")
        return tuple(value for key, value in self.headers if key.lower() == wanted)


@dataclass(frozen=True)
class ErrorReport:
    """What a client told its user of an error.

    `text` is what the language prints for the error uncaught, causes included, and its repr;
    `code`, `id` and `message` are None if the client does not expose them.
    """

    type: str
    text: str
    message: str | None = None
    code: str | None = None
    id: str | None = None

    @property
    def line(self) -> str:
        """Type and message, or the first line of the text if there is no message."""
        first = next(iter(self.text.splitlines()), "")
        return f"{self.type}: {self.message or first}"


@dataclass(frozen=True)
class Sent:
    """The client's call returned. `printed` is what it wrote to standard output and error."""

    printed: str = ""


@dataclass(frozen=True)
class Refused:
    """The client reported an error in its own way, before or after sending."""

    error: ErrorReport
    printed: str = ""


@dataclass(frozen=True)
class Unsupported:
    """The client's types or the driver cannot express this input."""

    reason: str
    printed: str = ""


@dataclass(frozen=True)
class Crashed:
    """The client's own code ended its process, or never came back; `error` says how.

    It is the client's failure only where the same call, answered as documented, comes back.
    `silent`: it never came back.
    """

    error: ErrorReport
    printed: str = ""
    silent: bool = False


Outcome = Sent | Refused | Unsupported | Crashed


@dataclass(frozen=True)
class Info:
    """What an adapter or driver says of the SDK it drives.

    `supports` are capabilities, `calls` API names and `parameters` names of optional parameters
    (`record.update.revision`) of the closed tables in `spec.calls`; `doors` are the ways its
    requests can be caught, best first; `no_guest` the values that the SDK documents as "no guest
    space"; `hosted` the calls that it hands to a function of the host it runs in, as a page's
    `kintone.api`: method, path and parameters of these are the SDK's, and nothing else is.
    """

    name: str
    version: str
    language: str = "python"
    url: str = ""
    supports: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    doors: tuple[str, ...] = ("loopback",)
    no_guest: tuple[object, ...] = ()
    parameters: frozenset[str] = frozenset()
    hosted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Step:
    """One call of a counterexample, as data that JSON can hold; wires as text for people."""

    client: Mapping[str, Any]
    api: str
    params: Mapping[str, Any]
    outcome: str
    wires: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """What came of one requirement, for one client, through one door.

    `examples` were judged; `not_applicable` inputs could not be expressed by the client's types.
    `expected`, `sent` and `difference` are "" if a comparison would say nothing. `origin` is the
    requirement that the same breaks in a core call, for an operation that is none. `part` is the
    part of the request that decides, and `marks` the texts that are marked in it. `details` is
    the traceback of an error of adapter or harness, `stderr` the last of what a driver that failed
    wrote to standard error. `refused_calls`: see `HarnessError`. `cause` is the requirement that
    tells of the same defect, "" if this one does.
    """

    id: str
    verdict: Verdict
    message: str = ""
    examples: int = 0
    not_applicable: int = 0
    door: str = ""
    counterexample: tuple[Step, ...] = ()
    expected: str = ""
    sent: str = ""
    difference: str = ""
    part: str = ""
    marks: tuple[str, ...] = ()
    hint: str = ""
    details: str = ""
    stderr: str = ""
    seconds: float = 0.0
    origin: str = ""
    refused_calls: tuple[str, ...] = ()
    cause: str = ""
