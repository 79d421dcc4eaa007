"""One file from text to findings: parse, run the rules, place the reports, drop the suppressed."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import libcst as cst

from kintone_lint import codes, secrets
from kintone_lint.analysis import Code
from kintone_lint.config import Config
from kintone_lint.errors import UnreadableError
from kintone_lint.escaping import visible
from kintone_lint.findings import (
    Confidence,
    FileResult,
    Finding,
    Fix,
    Report,
    Severity,
    Span,
    Spot,
    TextEdit,
    TextFix,
    Trouble,
)
from kintone_lint.fingerprints import origin, token_origin
from kintone_lint.masking import masked, masked_quotes, worth_masking
from kintone_lint.module import Module
from kintone_lint.places import Placed, Places
from kintone_lint.positions import Lines
from kintone_lint.prefilter import mentions_kintone
from kintone_lint.project import Project
from kintone_lint.rules import all_rules
from kintone_lint.source import Source
from kintone_lint.suppressions import Comment, Suppression, bare, suppressions, worth_reading
from kintone_lint.syntax import syntax
from kintone_lint.unused import code_span, unclear, unused

_RECURSION = 20_000
_BRACKETS = 200  # in a file that `ast` cannot vouch for
_BRACKET = re.compile(r"[()\[\]{}]")
_LONGEST_LINE = 2_000
_DEEPEST = 2_500  # libcst's native parser crashes the process at about 9,000


def lint(
    source: Source,
    project: Project,
    config: Config,
    *,
    given: frozenset[Path] = frozenset(),
    imported: bool = False,
) -> FileResult:
    """Lints one file. `given` are all the files of this run; `imported` as in `Code`."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _RECURSION))
    try:
        return _judged(source, project, config, given, imported)
    finally:
        sys.setrecursionlimit(limit)


def _judged(
    source: Source, project: Project, config: Config, given: frozenset[Path], imported: bool
) -> FileResult:
    try:
        module = _parsed(source)
        project.add(module)
        return _linted(module, project, config, given, imported)
    except UnreadableError as error:
        return not_linted(source, str(error), None, imported)
    except SyntaxError as error:
        what = masked_quotes(error.msg or "invalid syntax", ())
        return not_linted(source, f"cannot be parsed: {what}", error.lineno, imported)
    except cst.ParserSyntaxError as error:
        return not_linted(source, "cannot be parsed", error.raw_line, imported)
    except (RecursionError, MemoryError):
        return not_linted(source, "cannot be parsed: nested too deeply", None, imported)
    except ValueError as error:
        return not_linted(source, f"cannot be parsed: {error}", None, imported)


def _parsed(source: Source) -> Module:
    """The module; syntax that is newer than this Python is left to libcst, if it looks harmless."""
    try:
        guard(source)
    except SyntaxError:
        longest = max(map(len, source.parsable.split("\n")))
        if longest > _LONGEST_LINE or _bracket_depth(source.parsable) > _BRACKETS:
            raise
        try:
            return Module(source)
        except cst.ParserSyntaxError:
            pass
        raise
    return Module(source)


def _bracket_depth(text: str) -> int:
    """How deep brackets stand in each other, those in strings and comments counted too."""
    depth = deepest = 0
    for match in _BRACKET.finditer(text):
        depth = depth + 1 if match[0] in "([{" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return deepest


def guard(source: Source) -> None:
    """Lets `ast` refuse what would crash libcst, and refuses what is nested as deeply.

    Raises UnreadableError, SyntaxError, RecursionError, MemoryError and ValueError.
    """
    level: list[ast.AST] = [syntax(source.parsable)]
    for _ in range(_DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return
    raise UnreadableError("cannot be parsed: nested too deeply")


def _linted(
    module: Module, project: Project, config: Config, given: frozenset[Path], imported: bool
) -> FileResult:
    code = Code(module, project, config, imported_by_kintone=imported)
    wanted = config.rules_for(module.source.file)
    placed = [
        Placed(rule, _reachable(report, module, given), module, report.spot)
        for rule in all_rules()
        if rule.code in wanted
        for report in rule.check(code)
    ]
    result = FileResult(secrets=_secrets(code, placed))
    places = Places(placed)
    silenced = {module: _silenced(code)}
    bare_noqa = {module: _bare_noqa(code)}
    seen: set[tuple[object, ...]] = set()
    texts = worth_masking(result.secrets)
    for each in placed:
        start, end = places.range(each.report.spot)
        owner = each.report.spot.module
        key = (each.rule.code, owner, start, end)
        if key in seen:
            continue
        seen.add(key)
        if owner not in silenced:
            silenced[owner] = _silenced(Code(owner, project, config))
            bare_noqa[owner] = _bare_noqa(Code(owner, project, config))
        silencing = _silencing(each, silenced[owner], places)
        if silencing:
            lines = Lines(owner.source.text)
            result.used |= {code_span(item, owner, lines) for item in silencing}
        else:
            finding = _finding(each, places, texts)
            related = _told_of_noqa(each, bare_noqa[owner], places)
            result.findings.append(replace(finding, related=(*finding.related, *related)))
    if codes.UNUSED in wanted:
        result.findings += unused(module, silenced[module], wanted, result.used)
        result.findings += unclear(module, _comments(code))
    result.findings.sort(key=Finding.place)
    return result


def _reachable(report: Report, module: Module, given: frozenset[Path]) -> Report:
    """A report in a file that was not given stands at the use, the definition is related."""
    owner = report.spot.module
    if owner is module or owner.source.file in given or report.use is None:
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
    )


def _secrets(code: Code, placed: list[Placed]) -> set[str]:
    """What no output may show, whichever rules were asked for."""
    if not placed:
        return set()
    found = {text for each in placed for text in each.report.secrets}
    return found | {text for each in code.credentials for text in (each.text, *each.pieces)}


def _finding(each: Placed, places: Places, texts: tuple[str, ...]) -> Finding:
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
        origin=origin(rule.code, each.origin.module.source, *places.range(each.origin)),
    )


def _flow(report: Report, places: Places) -> tuple[Span, ...]:
    """From the definition to the use; the one of them that the report is not on is related."""
    related = [spot for spot, _ in report.related]
    if report.use in related:
        return places.span(report.spot), places.span(report.use)
    if report.use is report.spot and related:
        return places.span(related[0]), places.span(report.spot)
    return ()


def _fix(fix: Fix, places: Places, texts: tuple[str, ...]) -> TextFix | None:
    """A fix on spans; None where its text would tell a secret, for every format shows it."""
    if any(masked(edit.text, texts) != edit.text for edit in fix.edits):
        return None
    edits = []
    for edit in fix.edits:
        start, end = places.range(edit.spot)
        edits.append(TextEdit(start, end, edit.text, places.span(edit.spot)))
    return TextFix(fix.message, fix.safe, tuple(edits), fix.imports, fix.variable)


# ---- suppressions


def _silenced(code: Code) -> list[Suppression]:
    return suppressions(_comments(code))


def _comments(code: Code) -> list[Comment]:
    """The comments of a module that may hold a suppression."""
    text = code.module.source.parsable
    if not worth_reading(text):
        return []
    lines = Lines(text)
    return [(at, lines.at(at)[0], comment) for at, comment in code.comments]


def _silencing(each: Placed, silenced: list[Suppression], places: Places) -> list[Suppression]:
    first, last = places.lines(each.report.spot)
    return [
        item
        for item in silenced
        if each.rule.code in item.codes and (item.whole_file or first <= item.line <= last)
    ]


def _bare_noqa(code: Code) -> list[Spot]:
    if "noqa" not in code.module.source.parsable.lower():
        return []
    return [Spot(code.module, None, start, end) for start, end in bare(code.comments)]


def _told_of_noqa(
    each: Placed, bare_noqa: list[Spot], places: Places
) -> Iterator[tuple[Span, str]]:
    """A `noqa` without codes on the lines of a finding: its author thinks that it silences it."""
    first, last = places.lines(each.report.spot)
    for spot in bare_noqa:
        span = places.span(spot)
        if first <= span.line <= last:
            yield span, f"a noqa without codes silences nothing here; write noqa: {each.rule.code}"


# ---- files that cannot be linted


def not_linted(
    source: Source, why: str, line: int | None, imported: bool, details: str = ""
) -> FileResult:
    """An error, and tokens that a search of the text finds."""
    result = FileResult(errors=[Trouble(source.path, why, line, details)])
    text = source.raw[:8_000_000].decode("utf-8", "replace").removeprefix("\ufeff")
    if not imported and not mentions_kintone(text):
        return result
    lines = Lines(text)
    for token in secrets.tokens_in(text):
        result.secrets.add(token[0])
        result.findings.append(
            Finding(
                "KL101",
                codes.names()["KL101"],
                f"an API token is hard-coded; {secrets.ADVICE}",
                Span(source.path, *lines.at(token.start()), *lines.at(token.end())),
                Severity.ERROR,
                Confidence.MEDIUM,
                "",
                origin=token_origin(source, token),
            )
        )
    return result
