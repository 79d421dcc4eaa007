"""A trial of a driver: the rehearsal of a run, call by call, and each step said aloud."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

from kintone_conformance import wires
from kintone_conformance.doors import Door
from kintone_conformance.doors.catalogue import open_door
from kintone_conformance.drivers import TIME_LIMIT
from kintone_conformance.drivers.stdio import Stdio
from kintone_conformance.judging.bench import usable
from kintone_conformance.judging.rehearsal import taken, trouble_of
from kintone_conformance.judging.scenario import Made, single
from kintone_conformance.judging.stage import Played, Stage
from kintone_conformance.model import NO_GUEST, HarnessError, Refused
from kintone_conformance.spec.auth import Auth, Password
from kintone_conformance.spec.request import needs_guest
from kintone_conformance.spec.requirements import requirements
from kintone_conformance.strategies import declared_auths, harmless_call

# What JSON and line ends can do to a text on its way through the driver.
TRICKY = ('"', "'", "$&~`", "日本語", "é", "e\u0301", "\U00020bb7", "%41+%2B")
GUEST = 5
# What a driver that passes only some parameters shows, and so does an SDK that drops one.
_DROPPED = ("KC514", "KC515")
_DROPPED_ADVICE = (
    "the driver passes each parameter that it is given, "
    "and answers unsupported if the SDK has no such parameter"
)


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
                f"calls: {len(info.calls)}, capabilities: {len(info.supports)}"
            )
            doors = self._doors or tuple(door for door in info.doors if usable(door, first))
        auths = declared_auths(info)
        if not info.calls or not auths:
            what = "call" if auths else "kind of credentials"
            raise HarnessError(f"the driver declares no {what}", hint="nothing could be judged")
        if not doors:
            raise HarnessError(
                f"none of its doors works on this machine: {', '.join(info.doors)}",
                hint="declare proxy as well, if the SDK uses HTTPS_PROXY",
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
            yield "end of input: the driver ended"


class _Tries:
    """What is tried with a driver at a door."""

    def __init__(
        self, driver: Stdio, door: Door, auths: Mapping[str, Auth], remarks: list[str]
    ) -> None:
        self._stage = Stage(driver, door)
        self._auths = auths
        self._remarks = remarks
        self._calls = sorted(driver.info.calls)
        self._guests = "guest" in driver.info.supports

    def steps(self) -> Iterator[str]:
        first = next((api for api in self._calls if not needs_guest(api)), self._calls[0])
        for api in self._calls:
            self._tried(api, Made(taken(self._auths, api)[0], guest=self._guest(api)))
            yield f"call: {api}"
        for capability, auth in self._auths.items():
            self._tried(first, Made(auth, guest=self._guest(first)))
            yield f"credentials: {capability}"
        auth = next(iter(self._auths.values()))
        if self._guests:
            self._tried(first, Made(auth, guest=GUEST))
            yield "guest space: tried"
        self._tried(first, Made(auth, guest=self._guest(first)), "401")
        yield "errors: a 401"
        if "auth.password" in self._auths:
            yield self._strings(first)

    def _guest(self, api: str) -> object:
        return GUEST if needs_guest(api) else NO_GUEST

    def _tried(self, api: str, made: Made, answer: str = "ok") -> Played:
        """A harmless call, judged as in a run. Raises HarnessError if there is no request."""
        before = self._stage.door.outsiders()
        played = self._stage.play(single(made, harmless_call(api), answer))
        trouble = trouble_of(played, self._stage.door.outsiders() - before)
        if trouble is not None:
            raise trouble
        for finding in played.all():
            level = requirements()[finding.requirement].level
            if level != "NOTE":
                told = wires.on_lines(finding.message)
                if finding.requirement in _DROPPED:
                    told = f"{api}: {told}; {_DROPPED_ADVICE}"
                remark = f"{finding.requirement} ({level}): {told}"
                if remark not in self._remarks:
                    self._remarks.append(remark)
        return played

    def _strings(self, api: str) -> str:
        """Passwords with tricky characters come back in the header: JSON was read right."""
        arrived = 0
        for text in TRICKY:
            made = Made(Password("login", text), guest=self._guest(api))
            played = self._stage.play(single(made, harmless_call(api)))
            whole = any(exchange.requests for exchange in played.exchanges)
            if whole and not any(id_.startswith("KC1") for id_ in played.requirements):
                arrived += 1
            else:
                self._remarks.append(how_lost(text, played))
        if not arrived:
            raise HarnessError(
                "no password arrived in the X-Cybozu-Authorization header",
                hint="pass login and password to the SDK unchanged",
            )
        return f"strings: {arrived} of {len(TRICKY)} passwords arrived whole"


def how_lost(password: str, played: Played) -> str:
    """What became of a password that did not arrive whole."""
    last = played.exchanges[-1]
    found = next((each for each in played.all() if each.requirement.startswith("KC1")), None)
    if isinstance(last.outcome, Refused) and not last.requests:
        told = f"was not sent: {last.outcome.error.line}"
    elif found is not None:
        told = f"was changed: {found.message}"
    else:
        told = "was not sent"
    hint = "" if password.isascii() else "; does the driver read its lines as UTF-8?"
    return wires.on_lines(f"the password {password!r} {told}{hint}").replace("\n", " ")
