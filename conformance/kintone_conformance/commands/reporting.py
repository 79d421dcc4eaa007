"""What `judge` and `watch` make of results: the report that `run` makes, and its exit code."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from kintone_conformance import __version__
from kintone_conformance.baseline import Baseline, read, update
from kintone_conformance.commands import code_after_writing
from kintone_conformance.commands.options import run_option
from kintone_conformance.commands.wanted import check_outputs, listed_failures, wanted_ids
from kintone_conformance.errors import UsageError
from kintone_conformance.model import Result, Verdict
from kintone_conformance.options import split
from kintone_conformance.report import events, files, origin, terminal
from kintone_conformance.report.causes import with_causes
from kintone_lint.counting import counted
from kintone_lint.streams import say

_Command = TypeVar("_Command", bound=Callable[..., Any])
_OPTIONS = ("select", "ignore", "strict", "baseline", "update-baseline", "report-dir", "summary")
CREDENTIAL_HELP = (
    "A credential that was used, as password:LOGIN:PASSWORD or token:TOKEN, or @FILE with one on "
    "each line; it is searched for, and never shown; repeatable."
)


def report_options(command: _Command) -> _Command:
    """Give a command the options about what is reported, and where."""
    for name in reversed(_OPTIONS):
        command = run_option(name)(command)
    return command


@dataclass(frozen=True)
class Reporting:
    """What is reported of traffic, and where to. `subject` is what was judged, since `started`.

    `again` is the command that repeats it, with {} where an option may stand.

    A known failure that no request shows is not stale: traffic shows a part of what a client does.
    """

    subject: str
    started: str
    again: str
    ids: tuple[str, ...]
    strict: bool
    baseline: Path | None
    update_baseline: bool
    report_dir: Path | None
    summary: Path | None
    listed: Baseline | None

    def report(
        self,
        results: Sequence[Result],
        notes: tuple[str, ...],
        hidden: Callable[[str], str] = str,
        seen: str = "",
    ) -> int:
        """Write and print the report; the exit code.

        `seen` is a sentence on the operations, where each request was explained: nothing but a
        line with it is printed then.
        `hidden` takes credentials out of what was asked for: a command that is watched names them.
        """
        again = hidden(self.again)
        rows = tuple(
            events.row(result, again.replace("{}", f"--select {result.id}", 1))
            for result in results
            if result.id in self.ids
        )
        failed, listed = self._updated(rows)
        if listed is not None:
            standing = (Verdict.FAIL, Verdict.WARN, Verdict.NOTE)
            rows = tuple(listed.applied(row) if row.verdict in standing else row for row in rows)
        report = self._report(with_causes(rows), notes, hidden(self.subject))
        failed += files.deliver(report, self.report_dir, self.summary)
        if seen:
            terminal.render_brief(report, terminal.console(), seen)
        else:
            terminal.render(report, terminal.console(), {})
        return code_after_writing(failed, report.footer.exit_code)

    def _updated(self, rows: Sequence[events.Row]) -> tuple[list[str], Baseline | None]:
        """What could not be written, and the known failures, which are updated if asked for."""
        if not self.update_baseline or self.baseline is None:
            return [], self.listed
        try:
            standing = [row for row in rows if row.verdict is not Verdict.PASS]
            changed = update(self.baseline, standing, self.strict)
            listed = read(self.baseline)
        except UsageError as error:
            return [error.message], self.listed
        say(f"{self.baseline}: {counted(changed, 'change')} written", err=True)
        return [], listed

    def _report(
        self, rows: tuple[events.Row, ...], notes: tuple[str, ...], subject: str
    ) -> events.Report:
        return events.Report(
            header=events.Header(
                suite=__version__,
                client=None,
                adapter=subject,
                driver=None,
                doors=tuple(dict.fromkeys(row.door for row in rows if row.door)),
                examples=0,
                seed=None,
                strict=self.strict,
                python=platform.python_version(),
                notes=notes,
                **origin.stamp(self.started),
            ),
            requirements=rows,
            footer=events.footer(rows, strict=self.strict, complete=True),
        )


def reporting(context: click.Context, subject: str, again: str, given: dict[str, Any]) -> Reporting:
    """What was asked for. Raises UsageError for unknown words, and for what cannot be written."""
    ids = tuple(wanted_ids(split(given["select"]), split(given["ignore"])))
    baseline, updating = given["baseline"], given["update_baseline"]
    listed = listed_failures(baseline, updating)
    folder, summary = given["report_dir"], given["summary"]
    check_outputs(context, folder, summary, baseline if updating else None)
    started = origin.now()
    return Reporting(
        subject, started, again, ids, given["strict"], baseline, updating, folder, summary, listed
    )
