"""What a rule says: a report on nodes, with a fix of edits on nodes."""

from __future__ import annotations

from kintone_lint.findings import Confidence, Severity
from kintone_lint.python.spots import Edit, Spot
from kintone_lint.records import record


@record()
class Fix:
    """Edits that correct a finding. A safe one keeps the program working without further changes.

    `variable` is the environment variable from which the one replaced literal is read; a run
    numbers it if other values want it too.
    """

    message: str
    edits: tuple[Edit, ...]
    safe: bool = True
    imports: tuple[str, ...] = ()
    variable: str = ""


@record()
class Report:
    """What a rule found. `secrets` are texts that no output may show.

    `revoke`: it is about a credential that somebody may have seen.
    """

    spot: Spot
    message: str
    related: tuple[tuple[Spot, str], ...] = ()
    fix: Fix | None = None
    severity: Severity | None = None
    confidence: Confidence | None = None
    secrets: tuple[str, ...] = ()
    use: Spot | None = None
    revoke: bool = False


@record()
class TextReport:
    """A secret between two offsets of a text."""

    start: int
    end: int
    message: str
