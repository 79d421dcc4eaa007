"""The process of a driver: a line goes in, a line comes out, and it ends when it is told to.

Knows nothing of what the lines mean. Whatever the process does wrong is a HarnessError that says
so in a sentence, with the last of what it wrote to standard error.
"""

from __future__ import annotations

import contextlib
import os
import select
import shlex
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence

from kintone_conformance import processes
from kintone_conformance.drivers import Ended, Silence
from kintone_conformance.drivers.environment import scrubbed
from kintone_conformance.drivers.said import MOST, Said
from kintone_conformance.model import HarnessError

_LONGEST_LINE = 8 << 20  # bytes
_AT_ONCE = 1 << 16  # bytes
_GLANCE = 0.02  # seconds between two looks at a process that is to read, or to end
_LOOK = 1.0  # seconds between two looks at a process that is to answer
_SHOWN = 200  # bytes or characters of a wrong line
_ONE_LINE = "answer each line with one line of JSON; send what the SDK prints to stderr"
TWICE = "answered twice, or printed to standard output"


class Process:
    """One process of a driver, started by its command in a scrubbed environment.

    Raises HarnessError if it cannot be started.
    """

    def __init__(self, command: Sequence[str], environ: Mapping[str, str]) -> None:
        self._buffer = bytearray()
        self._folder = tempfile.TemporaryDirectory(
            prefix="kintone-conformance-", ignore_cleanup_errors=True
        )
        self._mark = processes.new_mark()
        own = {processes.MARK: self._mark}
        try:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=scrubbed({"HOME": self._folder.name, **environ, **own}),
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            self._folder.cleanup()
            why = getattr(error, "strerror", None) or str(error)
            raise HarnessError(
                f"the driver cannot be started: {why}: {shlex.join(command)}",
                hint="run the command by hand; --driver takes it as one quoted argument",
            ) from None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._stdin, self._stdout = self._process.stdin.fileno(), self._process.stdout.fileno()
        self._said = Said(self._process.stderr.fileno())
        self._stderr = self._process.stderr.fileno()
        # None of its pipes may block us: it might never read, and never stop writing.
        os.set_blocking(self._stdin, False)
        os.set_blocking(self._stdout, False)
        self._poll = select.poll()
        self._poll.register(self._stdout, select.POLLIN)
        self._poll.register(self._stderr, select.POLLIN)
        self._closed = False

    def exchange(self, line: bytes, what: str, limit: float) -> bytes:
        """Write a line, and read the one that answers it within `limit` seconds.

        `what` names the line in the sentences. Raises HarnessError.
        """
        if self._buffer:
            raise self.fault(TWICE, what, bytes(self._buffer))
        deadline = time.monotonic() + limit
        self._write(line, what, deadline)
        return self._line(what, deadline, limit)

    def printed(self) -> str:
        """What the process wrote to standard error since last asked."""
        return self._said.taken()

    def fault(self, did: str, what: str, line: bytes = b"", hint: str = "") -> HarnessError:
        """The error of a driver that did something wrong, at the line `what`."""
        shown = repr(line[:_SHOWN].decode("utf-8", "replace").strip())[:_SHOWN]
        cut = "…" if len(line) > _SHOWN else ""
        seen = f": {shown}{cut}" if line else ""
        return HarnessError(
            f"the driver {did}, at {what}{seen}", hint or _ONE_LINE, stderr=self._said.tail()
        )

    def end(self, limit: float) -> HarnessError | None:
        """Close its input, wait, and end what it leaves behind; what was wrong with its end.

        `limit` is how long to wait, in seconds.
        """
        if self._closed:
            return None
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        wrong = ""
        if not self._ended_by_itself(limit):
            wrong = f"did not end within {limit:g} s of the end of its input"
        elif self._process.returncode != 0:
            how = processes.how_it_ended(self._process.returncode)
            wrong = f"ended with {how} at the end of its input, not with exit code 0"
        said = self._said.tail()
        self.kill()
        hint = "end the loop over its input lines, and exit with 0"
        return HarnessError(f"the driver {wrong}", hint, stderr=said) if wrong else None

    def kill(self) -> None:
        """End the process and everything it started, now."""
        if self._closed:
            return
        self._closed = True
        processes.end(self._process.pid, self._mark)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
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
                    raise self.fault("does not read its standard input", what) from None
                self._wait_to_write(what)
            except OSError:
                raise self._death(what, "standard input") from None

    def _wait_to_write(self, what: str) -> None:
        """Until it reads; it may be waiting itself, until somebody reads what it says."""
        self._poll.register(self._stdin, select.POLLOUT)
        try:
            self._poll.poll(_GLANCE * 1000)
        finally:
            self._poll.unregister(self._stdin)
        self._hear(what)
        if len(self._buffer) <= _AT_ONCE:
            self._read(what)

    def _line(self, what: str, deadline: float, limit: float) -> bytes:
        looked = 0
        while (at := self._buffer.find(b"\n", looked)) < 0:
            looked = len(self._buffer)
            left = deadline - time.monotonic()
            ready = self._poll.poll(min(left, _LOOK) * 1000) if left > 0 else []
            if not ready and self._process.poll() is not None:
                raise self._death(what, "standard output")  # a child of it keeps the pipe open
            if left <= 0:
                raise self._silence(what, limit)
            for descriptor, _ in ready:
                if descriptor == self._stderr:
                    self._hear(what)
                else:
                    self._read(what)
        line = bytes(self._buffer[:at])
        del self._buffer[: at + 1]
        return line

    def _read(self, what: str) -> None:
        try:
            data = os.read(self._stdout, _AT_ONCE)
        except BlockingIOError:
            return
        if not data:
            raise self._death(what, "standard output")
        self._buffer += data
        if len(self._buffer) > _LONGEST_LINE:
            raise self.fault(f"wrote a line of over {_LONGEST_LINE >> 20} MiB", what)

    def _hear(self, what: str) -> None:
        self._said.hear()
        if not self._said.open:
            with contextlib.suppress(KeyError):
                self._poll.unregister(self._stderr)
        if self._said.too_much:
            hint = "make the SDK and the driver print less"
            raise self.fault(f"wrote over {MOST >> 20} MiB to standard error", what, hint=hint)

    def _ended_by_itself(self, limit: float) -> bool:
        """Whether it ends in time; what it still says is read, so that it can."""
        deadline = time.monotonic() + limit
        talking = {self._stdout, self._stderr} if self._said.open else {self._stdout}
        while talking and self._process.poll() is None and time.monotonic() < deadline:
            for descriptor, _ in self._poll.poll(_GLANCE * 1000):
                if self._drop(descriptor):
                    self._poll.unregister(descriptor)
                    talking.remove(descriptor)
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            return False
        return True

    def _drop(self, descriptor: int) -> bool:
        """Read and forget; whether the pipe has ended."""
        if descriptor == self._stderr:
            self._said.taken()
            return not self._said.open
        try:
            return not os.read(descriptor, _AT_ONCE)
        except BlockingIOError:
            return False

    def _silence(self, what: str, limit: float) -> HarnessError:
        if self._buffer:
            return self.fault("wrote half a line, and then nothing", what, bytes(self._buffer))
        return Silence(
            f"the driver did not answer {what} within {limit:g} s",
            hint="does it flush standard output after each line?"
            if what == "hello"
            else "find out what it waits for; every request it sent was answered",
            stderr=self._said.tail(),
        )

    def _death(self, what: str, closed: str) -> HarnessError:
        kind: type[HarnessError] = HarnessError
        try:
            how = f"ended with {processes.how_it_ended(self._process.wait(1))}"
            kind = HarnessError if self._buffer else Ended
        except subprocess.TimeoutExpired:
            how = f"closed its {closed}"
        cut = ", in the middle of a line" if self._buffer else ""
        said = self._said.tail()
        hint = "" if said.strip() else "it printed nothing to standard error; run it by hand"
        return kind(f"the driver {how} before it answered {what}{cut}", hint, stderr=said)
