"""The contents of a repository's blobs, read by one process of git after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from enum import Enum

from kintone_lint.files.dot_git import GitError
from kintone_lint.files.git import Started, started
from kintone_lint.files.history import OBJECTS, History, missing_of
from kintone_lint.python.source import MAX_BYTES

_STARTS = 1_000  # of git, which dies of what it cannot read
_LINE = 4096
_PART = 1 << 20  # bytes that are read at once of what nobody looks at


class Absent(Enum):
    """Why there is no content of a blob: git has none, it is too large, or git died of it."""

    MISSING = "missing"
    LARGE = "large"
    DIED = "died"


class Blobs:
    """Reads blobs by their names, in one process of git as long as it lives.

    Counts the `bytes` that were read, what is `large`, and what is `lost`: missing or broken.
    """

    def __init__(self, history: History) -> None:
        self._repository = history.repository
        self._missing = missing_of(history)
        self._process: Started | None = None
        self._starts = 0
        self.bytes = self.large = 0
        self.lost: set[str] = set()

    def __enter__(self) -> Blobs:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def read(self, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """The blobs that can be read, in order. Raises GitError.

        The `names` must fit into a pipe: about 1,000.
        """
        self.lost |= self._missing & {*names}
        left = [name for name in names if name not in self._missing]
        while left:
            self._ask(left)
            for number, name in enumerate(left, 1):
                match self._answer():
                    case bytes(raw):
                        yield name, raw
                    case Absent.LARGE:
                        self.large += 1
                    case Absent.MISSING:
                        self.lost.add(name)
                    case Absent.DIED:
                        self._end()
                        self.lost.add(name)
                        left = left[number:]
                        break
            else:
                return

    def _ask(self, names: Sequence[str]) -> None:
        if self._process is None:
            self._starts += 1
            if self._starts > _STARTS:
                raise GitError("too many of its objects cannot be read")
            words = [*OBJECTS, "cat-file", "--batch"]
            self._process = started(self._repository, words, None, asked=True)
        assert self._process.stdin
        try:
            self._process.stdin.write("".join(f"{name}\n" for name in names).encode("ascii"))
            self._process.stdin.flush()
        except OSError:  # it has died: no answer comes
            pass

    def _answer(self) -> bytes | Absent:
        """The next blob, or why there is none."""
        assert self._process
        assert self._process.stdout
        stream = self._process.stdout
        words = stream.readline(_LINE).split()  # name, type, size; or name, "missing"
        if len(words) != 3:
            return Absent.MISSING if len(words) == 2 else Absent.DIED
        size = int(words[2])
        if size > MAX_BYTES:
            left = size + 1
            while left and (part := stream.read(min(left, _PART))):
                left -= len(part)
            return Absent.DIED if left else Absent.LARGE
        raw = stream.read(size + 1)
        if len(raw) <= size:
            return Absent.DIED
        self.bytes += size
        return bytes(raw[:-1])

    def _end(self) -> None:
        """Lets git go."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with suppress(OSError), process:  # what was not read by git is lost with it
                pass
