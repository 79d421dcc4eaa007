"""The versions of a history, one after the other, or in several processes if they are many."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from kintone_lint.config import Config
from kintone_lint.engine.run import worker_count
from kintone_lint.engine.version import Version, secrets_in
from kintone_lint.files.dot_git import GitError
from kintone_lint.files.history import Change
from kintone_lint.findings import Trouble
from kintone_lint.python.source import shown

_ALONE = 300_000  # bytes that are looked at before other processes are started
_PART = 20_000  # bytes that are handed over at once
_CHANGE = 20  # bytes that one change counts for: changes that wait take memory, too
_WAITING = 4  # parts for each process: what waits takes memory


class Blob(NamedTuple):
    """A blob by its name, with a path that has it, its bytes, and the settings of that file."""

    name: str
    file: Path
    raw: bytes
    config: Config


class Looked(NamedTuple):
    """What a blob gave."""

    name: str
    version: Version


_Read = Blob | list[Change]


def found_in(blobs: list[Blob]) -> list[Version]:
    """What each of some blobs gave."""
    return [_version(blob) for blob in blobs]


def _version(blob: Blob) -> Version:
    return secrets_in(blob.file, blob.raw, blob.config)


class Versions:
    """Looks at the blobs of a history. Its processes live until the end of the `with`."""

    def __init__(self) -> None:
        self._workers = worker_count()
        self._left = _ALONE
        self._stack = ExitStack()
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Versions:
        return self

    def __exit__(self, *raised: object) -> None:
        self._stack.__exit__(*raised)  # type: ignore[arg-type]

    def look(self, history: Iterable[_Read]) -> Iterator[Looked | list[Change]]:
        """A history in its order, with what its blobs gave in their place.

        It is read ahead while other processes are at work. Raises GitError, after all that was
        read before.
        """
        waiting: deque[_Waiting] = deque()
        error: GitError | None = None
        try:
            for part in _parts(history):
                waiting.append(self._begun(part))
                if self._pool is None or len(waiting) > _WAITING * self._workers:
                    yield from self._ended(waiting.popleft())
        except GitError as raised:
            error = raised
        while waiting:
            yield from self._ended(waiting.popleft())
        if error is not None:
            raise error

    def _begun(self, part: list[_Read]) -> _Waiting:
        blobs = [each for each in part if isinstance(each, Blob)]
        if not blobs or self._left > 0 or self._workers == 1:
            self._left -= sum(len(blob.raw) for blob in blobs)
            return _Waiting(part, blobs)
        from kintone_lint.engine.processes import processes, submitted  # not for a small history

        if self._pool is None:
            self._pool = self._stack.enter_context(processes(self._workers))
        (future,) = submitted(self._pool, found_in, [blobs])
        return _Waiting(part, blobs, future, self._pool)

    def _ended(self, waiting: _Waiting) -> Iterator[Looked | list[Change]]:
        try:
            found = waiting.future.result() if waiting.future else found_in(waiting.blobs)
        except BrokenExecutor:
            if self._pool is waiting.pool:
                self._pool = None  # the next part gets another one
            found = _alone(waiting.blobs)
        versions = iter(found)
        for each in waiting.part:
            yield Looked(each.name, next(versions)) if isinstance(each, Blob) else each


class _Waiting(NamedTuple):
    """A part of a history; if its blobs are looked at by other processes, with what they give."""

    part: list[_Read]
    blobs: list[Blob]
    future: Future[list[Version]] | None = None
    pool: ProcessPoolExecutor | None = None


def _parts(history: Iterable[_Read]) -> Iterator[list[_Read]]:
    """A history in parts. Raises GitError after the last of what was read."""
    part: list[_Read] = []
    size = 0
    try:
        for each in history:
            part.append(each)
            size += len(each.raw) if isinstance(each, Blob) else _CHANGE * len(each)
            if size >= _PART:
                yield part
                part, size = [], 0
    except GitError:
        if part:
            yield part
        raise
    if part:
        yield part


def _alone(blobs: list[Blob]) -> list[Version]:
    """What blobs gave one by one, as one of them ended the process that looked at all."""
    from kintone_lint.engine.processes import DIED, alone

    found = alone(found_in, [[blob] for blob in blobs])
    return [
        Version(errors=[Trouble(shown(blob.file), DIED)]) if versions is None else versions[0]
        for blob, versions in zip(blobs, found, strict=True)
    ]
