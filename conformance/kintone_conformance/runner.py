"""Runs the suite in child processes, so that a client that hangs or dies costs one requirement.

Each child is pytest over a share of the requirements and tells its events through a pipe. A child
that ends early, or says nothing for too long, leaves an error at the requirement at hand; what it
had not begun goes to a new child. pytest-xdist is not used: it would need the same care for each
of its workers, and its reports carry no progress inside a test.
"""

from __future__ import annotations

import os
import selectors
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from kintone_conformance import processes
from kintone_conformance.children import Child, how_it_ended, own_folder, started
from kintone_conformance.model import Result, Verdict
from kintone_conformance.options import Order
from kintone_conformance.report.events import (
    Beat,
    Event,
    Hello,
    Judged,
    Started,
    Tick,
    Trouble,
    decode,
)

SILENCE = 60.0  # seconds without an event, beside those for answers: machines are busy
_WAITS = 4  # answers of one requirement that may stay away: of two calls, a repeat, and a twin
_LONGEST_EVENT = 64 << 20  # bytes
_PIPE = 1 << 16  # bytes that a pipe holds
RESTARTS = 3  # in a row without a requirement judged


class CannotJudge(Exception):  # noqa: N818 - what a child says of why it cannot go on
    """Nothing can be judged: the adapter cannot be loaded or made, the driver says no hello."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.message)
        self.trouble = trouble


def shares(ids: Sequence[str], workers: int) -> list[list[str]]:
    """The requirements, dealt out to so many children: neighbours take about as long."""
    return [share for start in range(workers) if (share := list(ids[start::workers]))]


class Run:
    """One run of the suite over some requirements, in so many children at a time.

    `responsible`: this process is `processes.responsible`, and has no other children.
    `check` is called twice a second or more; what it raises ends the run, with nothing lost that
    was judged until then.
    """

    def __init__(
        self,
        order: Order,
        ids: Sequence[str],
        workers: int,
        silence: float = SILENCE,
        clock: Callable[[], float] = time.monotonic,
        check: Callable[[], None] = lambda: None,
        responsible: bool = False,
    ) -> None:
        self._order = order
        self._of = list(ids)
        self._responsible = responsible
        self._silence = _WAITS * order.time_limit + silence
        self._clock = clock
        self._check = check
        self._waiting = [(share, 0) for share in shares(ids, workers)]
        self._children: dict[int, tuple[Child, int]] = {}
        self._selector = selectors.DefaultSelector()
        self._folder = own_folder()
        self._hello = False

    def events(self) -> Iterator[Event]:
        """What happens, as it happens. Raises CannotJudge if nothing can be judged at all."""
        with _ended(self):
            while self._waiting or self._children:
                while self._waiting:
                    self._start(*self._waiting.pop())
                yield from self._ready(timeout=0.5)
                try:
                    self._check()
                except BaseException:
                    yield from self._ready(timeout=0)
                    raise
                yield from self._overdue()
                self._reap()
                yield Tick()

    def _ready(self, timeout: float) -> Iterator[Event]:
        """What the children have to report now, or within so many seconds."""
        for key, _ in self._selector.select(timeout):
            yield from self._read(key)

    def close(self) -> None:
        """End every child, and remove the folder; a second time nothing is left to do."""
        try:
            for pipe, (child, _) in list(self._children.items()):
                del self._children[pipe]
                self._end(child)
            self._selector.close()
        finally:
            self._folder.cleanup()

    def _start(self, ids: list[str], restarts: int) -> None:
        Path(self._folder.name).mkdir(mode=0o700, exist_ok=True)  # a cleaner may have taken it
        child = started(self._order, ids, self._of, self._folder.name, self._clock())
        assert child.process.stdout is not None
        self._selector.register(child.pipe, selectors.EVENT_READ)
        self._selector.register(child.process.stdout, selectors.EVENT_READ, child)
        self._children[child.pipe] = (child, restarts)

    def _reap(self) -> None:
        if self._responsible:
            own = frozenset(child.process.pid for child, _ in self._children.values())
            processes.reap_orphans(own)

    def _read(self, key: selectors.SelectorKey) -> Iterator[Event]:
        if key.data is not None:
            self._hear(key.data)
            return
        pipe = key.fd
        child, _ = self._children[pipe]
        data = os.read(pipe, _PIPE)
        if not data:
            why = f"the process that ran the client {how_it_ended(child)}"
            yield from self._gone(pipe, why, "does the client end its process when it is loaded?")
            return
        child.last_heard = self._clock()
        *lines, child.buffer = (child.buffer + data).split(b"\n")
        if len(child.buffer) > _LONGEST_EVENT:
            child.buffer = b""
        for line in lines:
            try:
                event = decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                continue  # a client may write to any descriptor
            yield from self._heard(child, event)

    def _hear(self, child: Child) -> None:
        """Keep the last of what a child prints."""
        if child.closed:
            return
        child.said.taken()
        if not child.said.open:
            self._selector.unregister(child.said.pipe)

    def _heard(self, child: Child, event: Event) -> Iterator[Event]:
        match event:
            case Trouble() if self._hello:  # others have judged, and what they found stands
                for id_ in child.left:
                    yield Judged(_error(id_, event))
                child.left.clear()
                return
            case Trouble():
                raise CannotJudge(event)
            case Hello():
                if self._hello:
                    return
                self._hello = True
            case Started(id_) | Beat(id_) if id_ not in child.left:
                return  # a client may write to any descriptor
            case Judged(result) if result.id not in child.left:
                return
            case Started(id_):
                child.at_hand = id_
            case Judged(result):
                child.left.remove(result.id)
                child.at_hand = None
                child.judged += 1
        yield event

    def _overdue(self) -> Iterator[Event]:
        now = self._clock()
        for pipe, (child, _) in list(self._children.items()):
            if now - child.last_heard > self._silence:
                why = f"the process that ran the client sent nothing for {self._silence:g} s"
                yield from self._gone(pipe, why, "if the machine is busy, raise --time-limit")

    def _gone(self, pipe: int, why: str, hint: str) -> Iterator[Event]:
        """A child is gone: blame the requirement at hand, give the rest to a new child.

        The hint is for a run that has judged nothing.
        """
        child, restarts = self._children.pop(pipe)
        said = child.said.tail()
        self._end(child)
        if not child.left:
            return
        trouble = Trouble(why, "the other requirements were judged in a new process", stderr=said)
        if not self._hello:
            raise CannotJudge(Trouble(f"{why} before anything was judged", hint, stderr=said))
        restarts = 0 if child.judged else restarts + 1
        if restarts > RESTARTS or (child.at_hand is None and not child.judged):
            for id_ in child.left:
                yield Judged(_error(id_, trouble))
            return
        if child.at_hand is not None:
            child.left.remove(child.at_hand)
            yield Judged(_error(child.at_hand, trouble))
        if child.left:
            self._waiting.append((child.left, restarts))

    def _end(self, child: Child) -> None:
        """End a child and all that it started."""
        for descriptor in (child.pipe, child.said.pipe):
            with suppress(KeyError):
                self._selector.unregister(descriptor)
        processes.end(child.process.pid, child.mark)
        child.process.wait()
        child.closed = True
        os.close(child.pipe)
        assert child.process.stdout is not None
        child.process.stdout.close()


def _error(id_: str, trouble: Trouble) -> Result:
    return Result(
        id_,
        Verdict.ERROR,
        message=trouble.message,
        hint=trouble.hint,
        details=trouble.details,
        stderr=trouble.stderr,
    )


@contextmanager
def _ended(run: Run) -> Iterator[None]:
    try:
        yield
    finally:
        run.close()


def default_workers() -> int:
    """Two, if there are two cores: the requirements are many and short."""
    return min(2, os.cpu_count() or 1)
