"""One file from text to findings: parse, run the rules, place the reports, drop the suppressed."""

from __future__ import annotations

import kintone_lint.python.quick  # noqa: F401, before all that imports libcst

# isort: split
import sys
from dataclasses import replace
from pathlib import Path

from kintone_lint import codes
from kintone_lint.baseline.fingerprints import origin
from kintone_lint.engine.places import Placed, Places
from kintone_lint.engine.silencing import Silencing, comments_of
from kintone_lint.engine.unlinted import in_text, not_linted
from kintone_lint.engine.unused import unclear, unused
from kintone_lint.errors import NoRoomError, UnreadableError
from kintone_lint.escaping import visible
from kintone_lint.files.triage import Job
from kintone_lint.findings import (
    IN_PART,
    Confidence,
    FileResult,
    Finding,
    Span,
    TextEdit,
    TextFix,
    Trouble,
)
from kintone_lint.kintone.credentials import credentials
from kintone_lint.kintone.masking import Hidden, masked, masked_quotes, worth_masking
from kintone_lint.kintone.refused import expected
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.cost import MEMORY
from kintone_lint.python.module import Module
from kintone_lint.python.parsing import parsed
from kintone_lint.python.project import Project
from kintone_lint.python.source import Source
from kintone_lint.python.work import STEPS, TooMuchWorkError
from kintone_lint.rules import all_rules
from kintone_lint.rules.report import Fix, Report

_RECURSION = 20_000
_SENT = ("KL2", "KL3")  # rules about what is sent


def lint(job: Job, project: Project, linted: frozenset[Path] = frozenset()) -> FileResult:
    """Lints one file. `linted` are all the files of this run.

    Raises NoRoomError if it needs more memory than the project has, or than it has left.
    """
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _RECURSION))
    try:
        return _judged(job, project, linted)
    finally:
        sys.setrecursionlimit(limit)


def _judged(job: Job, project: Project, linted: frozenset[Path]) -> FileResult:
    source, imported = job.source, job.imported
    alone = not project.memory
    project.work.anew()
    try:
        module = project.known(source)
        if module is None:
            module = parsed(source, project.room, valid=job.valid)
            project.add(module)
        result = _linted(job, module, project, linted)
    except UnreadableError as error:
        return not_linted(source, masked_quotes(str(error)), error.line, imported)
    except (RecursionError, MemoryError):
        return not_linted(source, "cannot be parsed: nested too deeply", None, imported)
    except ValueError as error:
        return not_linted(source, f"cannot be parsed: {masked_quotes(str(error))}", None, imported)
    if project.left_out:
        if not alone or project.most < MEMORY:
            raise NoRoomError
        why = "too large together with all that it imports; some of its imports were not followed"
        result.errors.append(Trouble(source.path, why, outcome=IN_PART))
    return result


def _linted(job: Job, module: Module, project: Project, linted: frozenset[Path]) -> FileResult:
    subject = Subject(module, project, job.config, imported_by_kintone=job.imported)
    wanted = job.config.rules_for(module.source.file)
    placed: list[Placed] = []
    whole = _check(subject, wanted, linted, placed)
    result = FileResult(secrets=_secrets(subject, placed, whole=whole))
    if not whole:
        _add_tokens(result, module.source, placed)
    places = Places(placed)
    silencing = Silencing(places)
    seen: set[tuple[object, ...]] = set()
    texts = worth_masking(result.secrets)
    for each in placed:
        start, end = places.range(each.report.spot)
        key = (each.rule.code, each.report.spot.module, start, end)
        if key in seen:
            continue
        seen.add(key)
        silent = silencing.of(each)
        if silent:
            result.used |= silent
        else:
            finding = _finding(each, places, texts)
            related = (*finding.related, *silencing.not_by(each))
            result.findings.append(replace(finding, related=related))
    if whole and codes.UNUSED in wanted:
        silenced = silencing.all(module)
        result.findings += unused(module, silenced, wanted, result.used)
        result.findings += unclear(module, comments_of(module))
    if job.proven and job.notebook is None and any(each.fix for each in result.findings):
        from kintone_lint.edits.fixes import offered  # not for files without fixes

        result.findings = offered(silencing.sources(), result.findings)
    result.findings.sort(key=Finding.place)
    return result


def _check(
    subject: Subject, wanted: frozenset[str], linted: frozenset[Path], placed: list[Placed]
) -> bool:
    """Adds what the rules find; whether they could look at everything."""
    module = subject.module
    try:
        for rule in all_rules():
            if rule.code in wanted:
                for report in rule.check(subject):
                    if rule.code.startswith(_SENT) and _is_tried(subject, report):
                        continue
                    reached = _reachable(report, module, linted)
                    placed.append(Placed(rule, reached, module, report.spot))
    except TooMuchWorkError:
        return False
    return True


def _is_tried(subject: Subject, report: Report) -> bool:
    """Whether what is wrong is sent to see that it is refused."""
    node = report.spot.node
    return node is not None and expected(subject.beside(report.spot.module), node)


def _add_tokens(result: FileResult, source: Source, placed: list[Placed]) -> None:
    """What a file gives that took too much work: the tokens in its text, and an error."""
    steps = f"{STEPS:,}"
    why = f"working out its values takes more than {steps} steps; what was found so far is reported"
    result.errors.append(Trouble(source.path, why, outcome=IN_PART))
    known = {text for each in placed for text in each.report.secrets}
    for found in in_text(source, source.text):
        if found[0] not in known:
            result.secrets.add(found[0])
            result.findings.append(found[1])


def _reachable(report: Report, module: Module, linted: frozenset[Path]) -> Report:
    """A report in a file that is not linted is moved to the use; the definition is related."""
    owner = report.spot.module
    if owner is module or owner.source.file in linted or report.use is None:
        return report
    related = ((report.spot, "defined here"), *report.related)
    return Report(
        report.use,
        report.message,
        tuple(each for each in related if each[0] is not report.use),
        None,
        report.severity,
        report.confidence,
        report.secrets,
        report.use,
        report.revoke,
    )


def _secrets(subject: Subject, placed: list[Placed], *, whole: bool) -> set[str]:
    """What no output may show, whichever rules were asked for."""
    found = {text for each in placed for text in each.report.secrets}
    if placed and whole:
        found |= {text for each in credentials(subject) for text in (each.text, *each.pieces)}
    return found


def _finding(each: Placed, places: Places, texts: Hidden) -> Finding:
    report, rule = each.report, each.rule
    span = places.span(report.spot)
    return Finding(
        rule.code,
        rule.name,
        visible(masked_quotes(report.message, texts)),
        span,
        report.severity or rule.severity,
        report.confidence or Confidence.HIGH,
        "",
        tuple(
            (places.span(spot), visible(masked_quotes(text, texts)))
            for spot, text in report.related
        ),
        _fix(report.fix, places, texts) if report.fix else None,
        _flow(report, places),
        origin=origin(rule.identity, each.origin.module.source, *places.range(each.origin)),
        revoke=report.revoke,
    )


def _flow(report: Report, places: Places) -> tuple[Span, ...]:
    """From the definition to the use; the one of them that the report is not on is related."""
    related = [spot for spot, _ in report.related]
    if report.use in related:
        return places.span(report.spot), places.span(report.use)
    if report.use is report.spot and related:
        return places.span(related[0]), places.span(report.spot)
    return ()


def _fix(fix: Fix, places: Places, texts: Hidden) -> TextFix | None:
    """A fix on spans; None if its text would show a secret, since every format shows it."""
    if any(masked(edit.text, texts) != edit.text for edit in fix.edits):
        return None
    edits = []
    for edit in fix.edits:
        start, end = places.range(edit.spot)
        whole = edit.spot.node is not None and edit.spot.start == 0
        before = edit.spot.module.source.text[start - 1 : start] if whole else ""
        blank = " " if before.isidentifier() else ""  # `return"…"`
        edits.append(TextEdit(start, end, blank + edit.text, places.span(edit.spot)))
    return TextFix(fix.message, fix.safe, tuple(edits), fix.imports, fix.variable)
