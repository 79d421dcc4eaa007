"""The report as a person reads it: the scorecard, then what is wrong."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from textwrap import indent
from typing import Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kintone_conformance.model import Verdict
from kintone_conformance.report.causes import others
from kintone_conformance.report.events import Header, Report, Row
from kintone_conformance.report.pages import MARKS, families
from kintone_conformance.report.plain import plain
from kintone_conformance.report.text import brief, conclusion, explained, without_backticks
from kintone_conformance.report.words import STYLES, styled
from kintone_lint.escaping import visible

_DECIDES = re.compile(r"  (wire:)? +> ")
_PROSE = re.compile(r"  (what|with|call \d+|differs|hint|known|also): ")
_FIELD = 12  # columns before the text of a field
_START = re.compile(r" *(?P<field>(?:fix|expected|sent): +|with  |[AB]     )?")
_PIPED_WIDTH = 120  # columns, where no terminal says how many it has
_MANY = 30  # ids with one reason that are told as a number: the report lists them
_WIDE = 100  # columns; a narrower terminal has no place for a mark a requirement


def console(*, err: bool = False, quiet: bool = False) -> Console:
    """Where a report goes: nothing in a text is taken for markup, and nothing is coloured by it.

    With NO_COLOR nothing is bold or dim either. A `quiet` one prints nothing.
    """
    colours: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
    made = Console(
        stderr=err, highlight=False, markup=False, emoji=False, color_system=colours, quiet=quiet
    )
    if not made.is_terminal:
        made.width = _PIPED_WIDTH
    elif made.is_dumb_terminal:  # rich takes it for 80 columns wide
        made.size = shutil.get_terminal_size()
    return made


def flow(console: Console, text: Text, hang: int, style: str | None = None) -> None:
    """Print a line; on a narrower terminal it is wrapped between words.

    Further lines are indented by `hang` characters. Anywhere else a line stays one, for `grep`.
    """
    if console.is_terminal and text.cell_len > console.width > 2 * hang:
        whole, head = text, text[:hang]
        rest = whole[hang:].wrap(console, console.width - hang)
        for number, line in enumerate(rest):
            line.rstrip()
            start = head if number == 0 else Text(" " * hang)
            console.print(Text.assemble(start, line), style=style, soft_wrap=True)
        return
    console.print(text, style=style, soft_wrap=True)


def paragraphs(console: Console, lines: Iterable[str]) -> None:
    """Print lines, each wrapped as `flow` does, with its further lines below its text."""
    for line in lines:
        found = _START.match(line)
        assert found is not None
        flow(console, Text(line), len(found[0]) if found["field"] else len(found[0]) + 2)


def render(
    report: Report,
    console: Console,
    details: Mapping[str, str],
    *,
    debug: bool = False,
    quiet: bool = False,
) -> None:
    """Header, scorecard, errors, failures, warnings, what was not judged, and a last sentence.

    `details` are what --debug shows of errors, by requirement; no report holds them. `quiet`: only
    what fails the run, and the last sentence.
    """
    report = plain(report)
    if not quiet:
        _header(report.header, console)
        console.print(_scorecard(report, wide=console.width >= _WIDE))
    _errors(report, console, details, debug=debug)
    failing = (Verdict.FAIL, *([Verdict.WARN] if report.header.strict else []))
    for verdict in failing if quiet else (Verdict.FAIL, Verdict.WARN, Verdict.NOTE):
        for row in report.requirements:
            if row.verdict is verdict and not row.known and not row.cause:
                _explained(row, console, others(row, report.requirements))
    _baseline(report, console, quiet=quiet)
    if not quiet:
        _not_applicable(report, console)
    if not quiet or report.footer.exit_code:
        console.print()
    flow(console, Text(conclusion(report)), 0, _last_style(report))


def render_brief(report: Report, console: Console, seen: str) -> None:
    """What follows requests that were explained: notes, the baseline, and one line. `seen` is a
    sentence on the operations."""
    report = plain(report)
    _notes(report.header, console)
    _baseline(report, console, quiet=False)
    flow(console, Text(brief(report, visible(seen))), 0, _last_style(report))


def _header(header: Header, console: Console) -> None:
    client, unknown = header.client, header.adapter or header.driver or ""
    name = f"{client.name} {client.version} ({client.language})" if client else unknown
    doors = ", ".join(header.doors) or "none"
    labels = " (in-process: requests as they are prepared, not as they are sent)"
    doors += labels if header.doors == ("responses",) else ""
    line = Text.assemble((name, "bold"), f"  judged through: {doors}")
    console.print(line, soft_wrap=True)
    _notes(header, console)


def _notes(header: Header, console: Console) -> None:
    for note in header.notes:
        flow(console, Text(f"note: {note}"), len("note: "), "yellow")


def _scorecard(report: Report, wide: bool) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("family", no_wrap=True)
    for verdict in Verdict:
        table.add_column(str(verdict), justify="right")
    table.add_column("examples", justify="right")
    if wide:
        table.add_column("each", no_wrap=True)
    for family in families(report.requirements):
        cells = [
            Text(str(count) if count else "", STYLES[verdict])
            for verdict, count in family.counts.items()
        ]
        marks = Text.assemble(*((MARKS[row.verdict], STYLES[row.verdict]) for row in family.rows))
        each = [marks] if wide else []
        title = f"{family.prefix}xx {family.title}"
        table.add_row(title, *cells, f"{family.examples:,}", *each)
    return table


def _errors(report: Report, console: Console, details: Mapping[str, str], *, debug: bool) -> None:
    """Each trouble once, with every requirement that it kept from being judged."""
    troubles: dict[str, list[Row]] = {}
    for row in report.requirements:
        if row.verdict is Verdict.ERROR:
            troubles.setdefault(row.message, []).append(row)
    for first, *more in troubles.values():
        _explained(first, console)
        if more:
            ids = ", ".join(row.id for row in more)
            console.print(f"  also:     {ids}", soft_wrap=True)
        traces = visible(details.get(first.id, ""), "\n")
        if debug and traces:
            console.print(indent(traces, "    "), soft_wrap=True)
        elif traces:
            console.print("  (--debug shows more)", style="dim")


def _explained(row: Row, console: Console, also: Sequence[Row] = ()) -> None:
    first, _, *rest = explained(row, also).split("\n")
    console.print()
    verdict = Text(f"{row.verdict} ", STYLES[row.verdict])
    console.print(Text.assemble(verdict, (first, "bold")), soft_wrap=True)
    flow(console, Text.assemble("  ", styled(row.sentence)), 2)
    fix = f"  fix:      {without_backticks(row.fix)}"
    for line in rest:
        if row.fix and line == fix:
            flow(console, Text.assemble("  fix:      ", styled(row.fix)), _FIELD)
        elif _PROSE.match(line):
            flow(console, Text(line), _FIELD)
        else:  # a line of a request, or a command to copy
            console.print(line, style="bold" if _DECIDES.match(line) else None, soft_wrap=True)


def _baseline(report: Report, console: Console, *, quiet: bool) -> None:
    """What the baseline excuses, what is stale in it, and what is required and was not judged."""
    known = [f"{row.id} {row.known}" for row in report.requirements if row.known and not quiet]
    stale = [row.stale for row in report.requirements if row.stale]
    for title, style, sentences in (
        ("known failures", "dim", known),
        ("stale in the baseline (--update-baseline fixes it)", "bold red", stale),
        ("required, but not judged", "bold red", report.footer.missing),
    ):
        if sentences:
            console.print(f"\n{title}", style=style)
        paragraphs(console, (f"  {each}" for each in sentences))


def _not_applicable(report: Report, console: Console) -> None:
    reasons: dict[str, list[str]] = {}
    for row in report.requirements:
        if row.verdict is Verdict.NA:
            reasons.setdefault(row.message, []).append(row.id)
    if reasons:
        console.print("\nnot judged (n/a)", style="dim")
    for reason, ids in reasons.items():
        named = ", ".join(ids)
        if len(ids) > _MANY:
            named = f"{len(ids)} requirements between {ids[0]} and {ids[-1]}"
        flow(console, Text(f"  {named}: {reason}"), 4, "dim")


def _last_style(report: Report) -> str:
    return "bold green" if report.footer.exit_code == 0 else "bold red"
