"""`run`: judges a client, and reports."""

from __future__ import annotations

import platform
import shlex
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from kintone_conformance import __version__, platforms
from kintone_conformance.baseline import read, update
from kintone_conformance.commands import TIME_LIMIT_OPTION, complain, known_ids
from kintone_conformance.errors import UsageError
from kintone_conformance.model import ExitCode, Info, Result
from kintone_conformance.processes import responsible
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
@click.option("--explain", is_flag=True, help="Say which parts of a failure matter; slow.")
@click.option("--strict", is_flag=True, help="A broken SHOULD fails the run, too.")
@click.option("--door", metavar="D", help="Catch requests through this door only.")
@click.option("--baseline", type=click.Path(path_type=Path), help="Known failures, in TOML.")
@click.option("--update-baseline", is_flag=True, help="Make --baseline fit this run.")
@click.option("--report-dir", type=click.Path(path_type=Path), help="For report.html, .json, …")
@click.option("--summary", type=click.Path(path_type=Path), help="Append Markdown to this file.")
@click.option("-n", "workers", type=click.IntRange(min=1), default=default_workers, metavar="N")
@TIME_LIMIT_OPTION
@click.option("--any-process", is_flag=True, help="Requests of any process are the client's.")
@click.option("--debug", is_flag=True, help="Show tracebacks of errors.")
def run(
    adapter: str | None,
    driver: str | None,
    examples: int,
    seed: int | None,
    only: tuple[str, ...],
    explain: bool,
    strict: bool,
    door: str | None,
    baseline: Path | None,
    update_baseline: bool,
    report_dir: Path | None,
    summary: Path | None,
    workers: int,
    time_limit: float,
    any_process: bool,
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
    platforms.check()
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
        click.get_current_context().with_resource(files.claimed(report_dir))
    for file in (summary, baseline if update_baseline else None):
        if file is not None:
            check_writable(file)
    known = tuple(listed.known) if listed else ()
    order = Order(adapter, driver, examples, seed, explain, door, known, any_process, time_limit)
    found = _judged(order, ids, workers, debug)
    results = found.results
    again = _command(order, strict)
    rows = tuple(events.row(results[id_], f"{again} --only {id_}") for id_ in ids if id_ in results)
    if baseline is not None and update_baseline and found.complete:
        changed = update(baseline, rows, strict)
        click.echo(f"{baseline}: {changed} entries changed", err=True)
        listed = read(baseline)
    if listed is not None:
        rows = tuple(listed.applied(row) for row in rows)
    report = events.Report(
        header=events.Header(
            suite=__version__,
            client=found.info,
            adapter=adapter,
            driver=driver,
            doors=tuple(dict.fromkeys(row.door for row in rows if row.door)),
            examples=examples,
            seed=seed,
            strict=strict,
            python=platform.python_version(),
            started=datetime.now(UTC).isoformat(timespec="seconds"),
            notes=found.notes(),
        ),
        requirements=rows,
        footer=events.footer(rows, strict=strict, complete=found.complete),
    )
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_PIPED_WIDTH)
    details = {id_: f"{each.details}\n{each.stderr}".strip() for id_, each in results.items()}
    terminal.render(report, console, details, debug=debug)
    if report_dir is not None:
        files.write(report, report_dir)
    if summary is not None:
        append(summary, pages.summary(report))
    sys.exit(report.footer.exit_code if found.complete else _INTERRUPTED)


@dataclass
class _Found:
    """What a run found: results by id, what the client declares, and whether it came to its end."""

    results: dict[str, Result] = field(default_factory=dict)
    info: Info | None = None
    blind_spots: tuple[str, ...] = ()
    outsiders: Counter[str] = field(default_factory=Counter)
    complete: bool = False

    def notes(self) -> tuple[str, ...]:
        """What to know of the run, a sentence each."""
        if not self.outsiders:
            return self.blind_spots
        names = ", ".join(name or "unknown" for name in sorted(self.outsiders))
        left_out = f"{self.outsiders.total()} requests of other processes were left out: {names}"
        return (*self.blind_spots, left_out)


def _judged(order: Order, ids: list[str], workers: int, debug: bool) -> _Found:
    found = _Found()
    running = Run(order, ids, min(workers, len(ids)), responsible=True)
    try:
        with (
            suppress(KeyboardInterrupt),
            responsible(),
            terminal.Progress(Console(stderr=True), len(ids)) as progress,
        ):
            for event in running.events():
                match event:
                    case events.Hello(info, blind_spots):
                        found.info, found.blind_spots = info, blind_spots
                    case events.Started(id_):
                        progress.at(id_)
                    case events.Beat(id_, examples):
                        progress.at(id_, examples)
                    case events.Judged(result):
                        found.results[result.id] = result
                        progress.done(result.verdict)
                    case events.Outsiders(counts):
                        found.outsiders.update(counts)
            found.complete = True
    except Broke as broke:
        trouble = broke.trouble
        if debug:
            click.echo(f"{trouble.details}\n{trouble.stderr}".strip(), err=True)
        complain(trouble.message, trouble.hint, trouble.stderr)
        sys.exit(ExitCode.USAGE if trouble.usage else ExitCode.HARNESS)
    return found


def _command(order: Order, strict: bool) -> str:
    client = ["--driver", order.driver] if order.driver else ["--adapter", order.adapter or ""]
    parts = ["kintone-conformance", "run", *client]
    if order.examples != Order.examples:
        parts += ["--examples", str(order.examples)]
    if order.seed is not None:
        parts += ["--seed", str(order.seed)]
    if order.door is not None:
        parts += ["--door", order.door]
    if order.time_limit != Order.time_limit:
        parts += ["--time-limit", f"{order.time_limit:g}"]
    if order.any_process:
        parts.append("--any-process")
    if strict:
        parts.append("--strict")
    return shlex.join(parts)
