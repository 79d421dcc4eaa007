"""`run`: judges a client, and reports."""

from __future__ import annotations

import platform
import shlex
import sys
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import click

from kintone_conformance import __version__, platforms
from kintone_conformance.baseline import read, update
from kintone_conformance.commands import (
    INTERRUPTED,
    TIME_LIMIT_OPTION,
    complain,
    defect,
)
from kintone_conformance.commands.signals import signals
from kintone_conformance.errors import UsageError
from kintone_conformance.judging.ledger import Ledger
from kintone_conformance.model import ExitCode, Info
from kintone_conformance.processes import responsible
from kintone_conformance.report import events, files, terminal
from kintone_conformance.runner import Broke, Order, Run, default_workers
from kintone_conformance.selecting import known_ids
from kintone_conformance.writing import check_writable
from kintone_lint.streams import say


@click.command()
@click.option("--adapter", metavar="X", help="Python: reference, pkg.module:Name, a.py:Name")
@click.option("--driver", metavar="CMD", help='Any language: the command, as "node driver.mjs"')
@click.option(
    "--examples",
    default=100,
    show_default=True,
    type=click.IntRange(min=1),
    metavar="N",
    help="Inputs for each requirement; fewer are faster and see less.",
)
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
@click.option(
    "-n",
    "workers",
    type=click.IntRange(min=1),
    default=default_workers,
    metavar="N",
    help="Processes that judge at a time; at first as many as there are cores, at most 2.",
)
@TIME_LIMIT_OPTION
@click.option("--any-process", is_flag=True, help="Requests of any process are the client's.")
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
    time_limit: float,
    any_process: bool,
    debug: bool,
) -> None:
    """Judge a client.

    \b
    Exit codes: 0 conformant, or known failures only
                1 a MUST is broken, or an entry of the baseline is stale
                2 bad usage · 3 adapter, driver, suite or machine broke
                4 nothing was judged · 130 interrupted

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
    order = Order(adapter, driver, examples, seed, door, any_process, time_limit)
    judged = _judged(order, ids, workers)
    again = _command(order, strict)
    results = [result for id_ in ids if (result := judged.ledger.result(id_)) is not None]
    rows = tuple(events.row(result, f"{again} --only {result.id}") for result in results)
    failed: list[str] = []
    changed = None
    if update_baseline and baseline is not None and judged.complete:
        try:
            changed = update(baseline, rows, strict)
            listed = read(baseline)
        except UsageError as error:
            failed.append(error.message)
    if listed is not None:
        rows = tuple(listed.applied(row) for row in rows)
    trouble = judged.trouble.message if judged.trouble else ""
    report = events.Report(
        header=events.Header(
            suite=__version__,
            client=judged.info,
            adapter=adapter,
            driver=driver,
            doors=tuple(dict.fromkeys(row.door for row in rows if row.door)),
            examples=examples,
            seed=seed,
            strict=strict,
            python=platform.python_version(),
            started=datetime.now(UTC).isoformat(timespec="seconds"),
            notes=judged.notes(),
        ),
        requirements=rows,
        footer=events.footer(rows, strict=strict, complete=judged.complete, trouble=trouble),
        coverage=events.coverage(judged.ledger.pairs),
    )
    failed += files.deliver(report, report_dir, summary)
    if rows or judged.complete:
        details = {each.id: f"{each.details}\n{each.stderr}".strip() for each in results}
        terminal.render(report, terminal.console(), details, debug=debug)
    if changed is not None:
        say(f"{baseline}: {changed} entries changed", err=True)
    if judged.trouble is not None:
        trace = judged.trouble.details if debug else ""
        complain(judged.trouble.message, judged.trouble.hint, trace, judged.trouble.stderr)
    for sentence in failed:
        complain(sentence, "free space or choose another place; an older file there is untouched")
    code = judged.code if judged.code is not None else report.footer.exit_code
    sys.exit(ExitCode.HARNESS if failed and code in (ExitCode.OK, ExitCode.FAILED) else code)


@dataclass
class _Judged:
    """What came of a run: what is known of each requirement, what the client declares, and what
    kept it from its end.

    `code` is the exit code where the results do not say it.
    """

    ledger: Ledger = field(default_factory=Ledger)
    info: Info | None = None
    blind_spots: tuple[str, ...] = ()
    outsiders: Counter[str] = field(default_factory=Counter)
    complete: bool = False
    trouble: events.Trouble | None = None
    code: int | None = None

    def notes(self) -> tuple[str, ...]:
        """What to know of the run, a sentence each."""
        if not self.outsiders:
            return self.blind_spots
        names = ", ".join(name or "unknown" for name in sorted(self.outsiders))
        left_out = f"{self.outsiders.total()} requests of other processes were left out: {names}"
        return (*self.blind_spots, left_out)


def _judged(order: Order, ids: list[str], workers: int) -> _Judged:
    """Judge, as far as it goes: whatever ends it, what was judged until then is kept."""
    judged = _Judged()
    try:
        with responsible(), signals() as heard:
            running = Run(order, ids, min(workers, len(ids)), check=heard.check, responsible=True)
            with closing(running):
                _follow(running, judged, len(ids))
        judged.complete = True
    except Broke as broke:
        judged.trouble = broke.trouble
        judged.code = ExitCode.USAGE if broke.trouble.usage else ExitCode.HARNESS
    except KeyboardInterrupt as interrupt:
        judged.code = getattr(interrupt, "code", INTERRUPTED)
    except Exception as error:
        judged.trouble = events.Trouble(*defect(error))
        judged.code = ExitCode.HARNESS
    return judged


def _follow(running: Run, judged: _Judged, total: int) -> None:
    with terminal.Progress(terminal.console(err=True), total) as progress:
        for event in running.events():
            match event:
                case events.Hello(info, blind_spots):
                    judged.info, judged.blind_spots = info, blind_spots
                case events.Started(id_):
                    progress.at(id_)
                case events.Beat(id_, examples):
                    progress.at(id_, examples)
                case events.Judged(result):
                    judged.ledger.judged(result)
                    progress.done(result.verdict)
                case events.Found(result):
                    judged.ledger.found(result)
                case events.Tally(pairs, unserved):
                    judged.ledger.counted(pairs, unserved)
                case events.Outsiders(counts):
                    judged.outsiders.update(counts)


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
