"""A driver in any language: a process that speaks kc/1 on its standard input and output.

Silence, death, a wrong id or a stray line is the driver's fault (HarnessError), never the SDK's;
the process is then started again, up to `RESTARTS` times, and says hello anew.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import select
import shlex
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from kintone_conformance import __version__, drivers
from kintone_conformance.drivers import Silence, protocol
from kintone_conformance.drivers.environment import scrubbed
from kintone_conformance.errors import UsageError
from kintone_conformance.model import (
    Call,
    Client,
    ErrorReport,
    HarnessError,
    Info,
    Outcome,
    Refused,
    Sent,
    Unsupported,
)
from kintone_conformance.spec import calls as spec_calls
from kintone_conformance.spec.auth import Auth

START_LIMIT = 20.0  # seconds until hello is answered: a JVM on a busy machine takes a few
TIME_LIMIT = 10.0  # seconds for any other line
END_LIMIT = 5.0  # seconds between the end of input and the end of the process
RESTARTS = 3
_LONGEST_LINE = 8 << 20  # bytes
_TWICE = "answered twice, or printed to standard output"
_STDERR_TAIL = 2_000  # characters
_SHOWN = 200  # bytes of a wrong line

_Answer = TypeVar("_Answer", protocol.HelloAnswer, protocol.OutcomeAnswer)


class Process:
    """One process of a driver. Every trouble with it is a HarnessError that names what it did."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str], time_limit: float):
        self._time_limit = time_limit
        self._ids = itertools.count()
        self._buffer = b""
        self._folder = tempfile.TemporaryDirectory(prefix="kintone-conformance-")
        self._stderr = Path(self._folder.name, "stderr").open("w+b")  # noqa: SIM115 - closed in end
        self._read_to = 0
        try:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                env=scrubbed({"HOME": self._folder.name, **environ}),
                start_new_session=True,
            )
        except OSError as error:
            self._stderr.close()
            self._folder.cleanup()
            raise HarnessError(
                f"the driver cannot be started: {error.strerror}: {shlex.join(command)}",
                hint="run the command by hand; --driver takes it as one quoted argument",
            ) from None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._stdin, self._stdout = self._process.stdin.fileno(), self._process.stdout.fileno()
        self._poll = select.poll()
        self._poll.register(self._stdout, select.POLLIN | select.POLLHUP)
        # Its own descriptor is set not to block, so that a driver that never reads cannot hold us.
        os.set_blocking(self._stdin, False)

    def ask(
        self,
        make: Callable[[int], protocol.Request],
        answer: type[_Answer],
        limit: float | None = None,
    ) -> _Answer:
        """Write a line, and read the one that answers it. Raises HarnessError."""
        id_ = next(self._ids)
        message = make(id_)
        what = type(message).__name__.lower()
        if isinstance(message, protocol.Send):
            what = f"send {message.call['api']}"
        if self._buffer:
            raise self._fault(_TWICE, what, self._buffer)
        deadline = time.monotonic() + (limit or self._time_limit)
        self._write(protocol.encoded(message), what, deadline)
        line = self._line(what, deadline)
        try:
            found = msgspec.json.decode(line, type=answer)
        except msgspec.ValidationError as error:
            did = f"answered what kc/1 does not know ({error})"
            raise self._fault(did, what, line, "kintone-conformance schema has the form") from None
        except msgspec.DecodeError as error:
            raise self._fault(f"wrote a line that is no answer ({error})", what, line) from None
        if 0 <= found.id < id_:
            raise self._fault(_TWICE, what, line)
        if found.id != id_:
            raise self._fault(f"answered id {found.id} where id {id_} was asked", what, line)
        return found

    def printed(self) -> str:
        """What the process wrote to standard error since last asked."""
        size = os.fstat(self._stderr.fileno()).st_size
        if size == self._read_to:
            return ""
        text = os.pread(self._stderr.fileno(), size - self._read_to, self._read_to)
        self._read_to = size
        return text.decode("utf-8", "replace")

    def end(self) -> str:
        """Close its input and wait; returns what was wrong with its end, "" if nothing.

        The whole process group is ended with it.
        """
        wrong = ""
        if not self._stderr.closed:
            assert self._process.stdin is not None
            with contextlib.suppress(OSError):
                self._process.stdin.close()
            try:
                code = self._process.wait(END_LIMIT)
                if code != 0:
                    wrong = f"ended with {_how(code)} at the end of its input, not with exit code 0"
            except subprocess.TimeoutExpired:
                wrong = f"did not end within {END_LIMIT:g} s of the end of its input"
            self.kill()
        return wrong

    def kill(self) -> None:
        """End the process and everything it started, now."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        self._folder.cleanup()

    def _write(self, line: bytes, what: str, deadline: float) -> None:
        view = memoryview(line)
        while view:
            try:
                view = view[os.write(self._stdin, view) :]
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise self._fault("does not read its standard input", what) from None
                time.sleep(0.001)
            except OSError:
                raise self._death(what) from None

    def _line(self, what: str, deadline: float) -> bytes:
        while b"\n" not in self._buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not self._poll.poll(left * 1000):
                if self._buffer:
                    raise self._fault("wrote half a line, and no more", what, self._buffer)
                raise self._silence(what)
            data = os.read(self._stdout, 1 << 16)
            if not data:
                raise self._death(what)
            self._buffer += data
            if len(self._buffer) > _LONGEST_LINE:
                raise self._fault(f"wrote a line of over {_LONGEST_LINE} bytes", what)
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def _silence(self, what: str) -> Silence:
        return Silence(
            f"the driver did not answer {what} within {self._time_limit:g} s",
            hint="does it flush standard output after each line?"
            if what == "hello"
            else "find out what it waits for; every request it sent was answered",
            details=self._tail(),
        )

    def _death(self, what: str) -> HarnessError:
        try:
            how = f"ended with {_how(self._process.wait(1))}"
        except subprocess.TimeoutExpired:
            how = "closed its standard output"
        cut = ", in the middle of a line" if self._buffer else ""
        return HarnessError(
            f"the driver {how} before it answered {what}{cut}",
            hint="" if self._tail() else "it said nothing on standard error; run it by hand",
            details=self._tail(),
        )

    def _fault(
        self,
        did: str,
        what: str,
        line: bytes = b"",
        hint: str = "one line of JSON answers each line; what the SDK prints belongs on stderr",
    ) -> HarnessError:
        cut = "…" if len(line) > _SHOWN else ""
        seen = f": {line[:_SHOWN].decode('utf-8', 'replace').strip()!r}{cut}" if line else ""
        return HarnessError(f"the driver {did}, at {what}{seen}", hint, self._tail())

    def _tail(self) -> str:
        if self._stderr.closed:
            return ""
        size = os.fstat(self._stderr.fileno()).st_size
        start = max(0, size - 4 * _STDERR_TAIL)
        return os.pread(self._stderr.fileno(), size - start, start).decode("utf-8", "replace")[
            -_STDERR_TAIL:
        ]


def _how(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"


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
        self._process: Process | None = None
        self.info = self._hello(self._live())

    def open(self, client: Client) -> Opened | Refused | Unsupported:
        """Make one SDK object; without the capability `handles`, each call makes its own."""
        data = protocol.full_client_data(client)
        if "handles" not in self.info.supports:
            return Opened(self, None, data, "")
        answer, outcome = self.ask(lambda id_: protocol.Open(id=id_, client=data))
        if not isinstance(outcome, Sent):
            return outcome
        if answer.handle is None:
            self._broken()
            raise HarnessError(
                "the driver answered open without a handle",
                hint='a client that was made answers {"id":…,"handle":1}',
            )
        return Opened(self, answer.handle, data, outcome.printed)

    @property
    def alive(self) -> bool:
        """Whether the process is there, its objects with it."""
        return self._process is not None

    def together(self, calls: Sequence[tuple[drivers.Opened, Call]]) -> tuple[Outcome, ...]:
        """One after the other: kc/1 is in lock-step."""
        return tuple(opened.send(call) for opened, call in calls)

    def strangers(self) -> tuple[str, ...]:
        """Look-ups in another process cannot be seen."""
        return ()

    def close(self) -> None:
        """End the process."""
        self.end()

    def end(self) -> str:
        """End the process; returns what was wrong with its end, "" if nothing."""
        process, self._process = self._process, None
        return process.end() if process is not None else ""

    def outcome(self, make: Callable[[int], protocol.Request]) -> Outcome:
        """Ask, and say what came of it."""
        return self.ask(make)[1]

    def ask(
        self, make: Callable[[int], protocol.Request]
    ) -> tuple[protocol.OutcomeAnswer, Outcome]:
        """Ask, and say what was answered and what it means. Raises HarnessError."""
        process = self._live()
        try:
            answer = process.ask(make, protocol.OutcomeAnswer)
            self._starts = 1
            return answer, _outcome(answer, process.printed())
        except BaseException:
            self._broken()
            raise

    def _live(self) -> Process:
        """The process at hand, or a new one where it broke. Raises HarnessError."""
        if self._process is None:
            if self._starts > RESTARTS:
                raise HarnessError(
                    f"the driver broke {self._starts} times and is not started again",
                    hint="mend it first: kintone-conformance check-driver says what is wrong",
                )
            self._starts += 1
            self._process = Process(self._command, self._environ, self._time_limit)
            if self._starts > 1:
                self._hello(self._process)
        return self._process

    def _hello(self, process: Process) -> Info:
        try:
            hello = process.ask(
                lambda id_: protocol.Hello(id=id_, suite=__version__),
                protocol.HelloAnswer,
                max(START_LIMIT, self._time_limit) if self._time_limit >= TIME_LIMIT else None,
            )
            return checked_info(hello)
        except BaseException:
            self._broken()
            raise

    def _broken(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process = None


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


def checked_info(hello: protocol.HelloAnswer) -> Info:
    """What a driver declares, held against the closed tables. Raises UsageError."""
    name = hello.sdk.name
    if hello.protocol != protocol.VERSION:
        raise UsageError(
            f"the driver of {name} speaks protocol {hello.protocol}, "
            f"and this suite {protocol.VERSION}",
            "update whichever is older",
        )
    for unknown in spec_calls.unknown_capabilities(hello.supports):
        raise UsageError(f"the driver of {name}: {unknown.message}")
    for api in hello.calls:
        try:
            spec_calls.call_spec(api)
        except spec_calls.UnknownName as unknown:
            raise UsageError(f"the driver of {name}: {unknown.message}") from None
    if "auth.change" in hello.supports and "handles" not in hello.supports:
        raise UsageError(
            f"the driver of {name} declares auth.change without handles",
            "new credentials need an object that is kept open",
        )
    return Info(
        name=name,
        version=hello.sdk.version,
        language=hello.sdk.language,
        url=hello.sdk.url,
        supports=frozenset(hello.supports) - {"threads"},  # kc/1 is lock-step: never two at once
        calls=frozenset(hello.calls),
        doors=tuple(hello.doors),
        no_guest=tuple(hello.no_guest),
    )


def _outcome(answer: protocol.OutcomeAnswer, printed: str) -> Outcome:
    match answer.outcome:
        case "sent":
            return Sent(printed)
        case "unsupported":
            return Unsupported(answer.reason or "the driver gave no reason", printed)
        case _:
            error = answer.error or protocol.Error(type="", text="")
            report = ErrorReport(error.type, error.text, error.message, error.code, error.id)
            return Refused(report, printed)
