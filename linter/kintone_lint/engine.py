"""One file from text to findings: parse, run the rules, place the reports, drop the suppressed."""

from __future__ import annotations

import ast
import hashlib
import re
import sys
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import libcst as cst

from kintone_lint import codes, positions, secrets
from kintone_lint.analysis import Code
from kintone_lint.config import Config
from kintone_lint.errors import UnreadableError
from kintone_lint.findings import (
    Confidence,
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
from kintone_lint.module import Module
from kintone_lint.positions import Lines
from kintone_lint.prefilter import mentions_kintone
from kintone_lint.project import Project
from kintone_lint.rules import all_rules
from kintone_lint.rules.base import Rule
from kintone_lint.source import Source
from kintone_lint.suppressions import Suppression, suppressions, worth_reading

MASK = "****"
_RECURSION = 20_000


@dataclass
class FileResult:
    """What one file gave. `secrets` are for masking only and never leave the process."""

    findings: list[Finding] = field(default_factory=list)
    errors: list[Trouble] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    used: set[Span] = field(default_factory=set)  # suppressions, also those in other files


@dataclass
class Placed:
    """A report with the rule that made it, and where it stands."""

    rule: Rule
    report: Report
    module: Module


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
        guard(source)
        module = Module(source)
        project.add(module)
        return _linted(module, project, config, given, imported)
    except UnreadableError as error:
        return _unparsed(source, str(error), None, imported)
    except SyntaxError as error:
        what = error.msg if error.msg else "invalid syntax"
        return _unparsed(source, f"cannot be parsed: {what}", error.lineno, imported)
    except cst.ParserSyntaxError as error:
        return _unparsed(source, "cannot be parsed", error.raw_line, imported)
    except (RecursionError, MemoryError):
        return _unparsed(source, "cannot be parsed: nested too deeply", None, imported)
    except ValueError as error:
        return _unparsed(source, f"cannot be parsed: {error}", None, imported)
    finally:
        sys.setrecursionlimit(limit)


def guard(source: Source) -> ast.Module | None:
    """The `ast` of a file, which refuses what would crash libcst; None for newer syntax.

    Raises UnreadableError, SyntaxError, RecursionError, MemoryError and ValueError.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source.parsable)


def _linted(
    module: Module, project: Project, config: Config, given: frozenset[Path], imported: bool
) -> FileResult:
    code = Code(module, project, config, imported_by_kintone=imported)
    wanted = config.rules_for(module.source.file)
    placed = [
        Placed(rule, _reachable(report, module, given), module)
        for rule in all_rules()
        if rule.code in wanted
        for report in rule.check(code)
    ]
    result = FileResult(secrets={text for each in placed for text in each.report.secrets})
    places = Places(placed)
    silenced = _silenced(code)
    for item in silenced:
        if not item.known:
            hint = codes.suggestion(item.code, codes.names())
            message = f"a suppression names an unknown rule {item.code}.{hint}"
            result.errors.append(Trouble(module.source.path, message, item.line))
    seen: set[tuple[object, ...]] = set()
    texts = _texts_of(result.secrets)
    for each in placed:
        start, end = places.range(each.report.spot)
        owner = each.report.spot.module
        key = (each.rule.code, owner, start, end)
        if key in seen:
            continue
        seen.add(key)
        others = silenced if owner is module else _silenced(Code(owner, project, config))
        silencing = _silencing(each, others, places)
        lines = Lines(owner.source.text)
        result.used |= {_code_span(item, owner, lines) for item in silencing}
        if not silencing:
            result.findings.append(_finding(each, places, texts))
    if codes.UNUSED in wanted:
        result.findings += _unused(module, silenced, wanted, result.used)
    result.findings = _numbered(sorted(result.findings, key=_by_place), module, texts)
    return result


def _by_place(finding: Finding) -> tuple[object, ...]:
    return (finding.span.path, finding.span.line, finding.span.column, finding.rule)


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


class Places:
    """Where the nodes that reports name stand, one pass for each module."""

    def __init__(self, placed: Iterable[Placed]) -> None:
        wanted: dict[Module, set[cst.CSTNode]] = {}
        for each in placed:
            for spot in _spots(each.report):
                nodes = wanted.setdefault(spot.module, set())
                if spot.node is not None:
                    nodes |= {spot.node, spot.module.statement(spot.node)}
        self._spans = {
            module: positions.spans(module.tree, nodes, module.source.parsable)
            for module, nodes in wanted.items()
        }
        self._lines = {module: Lines(module.source.text) for module in wanted}

    def range(self, spot: Spot) -> tuple[int, int]:
        """Start and end of a spot in the text of its module."""
        if spot.node is None:
            return spot.start, spot.start if spot.end is None else spot.end
        start, end = self._spans[spot.module][spot.node]
        return start + spot.start, end if spot.end is None else start + spot.end

    def span(self, spot: Spot) -> Span:
        start, end = self.range(spot)
        lines = self._lines[spot.module]
        return Span(spot.module.source.path, *lines.at(start), *lines.at(end))

    def lines(self, spot: Spot) -> tuple[int, int]:
        """First and last line of the statement of a spot; of the spot where that is a block."""
        span = self.span(spot)
        if spot.node is not None:
            statement = spot.module.statement(spot.node)
            simple = cst.SimpleStatementLine | cst.BaseSmallStatement
            if isinstance(statement, simple) and statement in self._spans[spot.module]:
                start, end = self._spans[spot.module][statement]
                lines = self._lines[spot.module]
                return lines.at(start)[0], lines.at(end)[0]
        return span.line, span.end_line


def _spots(report: Report) -> Iterator[Spot]:
    yield report.spot
    yield from (spot for spot, _ in report.related)
    if report.fix:
        yield from (edit.spot for edit in report.fix.edits)


def _finding(each: Placed, places: Places, texts: tuple[str, ...]) -> Finding:
    report, rule = each.report, each.rule
    span = places.span(report.spot)
    return Finding(
        rule.code,
        rule.name,
        masked(report.message, texts),
        span,
        report.severity or rule.severity,
        report.confidence or Confidence.HIGH,
        "",
        tuple((places.span(spot), masked(text, texts)) for spot, text in report.related),
        _fix(report.fix, places) if report.fix else None,
    )


def _fix(fix: Fix, places: Places) -> TextFix:
    edits = []
    for edit in fix.edits:
        start, end = places.range(edit.spot)
        edits.append(TextEdit(start, end, edit.text, places.span(edit.spot)))
    return TextFix(fix.message, fix.safe, tuple(edits), fix.imports)


def _texts_of(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({text for text in found if len(text) > 3}, key=len, reverse=True))


def masked(text: str, secret_texts: Iterable[str]) -> str:
    """A text without the secrets that were found, and without anything shaped like a token."""
    for secret in secret_texts:
        text = text.replace(secret, MASK)
    return secrets.TOKEN.sub(MASK, text)


def _numbered(found: list[Finding], module: Module, texts: tuple[str, ...]) -> list[Finding]:
    """Fingerprints: rule, path, the masked line, a running number, and a token's digest.

    The value of any other secret takes no part, so that a weak password cannot be tried out.
    """
    from dataclasses import replace

    lines = re.split(r"\r\n|\r|\n", module.source.text)
    counts: dict[tuple[str, str, str], int] = {}
    numbered = []
    for finding in found:
        span = finding.span
        own = span.path == module.source.path
        line = lines[span.line - 1] if own and span.line <= len(lines) else ""
        context = " ".join(masked(line, texts).split())
        key = (finding.rule, span.path, context)
        counts[key] = counts.get(key, 0) + 1
        token = ""
        if own and span.line == span.end_line:
            piece = line[span.column - 1 : span.end_column - 1]
            token = piece if finding.rule in ("KL101", "KL107") and len(piece) == 40 else ""
        digest = hashlib.sha256(token.encode()).hexdigest() if token else ""
        whole = "\0".join([*key, str(counts[key]), digest])
        numbered.append(
            replace(finding, fingerprint=hashlib.sha256(whole.encode()).hexdigest()[:32])
        )
    return numbered


# ---- suppressions


def _silenced(code: Code) -> list[Suppression]:
    text = code.module.source.parsable
    if not worth_reading(text):
        return []
    lines = Lines(text)
    return suppressions((at, lines.at(at)[0], comment) for at, comment in code.comments)


def _silencing(each: Placed, silenced: list[Suppression], places: Places) -> list[Suppression]:
    first, last = places.lines(each.report.spot)
    return [
        item
        for item in silenced
        if item.code == each.rule.code and (item.whole_file or first <= item.line <= last)
    ]


def _code_span(item: Suppression, module: Module, lines: Lines) -> Span:
    return Span(module.source.path, *lines.at(item.start), *lines.at(item.end))


def _unused(
    module: Module, silenced: list[Suppression], wanted: frozenset[str], used: set[Span]
) -> Iterator[Finding]:
    """Suppressions that nothing here needed; a run drops those that another file needed."""
    lines = Lines(module.source.text)
    for item in silenced:
        if _code_span(item, module, lines) in used or not item.known or item.code not in wanted:
            continue
        start, end = _removal(item, module.source.text)
        path = module.source.path
        edit = TextEdit(start, end, "", Span(path, *lines.at(start), *lines.at(end)))
        yield Finding(
            codes.UNUSED,
            codes.names()[codes.UNUSED],
            f"nothing here is found by {item.code}; remove the suppression",
            _code_span(item, module, lines),
            Severity.WARNING,
            Confidence.HIGH,
            "",
            fix=TextFix("remove the suppression", True, (edit,)),
        )


def _removal(item: Suppression, text: str) -> tuple[int, int]:
    """What to cut: the code out of its list, the directive, or the comment with its line."""
    if not item.alone:
        start, end = item.start, item.end
        behind = re.match(r"[,\s]+(?=[A-Za-z])", text[end:])
        if behind:
            return start, end + behind.end()
        before = re.search(r"[,\s]+$", text[:start])
        return (before.start() if before else start), end
    start, end = item.directive
    rest = text[end : item.comment[1]].strip()
    if rest and not rest.startswith("#"):
        end = item.comment[1]
    start = len(text[:start].rstrip(" \t"))
    if end == item.comment[1] and (start == 0 or text[start - 1] in "\r\n"):
        line_end = re.match(r"\r\n|\r|\n", text[end:])
        end += line_end.end() if line_end else 0
    return start, end


# ---- files that cannot be parsed


def _unparsed(source: Source, why: str, line: int | None, imported: bool) -> FileResult:
    """An error, and tokens that a search of the text finds."""
    result = FileResult(errors=[Trouble(source.path, why, line)])
    text = source.raw[:8_000_000].decode("utf-8", "replace").removeprefix("\ufeff")
    if not imported and not mentions_kintone(text):
        return result
    lines = Lines(text)
    for number, token in enumerate(secrets.tokens_in(text)):
        result.secrets.add(token[0])
        digest = hashlib.sha256(f"{source.path}\0{number}\0{token[0]}".encode()).hexdigest()
        result.findings.append(
            Finding(
                "KL101",
                codes.names()["KL101"],
                f"an API token is hard-coded; {secrets.ADVICE}",
                Span(source.path, *lines.at(token.start()), *lines.at(token.end())),
                Severity.ERROR,
                Confidence.MEDIUM,
                digest[:32],
            )
        )
    return result
