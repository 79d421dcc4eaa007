"""Findings for people: one line each with place, rule and message, related places below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from kintone_lint.escaping import visible
from kintone_lint.findings import Finding, Result, Severity, Trouble, Variables
from kintone_lint.left_out import counted, no_files

_COLOURS = {"error": "31;1", "warning": "33;1", "place": "1", "dim": "2", "fix": "36"}


def render(
    result: Result,
    *,
    colour: bool,
    fixed: Sequence[Finding] = (),
    variables: Variables | None = None,
) -> str:
    """The whole report. `fixed` are findings that were put right before it."""
    lines: list[str] = []
    for finding in result.findings:
        lines += _finding(finding, colour)
    lines += [_trouble(error, colour) for error in result.errors]
    return "\n".join([*lines, *_summary(result, fixed, variables or {})]) + "\n"


def statistics(result: Result) -> str:
    """How often each rule found something, the most frequent first."""
    counts = Counter((each.rule, each.name) for each in result.findings)
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return "".join(f"{count:>6}  {rule}  {name}\n" for (rule, name), count in rows)


def _finding(finding: Finding, colour: bool) -> list[str]:
    span = finding.span
    place = _paint(f"{visible(span.path)}:{span.line}:{span.column}:", "place", colour)
    rule = _paint(f"{finding.rule}", str(finding.severity), colour)
    label = "" if finding.severity is Severity.ERROR else "warning: "
    lines = [f"{place} {rule} {label}{visible(finding.message)} ({finding.name})"]
    for where, text in finding.related:
        shown = f"    {visible(where.path)}:{where.line}:{where.column}: {visible(text)}"
        lines.append(_paint(shown, "dim", colour))
    if finding.fix is not None:
        option = "--fix" if finding.fix.safe else "--unsafe-fixes"
        lines.append(_paint(f"    {option}: {visible(finding.fix.message)}", "fix", colour))
    return lines


def _trouble(error: Trouble, colour: bool) -> str:
    name = visible(error.path)
    place = f"{name}:{error.line}:" if error.line else f"{name}:"
    place, label = _paint(place, "place", colour), _paint("not linted", "error", colour)
    return f"{place} {label}: {visible(error.message)}"


def to_do(variables: Variables) -> list[str]:
    """What is still to do after literals gave way to variables of the environment."""
    if not variables:
        return []
    width = max(map(len, variables))
    rows = [f"  {name:{width}} <- {places(read)}" for name, read in variables.items()]
    return ["Set these variables, and revoke the credentials that were in the code:", *rows]


def places(read: Iterable[tuple[str, int]]) -> str:
    """Paths and lines in one line."""
    return ", ".join(f"{visible(path)}:{line}" for path, line in read)


def _summary(result: Result, fixed: Sequence[Finding], variables: Variables) -> list[str]:
    lines = []
    if fixed:
        counts = sorted(Counter(each.rule for each in fixed).items())
        rules = ", ".join(rule if count == 1 else f"{rule} x{count}" for rule, count in counts)
        lines.append(f"{counted(len(fixed), 'finding')} fixed: {rules}.")
    lines += to_do(variables)
    found = result.findings
    errors = sum(each.severity is Severity.ERROR for each in found)
    if found:
        parts = [counted(errors, "error")] if errors else []
        if len(found) > errors:
            parts.append(counted(len(found) - errors, "warning"))
        safe = sum(each.fix is not None and each.fix.safe for each in found)
        hint = f"; {safe} can be put right with --fix" if safe else ""
        lines.append(f"{', '.join(parts)} found{hint}. `kintone-lint rule CODE` explains a rule.")
    elif not result.errors:
        lines += result.left_out.lines(_clean(result))
    if result.excused:
        lines.append(f"The baseline excuses {counted(result.excused, 'finding')}.")
    if result.unmatched:
        unmatched = f"{result.unmatched} more in the baseline met nothing here"
        lines.append(f"{unmatched}; --update-baseline drops what is gone.")
    if result.errors:
        lines.append(f"{counted(len(result.errors), 'problem')}: not everything was looked at.")
    if found or result.errors:
        lines += result.left_out.lines()
    return lines


def _clean(result: Result) -> str:
    if not result.files:
        return no_files(result.left_out)
    return f"{'Nothing new' if result.excused else 'All clean'}: {counted(result.files, 'file')}."


def _paint(text: str, kind: str, colour: bool) -> str:
    return f"\x1b[{_COLOURS[kind]}m{text}\x1b[0m" if colour else text
