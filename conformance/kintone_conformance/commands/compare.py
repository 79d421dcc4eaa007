"""`compare`: two clients, or two versions of one, side by side."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kintone_conformance import __version__, platforms
from kintone_conformance.commands.options import run_option
from kintone_conformance.drivers import StartDriver
from kintone_conformance.errors import UsageError
from kintone_conformance.model import ExitCode
from kintone_conformance.options import split
from kintone_lint.streams import say


@click.command()
@click.argument("clients", nargs=-1, metavar="A B")
@click.option(
    "--driver", "drivers", multiple=True, metavar="CMD", help="The command of a driver; twice."
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="FIELD",
    help="Do not compare this, as header:user-agent or error*; repeatable.",
)
@click.option("--header-order", is_flag=True, help="Compare the order of headers as well.")
@run_option("door")
@run_option("seed")
@run_option("time-limit")
@run_option("report-dir")
@run_option("summary")
def compare(
    clients: tuple[str, ...],
    drivers: tuple[str, ...],
    ignore: tuple[str, ...],
    header_order: bool,
    door: tuple[str, ...],
    seed: int | None,
    time_limit: float,
    report_dir: Path | None,
    summary: Path | None,
) -> None:
    """Compare two clients, or two versions of one.

    Both are asked for the same. The differences of their requests, and of what they report, are
    shown side by side, each with the smallest input found. A client is an adapter, the command of
    a driver, or a folder with an sdk.toml; @VERSION builds it in another version. What differs
    between two runs of the first is left out.

    \b
    Exit codes: 0 no difference · 1 differences · 2 bad usage
                3 a client cannot be driven · 4 they share no call

    \b
    Examples:
      kintone-conformance compare sdks/rest-api-client@5.0.6 sdks/rest-api-client@6.2.1
      kintone-conformance compare --driver ./before --driver ./after --ignore header:user-agent
      kintone-conformance compare reference adapter.py:MyAdapter
    """
    platforms.check()
    from kintone_conformance.judging.telling import step
    from kintone_conformance.loading import checked_doors
    from kintone_conformance.processes import responsible
    from kintone_conformance.report import comparison, files
    from kintone_conformance.traffic.comparing import How
    from kintone_conformance.traffic.comparing import compare as compared
    from kintone_conformance.writing import append, check_writable, write_whole

    named = [*((name, False) for name in clients), *((name, True) for name in drivers)]
    if len(named) != 2:
        raise UsageError("name two clients to compare", "as in compare BEFORE AFTER")
    if report_dir is not None:
        files.prepare(report_dir)
    if summary is not None:
        check_writable(summary)

    def told(line: str) -> None:
        say(line, err=True)

    how = How(checked_doors(door), split(ignore), header_order, seed or 0, tell=told)
    with responsible():
        (one, left), (other, right) = (_start(*each, time_limit) for each in named)
        found = compared(left, right, how)
    inputs = [step(each.exchange) for each in found.differences]
    made = comparison.made(found, __version__, split(ignore), inputs, (one, other))
    if report_dir is not None:
        write_whole(report_dir / "compare.json", comparison.as_json(made))
    if summary is not None:
        append(summary, comparison.summary(made))
    for line in comparison.lines(made):
        say(line)
    if not made.asked:
        sys.exit(ExitCode.NOTHING_JUDGED)
    sys.exit(ExitCode.FAILED if made.differences else ExitCode.OK)


def _start(name: str, is_driver: bool, time_limit: float) -> tuple[str, StartDriver]:
    """A client's name, "" where it says so itself, and what starts it in a process of its own.

    Raises UsageError where there is none.
    """
    from kintone_conformance.drivers.stdio import Stdio
    from kintone_conformance.loading import command_words, named_adapter, served_by
    from kintone_conformance.matrix import versions

    sdk = None if is_driver else versions.sdk_at(name)
    if sdk is not None:
        made = versions.built(sdk, time_limit, lambda line: say(line, err=True))
        words = versions.driver_command(made, served_by)
    else:
        adapter = "" if is_driver else named_adapter(name)
        words = served_by(adapter) if adapter else command_words(name)
    title = f"{sdk.title} ({sdk.language})" if sdk is not None else ""
    return title, lambda environ, within: Stdio([*within, *words], environ, time_limit)
