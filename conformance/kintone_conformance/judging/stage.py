"""Plays a scenario with a client, through a door, and keeps what was seen of it."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kintone_conformance import wires
from kintone_conformance.doors import Door, Script
from kintone_conformance.doors.answers import documented_answer
from kintone_conformance.doors.playing import script
from kintone_conformance.doors.redirects import Targets
from kintone_conformance.drivers import Driver, Ended, Opened, Silence
from kintone_conformance.judging.allowed import may_refuse_client
from kintone_conformance.judging.at_once import each_its_own, shared_out
from kintone_conformance.judging.bodies import boundary_findings
from kintone_conformance.judging.cookies import session_of
from kintone_conformance.judging.crash import GIVEN_UP, comes_back, counted_by, crashed, may_wait
from kintone_conformance.judging.exchange import Asking, Exchange, Finding
from kintone_conformance.judging.growth import growth_findings
from kintone_conformance.judging.hosted import is_told
from kintone_conformance.judging.invariants import judge
from kintone_conformance.judging.left_files import Folder
from kintone_conformance.judging.pointing import client_at
from kintone_conformance.judging.scenario import (
    Ask,
    Change,
    Close,
    Made,
    Open,
    Scenario,
    Together,
)
from kintone_conformance.judging.settling import Patience, is_garbled
from kintone_conformance.model import (
    Call,
    Client,
    Crashed,
    HarnessError,
    Outcome,
    Refused,
    Sent,
    Unsupported,
    Wire,
)
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.strategies import harmless_form


@dataclass
class _Live:
    """One object: how it was made, what is known of it now, and whether it is there at all."""

    client: Client
    made: Made
    opened: Opened | Refused | Unsupported
    seen: tuple[Wire, ...]  # while it was made
    told: bool = False  # that it could not be made


@dataclass(frozen=True)
class Played:
    """What came of a scenario: every exchange, each with what it breaks, and the rest."""

    exchanges: tuple[Exchange, ...]
    findings: tuple[tuple[Finding, ...], ...]
    beside: tuple[Finding, ...] = ()

    @property
    def requirements(self) -> frozenset[str]:
        """The requirements that were broken."""
        return frozenset(finding.requirement for finding in self.all())

    def all(self) -> Iterable[Finding]:
        """Every finding, in order."""
        for found in self.findings:
            yield from found
        yield from self.beside


@dataclass
class Stage:
    """A client and a door, in one environment.

    `planted` are the credentials lying about there, `habits` the reads that the client sends
    beside other calls. `at` is the call at hand, for whoever catches what playing it raises.
    `judges` is off where only what is seen counts. `folders` are those whose files
    are looked at after each call, `temporary` the one that is looked at in the end, if it is.
    """

    driver: Driver
    door: Door
    odd: bool = False
    bare: bool = False
    planted: Mapping[str, str] = field(default_factory=dict)
    habits: frozenset[str] = frozenset()
    crashes: Counter[str] = field(default_factory=Counter)  # by `crash.counted_by`
    at: str = ""
    judges: bool = True
    patience: Patience = field(default_factory=Patience)
    garbled: bool = False  # the last scenario ended with bytes that begin no request
    folders: tuple[Folder, ...] = ()
    temporary: Folder | None = None

    def play(self, scenario: Scenario) -> Played:
        """Play the steps in order, and judge. Raises HarnessError for what is not the client's."""
        return _Play(self, scenario).run()


class _Play:
    def __init__(self, stage: Stage, scenario: Scenario) -> None:
        self._stage = stage
        self._scenario = scenario
        self._live: dict[str, _Live] = {}
        self._exchanges: list[Exchange] = []
        self._beside: list[Finding] = []
        self._boundaries: list[bytes] = []
        self._printed = ""
        self._crashed = False

    def run(self) -> Played:
        self._stage.at = ""
        if self._stage.garbled:
            self._stage.patience.settle(self._stage.door)
            self._stage.garbled = False
        self._written()
        self._left()
        self._stage.door.drain()
        self._stage.driver.strangers()
        try:
            for step in self._scenario.steps:
                if self._crashed or self._stage.garbled:
                    break  # the objects are gone, or what follows may be the rest of a request
                match step:
                    case Open(name, made):
                        self._open(name, made)
                    case Ask():
                        self._ask(step)
                    case Change():
                        self._change(step)
                    case Close(name):
                        self._close(name)
                    case Together(asks):
                        self._together(asks)
        finally:
            for name in list(self._live):
                self._close(name)
        return self._judged()

    def _judged(self) -> Played:
        if self._exchanges:
            last = self._exchanges[-1]
            printed = last.printed + self._printed
            written = (*last.written, *self._written(), *self._left())
            self._exchanges[-1] = replace(last, printed=printed, written=written)
        if not self._stage.judges:
            return Played(tuple(self._exchanges), ((),) * len(self._exchanges))
        secrets, door = self._scenario.secrets, self._stage.door.name
        info = self._stage.driver.info
        found = tuple(
            tuple(
                finding
                for finding in judge(each, secrets, door, self._stage.habits)
                if is_told(info, each.call.api, finding.requirement)
            )
            for each in self._exchanges
        )
        served = [each for each in self._exchanges if not isinstance(each.outcome, Unsupported)]
        whole = len(served) == sum(1 for _ in self._scenario.asks())
        if self._scenario.growth and whole and not any(found):
            self._beside += growth_findings(served, self._scenario.growth)
        self._beside += boundary_findings(self._boundaries)
        return Played(tuple(self._exchanges), found, tuple(self._beside))

    def _written(self) -> tuple[tuple[str, str], ...]:
        return tuple(each for folder in self._stage.folders for each in folder.written())

    def _left(self) -> tuple[tuple[str, str], ...]:
        """What is left of temporary files: asked for when the objects are closed."""
        return self._stage.temporary.written() if self._stage.temporary else ()

    # ---- steps

    def _open(self, name: str, made: Made) -> None:
        client = client_at(self._stage.door, made)
        self._stage.door.play(documented_answer)
        opened = self._stage.driver.open(client)
        self._live[name] = _Live(client, made, opened, self._stage.door.drain())

    def _ask(self, ask: Ask) -> None:
        live = self._live[ask.name]
        if live.told:
            return  # the object could not be made, which was said with its first call
        if ask.holds_boundary and not self._boundaries:
            return
        asking = self._asking(live, ask)
        if self._stage.crashes[counted_by(asking)] >= GIVEN_UP:
            return
        if isinstance(live.opened, Refused | Unsupported):
            live.told = True
            self._add(asking, live.opened, live.seen)
            return
        self._stage.door.play(self._script(asking))
        self._stage.at = ask.call.api
        try:
            outcome = live.opened.send(asking.call)
        except (Ended, Silence) as end:
            self._crash(asking, live, end, crashed(end))
            return
        if isinstance(outcome, Crashed):
            said = f"{asking.call.api} crashes the client: {outcome.error.line}"
            self._crash(asking, live, HarnessError(said, details=outcome.error.text), outcome)
            return
        door = self._stage.door
        seen = self._stage.patience.own(door, asking, outcome, (*live.seen, *door.drain()))
        door.play(documented_answer)
        shown = ""
        if not any(each.shown for each in self._exchanges):
            shown = live.opened.shown()
        self._add(asking, outcome, seen, shown)
        live.seen = ()
        simple = harmless_form(asking.call)
        if isinstance(outcome, Unsupported) and self._stage.judges and simple != asking.call:
            # What was to be met here is met with this.
            self._ask(replace(ask, call=simple, holds_boundary=False))

    def _crash(self, asking: Asking, live: _Live, end: HarnessError, outcome: Crashed) -> None:
        """Keep a crash that is the client's failure. Raises HarnessError if it may not be."""
        driver, door = self._stage.driver, self._stage.door
        seen = (*live.seen, *door.drain())
        self._live.clear()
        self._crashed = True
        if isinstance(end, Silence) and asking.answering.late:
            return  # the answer takes longer than this run waits
        if may_wait(asking, seen, end) or not comes_back(driver, door, asking, end):
            raise end
        self._stage.crashes[counted_by(asking)] += 1
        self._add(asking, outcome, seen)

    def _asking(self, live: _Live, ask: Ask) -> Asking:
        call = ask.call
        if ask.holds_boundary:
            content = b"before\r\n--" + self._boundaries[-1] + b"\r\nafter"
            encoded = base64.b64encode(content).decode("ascii")
            call = Call(call.api, {**call.params, "contentBase64": encoded})
        stage = self._stage
        made = live.made
        return Asking(
            *(live.client, call, ask.answer, made.base, stage.odd, stage.planted, stage.bare),
            proxied=made.proxied,
        )

    def _script(self, asking: Asking) -> Script:
        """What the door answers to this call."""
        door, spec = self._stage.door, call_spec(asking.call.api)
        elsewhere = door.elsewhere
        if asking.client.client_certificate is not None and door.certified:
            elsewhere = door.certified[1]
        session = session_of(asking.client)
        targets = Targets(asking.origin, elsewhere, door.downgraded, session)
        return script(asking.answer, spec.method, asking.expected.plain, targets)

    def _add(self, asking: Asking, outcome: Outcome, seen: Sequence[Wire], shown: str = "") -> None:
        strangers = self._stage.driver.strangers()
        said = (outcome.printed, shown, strangers, self._written())
        made = Exchange(asking, outcome, tuple(seen), *said)
        self._exchanges.append(made)
        self._stage.garbled |= any(map(is_garbled, seen))
        marks = [mark for wire in seen if (mark := wires.boundary(wire))]
        self._boundaries += marks[-1:]  # what is sent again is the same request

    def _change(self, step: Change) -> None:
        live = self._live[step.name]
        if live.told or isinstance(live.opened, Refused | Unsupported):
            return
        outcome = live.opened.change_auth(step.auth)
        live.client = replace(live.client, auth=step.auth)
        self._printed += outcome.printed
        if not isinstance(outcome, Sent):
            live.told = True
            asking = Asking(live.client, Call("app.get", {"id": 1}))
            if not may_refuse_client(asking):
                message = "the client refused to change its credentials"
                self._beside.append(Finding("KC703", message, "the new ones", str(outcome)[:300]))

    def _close(self, name: str) -> None:
        live = self._live.pop(name)
        if not isinstance(live.opened, Refused | Unsupported):
            self._printed += live.opened.close()

    def _together(self, asks: Sequence[Ask]) -> None:
        ready: list[tuple[_Live, Opened, Asking]] = []
        for ask in asks:
            live = self._live[ask.name]
            if isinstance(live.opened, Refused | Unsupported):
                self._ask(ask)
            else:
                ready.append((live, live.opened, self._asking(live, ask)))
        if not ready:
            return
        calls = [(opened, asking.call) for _, opened, asking in ready]
        askings = [asking for _, _, asking in ready]
        self._stage.door.play(each_its_own(askings, [self._script(each) for each in askings]))
        outcomes = self._stage.driver.together(calls)
        self._stage.door.play(documented_answer)
        before = [
            wire for live in {id(live): live for live, _, _ in ready}.values() for wire in live.seen
        ]
        shares = shared_out((*before, *self._stage.door.drain()), askings)
        for (live, _, asking), outcome, seen in zip(ready, outcomes, shares, strict=True):
            live.seen = ()
            self._add(asking, outcome, seen)
