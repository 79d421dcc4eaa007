"""The bench: the client under test and its doors, for the length of a run.

Chooses the door for each requirement, rehearses what is declared, and says what cannot be judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from kintone_conformance import processes
from kintone_conformance.doors import Door, ownership
from kintone_conformance.doors.catalogue import open_door
from kintone_conformance.doors.namespace import available as namespace_available
from kintone_conformance.drivers import Driver, Silence, StartDriver
from kintone_conformance.drivers.environment import OTHER_LOCALE
from kintone_conformance.errors import UsageError
from kintone_conformance.model import HarnessError, Info, Refused, Result, Verdict
from kintone_conformance.spec.auth import Auth
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.spec.requirements import Requirement
from kintone_conformance.strategies import (
    GUEST_ONLY,
    HARMLESS_BASIC,
    Asked,
    declared_auths,
    harmless_call,
)
from kintone_conformance.suite.examine import Budget, examine, suite_failed
from kintone_conformance.suite.judge import Broken, Judge, Options
from kintone_conformance.suite.requirement import Property

_ANYBODY = (
    "this system does not tell which process a request comes from: all are taken for the client's"
)
_DETACHED = "on this system a process that starts a session of its own may outlive the run"


@dataclass(frozen=True)
class Rehearsal:
    """What did not work with harmless input before a byte arrived: by call, and by capability."""

    calls: Mapping[str, HarnessError] = field(default_factory=dict)
    capabilities: Mapping[str, HarnessError] = field(default_factory=dict)


class Bench:
    """Holds one driver and one door at a time; changes both when a requirement needs another."""

    def __init__(
        self,
        start: StartDriver,
        doors: tuple[str, ...] | None = None,
        any_process: bool = False,
    ) -> None:
        self._start = start
        self._any_process = any_process
        self._told: Counter[str] = Counter()
        self._door: Door | None = None
        self._driver: Driver | None = None
        self._other: Driver | None = None
        self._environ: Mapping[str, str] = {}
        self._rehearsal: Rehearsal | None = None
        hello = start({}, ())
        self.info: Info = hello.info
        hello.close()
        if doors == ("responses",) and hello.own_process:
            raise UsageError(
                "the door responses is in-process, and this client has a process of its own",
                "choose another --door, or judge a Python client by its --adapter",
            )
        self.doors = doors or tuple(door for door in self.info.doors if usable(door, hello))

    def examine(
        self, prop: Property, budget: Budget, beat: Callable[[int], None] = lambda _judged: None
    ) -> Result:
        """Judge one property, or say why it is not judged."""
        requirement = prop.requirement
        why_not = self._not_applicable(requirement)
        if why_not:
            return Result(requirement.id, Verdict.NA, message=why_not)
        try:
            judge = self._judge(requirement)
            calls = self._calls(requirement)
        except HarnessError as error:
            return Result(
                requirement.id,
                Verdict.ERROR,
                message=error.message,
                hint=error.hint,
                details=error.details,
                stderr=error.stderr,
            )
        except UsageError as error:  # a driver that declares something else when it starts anew
            return Result(requirement.id, Verdict.ERROR, message=error.message, hint=error.hint)
        except Exception as error:
            return suite_failed(requirement.id, error)
        return examine(prop, judge, Asked(self._working(), calls), budget, beat)

    def blind_spots(self) -> tuple[str, ...]:
        """What this system does not let the run see, a sentence each."""
        network = "" if self._any_process or ownership.network() else _ANYBODY
        return tuple(filter(None, (network, "" if processes.LINUX else _DETACHED)))

    def outsiders(self) -> Counter[str]:
        """The requests of other processes that have come since last asked, by their names."""
        counts = self._door.outsiders() if self._door is not None else Counter()
        new, self._told = counts - self._told, counts
        return new

    def close(self) -> None:
        """End the driver and the door."""
        if self._driver is not None:
            self._driver.close()
        if self._door is not None:
            self._door.close()
        if self._other is not None:
            self._other.close()
        self._driver = self._door = self._other = None

    def _in_other_locale(self) -> Driver:
        """The same client in a process with another locale; it ends with the door."""
        assert self._door is not None
        if self._other is None:
            environ = {**self._environ, **OTHER_LOCALE}
            self._other = self._start(environ, self._door.within)
        return self._other

    def _not_applicable(self, requirement: Requirement) -> str:
        missing = sorted(requirement.needs - self.info.supports)
        if missing:
            return f"not declared: {', '.join(missing)}"
        if not self.info.calls:
            return "no call is declared"
        if not self.info.calls & set(requirement.calls):
            return f"no call declared of {', '.join(requirement.calls)}"
        if not declared_auths(self.info):
            return "no authentication method is declared"
        if not set(self.doors) & set(requirement.doors):
            usable = ", ".join(requirement.doors)
            return f"cannot be seen through {', '.join(self.doors)}: it takes {usable}"
        return ""

    def _working(self) -> Info:
        """What the client declares, without the capabilities that failed in the rehearsal."""
        assert self._rehearsal is not None
        return replace(self.info, supports=self.info.supports - set(self._rehearsal.capabilities))

    def _calls(self, requirement: Requirement) -> tuple[str, ...]:
        """The calls to judge with. Raises HarnessError for one that failed in the rehearsal."""
        assert self._rehearsal is not None
        for capability in sorted(requirement.needs):
            if capability in self._rehearsal.capabilities:
                raise self._rehearsal.capabilities[capability]
        wanted = sorted(self.info.calls & set(requirement.calls))
        for api in wanted:
            if api in self._rehearsal.calls:
                raise self._rehearsal.calls[api]
        return tuple(wanted)

    def _judge(self, requirement: Requirement) -> Judge:
        name = next(door for door in self.doors if door in requirement.doors)
        if self._door is None or self._door.name != name:
            self.close()
            self._door = open_door(name, self._any_process)
            self._told.clear()
        environ = dict(self._door.environ)
        if requirement.name == "plain-http-refused":
            environ |= self._door.foreign_environ
        if self._driver is None or environ != self._environ:
            if self._driver is not None:
                self._driver.close()
            self._driver, self._environ = self._start(environ, self._door.within), environ
        judge = Judge(self._driver, self._door, self._in_other_locale)
        if self._rehearsal is None:
            self._rehearsal = rehearse(judge)
        return judge


def usable(door: str, driver: Driver) -> bool:
    """Whether the client can be caught so: by what it is, and by what this machine allows."""
    if door == "namespace":
        return driver.own_process and namespace_available()
    return not (door == "responses" and driver.own_process)


def rehearse(judge: Judge) -> Rehearsal:
    """Make each declared call, and open each declared kind of credentials, once, harmlessly.

    What fails before a byte arrives is the adapter's or driver's trouble, never a refusal. A call
    fails where it does so with every kind of credentials that it takes.
    """
    auths = declared_auths(judge.info)
    calls: dict[str, HarnessError] = {}
    capabilities: dict[str, HarnessError] = {}
    if not auths:
        return Rehearsal()
    for api in sorted(judge.info.calls):
        trouble = _given_up(calls)
        for auth in taken(auths, api) if trouble is None else ():
            trouble = _trouble(judge, api, "", auth, {})
            if trouble is None:
                break
        if trouble is not None:
            calls[api] = trouble
    working = [api for api in sorted(judge.info.calls) if api not in calls]
    for capability, auth in auths.items() if working else ():
        trouble = _trouble(judge, working[0], capability, auth, {})
        if trouble is not None:
            capabilities[capability] = trouble
    gated = [auths[name] for name in auths if name != "auth.oauth" and name not in capabilities]
    if "basic" in judge.info.supports and working and gated:
        trouble = _trouble(judge, working[0], "basic", gated[0], {"basic": HARMLESS_BASIC})
        if trouble is not None:
            capabilities["basic"] = trouble
    return Rehearsal(calls, capabilities)


def taken(auths: Mapping[str, Auth], api: str) -> list[Auth]:
    """The credentials that Kintone documents for an API, or all where it documents none of them."""
    return [auth for auth in auths.values() if call_spec(api).takes(auth)] or list(auths.values())


def _given_up(calls: Mapping[str, HarnessError]) -> HarnessError | None:
    """What to say of every other call of a client that did not come back twice."""
    silences = [error for error in calls.values() if isinstance(error, Silence)]
    return silences[-1] if len(silences) >= 2 else None


def _trouble(
    judge: Judge, api: str, capability: str, auth: Auth, options: Options
) -> HarnessError | None:
    if api in GUEST_ONLY:
        options = {**options, "guest": 5}
    before = judge.door.outsiders()
    try:
        with judge.example():
            exchange = judge.open(auth, **options).attempt(harmless_call(api))
    except HarnessError as error:
        return error
    except Broken:
        # It returned without a request: that is for the requirements to judge.
        return from_outside(api, judge.door.outsiders() - before)
    if exchange.wires or not isinstance(exchange.outcome, Refused):
        return None
    outside = from_outside(api, judge.door.outsiders() - before)
    if outside is not None:
        return outside
    refusal = exchange.outcome.error
    what = f"{api} with {capability}" if capability else api
    return HarnessError(
        f"{what} fails with harmless input before anything is sent ({refusal.line})",
        hint="mend what drives the client, or the client, or do not declare it; "
        "--debug shows the traceback",
        details=refusal.text,
        stderr=exchange.outcome.printed,
    )


def from_outside(api: str, names: Counter[str]) -> HarnessError | None:
    """What is wrong where no request of a call came from the client, but others did meanwhile."""
    if not names:
        return None
    return HarnessError(
        f"{api} sent nothing, but another process did ({', '.join(names)}), "
        "which this run has not started",
        hint="a client that sends from a container or a daemon is judged with --any-process",
    )
