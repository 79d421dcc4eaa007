"""What a run leaves out because its baseline knows it, and what else fingerprints are for."""

from __future__ import annotations

from collections.abc import Iterable
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


def known_by(baseline: Path | None, folder: Path, *, writing: bool) -> Known:
    """What a baseline knows; one that is to be written may be missing. Raises UsageError."""
    if baseline is None:
        if writing:
            raise UsageError("--write-baseline needs --baseline FILE, or baseline in the settings")
        return Known(None, folder)
    from kintone_lint.baseline import read

    missing = writing and not baseline.exists()
    return Known(baseline, folder, frozenset() if missing else read(baseline))
