"""The command line of the suite. Decides nothing about a client."""

from __future__ import annotations

import difflib
import platform
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from kintone_conformance import __version__
from kintone_conformance.commands.check_driver import check_driver
from kintone_conformance.commands.serve import serve
from kintone_conformance.errors import UsageError
from kintone_conformance.model import ExitCode, HarnessError, Info, Result
from kintone_conformance.report import events, files, terminal
from kintone_conformance.runner import Broke, Order, Run, default_workers
from kintone_conformance.spec.requirements import FAMILIES, requirements

_INTERRUPTED = 130
_PIPED_WIDTH = 120  # columns, where no terminal says how many it has


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kintone-conformance")
def cli() -> None:
    """Tells whether a Kintone client is right on the wire.

    \b
    Examples:
      kintone-conformance run --adapter reference
      kintone-conformance run --adapter my_sdk/adapter.py:MyAdapter --report-dir build
      kintone-conformance run --driver "node driver.mjs"
      kintone-conformance explain KC109
    """


@cli.command()
@click.option("--adapter", metavar="X", help="Python: reference, pkg.module:Name, a.py:Name")
@click.option("--driver", metavar="CMD", help='Any language: the command, as "node driver.mjs"')
@click.option("--examples", default=100, show_default=True, type=click.IntRange(min=1))
@click.option("--seed", type=int, help="Other inputs than the usual, repeatably.")
@click.option("--only", multiple=True, metavar="ID", help="This requirement only; may be repeated.")
@click.option("--explain", is_flag=True, help="Say which parts of a failure matter; slow.")
@click.option("--strict", is_flag=True, help="A broken SHOULD fails the run, too.")
@click.option("--door", metavar="D", help="Catch requests through this door only.")
@click.option("--report-dir", type=click.Path(path_type=Path), help="For report.json, junit.xml.")
@click.option("-n", "workers", type=click.IntRange(min=1), default=default_workers, metavar="N")
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
    report_dir: Path | None,
    workers: int,
    debug: bool,
) -> None:
    """Judge a client.

    \b
    Exit codes: 0 conformant · 1 a MUST is broken · 2 bad usage
                3 adapter or suite broke · 4 nothing was judged

    \b
    Examples:
      kintone-conformance run --adapter reference
      kintone-conformance run --adapter adapter.py:MyAdapter --only KC101 --only KC109
      kintone-conformance run --driver "node driver.mjs" --report-dir build
      kintone-conformance run --adapter adapter.py:MyAdapter --seed 7 --examples 1000
    """
    if (adapter is None) == (driver is None):
        raise UsageError(
            "which client is to be judged? give either --adapter or --driver",
            "kintone-conformance run --adapter reference judges the bundled one",
        )
    ids = _known(only)
    if report_dir is not None:
        files.prepare(report_dir)
    order = Order(adapter, driver, examples, seed, explain, door)
    results, info, complete = _judged(order, ids, workers, debug)
    again = _command(order, strict)
    rows = tuple(events.row(results[id_], f"{again} --only {id_}") for id_ in ids if id_ in results)
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
    )
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_PIPED_WIDTH)
    terminal.render(report, console, debug=debug)
    if report_dir is not None:
        files.write(report, report_dir)
    sys.exit(report.footer.exit_code if complete else _INTERRUPTED)


def _known(only: tuple[str, ...]) -> list[str]:
    """The ids to judge. Raises UsageError for one that is not in the catalogue."""
    asked = [id_.upper() for entry in only for id_ in entry.split(",") if id_]
    for id_ in asked:
        if id_ not in requirements():
            close = difflib.get_close_matches(id_, requirements(), n=1)
            hint = f"did you mean {close[0]}? " if close else ""
            raise UsageError(
                f"there is no requirement {id_!r}", f"{hint}kintone-conformance list shows them all"
            )
    return [id_ for id_ in requirements() if not asked or id_ in asked]


def _judged(
    order: Order, ids: list[str], workers: int, debug: bool
) -> tuple[dict[str, Result], Info | None, bool]:
    """Results by id, what the client declares, and whether the run came to its end."""
    results: dict[str, Result] = {}
    info: Info | None = None
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
                        results[result.id] = result
                        progress.done()
    except Broke as broke:
        trouble = broke.trouble
        if debug and trouble.details:
            click.echo(trouble.details, err=True)
        _complain(trouble.message, trouble.hint)
        sys.exit(ExitCode.USAGE if trouble.usage else ExitCode.HARNESS)
    except KeyboardInterrupt:
        return results, info, False
    return results, info, True


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


@cli.command("list")
def list_() -> None:
    """List every requirement."""
    console = Console(highlight=False)
    for prefix, title in FAMILIES.items():
        console.print(f"\n{prefix}xx {title}", style="bold")
        for entry in requirements().values():
            if entry.id.startswith(prefix):
                line = f"  {entry.id} {entry.level:<6} {entry.sentence}"
                console.print(line, markup=False, soft_wrap=True)


@cli.command()
@click.argument("id_", metavar="ID")
def explain(id_: str) -> None:
    """Explain a requirement.

    \b
    Example:
      kintone-conformance explain KC109
    """
    entry = requirements()[_known((id_,))[0]]
    console = Console(highlight=False)
    console.print(f"{entry.id} {entry.name} ({entry.level}, {entry.family})", style="bold")
    console.print(f"\n{entry.sentence}\n\n{entry.why}\n", markup=False)
    facts = {
        "source": entry.source,
        "needs": ", ".join(sorted(entry.needs)) or "nothing but a call",
        "calls": ", ".join(entry.calls),
        "doors": ", ".join(entry.doors),
        "implied by": entry.implied_by,
    }
    for name, value in facts.items():
        if value:
            console.print(f"{name + ':':<12}{value}", markup=False, soft_wrap=True)


cli.add_command(serve)
cli.add_command(check_driver)


def _complain(message: str, hint: str) -> None:
    click.echo(f"error: {message}", err=True)
    if hint:
        click.echo(f"  {hint}", err=True)


def main() -> None:
    """The console script; a mistake of the user's ends with one sentence and exit code 2."""
    try:
        cli.main(standalone_mode=False)
    except UsageError as error:
        _complain(error.message, error.hint)
        sys.exit(ExitCode.USAGE)
    except HarnessError as error:
        _complain(error.message, error.hint)
        if error.details:
            click.echo(error.details.rstrip(), err=True)
        sys.exit(ExitCode.HARNESS)
    except click.Abort:
        sys.exit(_INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(ExitCode.USAGE)
