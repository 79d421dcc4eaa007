"""`run`: judges a client, and reports."""

from __future__ import annotations

import platform
import shlex
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from kintone_conformance import __version__
from kintone_conformance.baseline import read, update
from kintone_conformance.commands import complain, known_ids
from kintone_conformance.errors import UsageError
from kintone_conformance.judging.ledger import Ledger
from kintone_conformance.model import ExitCode, Info
from kintone_conformance.report import events, files, pages, terminal
from kintone_conformance.runner import Broke, Order, Run, default_workers
from kintone_conformance.writing import append, check_writable

_INTERRUPTED = 130
_PIPED_WIDTH = 120  # columns, where no terminal says how many it has


@click.command()
@click.option("--adapter", metavar="X", help="Python: reference, pkg.module:Name, a.py:Name")
@click.option("--driver", metavar="CMD", help='Any language: the command, as "node driver.mjs"')
@click.option("--examples", default=100, show_default=True, type=click.IntRange(min=1))
@click.option("--seed", type=int, help="Other inputs than the usual, repeatably.")
@click.option(
    "--only", multiple=True, metavar="ID", help="KC109, a name, or a family as KC1; repeatable."
)
@click.option("--strict", is_flag=True, help="A broken SHOULD fails the run, too.")
@click.option("--door", metavar="D", help="Catch requests through this door only.")
@click.option("--baseline", type=click.Path(path_type=Path), help="Known failures, in TOML.")
@click.option("--update-baseline", is_flag=True, help="Make --baseline fit this run.")
@click.option("--report-dir", type=click.Path(path_type=Path), help="For report.html, .json, …")
@click.option("--summary", type=click.Path(path_type=Path), help="Append Markdown to this file.")
@click.option("-n", "workers", type=click.IntRange(min=1), default=default_workers, metavar="N")
@click.option("--debug", is_flag=True, help="Show tracebacks of errors.")
def run(
    adapter: str | None,
    driver: str | None,
    examples: int,
    seed: int | None,
    only: tuple[str, ...],
    strict: bool,
    door: str | None,
    baseline: Path | None,
    update_baseline: bool,
    report_dir: Path | None,
    summary: Path | None,
    workers: int,
    debug: bool,
) -> None:
    """Judge a client.

    \b
    Exit codes: 0 conformant, or known failures only
                1 a MUST is broken, or an entry of the baseline is stale
                2 bad usage · 3 adapter or suite broke · 4 nothing was judged

    \b
    Examples:
      kintone-conformance run --adapter reference
      kintone-conformance run --adapter adapter.py:MyAdapter --only KC101 --only KC109
      kintone-conformance run --driver "node driver.mjs" --report-dir build
      kintone-conformance run --driver ./driver --summary "$GITHUB_STEP_SUMMARY"
      kintone-conformance run --driver ./driver --baseline known-failures.toml
      kintone-conformance run --adapter adapter.py:MyAdapter --seed 7 --examples 1000
    """
    if bool(adapter) == bool(driver):
        raise UsageError(
            "which client is to be judged? give either --adapter or --driver",
            "kintone-conformance run --adapter reference judges the bundled one",
        )
    if update_baseline and baseline is None:
        raise UsageError("--update-baseline without a --baseline", "say which file it is to write")
    ids = known_ids(only)
    writes = update_baseline and baseline is not None and not baseline.exists()
    listed = read(baseline) if baseline is not None and not writes else None
    if report_dir is not None:
        files.prepare(report_dir)
    for file in (summary, baseline if update_baseline else None):
        if file is not None:
            check_writable(file)
    order = Order(adapter, driver, examples, seed, door)
    ledger, info, complete = _judged(order, ids, workers, debug)
    again = _command(order, strict)
    results = [result for id_ in ids if (result := ledger.result(id_)) is not None]
    rows = tuple(events.row(result, f"{again} --only {result.id}") for result in results)
    if baseline is not None and update_baseline and complete:
        changed = update(baseline, rows, strict)
        click.echo(f"{baseline}: {changed} entries changed", err=True)
        listed = read(baseline)
    if listed is not None:
        rows = tuple(listed.applied(row) for row in rows)
    report = events.Report(
        header=events.Header(
            suite=__version__,
            client=info,
            adapter=adapter,
            driver=driver,
            doors=tuple(dict.fromkeys(row.door for row in rows if row.door)),
            examples=examples,
            seed=seed,
            strict=strict,
            python=platform.python_version(),
            started=datetime.now(UTC).isoformat(timespec="seconds"),
        ),
        requirements=rows,
        footer=events.footer(rows, strict=strict, complete=complete),
        coverage=events.coverage(ledger.pairs),
    )
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_PIPED_WIDTH)
    terminal.render(report, console, debug=debug)
    if report_dir is not None:
        files.write(report, report_dir)
    if summary is not None:
        append(summary, pages.summary(report))
    sys.exit(report.footer.exit_code if complete else _INTERRUPTED)


def _judged(
    order: Order, ids: list[str], workers: int, debug: bool
) -> tuple[Ledger, Info | None, bool]:
    """What is known of each requirement, what the client declares, and whether the run ended."""
    ledger = Ledger()
    info: Info | None = None
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a CI system cancels so
    running = Run(order, ids, min(workers, len(ids)))
    try:
        with terminal.Progress(Console(stderr=True), len(ids)) as progress:
            for event in running.events():
                match event:
                    case events.Hello(found):
                        info = found
                    case events.Started(id_):
                        progress.at(id_)
                    case events.Beat(id_, examples):
                        progress.at(id_, examples)
                    case events.Judged(result):
                        ledger.judged(result)
                        progress.done(result.verdict)
                    case events.Found(result):
                        ledger.found(result)
                    case events.Tally(pairs, unserved):
                        ledger.counted(pairs, unserved)
    except Broke as broke:
        trouble = broke.trouble
        if debug and trouble.details:
            click.echo(trouble.details, err=True)
        complain(trouble.message, trouble.hint)
        sys.exit(ExitCode.USAGE if trouble.usage else ExitCode.HARNESS)
    except KeyboardInterrupt:
        return ledger, info, False
    return ledger, info, True


def _command(order: Order, strict: bool) -> str:
    client = ["--driver", order.driver] if order.driver else ["--adapter", order.adapter or ""]
    parts = ["kintone-conformance", "run", *client]
    if order.examples != Order.examples:
        parts += ["--examples", str(order.examples)]
    if order.seed is not None:
        parts += ["--seed", str(order.seed)]
    if order.door is not None:
        parts += ["--door", order.door]
    if strict:
        parts.append("--strict")
    return shlex.join(parts)
