"""The report as a person reads it: progress while it runs, the scorecard and failures after."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import indent

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kintone_conformance.model import Verdict
from kintone_conformance.report.events import Header, Report, Row
from kintone_conformance.report.pages import MARKS, families
from kintone_conformance.report.plain import plain
from kintone_conformance.report.text import conclusion, explained
from kintone_lint.escaping import visible

_STYLES = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.WARN: "yellow",
    Verdict.NOTE: "cyan",
    Verdict.NA: "dim",
    Verdict.ERROR: "bold magenta",
}


_PIPED_WIDTH = 120  # columns, where no terminal says how many it has
_WIDE = 100  # columns; a narrower terminal has no place for a mark a requirement


def console(*, err: bool = False) -> Console:
    """Where a report goes: nothing in a text is taken for markup, and nothing is coloured by it."""
    made = Console(stderr=err, highlight=False, markup=False, emoji=False)
    if not made.is_terminal:
        made.width = _PIPED_WIDTH
    return made


class Progress:
    """One line on a terminal that says what is judged; silent anywhere else."""

    def __init__(self, console: Console, total: int) -> None:
        terminal = console.is_terminal
        self._status = console.status("starting…", spinner="line") if terminal else None
        self._total = total
        self._done = self._failed = 0

    def __enter__(self) -> Progress:
        if self._status:
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._status:
            self._status.stop()

    def at(self, id_: str, examples: int = 0) -> None:
        """This requirement is at hand."""
        if self._status:
            judged = f", {examples} examples" if examples else ""
            failed = f", {self._failed} failed" if self._failed else ""
            done = f"{self._done} of {self._total} requirements{failed}"
            self._status.update(Text(visible(f"{done} · {id_}{judged}")))

    def done(self, verdict: Verdict) -> None:
        """One more requirement is done."""
        self._done += 1
        self._failed += verdict in (Verdict.FAIL, Verdict.ERROR)


def render(
    report: Report, console: Console, details: Mapping[str, str], *, debug: bool = False
) -> None:
    """Header, scorecard, failures, warnings, errors, what was not judged, and a last sentence.

    `details` are what --debug shows of errors, by requirement; no report holds them.
    """
    report = plain(report)
    _header(report.header, console)
    console.print(_scorecard(report, wide=console.width >= _WIDE))
    _errors(report, console, details, debug=debug)
    for verdict in (Verdict.FAIL, Verdict.WARN, Verdict.NOTE):
        for row in report.requirements:
            if row.verdict is verdict and not row.known:
                _explained(row, console)
    _baseline(report, console)
    _not_applicable(report, console)
    console.print(f"\n{conclusion(report)}", style=_last_style(report), soft_wrap=True)


def _header(header: Header, console: Console) -> None:
    client, unknown = header.client, header.adapter or header.driver or ""
    name = f"{client.name} {client.version} ({client.language})" if client else unknown
    doors = ", ".join(header.doors) or "none"
    labels = " (in-process: what is prepared, not what is on the wire)"
    doors += labels if header.doors == ("responses",) else ""
    line = Text.assemble((name, "bold"), f"  judged through: {doors}")
    console.print(line, soft_wrap=True)
    for note in header.notes:
        console.print(f"note: {note}", style="yellow", markup=False, soft_wrap=True)


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
            Text(str(count) if count else "", _STYLES[verdict])
            for verdict, count in family.counts.items()
        ]
        marks = Text.assemble(*((MARKS[row.verdict], _STYLES[row.verdict]) for row in family.rows))
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
    for first, *others in troubles.values():
        _explained(first, console)
        if others:
            ids = ", ".join(row.id for row in others)
            console.print(f"  also:     {ids}", soft_wrap=True)
        more = visible(details.get(first.id, ""), "\n")
        if debug and more:
            console.print(indent(more, "    "), soft_wrap=True)
        elif more:
            console.print("  (--debug shows more)", style="dim")


def _explained(row: Row, console: Console) -> None:
    first, _, rest = explained(row).partition("\n")
    console.print()
    verdict = Text(f"{row.verdict} ", _STYLES[row.verdict])
    console.print(Text.assemble(verdict, (first, "bold")), soft_wrap=True)
    console.print(rest, soft_wrap=True)


def _baseline(report: Report, console: Console) -> None:
    """What the baseline excuses, and what is stale in it."""
    known = [row for row in report.requirements if row.known]
    if known:
        console.print("\nknown failures", style="dim")
    for row in known:
        console.print(f"  {row.id} {row.known}", soft_wrap=True)
    stale = [row for row in report.requirements if row.stale]
    if stale:
        console.print("\nstale in the baseline (--update-baseline mends it)", style="bold red")
    for row in stale:
        console.print(f"  {row.stale}", soft_wrap=True)


def _not_applicable(report: Report, console: Console) -> None:
    reasons: dict[str, list[str]] = {}
    for row in report.requirements:
        if row.verdict is Verdict.NA:
            reasons.setdefault(row.message, []).append(row.id)
    if reasons:
        console.print("\nnot judged (n/a)", style="dim")
    for reason, ids in reasons.items():
        line = f"  {', '.join(ids)}: {reason}"
        console.print(line, style="dim", soft_wrap=True)


def _last_style(report: Report) -> str:
    return "bold green" if report.footer.exit_code == 0 else "bold red"
