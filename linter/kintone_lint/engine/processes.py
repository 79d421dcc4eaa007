"""Work in several processes, which end with the run, whatever ends it."""

from __future__ import annotations

import gc
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children
from pathlib import Path
from typing import TypeVar

from kintone_lint.engine.worker import chunk, failed
from kintone_lint.files.triage import Job
from kintone_lint.findings import FileResult
from kintone_lint.python.cost import MEMORY
from kintone_lint.rules import all_rules

DIED = "the process that checked it died, perhaps because memory ran out"
_Share = TypeVar("_Share")
_Found = TypeVar("_Found")
_ENDING = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


def in_workers(
    jobs: list[Job], everything: frozenset[Path], workers: int
) -> Iterator[tuple[Job, FileResult | None]]:
    """Each job with what it gave; None for one that is too large for its share of the memory."""
    all_rules()  # imported once, for the processes that are forked
    share = MEMORY // workers
    chunks = [(part, everything, share) for part in _parts(jobs, workers * 8)]
    broken: list[Job] = []
    with processes(workers) as pool:
        futures = submitted(pool, chunk, chunks)
        for (mine, _, _), future in zip(chunks, futures, strict=True):
            try:
                yield from zip(mine, future.result(), strict=True)
            except BrokenExecutor:
                broken += mine
    shares = [([job], everything, share) for job in broken]
    for job, found in zip(broken, alone(chunk, shares), strict=True):
        yield job, failed(job, DIED) if found is None else found[0]


def alone(work: Callable[[_Share], _Found], shares: Sequence[_Share]) -> Iterator[_Found | None]:
    """What each share gives in one process; None for one that ends it, which costs no other."""
    left = deque(shares)
    while left:
        with processes(1) as pool:
            while left:
                (future,) = submitted(pool, work, [left.popleft()])
                try:
                    found = future.result()
                except BrokenExecutor:
                    yield None
                    break
                yield found


def _parts(jobs: list[Job], count: int) -> list[list[Job]]:
    """Jobs in parts of like size, the largest first. Neighbours, who import each other, are in one.

    Each part parses what its files import once.
    """
    most = sum(len(job.source.raw) for job in jobs) // count
    parts: list[list[Job]] = [[]]
    size = 0
    for job in sorted(jobs, key=lambda job: job.source.file):
        if parts[-1] and size + len(job.source.raw) // 2 > most:
            parts.append([])
            size = 0
        parts[-1].append(job)
        size += len(job.source.raw)
    return sorted(parts, key=lambda part: sum(len(job.source.raw) for job in part), reverse=True)


@contextmanager
def processes(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that are ended, and not waited for, where something ends the run early."""
    others = {*active_children()}
    pool = ProcessPoolExecutor(workers, initializer=_begin)
    try:
        yield pool
    except BaseException:
        for process in {*active_children()} - others:
            process.terminate()
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def submitted(
    pool: ProcessPoolExecutor, work: Callable[[_Share], _Found], shares: Sequence[_Share]
) -> list[Future[_Found]]:
    """The shares at work. What a signal raises while Python forks would be lost: it has to wait."""
    if sys.platform == "win32":
        return [_submit(pool, work, each) for each in shares]
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        return [_submit(pool, work, each) for each in shares]
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _submit(
    pool: ProcessPoolExecutor, work: Callable[[_Share], _Found], share: _Share
) -> Future[_Found]:
    """A share at work; one that a pool does not take as a process of it has died, failed."""
    try:
        return pool.submit(work, share)
    except BrokenExecutor as error:
        refused: Future[_Found] = Future()
        refused.set_exception(error)
        return refused


def _begin() -> None:
    """A worker ends at a signal without a word; it waited for this since it was forked."""
    for each in _ENDING:
        signal.signal(each, signal.SIG_DFL)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
    gc.disable()
