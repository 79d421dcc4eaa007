"""A trial of a driver: everything the suite will ask of it, once, and each step said aloud."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from contextlib import closing

from kintone_conformance.doors import Door
from kintone_conformance.doors.catalogue import open_door
from kintone_conformance.drivers.stdio import Stdio
from kintone_conformance.model import Client, HarnessError, Outcome, Refused, Unsupported
from kintone_conformance.spec.auth import PASSWORD_HEADER, Auth, Password
from kintone_conformance.strategies import GUEST_ONLY, declared_auths, harmless_call
from kintone_conformance.suite.bench import usable

# What JSON and line ends can do to a text on its way through the driver.
TRICKY = ('"', "'", "$&~`", "日本語", "é", "e\u0301", "\U00020bb7", "%41+%2B")


class Trial:
    """Tries a driver. `remarks` are what is no fault, yet worth saying."""

    def __init__(self, command: Sequence[str], doors: tuple[str, ...] | None = None) -> None:
        self._command = command
        self._doors = doors
        self.remarks: list[str] = []

    def steps(self) -> Iterator[str]:
        """What has worked, step by step. Raises HarnessError at the first thing that is wrong."""
        with closing(Stdio(self._command, {})) as first:
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
        with closing(open_door(doors[0])) as door:
            driver = Stdio([*door.within, *self._command], door.environ)
            yield f"door: {door.name}, at {door.base_url}"
            try:
                for api in sorted(info.calls):
                    self._call(driver, door, api, next(iter(auths.values())))
                    yield f"call: {api}"
                for capability, auth in auths.items():
                    self._call(driver, door, sorted(info.calls)[0], auth)
                    yield f"credentials: {capability}"
                if "auth.password" in auths:
                    yield self._strings(driver, door)
            finally:
                wrong = driver.end()
            if wrong:
                raise HarnessError(
                    f"the driver {wrong}", hint="leave the loop over its lines, and exit with 0"
                )
            yield "end of input: it ended"

    def _call(self, driver: Stdio, door: Door, api: str, auth: Auth) -> None:
        outcome = self._send(driver, door, api, auth)
        wires = door.drain()
        if wires:
            return
        if isinstance(outcome, Refused):
            error = outcome.error
            raise HarnessError(
                f"{api} fails with harmless input before anything is sent "
                f"({error.type}: {error.message or error.text.splitlines()[0]})",
                hint="mend the driver, or do not declare the call",
                details=error.text,
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

    def _send(self, driver: Stdio, door: Door, api: str, auth: Auth) -> Outcome:
        client = Client(door.base_url, auth, ca_pem=door.ca_pem, proxy_url=door.proxy_url)
        if api in GUEST_ONLY:
            client = Client(
                door.base_url, auth, None, 5, ca_pem=door.ca_pem, proxy_url=door.proxy_url
            )
        opened = driver.open(client)
        if isinstance(opened, Refused | Unsupported):
            return opened
        outcome = opened.send(harmless_call(api))
        opened.close()
        return outcome

    def _strings(self, driver: Stdio, door: Door) -> str:
        """Passwords with tricky characters come back in the header: JSON was read right."""
        arrived = 0
        api = sorted(driver.info.calls)[0]
        for text in TRICKY:
            self._send(driver, door, api, Password("login", text))
            headers = [
                value for wire in door.drain() for value in wire.values(PASSWORD_HEADER.lower())
            ]
            expected = base64.b64encode(f"login:{text}".encode())
            if expected in headers:
                arrived += 1
            else:
                self.remarks.append(
                    f"the password {text!r} did not arrive as Kintone documents it: the SDK's "
                    "doing, or the driver does not read its lines as UTF-8"
                )
        if not arrived:
            raise HarnessError(
                "no password came back in the X-Cybozu-Authorization header",
                hint="hand login and password to the SDK as they are",
            )
        return f"strings: {arrived} of {len(TRICKY)} passwords arrived whole"
