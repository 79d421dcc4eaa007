"""What a user is shown: findings on spans of text, and what could not be looked at."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kintone_lint.left_out import LeftOut
from kintone_lint.records import record


class Severity(enum.StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"


class Confidence(enum.StrEnum):
    """How sure the linter is that it is right."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    def reaches(self, least: Confidence) -> bool:
        """Whether it is as high as another one."""
        order = list(Confidence)
        return order.index(self) <= order.index(least)


class Identity(enum.Enum):
    """What identifies a finding besides its rule, its file and the code of its line.

    Nothing else in a string takes part: it can be a password, and a weak one could be guessed.
    """

    CODE = enum.auto()
    TOKEN = enum.auto()  # the digest of the API token
    PATH = enum.auto()  # the path of Kintone


@record()
class Span:
    """A range in a file: lines and columns from 1, columns in code points, the end exclusive.

    In a notebook they count in the code of a `cell`, from 1, which the file has near `file_line`.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    cell: int | None = None
    file_line: int | None = None

    @property
    def row(self) -> int:
        """The line of the file, for readers that do not know cells."""
        return self.file_line or self.line

    @property
    def told(self) -> str:
        """What comes before a message where only the line of the file is given."""
        return f"cell {self.cell}, line {self.line}: " if self.cell else ""

    @property
    def place(self) -> str:
        """Path, cell, line and column, as people read them."""
        cell = f"cell {self.cell}:" if self.cell else ""
        return f"{self.path}:{cell}{self.line}:{self.column}"


@record()
class TextEdit:
    """Replaces the code points from `start` to `end` of a file's text."""

    start: int
    end: int
    text: str
    span: Span


@record()
class TextFix:
    """A fix on spans of one file.

    `variable` is that of the environment from which the one literal is read that is replaced; a
    run numbers it if other values want it too.
    """

    message: str
    safe: bool
    edits: tuple[TextEdit, ...]
    imports: tuple[str, ...] = ()
    variable: str = ""


@record()
class Origin:
    """Where what is found is written, in words that stay when code moves. Holds no secret.

    `context` is its line without what is in strings and comments; `at` its offset, which only
    tells two of the same context apart; `token` the SHA-256 of an API token, else nothing.
    """

    file: Path
    at: int
    context: str = ""
    token: str = ""


@record()
class Finding:
    """One thing for a user to look at. Holds no secret.

    `flow` is where its value is defined and where it is used, in this order, if they are apart.
    `origin` is where its value is written, even if the finding is at the use; the `fingerprint`
    is made from it once the run knows all findings. `revoke`: it is about a credential that
    somebody may have seen.
    """

    rule: str
    name: str
    message: str
    span: Span
    severity: Severity
    confidence: Confidence
    fingerprint: str
    related: tuple[tuple[Span, str], ...] = ()
    fix: TextFix | None = None
    flow: tuple[Span, ...] = ()
    origin: Origin = Origin(Path(), 0)
    revoke: bool = False

    def place(self) -> tuple[str, int, int, int, str]:
        """What findings are sorted by."""
        span = self.span
        return (span.path, span.cell or 0, span.line, span.column, self.rule)


@record()
class Trouble:
    """Something that could not be looked at, or only in part: why, and what to do.

    `details` is the traceback of a bug in the linter, for --debug; `outcome` what came of it.
    """

    path: str
    message: str
    line: int | None = None
    details: str = ""
    outcome: str = "not linted"

    @property
    def sentence(self) -> str:
        """What came of it, and why."""
        return f"{self.outcome}: {self.message}"


IN_PART = "linted in part"


@dataclass
class FileResult:
    """What one file gave. `secrets` are for masking only and never leave the process."""

    findings: list[Finding] = field(default_factory=list)
    errors: list[Trouble] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    used: set[Span] = field(default_factory=set)  # suppressions, also those in other files
    notes: list[str] = field(default_factory=list)  # what is said of a file that was looked at


@record()
class Repository:
    """One of several checkouts of a run: its path as findings show it, and its files."""

    path: str
    files: int


@record()
class Result:
    """What a run gave.

    `excused` findings are in the baseline and left out, `added` of them by this run;
    `unmatched` of its entries met nothing. `files` is how many there were to look at, of a
    `history` how many versions of files; `kinds` is how many there were of each kind.
    `repositories` are the checkouts of a run over several.
    """

    findings: tuple[Finding, ...] = ()
    errors: tuple[Trouble, ...] = ()
    excused: int = 0
    added: int = 0
    unmatched: int = 0
    files: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    left_out: LeftOut = field(default_factory=LeftOut)
    repositories: tuple[Repository, ...] = ()
    history: bool = False

    def repository_of(self, path: str) -> Repository | None:
        """The checkout that a path as it is shown is in, the innermost of several."""
        known = {each.path: each for each in self.repositories}
        while path and known:
            if path in known:
                return known[path]
            path = path.rpartition("/")[0]
        return None


Variables = Mapping[str, Sequence[tuple[str, int]]]
"""Variables of the environment, with the paths and lines where they are read."""
