"""A trial of a driver: everything the suite will ask of it, once, and each step said aloud."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

from kintone_conformance import wires
from kintone_conformance.doors import Door
from kintone_conformance.doors.answers import documented, unauthorized
from kintone_conformance.doors.catalogue import open_door
from kintone_conformance.drivers import TIME_LIMIT
from kintone_conformance.drivers.stdio import Stdio
from kintone_conformance.model import (
    NO_GUEST,
    Client,
    HarnessError,
    Outcome,
    Refused,
    Sent,
    Unsupported,
    Wire,
)
from kintone_conformance.spec.auth import PASSWORD_HEADER, Auth, Password, headers
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.strategies import GUEST_ONLY, declared_auths, harmless_call
from kintone_conformance.suite.bench import from_outside, taken, usable

# What JSON and line ends can do to a text on its way through the driver.
TRICKY = ('"', "'", "$&~`", "日本語", "é", "e\u0301", "\U00020bb7", "%41+%2B")
GUEST = 5
_NO_PARAMS = {"file.upload", "oauth.token"}  # what they send is a form, not their parameters


class Trial:
    """Tries a driver. `remarks` are mistakes that may be the driver's or the SDK's."""

    def __init__(
        self,
        command: Sequence[str],
        doors: tuple[str, ...] | None = None,
        any_process: bool = False,
        time_limit: float = TIME_LIMIT,
    ) -> None:
        self._command = command
        self._any_process = any_process
        self._time_limit = time_limit
        self._doors = doors
        self.remarks: list[str] = []

    def steps(self) -> Iterator[str]:
        """What has worked, step by step. Raises HarnessError at the first thing that is wrong."""
        with closing(Stdio(self._command, {}, self._time_limit)) as first:
            info = first.info
            yield (
                f"hello: {info.name} {info.version} ({info.language}), "
                f"{len(info.calls)} calls, {len(info.supports)} capabilities"
            )
            doors = self._doors or tuple(door for door in info.doors if usable(door, first))
        auths = declared_auths(info)
        if not info.calls or not auths:
            what = "call" if auths else "kind of credentials"
            raise HarnessError(
                f"the driver declares no {what}", hint="nothing of it could be judged"
            )
        if not doors:
            raise HarnessError(
                f"none of its doors works on this machine: {', '.join(info.doors)}",
                hint="declare proxy as well, if the SDK heeds HTTPS_PROXY",
            )
        with closing(open_door(doors[0], self._any_process)) as door:
            driver = Stdio([*door.within, *self._command], door.environ, self._time_limit)
            yield f"door: {door.name}, at {door.base_url}"
            try:
                yield from _Tries(driver, door, auths, self.remarks).steps()
            finally:
                wrong = driver.end()
            if wrong is not None:
                raise wrong
            yield "end of input: it ended"


class _Tries:
    """What is tried with a driver behind a door."""

    def __init__(
        self, driver: Stdio, door: Door, auths: Mapping[str, Auth], remarks: list[str]
    ) -> None:
        self._driver = driver
        self._door = door
        self._auths = auths
        self._remarks = remarks
        self._calls = sorted(driver.info.calls)

    def steps(self) -> Iterator[str]:
        first = self._calls[0]
        for api in self._calls:
            self._wholly_sent(api, taken(self._auths, api)[0])
            yield f"call: {api}"
        for capability, auth in self._auths.items():
            self._carries(capability, auth, self._tried(first, auth))
            yield f"credentials: {capability}"
        auth = next(iter(self._auths.values()))
        if "guest" in self._driver.info.supports:
            wire = self._tried(first, auth, GUEST)
            if f"/guest/{GUEST}/" not in wires.path(wire):
                self._remark(f"guestSpaceId {GUEST} left no trace: {wires.path(wire)}")
            yield "guest space: asked for"
        self._door.play(lambda _wire: unauthorized())
        if isinstance(self._send(first, auth), Sent):
            self._remark(f"{first} was answered with 401, and the driver says that it was sent")
        self._door.drain()
        self._door.play(documented)
        yield "errors: a 401"
        if "auth.password" in self._auths:
            yield self._strings()

    def _remark(self, text: str) -> None:
        self._remarks.append(text)

    def _wholly_sent(self, api: str, auth: Auth) -> None:
        """A call reaches its own API, with its parameters."""
        wire = self._tried(api, auth, GUEST if api in GUEST_ONLY else NO_GUEST)
        tail = call_spec(api).path.rsplit("/", 1)[-1]
        if not wires.path(wire).endswith(tail):
            self._remark(f"{api} went to {wires.path(wire)}")
        sent = wires.params(wire)
        missing = [name for name in harmless_call(api).params if name not in sent]
        if missing and api not in _NO_PARAMS:
            self._remark(f"{api} was sent without {', '.join(missing)}")

    def _carries(self, capability: str, auth: Auth, wire: Wire) -> None:
        for name, value in headers(auth):
            if value.encode() not in wire.values(name):
                self._remark(f"{capability}: no header `{name}: {value}` arrived")

    def _tried(self, api: str, auth: Auth, guest: object = NO_GUEST) -> Wire:
        """The request of a harmless call. Raises HarnessError where there is none."""
        before = self._door.outsiders()
        outcome = self._send(api, auth, guest)
        found = self._door.drain()
        if found:
            return found[-1]
        outside = from_outside(api, self._door.outsiders() - before)
        if outside is not None:
            raise outside
        if isinstance(outcome, Refused):
            raise HarnessError(
                f"{api} fails with harmless input before anything is sent ({outcome.error.line})",
                hint="mend the driver, or the SDK, or do not declare the call",
                details=outcome.error.text,
                stderr=outcome.printed,
            )
        if isinstance(outcome, Unsupported):
            raise HarnessError(
                f"{api} is declared, yet the driver answers unsupported: {outcome.reason}",
                hint="declare only what works",
            )
        raise HarnessError(
            f"{api} is answered as sent, but no request arrived at the door",
            hint="await the SDK's call before you answer, and use baseUrl (or caPem, proxyUrl)",
        )

    def _send(self, api: str, auth: Auth, guest: object = NO_GUEST) -> Outcome:
        door = self._door
        client = Client(
            door.base_url, auth, None, guest, ca_pem=door.ca_pem, proxy_url=door.proxy_url
        )
        opened = self._driver.open(client)
        if isinstance(opened, Refused | Unsupported):
            return opened
        outcome = opened.send(harmless_call(api))
        opened.close()
        return outcome

    def _strings(self) -> str:
        """Passwords with tricky characters come back in the header: JSON was read right."""
        arrived = 0
        for text in TRICKY:
            self._send(self._calls[0], Password("login", text))
            sent = [value for wire in self._door.drain() for value in wire.values(PASSWORD_HEADER)]
            if base64.b64encode(f"login:{text}".encode()) in sent:
                arrived += 1
            else:
                self._remark(
                    f"the password {text!r} did not arrive as Kintone documents it; "
                    "is each line read as UTF-8?"
                )
        if not arrived:
            raise HarnessError(
                "no password came back in the X-Cybozu-Authorization header",
                hint="hand login and password to the SDK as they are",
            )
        return f"strings: {arrived} of {len(TRICKY)} passwords arrived whole"
