"""What `--fix` and `--diff` do with the findings of a run: which files change, and how.

Which edits go together, and how they get into a text, is said in `fixes`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kintone_lint.codes import UNUSED
from kintone_lint.config import Config
from kintone_lint.engine import lint
from kintone_lint.findings import Finding, Span, Trouble
from kintone_lint.fixes import fixed
from kintone_lint.known import Known
from kintone_lint.project import Project
from kintone_lint.run import Outcome
from kintone_lint.source import Source, shown
from kintone_lint.variables import Variables


@dataclass(frozen=True)
class Change:
    """A file as it was, its text after the fixes, and the findings they put right."""

    source: Source
    text: str
    findings: tuple[Finding, ...]

    @property
    def fixed(self) -> Source:
        return Source(self.source.path, self.source.file, self.source.encoded(self.text))


def changes(outcome: Outcome, config: Config, known: Known, *, unsafe: bool) -> list[Change]:
    """The files that fixes change. Nothing is written."""
    found = []
    variables = Variables(outcome.given) if unsafe else None
    for job in outcome.jobs:
        source = job.source
        mine = [each for each in outcome.result.findings if each.span.path == source.path]
        if not any(each.fix for each in mine):
            continue
        needed = {_line_from(source, span) for span in outcome.used if span.path == source.path}

        def relint(
            changed: Source, imported: bool = job.imported, needed: set[str] = needed
        ) -> list[Finding]:
            result = lint(changed, Project(shown), config, given=outcome.given, imported=imported)
            left = known.new(
                each
                for each in result.findings
                if each.span.path == changed.path
                and (each.rule != UNUSED or _line_from(changed, each.span) not in needed)
            )
            return _named(left, changed, variables)

        text, right = fixed(source, _named(mine, source, variables), relint, unsafe=unsafe)
        if right:
            found.append(Change(source, text, tuple(right)))
    return found


def _named(found: list[Finding], source: Source, variables: Variables | None) -> list[Finding]:
    return [variables.named(each, source) for each in found] if variables else found


def _line_from(source: Source, span: Span) -> str:
    """The rest of a line: a suppression is known by it when edits have moved it."""
    return source.parsable.split("\n")[span.line - 1][span.column - 1 :].rstrip("\r")


def write(changed: Iterable[Change]) -> list[Trouble]:
    """Writes the files, and gives those that could not be written."""
    from kintone_lint.writing import write_whole

    failed = []
    for each in changed:
        try:
            write_whole(each.source.file, each.fixed.raw)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            failed.append(Trouble(each.source.path, f"the fix could not be written: {reason}"))
    return failed
