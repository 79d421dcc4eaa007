"""Runs the suite in child processes, so that a client that hangs or dies costs one requirement.

Each child is pytest over a share of the requirements and tells its events through a pipe. A child
that ends early, or says nothing for too long, leaves an error at the requirement at hand; what it
had not begun goes to a new child. pytest-xdist is not used: it would need the same care for each
of its workers, and its reports carry no progress inside a test.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from kintone_conformance.isolation import PYTHON
from kintone_conformance.model import Result, Verdict
from kintone_conformance.plugin import SUITE
from kintone_conformance.report.events import Event, Hello, Judged, Started, Trouble, decode

SILENCE = 25.0  # seconds without an event; the driver's own limit is 10 s a call
RESTARTS = 3  # in a row without a requirement judged
_STDERR_TAIL = 2_000  # characters
_SCRUBBED = ("KINTONE_", "CYBOZU_", "KNTN_", "PYTEST_", "HYPOTHESIS_")


@dataclass(frozen=True)
class Order:
    """What is to be run; the options of the command line that children get."""

    adapter: str | None
    driver: str | None = None
    examples: int = 100
    seed: int | None = None
    door: str | None = None

    def arguments(self, events: int, ids: Sequence[str], of: Sequence[str]) -> list[str]:
        """The command of a child that judges some of the requirements of a run."""
        client = (
            ("--kintone-driver", self.driver)
            if self.driver is not None
            else ("--kintone-adapter", self.adapter)
        )
        given = [
            client,
            ("--kintone-examples", str(self.examples)),
            ("--kintone-only", ",".join(ids)),
            ("--kintone-of", ",".join(of)),
            ("--kintone-events", str(events)),
        ]
        if self.seed is not None:
            given.append(("--kintone-seed", str(self.seed)))
        if self.door is not None:
            given.append(("--kintone-door", self.door))
        options = [f"{name}={value}" for name, value in given]
        here = str(Path(__file__).parent)
        isolation = ["-c", os.devnull, "--rootdir", here, "--noconftest", "-p", "no:cacheprovider"]
        plugin = ["-p", "kintone_conformance.plugin", "-p", "no:logging", "-s"]
        pytest = [*PYTHON, "-m", "pytest", "-q", "--tb=no", "--no-header"]
        return [*pytest, *isolation, *plugin, "--pyargs", SUITE, *options]


@dataclass
class _Child:
    process: subprocess.Popen[bytes]
    pipe: int
    left: list[str]
    stderr: Path
    at_hand: str | None = None
    judged: int = 0
    last_heard: float = field(default_factory=time.monotonic)
    buffer: bytes = b""


class Broke(Exception):  # noqa: N818 - what a child says of why it cannot go on
    """No child can judge anything: the adapter cannot be loaded or made."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.message)
        self.trouble = trouble


def shares(ids: Sequence[str], workers: int) -> list[list[str]]:
    """The requirements, dealt out to so many children: neighbours take about as long."""
    return [share for start in range(workers) if (share := list(ids[start::workers]))]


class Run:
    """One run of the suite over some requirements, in so many children at a time."""

    def __init__(self, order: Order, ids: Sequence[str], workers: int, silence: float = SILENCE):
        self._order = order
        self._of = list(ids)
        self._silence = silence
        self._waiting = [(share, 0) for share in shares(ids, workers)]
        self._children: dict[int, tuple[_Child, int]] = {}
        self._selector = selectors.DefaultSelector()
        self._folder = tempfile.TemporaryDirectory(prefix="kintone-conformance-")
        self._hello = False

    def events(self) -> Iterator[Event]:
        """What happens, as it happens. Raises Broke where nothing can be judged at all."""
        with _ended(self):
            while self._waiting or self._children:
                while self._waiting:
                    self._start(*self._waiting.pop())
                for key, _ in self._selector.select(timeout=0.5):
                    yield from self._read(key.fd)
                yield from self._overdue()

    def close(self) -> None:
        """End every child."""
        for child, _ in list(self._children.values()):
            _end(child)
            os.close(child.pipe)
        self._children.clear()
        self._selector.close()
        self._folder.cleanup()

    def _start(self, ids: list[str], restarts: int) -> None:
        reading, writing = os.pipe()
        stderr = Path(self._folder.name, f"{reading}.stderr")
        with stderr.open("wb") as file:
            process = subprocess.Popen(
                self._order.arguments(writing, ids, self._of),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                env=self._environment(),
                pass_fds=(writing,),
                start_new_session=True,
            )
        os.close(writing)
        self._selector.register(reading, selectors.EVENT_READ)
        self._children[reading] = (_Child(process, reading, list(ids), stderr), restarts)

    def _environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.upper().startswith(_SCRUBBED) and not name.upper().endswith("_PROXY")
        }
        return {
            **kept,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTHONWARNINGS": "ignore",
            "TMPDIR": self._folder.name,  # what a killed process leaves goes with the folder
            "HYPOTHESIS_STORAGE_DIRECTORY": self._folder.name,  # nothing of it in the user's folder
        }

    def _read(self, pipe: int) -> Iterator[Event]:
        child, _ = self._children[pipe]
        data = os.read(pipe, 1 << 16)
        if not data:
            yield from self._gone(pipe, f"the process that ran the client {_how(child)}")
            return
        child.last_heard = time.monotonic()
        *lines, child.buffer = (child.buffer + data).split(b"\n")
        for line in lines:
            with suppress(msgspec.DecodeError):  # a client may write to any descriptor
                yield from self._heard(child, decode(line))

    def _heard(self, child: _Child, event: Event) -> Iterator[Event]:
        match event:
            case Trouble():
                raise Broke(event)
            case Hello():
                if self._hello:
                    return
                self._hello = True
            case Started(id_):
                child.at_hand = id_
            case Judged(result):
                child.left.remove(result.id)
                child.at_hand = None
                child.judged += 1
        yield event

    def _overdue(self) -> Iterator[Event]:
        now = time.monotonic()
        for pipe, (child, _) in list(self._children.items()):
            if now - child.last_heard > self._silence:
                _end(child)
                why = f"the process that ran the client said nothing for {self._silence:g} s"
                yield from self._gone(pipe, why)

    def _gone(self, pipe: int, why: str) -> Iterator[Event]:
        """A child is gone: blame the requirement at hand, give the rest to a new child."""
        child, restarts = self._children.pop(pipe)
        self._selector.unregister(pipe)
        os.close(pipe)
        _end(child)
        if not child.left:
            return
        tail = child.stderr.read_text("utf-8", "replace")[-_STDERR_TAIL:]
        restarts = 0 if child.judged else restarts + 1
        if restarts > RESTARTS or (child.at_hand is None and not child.judged):
            for id_ in child.left:
                yield Judged(_error(id_, why, tail))
            return
        if child.at_hand is not None:
            child.left.remove(child.at_hand)
            yield Judged(_error(child.at_hand, why, tail))
        if child.left:
            self._waiting.append((child.left, restarts))


def _error(id_: str, why: str, tail: str) -> Result:
    hint = "the other requirements were judged in a new process"
    return Result(id_, Verdict.ERROR, message=why, hint=hint, details=tail)


def _how(child: _Child) -> str:
    code = child.process.wait(5)
    if code >= 0:
        return f"ended with exit code {code}"
    return f"was ended by {signal.Signals(-code).name}"


def _end(child: _Child) -> None:
    with suppress(ProcessLookupError):
        os.killpg(child.process.pid, signal.SIGKILL)
    child.process.wait()


@contextmanager
def _ended(run: Run) -> Iterator[None]:
    try:
        yield
    finally:
        run.close()


def default_workers() -> int:
    """Two, where there are two cores: the requirements are many and short."""
    return min(2, os.cpu_count() or 1)
