"""What a run leaves out because a baseline lists it, and the other uses of fingerprints."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice, product, takewhile
from pathlib import Path, PurePath

from kintone_lint.baseline.entry import Entry
from kintone_lint.config import Config
from kintone_lint.counting import counted
from kintone_lint.errors import UsageError
from kintone_lint.findings import Finding, Result
from kintone_lint.records import record

_PAIRS = 10_000  # of a file and the path that it may have had


@record()
class Scope:
    """What a run looks at; a baseline's entries about anything else stay as they are.

    `paths` are the files and folders that were named; `settings` gives those of a file;
    `covers` says by the name of a file whether it was asked for, None for all. `history`: the
    run looks at commits, not at files.
    """

    paths: tuple[Path, ...]
    settings: Callable[[Path], Config]
    covers: Callable[[str], bool] | None = None
    history: bool = False

    def rules_for(self, file: Path) -> frozenset[str]:
        """The rules that look at a file."""
        return self.settings(file).rules_for(file)


@record()
class Known:
    """The entries of one baseline; their paths start from its folder.

    Without a baseline they start from the project around `folder`.
    """

    baseline: Path | None
    folder: Path
    entries: tuple[Entry, ...] = ()

    def new(self, found: Iterable[Finding]) -> list[Finding]:
        """The findings that the baseline does not list, with their fingerprints, in order."""
        named = self._named(found)
        excused, _ = self._met(named)
        return [each for number, each in enumerate(named) if number not in excused]

    def applied(self, result: Result, scope: Scope) -> Result:
        """A result without the findings that the baseline lists."""
        named = self._named(result.findings)
        excused, met = self._met(named)
        new = tuple(each for number, each in enumerate(named) if number not in excused)
        unmatched = [each for each in self._judged(result, scope) if each.fingerprint not in met]
        return replace(result, findings=new, excused=len(excused), unmatched=len(unmatched))

    def updated(self, result: Result, scope: Scope) -> Known:
        """The same after the baseline is written: what was found, and what was not looked at.

        Raises UsageError.
        """
        from kintone_lint.baseline.file import write
        from kintone_lint.baseline.fingerprints import below

        assert self.baseline is not None
        root = self.baseline.parent
        judged = {each.fingerprint for each in self._judged(result, scope)}
        kept = {each.fingerprint: each for each in self.entries if each.fingerprint not in judged}
        past = {each.fingerprint for each in self.entries if each.history}
        found = {
            each.fingerprint: Entry(
                each.rule,
                below(root, each.origin.file),
                each.fingerprint,
                each.message,
                scope.history or each.fingerprint in past,
            )
            for each in self._named(result.findings)
        }
        entries = tuple({**kept, **found}.values())
        write(self.baseline, entries)
        return replace(self, entries=entries)

    def unchecked(self, result: Result) -> int:
        """How many entries are of files that could not be looked at."""
        return len(self._troubled(result))

    def _named(self, found: Iterable[Finding]) -> list[Finding]:
        found = tuple(found)
        if not found:
            return []
        from kintone_lint.baseline.fingerprints import numbered

        return numbered(found, self._root)

    @property
    def _root(self) -> Path:
        from kintone_lint.python.imports import project_of

        return project_of(self.folder) if self.baseline is None else self.baseline.parent

    def _met(self, named: Sequence[Finding]) -> tuple[set[int], set[str]]:
        """Which findings the baseline lists, and the fingerprints of the entries that list them."""
        known = {each.fingerprint for each in self.entries}
        excused = {number for number, each in enumerate(named) if each.fingerprint in known}
        met = {named[number].fingerprint for number in excused}
        if len(excused) < len(named) and met < known:
            moved = self._moved(named, excused, met)
            excused |= moved.keys()
            met |= set(moved.values())
        return excused, met

    def _moved(self, named: Sequence[Finding], excused: set[int], met: set[str]) -> dict[int, str]:
        """Findings in files that were moved, and their old fingerprints.

        A finding is listed if it would be in a file that an entry names and that is gone:
        with the same rule, context and token. Each entry accounts for one file.
        """
        from kintone_lint.baseline.fingerprints import numbered

        gone: dict[str, set[str]] = {}
        for each in self.entries:
            if each.fingerprint not in met and not (self._root / each.path).exists():
                gone.setdefault(each.path, set()).add(each.fingerprint)
        files: dict[Path, list[int]] = {}
        for number, finding in enumerate(named):
            files.setdefault(finding.origin.file, []).append(number)
        left = {number for number in range(len(named)) if number not in excused}
        found: dict[int, str] = {}
        for file, path in _most_alike(files, gone):
            mine = files[file]
            if not gone[path] or left.isdisjoint(mine):
                continue
            there = numbered([named[number] for number in mine], self._root, {file: path})
            hits = {
                number: each.fingerprint
                for number, each in zip(mine, there, strict=True)
                if number in left and each.fingerprint in gone[path]
            }
            found |= hits
            left -= hits.keys()
            gone[path] -= set(hits.values())
        return found

    def _judged(self, result: Result, scope: Scope) -> list[Entry]:
        """The entries that this run would have matched if what they excuse were still there."""
        if not self.entries:
            return []
        named = [*map(_whole, scope.paths)]
        troubled = self._troubled(result)
        return [
            each
            for each in self.entries
            if not each.history
            and each not in troubled
            and self._is_in(each, named)
            and (scope.covers is None or scope.covers(PurePath(each.path).name))
            and each.rule in scope.rules_for(self._root / each.path)
        ]

    def _troubled(self, result: Result) -> set[Entry]:
        """The entries of files that could not be looked at."""
        places = [_whole(Path(error.path)) for error in result.errors]
        return {each for each in self.entries if places and self._is_in(each, places)}

    def _is_in(self, entry: Entry, places: Iterable[PurePath]) -> bool:
        file = _whole(self._root / entry.path)
        return any(file.is_relative_to(place) for place in places)


def _most_alike(files: Iterable[Path], gone: Iterable[str]) -> list[tuple[Path, str]]:
    """Pairs of a file and a path, those whose ends are most alike first."""

    def order(pair: tuple[Path, str]) -> tuple[int, Path, str]:
        ends = zip(reversed(pair[0].parts), reversed(PurePath(pair[1]).parts), strict=False)
        alike = sum(1 for _ in takewhile(lambda names: names[0] == names[1], ends))
        return -alike, *pair

    files, gone = [*files], [*gone]
    pairs: Iterable[tuple[Path, str]] = product(files, gone)
    if len(files) * len(gone) > _PAIRS:  # each takes a while to try: then a file keeps its name
        by_name: dict[str, list[str]] = {}
        for path in gone:
            by_name.setdefault(PurePath(path).name, []).append(path)
        alike = ((file, path) for file in files for path in by_name.get(file.name, ()))
        pairs = islice(alike, _PAIRS)
    return sorted(pairs, key=order)


def _whole(path: Path) -> PurePath:
    """A path without links, as an entry has it: with escapes for bytes that are not text."""
    return PurePath(os.path.realpath(path).encode("utf-8", "backslashreplace").decode("utf-8"))


class Baselines:
    """The baselines of a run: each finding belongs to that of the project it is written in.

    `named` is the one on the command line, for all findings. `baseline_of` gives the one that a
    file's settings name. Without a baseline paths start from `folder`, or, in a run over
    several `checkouts`, from the file's own checkout.
    """

    def __init__(
        self,
        named: Path | None,
        folder: Path,
        baseline_of: Callable[[Path], Path | None],
        files: Iterable[Path],
        *,
        writing: bool,
        checkouts: Sequence[Path] = (),
    ) -> None:
        self._checkouts = {each.resolve(): each for each in checkouts}
        self._of: Callable[[Path], Path | None] = (lambda _: named) if named else baseline_of
        mine = [named] if named else [baseline_of(file) for file in files]
        self.files = tuple(dict.fromkeys(each for each in mine if each))
        if writing and not self.files:
            raise UsageError("--update-baseline needs --baseline FILE, or the baseline setting")
        self._known: dict[Path | None, Known] = {None: Known(None, folder)}
        self._known |= {each: Known(None, each) for each in checkouts}
        self._known |= {each: known_by(each, folder, writing=writing) for each in self.files}
        self._added = 0

    def new(self, found: Iterable[Finding]) -> list[Finding]:
        """The findings that no baseline lists, with their fingerprints, in order."""
        return _joined(self._known[each].new(mine) for each, mine in self._parts(found).items())

    def applied(self, result: Result, scope: Scope) -> Result:
        """A result without the findings that a baseline lists; it says how many were added."""
        parts = [
            self._known[each].applied(replace(result, findings=tuple(mine)), scope)
            for each, mine in self._parts(result.findings).items()
        ]
        new = _joined(part.findings for part in parts)
        excused = sum(part.excused for part in parts)
        unmatched = sum(part.unmatched for part in parts)
        return replace(
            result,
            findings=tuple(new),
            excused=excused,
            added=self._added,
            unmatched=unmatched,
        )

    def update(self, result: Result, scope: Scope) -> list[str]:
        """Writes each baseline: what was found in its project, and what was not looked at.

        Gives sentences on what was added, removed or kept. Raises UsageError.
        """
        said = []
        for file, mine in self._parts(result.findings).items():
            if file is None or self._known[file].baseline is None:
                continue
            own = replace(result, findings=tuple(mine))
            gone = self._known[file].applied(own, scope).unmatched
            new = len(self._known[file].new(mine))
            self._known[file] = self._known[file].updated(own, scope)
            self._added += new
            if new:
                said.append(f"{counted(new, 'finding')} added to {file}")
            if gone:
                said.append(f"{file}: entries removed because nothing matches them: {gone}")
            if left := self._known[file].unchecked(own):
                said.append(f"{file}: entries kept because their files were not checked: {left}")
        return said

    def _parts(self, found: Iterable[Finding]) -> dict[Path | None, list[Finding]]:
        parts: dict[Path | None, list[Finding]] = {file: [] for file in self._known}
        for finding in found:
            file = self._of(finding.origin.file) or self._checkout(finding.origin.file)
            parts[file if file in parts else None].append(finding)
        return parts

    def _checkout(self, file: Path) -> Path | None:
        """The innermost checkout that a file is in, without links."""
        if not self._checkouts:
            return None
        return next(
            (self._checkouts[each] for each in file.parents if each in self._checkouts), None
        )


def _joined(parts: Iterable[Iterable[Finding]]) -> list[Finding]:
    return sorted((each for part in parts for each in part), key=lambda each: each.place())


def known_by(baseline: Path, folder: Path, *, writing: bool) -> Known:
    """The entries of a baseline; one that is to be written may be missing. Raises UsageError."""
    from kintone_lint.baseline.file import read

    missing = writing and not baseline.exists()
    return Known(baseline, folder, () if missing else read(baseline))
