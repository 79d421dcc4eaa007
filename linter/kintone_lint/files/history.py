"""What a repository's history holds: each commit with the files that it writes, and their bytes.

Git is asked as in `git`: it runs nothing and fetches nothing. What is missing or broken is
reported, and the rest is read.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from kintone_lint.files.dot_git import GitError
from kintone_lint.files.git import (
    Repository,
    ask,
    complaint,
    repository_of,
    started,
)
from kintone_lint.records import record

_BUFFER = 65_536
_LONGEST = 8192  # bytes of a path
_FILES = (b"100644", b"100755")  # modes; a link holds a path, a submodule no file
_BARE = ("HEAD", "objects", "refs")
OBJECTS = ("--no-replace-objects",)  # as they were made


@record()
class Commit:
    """A commit and its time, in seconds since 1970."""

    name: str
    time: int

    @property
    def day(self) -> str:
        try:
            return datetime.fromtimestamp(self.time, UTC).date().isoformat()
        except (ValueError, OverflowError, OSError):
            return "an unknown date"

    @property
    def told(self) -> str:
        return f"{self.name[:12]} of {self.day}"


@record()
class Change:
    """What a commit does to a file: its blob after it, None if it is gone, and before it."""

    commit: Commit
    path: str
    blob: str | None
    before: tuple[str, ...]


@dataclass
class History:
    """A repository whose history is read. `notes` are sentences on what is not there."""

    repository: Repository
    commits: bytes = b""  # their names, parents first, one a line
    notes: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return self.commits.count(b"\n")


def repository_named(path: Path) -> Repository:
    """The repository that somebody names: one around a folder, or a bare one. Raises GitError."""
    found = repository_of(path) if path.is_dir() else None
    whole = path.resolve()
    bare = all(os.path.lexists(whole / name) for name in _BARE)
    if bare and (found is None or found.root != whole):
        return Repository(whole, _doubt(whole), bare=True)
    if found is None:
        raise GitError("it is not a git repository")
    return found


def _doubt(folder: Path) -> str | None:
    """Why git is not asked about a bare repository: another user owns it; else None."""
    if hasattr(os, "geteuid") and folder.stat().st_uid not in (os.geteuid(), 0):
        return "it belongs to another user"
    return None


def opened(repository: Repository) -> History:
    """The history of all branches, tags and other refs, and of HEAD. Raises GitError."""
    words = [*OBJECTS, "rev-list", "--all", "--topo-order", "--reverse"]
    history = History(repository, ask(repository, words))
    if ask(repository, ["rev-parse", "--is-shallow-repository"]).strip() == b"true":
        said = "the clone is shallow: its older commits are not here; git fetch --unshallow"
        history.notes.append(f"{said} brings them")
    return history


def in_head(repository: Repository) -> set[tuple[str, str]]:
    """Path and blob of each file in HEAD; nothing if it has no commit. Raises GitError."""
    try:
        answer = ask(repository, [*OBJECTS, "ls-tree", "-r", "-z", "--full-tree", "HEAD"])
    except GitError:
        if ask(repository, ["rev-parse", "--verify", "-q", "HEAD"], none=1):
            raise
        return set()
    found = set()
    for entry in answer.split(b"\0"):
        about, _, path = entry.partition(b"\t")
        if path:
            found.add((os.fsdecode(path), about.split(b" ")[2].decode("ascii")))
    return found


def changes(history: History) -> Iterator[Commit | Change]:
    """Each commit, parents first, and after it the files that it writes or removes.

    For a merge: the files that differ from every parent. Raises GitError.
    """
    words = [*OBJECTS, "diff-tree", "--stdin", "--always", "-r", "-c", "--root", "--raw", "-z"]
    words += ["--no-renames", "--no-abbrev", "--no-ext-diff", "--no-textconv", "--format=%H %ct"]
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as errors:
        given.write(history.commits)
        given.seek(0)
        process = started(history.repository, words, errors, given)
        with process:
            try:
                assert process.stdout
                yield from _read(process.stdout)
            except BaseException:
                process.kill()
                raise
        if why := complaint(errors, failed=process.returncode != 0):
            raise GitError(why)


def _read(stream: IO[bytes]) -> Iterator[Commit | Change]:
    commit = Commit("", 0)
    tokens = _tokens(stream)
    for token in (each.strip(b"\n") for each in tokens):
        # ::100644 100644 100644 BEFORE BEFORE AFTER MM, then the path: for two parents, two colons,
        # two modes and two blobs before the commit's own, and a letter for each.
        if token.startswith(b":"):
            path = os.fsdecode(next(tokens, b""))
            parents = len(token) - len(token.lstrip(b":"))
            words = token[parents:].split(b" ")
            blobs = [each.decode("ascii") for each in words[parents + 1 : -1]]
            blob = blobs[-1] if words[parents] in _FILES else None
            if any(each in _FILES for each in words[: parents + 1]):
                yield Change(commit, path, blob, tuple(blobs[:-1]))
        elif token:
            name, _, time = token.partition(b" ")
            seconds = int(time) if time.lstrip(b"-").isdigit() else 0
            commit = Commit(name.decode("ascii", "replace"), seconds)
            yield commit


def _tokens(stream: IO[bytes]) -> Iterator[bytes]:
    """What is between null bytes. Raises GitError."""
    left = b""
    while part := stream.read(_BUFFER):
        *whole, left = (left + part).split(b"\0")
        if len(left) > _LONGEST:
            raise GitError("git's answer contains a path that is too long")
        yield from whole


def missing_of(history: History) -> set[str]:
    """The blobs that a partial clone has not fetched, and never fetches here. Raises GitError."""
    settings = r"^(extensions\.partialclone|remote\..*\.promisor)$"
    words = ["config", "--local", "--get-regexp", settings]
    if not ask(history.repository, words, none=1):
        return set()
    words = [*OBJECTS, "rev-list", "--all", "--objects", "--no-object-names", "--missing=print"]
    answer = ask(history.repository, words)
    return {line[1:].decode("ascii") for line in answer.splitlines() if line.startswith(b"?")}
