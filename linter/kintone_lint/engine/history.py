"""The credentials in the history of a repository, each once: where it was written, and when.

Each blob is looked at once, as a file alone: what it imports is not there. Of a secret only its
place leaves the process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from kintone_lint.config import Config
from kintone_lint.counting import counted
from kintone_lint.engine.many_versions import Blob, Versions
from kintone_lint.engine.run import uncollected
from kintone_lint.engine.version import Version, is_worth_a_look
from kintone_lint.files.blobs import Blobs
from kintone_lint.files.dot_git import GitError
from kintone_lint.files.git import Repository
from kintone_lint.files.history import Change, Commit, History, changes, in_head, opened
from kintone_lint.findings import IN_PART, Finding, Span, Trouble
from kintone_lint.kintone.secrets import ADVICE
from kintone_lint.left_out import LeftOut
from kintone_lint.python.source import MAX_BYTES, shown
from kintone_lint.texts.kinds import form_of

_BATCH = 256  # blobs that git is asked for at once: their names fill no pipe
_EVENTS = 5_000
_PATHS = 20  # of one secret that are named

Progress = Callable[["Looked"], None]


@dataclass
class Leak:
    """A secret in a history. `finding` is where it was written last, or where HEAD has it.

    `removed` is the last commit that took it out of a file.
    """

    finding: Finding
    first: Commit
    last: Commit
    removed: Commit | None = None
    head: bool = False
    paths: dict[str, Span] = field(default_factory=dict)

    @property
    def when(self) -> str:
        """First and last commit, and whether it is still there."""
        if self.last == self.first:
            said = f"committed in {self.first.told}"
        else:
            said = f"first committed in {self.first.told}, last in {self.last.told}"
        if self.head:
            return f"{said}, still in HEAD"
        gone = f", removed in {self.removed.told}" if self.removed else ""
        return f"{said}{gone}, not in HEAD"


@dataclass
class Looked:
    """What was looked at so far, of how many `commits`."""

    root: Path
    commits: int = 0
    of: int = 0
    blobs: int = 0
    bytes: int = 0
    leaks: dict[str, Leak] = field(default_factory=dict)
    errors: list[Trouble] = field(default_factory=list)
    left_out: LeftOut = field(default_factory=LeftOut)

    def findings(self) -> list[Finding]:
        """A finding for each secret."""
        return [_finding(leak) for leak in self.leaks.values()]


def history(
    repository: Repository,
    settings: Callable[[Path], Config],
    told: Progress = lambda looked: None,
) -> Looked:
    """Reads the history of a repository; `told` hears at each commit what was looked at before."""
    looked = Looked(repository.root)
    name = shown(repository.root)
    try:
        known = opened(repository)
        looked.of = known.count
        looked.errors += [Trouble(name, why, outcome=IN_PART) for why in known.notes]
        with uncollected(), Blobs(known) as blobs, Versions() as versions:
            reader = _Reader(looked, known, blobs, versions, settings, told)
            try:
                reader.read()
            finally:
                reader.tell(name)
    except GitError as error:
        why = f"its history was not read to the end: {error}"
        looked.errors.append(Trouble(name, why, outcome=IN_PART))
    return looked


class _Reader:
    """Goes through the commits; blobs are read in batches, then their changes are replayed."""

    def __init__(
        self,
        looked: Looked,
        known: History,
        blobs: Blobs,
        versions: Versions,
        settings: Callable[[Path], Config],
        told: Progress,
    ) -> None:
        self._looked = looked
        self._known = known
        self._blobs = blobs
        self._versions = versions
        self._settings = settings
        self._told = told
        self._present = in_head(known.repository)
        self._seen: set[bytes] = set()
        self._fresh: dict[str, str] = {}  # blobs to read, each with the path it has first
        self._events: list[Change] = []
        self._at_work: set[str] = set()  # blobs of which nobody knows yet what they hold
        self._leaky: dict[str, list[tuple[str, Finding]]] = {}
        self._unparsed = 0
        self._excluded: set[str] = set()  # paths
        self._wanted = lru_cache(maxsize=100_000)(self._is_wanted)

    def read(self) -> None:
        """Raises GitError; what was found until then is kept."""
        for each in self._versions.look(self._history()):
            if isinstance(each, list):
                for change in each:
                    self._replay(change)
            else:
                self._note(each.name, each.version)

    def _history(self) -> Iterator[Blob | list[Change]]:
        """Blobs that are worth a look, and after them the changes that are about them."""
        try:
            for each in changes(self._known):
                if isinstance(each, Commit):
                    self._looked.commits += 1
                    self._looked.bytes = self._blobs.bytes
                    self._told(self._looked)
                elif self._add(each):
                    yield from self._batch()
        except GitError:
            yield from self._batch()
            raise
        yield from self._batch()

    def tell(self, name: str) -> None:
        """Notes what was not looked at."""
        looked, lost = self._looked, len(self._blobs.lost)
        looked.bytes = self._blobs.bytes
        looked.left_out.excluded += len(self._excluded)
        if lost:
            said = f"{counted(lost, 'version')} of files missing or broken"
            looked.errors.append(Trouble(name, said, outcome=IN_PART))
        notes = looked.left_out.notes
        if self._blobs.large:
            large = counted(self._blobs.large, "version")
            notes.append(f"{large} of files larger than {MAX_BYTES // 1_000_000} MB were left out.")
        if self._unparsed:
            notes.append(
                f"{self._unparsed} Python files could not be parsed, and were searched "
                f"for tokens only."
            )

    def _is_wanted(self, path: str) -> bool:
        file = self._looked.root / path
        if form_of(file.name) is None:
            return False
        if self._settings(file).excluded(file):
            self._excluded.add(path)
        return path not in self._excluded

    def _add(self, change: Change) -> bool:
        """Notes a change; whether there are enough to be looked at."""
        blob = change.blob
        if blob is not None and self._wanted(change.path):
            name = bytes.fromhex(blob)
            if name not in self._seen:
                self._seen.add(name)
                self._fresh[blob] = change.path
        known = (self._leaky, self._fresh, self._at_work)
        if any(each in names for each in (blob, *change.before) for names in known):
            self._events.append(change)
        return len(self._fresh) >= _BATCH or len(self._events) >= _EVENTS

    def _batch(self) -> Iterator[Blob | list[Change]]:
        fresh, self._fresh = self._fresh, {}
        events, self._events = self._events, []
        for name, raw in self._blobs.read([*fresh]):
            self._looked.blobs += 1
            file = self._looked.root / fresh[name]
            config = self._settings(file)
            if is_worth_a_look(file, raw, config):
                self._at_work.add(name)
                yield Blob(name, file, raw, config)
        yield events

    def _note(self, name: str, version: Version) -> None:
        """What a blob gave."""
        self._at_work.discard(name)
        self._unparsed += version.unparsed
        self._looked.errors += version.errors
        if version.found:
            self._leaky[name] = version.found

    def _replay(self, change: Change) -> None:
        """What a commit does to the secrets of a file."""
        now = self._leaky.get(change.blob or "", ())
        leaks = self._looked.leaks
        for key, finding in now:
            here = _at(finding, self._looked.root / change.path)
            leak = leaks.setdefault(key, Leak(here, change.commit, change.commit))
            leak.last, leak.removed = change.commit, None
            present = (change.path, change.blob) in self._present
            if present or not leak.head:
                leak.finding = here
            leak.head |= present
            if len(leak.paths) < _PATHS or change.path in leak.paths:
                leak.paths[change.path] = here.span
        kept = {key for key, _ in now}
        before = {key for blob in change.before for key, _ in self._leaky.get(blob, ())}
        for key in before - kept:
            leaks[key].removed = change.commit


def _at(finding: Finding, file: Path) -> Finding:
    """A finding in a blob, at a path that has it."""
    if finding.origin.file == file:
        return finding
    span = replace(finding.span, path=shown(file))
    return replace(finding, span=span, origin=replace(finding.origin, file=file))


def _finding(leak: Leak) -> Finding:
    """What is reported of a secret."""
    finding = leak.finding
    message = f"{finding.message.removesuffix(f'; {ADVICE}')}, {leak.when}; {ADVICE}"
    others = [each for each in leak.paths.values() if each.path != finding.span.path]
    related = tuple((each, "also written here") for each in others)
    return replace(finding, message=message, related=related, fix=None, flow=())
