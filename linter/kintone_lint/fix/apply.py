"""What `--fix` and `--diff` do with the findings of a run: which files change, and how.

Which edits go together, and how they get into a text, is said in `fixes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from kintone_lint.baseline.baselines import Baselines
from kintone_lint.codes import UNUSED
from kintone_lint.edits.fixes import fixed
from kintone_lint.engine.lint import lint
from kintone_lint.engine.run import Outcome, distinct
from kintone_lint.errors import NoRoomError
from kintone_lint.files.triage import Job
from kintone_lint.findings import Finding, Span, Trouble
from kintone_lint.fix.change import Change
from kintone_lint.python.project import Project
from kintone_lint.python.source import Source, content, shown


def changes(
    outcome: Outcome, known: Baselines, wanted: Callable[[Finding], bool], *, unsafe: bool
) -> list[Change]:
    """The files that fixes of the findings that are wanted change. Nothing is written."""
    found = []
    linted = {job.source.path: job.source for job in outcome.jobs}
    by_file: dict[str, list[Finding]] = {}
    for each in outcome.result.findings:
        if each.fix is not None:
            by_file.setdefault(each.fix.edits[0].span.path, []).append(each)
    for path, mine in by_file.items():
        source = linted.get(path) or _read(path, mine[0].origin.file, outcome)
        if source is None:
            continue
        relint = _relint(source, outcome, known, wanted)
        if path not in linted:  # found by way of a file that imports it, and maybe changed since
            mine = relint(source)
        text, right = fixed(source, mine, relint, unsafe=unsafe)
        if right:
            found.append(Change(source, text, tuple(right)))
    return found


def _read(path: str, file: Path, outcome: Outcome) -> Source | None:
    raw = content(file)
    return Source(path, file, raw, outcome.linted.get(file)) if isinstance(raw, bytes) else None


def _relint(
    source: Source, outcome: Outcome, known: Baselines, wanted: Callable[[Finding], bool]
) -> Callable[[Source], list[Finding]]:
    """Lints a file again after edits, with all files in which it found something."""
    path, named = source.path, outcome.named
    files = frozenset(outcome.linted)
    needed = set(_lines_from(source, (span for span in outcome.used if span.path == path)))

    def relint(changed: Source) -> list[Finding]:
        project = Project(shown)
        jobs = outcome.about.get(path, [])
        if any(job.source.path != path for job in jobs):
            project.use(changed)
        found: list[Finding] = []
        for job in jobs:
            own = changed if job.source.path == path else job.source
            try:
                result = lint(Job(own, job.config, job.imported), project, files)
            except NoRoomError:  # nothing more is fixed here
                return []
            found += (each for each in result.findings if each.span.path == path)
        found = distinct(found)
        unused = [each.span for each in found if each.rule == UNUSED]
        told = _lines_from(changed, unused)
        kept = {span for span, line in zip(unused, told, strict=True) if line in needed}
        left = known.new(each for each in found if each.rule != UNUSED or each.span not in kept)
        left = [each for each in left if wanted(each)]
        return [named(each, changed) for each in left] if named else left

    return relint


def _lines_from(source: Source, spans: Iterable[Span]) -> list[str]:
    """The rest of the line of each: a suppression is known by it when edits have moved it."""
    rows = source.parsable.split("\n")
    return [rows[span.line - 1][span.column - 1 :].rstrip("\r") for span in spans]


def write(changed: Iterable[Change]) -> list[Trouble]:
    """Writes the files, and gives those that could not be written."""
    from kintone_lint.writing import write_whole

    failed = []
    for each in changed:
        try:
            write_whole(each.source.named or each.source.file, each.fixed.raw)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            failed.append(Trouble(each.source.path, reason, outcome="the fix was not written"))
    return failed
