"""The processes that a run starts: which they are, and that every one of them ends.

What a run starts carries a mark in its environment, and hands it on to what it starts itself. On
Linux the processes of a command line also come back to it when their parent dies, so that none can
slip away by detaching itself. Elsewhere `ps` tells who descends from whom, and a process that
starts a session of its own may outlive the run.
"""

from __future__ import annotations

import itertools
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

MARK = "CONFORMANCE_RUN"  # the variable that holds the mark
LINUX = sys.platform == "linux"
_ROUNDS = 50  # of looking for what is left; something that forks faster than that is given up
_GONE = (FileNotFoundError, ProcessLookupError)
_adopter = -1  # the process that is `responsible` for this one
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36


@dataclass(frozen=True)
class Running:
    """A process: its parent, its session (elsewhere than on Linux its group), and its state."""

    parent: int
    session: int
    ended: bool


OWN_MARK = os.environ.get(MARK) or secrets.token_hex(8)
_count = itertools.count(1)


def new_mark() -> str:
    """A mark for a process that is about to be started, below that of this process."""
    return f"{OWN_MARK}.{next(_count)}"


def follow_parent() -> None:
    """End this process, and all that it started, when it is told to or (Linux) its parent dies."""

    def end_too(_signal: int, _frame: object) -> None:
        end_own()
        os._exit(1)

    global _adopter
    _adopter = os.getppid()
    signal.signal(signal.SIGTERM, end_too)
    _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _prctl(option: int, value: int) -> None:
    if LINUX:
        import ctypes  # 5 ms, for those who start processes

        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def running() -> dict[int, Running]:
    """Every process that can be seen, by its id."""
    return dict(_from_proc() if LINUX else _from_ps())


def _from_proc() -> Iterator[tuple[int, Running]]:
    for name in os.listdir("/proc"):  # noqa: PTH208 - a Path for each would double the time
        if name.isdigit():
            with suppress(*_GONE):
                state, parent, _, session = status(int(name))
                yield int(name), Running(int(parent), int(session), state in (b"Z", b"X"))


def status(pid: int) -> list[bytes]:
    """State, parent, group and session of a process. Raises OSError if there is none (Linux)."""
    line = Path(f"/proc/{pid}/stat").read_bytes()
    return line[line.rindex(b")") + 2 :].split(b" ", 4)[:4]


def _from_ps() -> Iterator[tuple[int, Running]]:
    columns = ["-o", "pid=", "-o", "ppid=", "-o", "pgid=", "-o", "stat="]
    with subprocess.Popen(["ps", "-A", *columns], stdout=subprocess.PIPE, text=True) as listing:
        assert listing.stdout is not None
        for line in listing.stdout:
            pid, parent, group, state = line.split(maxsplit=3)
            if int(pid) != listing.pid:
                yield int(pid), Running(int(parent), int(group), state.startswith("Z"))


def mark_of(pid: int) -> str:
    """The mark that a process carries; "" if it carries none, or that cannot be seen."""
    try:
        variables = Path(f"/proc/{pid}/environ").read_bytes()
    except (*_GONE, PermissionError):
        return ""
    _, found, rest = (b"\0" + variables).partition(f"\0{MARK}=".encode())
    return rest.partition(b"\0")[0].decode("utf-8", "replace") if found else ""


def marked(pid: int, mark: str) -> bool:
    """Whether a process carries this mark or one below it."""
    return f"{mark_of(pid)}.".startswith(f"{mark}.")


def how_it_ended(code: int) -> str:
    """An exit code in words; below 0 it is the number of a signal."""
    if code >= 0:
        return f"exit code {code}"
    with suppress(ValueError):
        return f"signal {signal.Signals(-code).name}"
    return f"signal {-code}"


def descendants(pid: int, table: Mapping[int, Running]) -> list[int]:
    """The children of a process, their children, and so on."""
    children: dict[int, list[int]] = {}
    for each, known in table.items():
        children.setdefault(known.parent, []).append(each)
    found = list(children.get(pid, ()))
    for each in found:
        found += children.get(each, ())
    return found


def ancestors(pid: int, table: Mapping[int, Running]) -> list[int]:
    """The parent of a process, its parent, and so on."""
    found: list[int] = []
    while (known := table.get(pid)) is not None and known.parent not in found:
        pid = known.parent
        found.append(pid)
    return found


def tree(pid: int) -> Iterator[int]:
    """A process and its descendants, found without a look at every process (Linux)."""
    found = [pid]
    for each in found:
        yield each
        with suppress(*_GONE):
            for thread in os.listdir(f"/proc/{each}/task"):  # noqa: PTH208 - as above
                children = Path(f"/proc/{each}/task/{thread}/children").read_bytes()
                found += map(int, children.split())


def belongs(pid: int) -> bool:
    """Whether a process descends from this one, also where its parents have died (Linux)."""
    each = pid
    with suppress(*_GONE):
        while each not in (os.getpid(), _adopter) and each > 1:
            each = int(status(each)[1])
    if each == os.getpid() or marked(pid, OWN_MARK):
        return True
    # Adopted, and nothing says from which of its children: it may well be ours.
    return each == _adopter and not mark_of(pid)


def end(pid: int, mark: str) -> None:
    """End a process that was started in a session of its own, and everything it started.

    That is what is in its session, what descends from it, and what carries its mark.
    """

    def belonging(table: Mapping[int, Running]) -> Iterator[int]:
        below = set(descendants(pid, table))
        for each, known in table.items():
            if each in below or known.session == pid or marked(each, mark):
                yield each

    _end_all(belonging)


def end_own() -> None:
    """End everything that this process started, and what those started.

    What started this process may carry the same mark, as in a script that a run started.
    """

    def belonging(table: Mapping[int, Running]) -> Iterator[int]:
        below, above = set(descendants(os.getpid(), table)), set(ancestors(os.getpid(), table))
        mine = (each for each in table if each in below or marked(each, OWN_MARK))
        yield from (each for each in mine if each not in above)

    _end_all(belonging)


def reap_orphans(own: frozenset[int]) -> None:
    """Let go of adopted processes that have ended; `own` are those that somebody waits for.

    Only for a process that is `responsible`: nobody else may take what others wait for.
    """
    if sys.platform != "linux":
        return
    with suppress(ChildProcessError):
        while (ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)) is not None:
            if ended.si_pid in own:
                return
            os.waitpid(ended.si_pid, os.WNOHANG)


def _end_all(belonging: Callable[[Mapping[int, Running]], Iterator[int]]) -> None:
    """Kill until nothing is left: a process may start another while it is being ended."""
    for _ in range(_ROUNDS):
        table = {pid: known for pid, known in running().items() if not known.ended}
        found = [pid for pid in belonging(table) if pid != os.getpid()]
        if not found:
            return
        for pid in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)


@contextmanager
def responsible() -> Iterator[None]:
    """For a command that starts processes: none of them outlives the block, however it is left.

    SIGTERM and SIGHUP act like Ctrl-C, a KeyboardInterrupt. Nothing interrupts the end of the
    processes.
    """
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    # What is ignored stays ignored: that is what nohup asks for.
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    replaced = [each for each in signals if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, signal.default_int_handler) for each in replaced}
    try:
        yield
    finally:
        for each in replaced:
            signal.signal(each, signal.SIG_IGN)
        end_own()
        reap_orphans(frozenset())
        _prctl(_PR_SET_CHILD_SUBREAPER, 0)
        for each, handler in before.items():
            signal.signal(each, handler)
