"""A driver in any language: a process that speaks kc/1 on its standard input and output.

Silence, death, a wrong id or a stray line is the driver's fault (HarnessError), never the SDK's;
the process is then started again, up to `RESTARTS` times, and says hello anew.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from kintone_conformance import __version__, drivers
from kintone_conformance.drivers import TIME_LIMIT, protocol
from kintone_conformance.drivers.declared import checked_info
from kintone_conformance.drivers.process import TWICE, Process
from kintone_conformance.model import (
    Call,
    Client,
    Crashed,
    ErrorReport,
    HarnessError,
    Info,
    Outcome,
    Refused,
    Sent,
    Unsupported,
)
from kintone_conformance.spec.auth import Auth

START = 2  # times the limit, until hello is answered: a JVM on a busy machine takes a few seconds
END = 0.5  # times the limit, between the end of input and the end of the process
RESTARTS = 3

_Answer = TypeVar("_Answer", protocol.HelloAnswer, protocol.OutcomeAnswer)


class Conversation:
    """The lines of one process: each is answered before the next, under its own id."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self._ids = itertools.count()

    def ask(
        self, make: Callable[[int], protocol.Request], kind: type[_Answer], limit: float
    ) -> _Answer:
        """Write a line, and read the one that answers it. Raises HarnessError."""
        id_ = next(self._ids)
        message = make(id_)
        what = type(message).__name__.lower()
        if isinstance(message, protocol.Send):
            what = f"send {message.call['api']}"
        line = self.process.exchange(protocol.encoded(message), what, limit)
        try:
            found = protocol.answer(line, kind)
        except protocol.BadLine as bad:
            raise self.process.fault(bad.did, what, line, bad.hint) from None
        if 0 <= found.id < id_:
            raise self.process.fault(TWICE, what, line)
        if found.id != id_:
            did = f"answered id {found.id} to the request with id {id_}"
            raise self.process.fault(did, what, line)
        return found


class Stdio:
    """A driver over a process. Raises HarnessError, and UsageError for names that do not exist."""

    own_process = True

    def __init__(
        self, command: Sequence[str], environ: Mapping[str, str], time_limit: float = TIME_LIMIT
    ) -> None:
        self._command = list(command)
        self._environ = environ
        self._time_limit = time_limit
        self._starts = 0  # in a row without an answer to anything but hello
        self._live: Conversation | None = None
        self.info = self._hello(self._conversation())

    def open(self, client: Client) -> Opened | Refused | Unsupported:
        """Make one SDK object; without the capability `handles`, each call makes its own."""
        data = protocol.full_client_data(client)
        if "handles" not in self.info.supports:
            return Opened(self, None, data, "")
        answer, outcome = self.ask(lambda id_: protocol.Open(id=id_, client=data))
        if isinstance(outcome, Crashed):
            return Refused(outcome.error, outcome.printed)
        if not isinstance(outcome, Sent):
            return outcome
        if answer.handle is None:
            self._broken()
            raise HarnessError(
                "the driver answered open without a handle",
                hint='answer open with {"id":…,"handle":1}',
            )
        return Opened(self, answer.handle, data, outcome.printed)

    @property
    def alive(self) -> bool:
        """Whether the process is there, its objects with it."""
        return self._live is not None

    def together(self, calls: Sequence[tuple[drivers.Opened, Call]]) -> tuple[Outcome, ...]:
        """One after the other: kc/1 is in lock-step."""
        return tuple(opened.send(call) for opened, call in calls)

    def strangers(self) -> tuple[str, ...]:
        """Look-ups in another process cannot be seen."""
        return ()

    def close(self) -> None:
        """End the process."""
        self.end()

    def end(self) -> HarnessError | None:
        """End the process; returns what was wrong with its end."""
        live, self._live = self._live, None
        return live.process.end(END * self._time_limit) if live is not None else None

    def outcome(self, make: Callable[[int], protocol.Request]) -> Outcome:
        """Ask, and say what came of it."""
        return self.ask(make)[1]

    def ask(
        self, make: Callable[[int], protocol.Request]
    ) -> tuple[protocol.OutcomeAnswer, Outcome]:
        """Ask, and say what was answered and what it means. Raises HarnessError."""
        live = self._conversation()
        try:
            answer = live.ask(make, protocol.OutcomeAnswer, self._time_limit)
            self._starts = 1
            outcome = _outcome(answer, live.process.printed())
            if isinstance(outcome, Crashed):
                self._broken()  # what an SDK left behind that crashed is not judged
            return answer, outcome
        except BaseException:
            self._broken()
            raise

    def _conversation(self) -> Conversation:
        """The one at hand, or one with a new process where that broke. Raises HarnessError."""
        if self._live is None:
            if self._starts > RESTARTS:
                raise HarnessError(
                    f"the driver broke {self._starts} times and is not started again",
                    hint="fix it first: kintone-conformance check-driver says what is wrong",
                )
            self._starts += 1
            self._live = Conversation(Process(self._command, self._environ))
            if self._starts > 1:
                self._hello(self._live)
        return self._live

    def _hello(self, live: Conversation) -> Info:
        try:
            hello = live.ask(
                lambda id_: protocol.Hello(id=id_, suite=__version__),
                protocol.HelloAnswer,
                START * max(TIME_LIMIT, self._time_limit),
            )
            return checked_info(hello)
        except BaseException:
            self._broken()
            raise

    def _broken(self) -> None:
        if self._live is not None:
            self._live.process.kill()
            self._live = None


class Opened:
    """One live SDK object in a driver, or the client that each call makes anew."""

    def __init__(
        self, driver: Stdio, handle: int | None, client: dict[str, Any], printed: str
    ) -> None:
        self._driver = driver
        self._handle = handle
        self._client = client
        self._printed = printed

    def send(self, call: Call) -> Outcome:
        """Make a call. Raises HarnessError."""
        data = protocol.call_data(call)
        handle = self._handle
        client = self._client if handle is None else None
        outcome = self._driver.outcome(
            lambda id_: protocol.Send(id=id_, call=data, client=client, handle=handle)
        )
        printed, self._printed = self._printed, ""
        return replace(outcome, printed=printed + outcome.printed) if printed else outcome

    def change_auth(self, auth: Auth) -> Outcome:
        """Hand new credentials to the object. Raises HarnessError."""
        handle = self._handle
        assert handle is not None, "auth.change is refused without handles"
        data = protocol.auth_data(auth)
        return self._driver.outcome(lambda id_: protocol.Change(id=id_, handle=handle, auth=data))

    def shown(self) -> str:
        """How the language prints the object. Raises HarnessError."""
        handle = self._handle
        if handle is None or "show" not in self._driver.info.supports:
            return ""
        return self._driver.ask(lambda id_: protocol.Show(id=id_, handle=handle))[0].text

    def close(self) -> str:
        """Release the object; a driver that broke has released it already."""
        handle = self._handle
        if handle is not None and self._driver.alive:
            with contextlib.suppress(HarnessError):
                return self._driver.outcome(
                    lambda id_: protocol.Close(id=id_, handle=handle)
                ).printed
        return ""


def _outcome(answer: protocol.OutcomeAnswer, printed: str) -> Outcome:
    match answer.outcome:
        case "sent":
            return Sent(printed)
        case "unsupported":
            return Unsupported(answer.reason or "the driver gave no reason", printed)
        case _:
            error = answer.error or protocol.Error(type="", text="")
            report = ErrorReport(error.type, error.text, error.message, error.code, error.id)
            made = Crashed if answer.outcome == "crashed" else Refused
            return made(report, printed)
