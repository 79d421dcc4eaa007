"""`run`: judges a client, and reports."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import click

from kintone_conformance import __version__, platforms, requiring
from kintone_conformance.baseline import Baseline, read, update
from kintone_conformance.commands import code_after_writing, complain
from kintone_conformance.commands.choosing import Chosen, chosen, with_settings
from kintone_conformance.commands.following import Judged, Limits, follow
from kintone_conformance.commands.options import CONTEXT, run_options
from kintone_conformance.commands.wanted import check_outputs, listed_failures, wanted_ids
from kintone_conformance.errors import UsageError
from kintone_conformance.loading import check_client, checked_doors
from kintone_conformance.model import Result, Verdict
from kintone_conformance.options import Options
from kintone_conformance.report import events, files, origin, terminal
from kintone_conformance.report.causes import with_causes
from kintone_conformance.report.progress import Progress
from kintone_conformance.runner import default_workers
from kintone_lint.counting import counted
from kintone_lint.streams import say


@with_settings
@click.command(context_settings=CONTEXT)
@run_options
@click.pass_context
def run(context: click.Context, /, **given: Any) -> None:
    """Judge a client.

    \b
    Exit codes: 0 passed, or known failures only
                1 a MUST is broken, or an entry of the baseline is stale
                2 bad usage
                3 the adapter, driver, suite or machine failed, or a limit was
                  reached
                4 nothing was judged · 130 interrupted

    \b
    Examples:
      kintone-conformance run --adapter reference
      kintone-conformance run --adapter adapter.py:MyAdapter --select KC101,KC109
      kintone-conformance run --driver "node driver.mjs" --report-dir build
      kintone-conformance run --driver ./driver --summary "$GITHUB_STEP_SUMMARY"
      kintone-conformance run --driver ./driver --baseline known-failures.toml
      kintone-conformance run --adapter adapter.py:MyAdapter --examples 1000
      kintone-conformance run          # the client that the settings name
    """
    platforms.check()
    how = chosen(context, given)
    options = how.options
    check_client(options.adapter, options.driver)
    checked_doors(options.door)
    ids = wanted_ids(options.select, options.ignore)
    listed = listed_failures(options.baseline, options.update_baseline)
    written = options.baseline if options.update_baseline else None
    check_outputs(context, options.report_dir, options.summary, written)
    if how.source is not None and not options.quiet:
        say(f"{how.source}: {options.driver or options.adapter}", err=True)
    requiring.check(_required(options, listed))
    limits = Limits(options.max_failures, options.max_time, _counting(options, ids, listed))
    progress = Progress(
        terminal.console(err=True, quiet=options.quiet), len(ids), quick=options.quick
    )
    workers = options.workers or default_workers()
    started = origin.now()
    judged = follow(options, ids, workers, progress, limits)
    made = _made(how, judged, judged.results(ids), listed, started)
    failed = [*made.failed, *files.deliver(made.report, options.report_dir, options.summary)]
    rows = made.report.requirements
    at_limit = bool(judged.stopped) and judged.code is None
    if judged.complete or at_limit or any(row.verdict is not Verdict.NA for row in rows):
        console = terminal.console()
        terminal.render(
            made.report, console, made.details, debug=options.debug, quiet=options.quiet
        )
    if made.changed is not None:
        say(f"{options.baseline}: {counted(made.changed, 'change')} written", err=True)
    if judged.trouble is not None:
        trace = judged.trouble.details if options.debug else ""
        complain(judged.trouble.message, judged.trouble.hint, trace, judged.trouble.stderr)
    code = judged.code if judged.code is not None else made.report.footer.exit_code
    sys.exit(code_after_writing(failed, code))


def _required(options: Options, listed: Baseline | None) -> tuple[str, ...]:
    return (*options.require, *(listed.require if listed is not None else ()))


def _counting(
    options: Options, ids: Sequence[str], listed: Baseline | None
) -> Callable[[Result], bool]:
    """Whether a result is a failure that is reported at once."""
    failing = {Verdict.FAIL} | ({Verdict.WARN} if options.strict else set())
    wanted = frozenset(ids)

    def counts(result: Result) -> bool:
        if result.id not in wanted or result.verdict not in failing:
            return False
        return listed is None or not listed.applied(events.row(result, "")).known

    return counts


@dataclass(frozen=True)
class _Made:
    """The report, what --debug shows of errors, and what came of the baseline."""

    report: events.Report
    details: dict[str, str]
    failed: tuple[str, ...] = ()
    changed: int | None = None


def _made(
    how: Chosen, judged: Judged, results: Sequence[Result], listed: Baseline | None, started: str
) -> _Made:
    options = how.options
    rows = tuple(events.row(result, f"{how.again} --select {result.id}") for result in results)
    failed: tuple[str, ...] = ()
    changed = None
    if options.update_baseline and options.baseline is not None and judged.complete:
        try:
            changed = update(options.baseline, rows, options.strict)
            listed = read(options.baseline)
        except UsageError as error:
            failed = (error.message,)
    if listed is not None:
        rows = tuple(listed.applied(row) for row in rows)
    rows = with_causes(rows)
    details = {each.id: f"{each.details}\n{each.stderr}".strip() for each in results}
    needed = _required(options, listed) if judged.complete else ()
    missing = tuple(requiring.missing(needed, judged.info, rows))
    return _Made(_report(how, judged, rows, missing, started), details, failed, changed)


def _report(
    how: Chosen,
    judged: Judged,
    rows: tuple[events.Row, ...],
    missing: tuple[str, ...],
    started: str,
) -> events.Report:
    options = how.options
    trouble = judged.trouble.message if judged.trouble else judged.stopped
    ignored = f"left out: {', '.join(options.ignore)} (--ignore)" if options.ignore else ""
    return events.Report(
        header=events.Header(
            suite=__version__,
            client=judged.info,
            adapter=options.adapter,
            driver=options.driver,
            doors=tuple(dict.fromkeys(row.door for row in rows if row.door)),
            examples=options.examples,
            seed=options.seed,
            strict=options.strict,
            python=platform.python_version(),
            notes=tuple(filter(None, (*judged.notes(), ignored))),
            **origin.stamp(started),
        ),
        requirements=rows,
        footer=events.footer(
            rows,
            strict=options.strict,
            complete=judged.complete,
            trouble=trouble,
            missing=missing,
            stopped=bool(judged.stopped) and judged.code is None,
        ),
        coverage=events.coverage(judged.ledger.pairs),
    )
