"""What a run leaves out because its baseline knows it, and what else fingerprints are for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kintone_lint.errors import UsageError

if TYPE_CHECKING:
    from kintone_lint.findings import Finding, Result


@dataclass(frozen=True)
class Known:
    """The fingerprints of a baseline; paths in them start from its folder.

    Without one they start from the project around `folder`.
    """

    baseline: Path | None
    folder: Path
    fingerprints: frozenset[str] = frozenset()

    def new(self, found: Iterable[Finding]) -> list[Finding]:
        """The findings that are not known, with their fingerprints."""
        return [each for each in self._named(found) if each.fingerprint not in self.fingerprints]

    def applied(self, result: Result, *, whole: bool) -> Result:
        """A result without what is known; `whole` where entries that met nothing may be gone."""
        named = self._named(result.findings)
        new = tuple(each for each in named if each.fingerprint not in self.fingerprints)
        unmatched = self.fingerprints - {each.fingerprint for each in named} if whole else ()
        excused = len(named) - len(new)
        return replace(result, findings=new, excused=excused, unmatched=len(unmatched))

    def rewritten(self, found: Iterable[Finding]) -> Known:
        """The same after the baseline is written with what was found. Raises UsageError."""
        from kintone_lint.baseline import write

        assert self.baseline is not None
        named = self._named(found)
        write(self.baseline, named)
        return replace(self, fingerprints=frozenset(each.fingerprint for each in named))

    def _named(self, found: Iterable[Finding]) -> list[Finding]:
        found = tuple(found)
        if not found:
            return []
        from kintone_lint.fingerprints import numbered
        from kintone_lint.imports import project_of

        root = project_of(self.folder) if self.baseline is None else self.baseline.parent
        return numbered(found, root)


class Baselines:
    """The baselines of a run: each finding is known by that of the project it is written in.

    `named` is the one of the command line, for all findings. `baseline_of` a file is what its
    settings name; `folder` is where paths start from where there is no baseline.
    """

    def __init__(
        self,
        named: Path | None,
        folder: Path,
        baseline_of: Callable[[Path], Path | None],
        files: Iterable[Path],
        *,
        writing: bool,
    ) -> None:
        self._of: Callable[[Path], Path | None] = (lambda _: named) if named else baseline_of
        mine = [named] if named else [baseline_of(file) for file in files]
        self.files = tuple(dict.fromkeys(each for each in mine if each))
        if writing and not self.files:
            raise UsageError("--write-baseline needs --baseline FILE, or baseline in the settings")
        read = (known_by(each, folder, writing=writing) for each in self.files)
        self._known: dict[Path | None, Known] = {None: Known(None, folder)}
        self._known |= {each.baseline: each for each in read}

    def new(self, found: Iterable[Finding]) -> list[Finding]:
        """The findings that are not known, with their fingerprints, in order."""
        return self._joined({each: each.new(mine) for each, mine in self._parts(found).items()})

    def applied(self, result: Result, *, whole: bool) -> Result:
        """A result without what is known; `whole` where entries that met nothing may be gone."""
        parts = self._parts(result.findings)
        done = {
            known: known.applied(replace(result, findings=tuple(mine)), whole=whole)
            for known, mine in parts.items()
        }
        new = self._joined({known: part.findings for known, part in done.items()})
        excused = sum(part.excused for part in done.values())
        unmatched = sum(part.unmatched for part in done.values())
        return replace(result, findings=tuple(new), excused=excused, unmatched=unmatched)

    def rewrite(self, found: Iterable[Finding]) -> dict[Path, int]:
        """Writes each baseline with what was found in its project. Raises UsageError.

        Gives the files of which entries are gone, and how many.
        """
        gone = {}
        for known, mine in self._parts(found).items():
            if known.baseline is not None:
                after = known.rewritten(mine)
                self._known[known.baseline] = after
                if number := len(known.fingerprints - after.fingerprints):
                    gone[known.baseline] = number
        return gone

    def _parts(self, found: Iterable[Finding]) -> dict[Known, list[Finding]]:
        parts: dict[Known, list[Finding]] = {known: [] for known in self._known.values()}
        for finding in found:
            known = self._known.get(self._of(finding.origin.file), self._known[None])
            parts[known].append(finding)
        return parts

    @staticmethod
    def _joined(parts: Mapping[Known, Iterable[Finding]]) -> list[Finding]:
        return sorted(
            (each for part in parts.values() for each in part), key=lambda each: each.place()
        )


def known_by(baseline: Path, folder: Path, *, writing: bool) -> Known:
    """What a baseline knows; one that is to be written may be missing. Raises UsageError."""
    from kintone_lint.baseline import read

    missing = writing and not baseline.exists()
    return Known(baseline, folder, frozenset() if missing else read(baseline))
