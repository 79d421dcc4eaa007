"""`compare`: two clients, or two versions of one, side by side."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import click

from kintone_conformance import platforms
from kintone_conformance.commands.options import run_option
from kintone_conformance.commands.wanted import check_outputs
from kintone_conformance.drivers import StartDriver
from kintone_conformance.errors import UsageError
from kintone_conformance.options import split
from kintone_lint.streams import say


@click.command()
@click.argument("clients", nargs=-1, metavar="A B")
@click.option(
    "--driver",
    "drivers",
    multiple=True,
    metavar="CMD",
    help="The command of a driver; give it twice.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="FIELD",
    help="Do not compare this field, as header:user-agent or error*; repeatable.",
)
@click.option("--header-order", is_flag=True, help="Compare the order of headers as well.")
@run_option("door")
@run_option("seed")
@run_option("time-limit")
@run_option("baseline")
@run_option("update-baseline")
@run_option("report-dir")
@run_option("summary")
@click.pass_context
def compare(
    context: click.Context,
    /,
    clients: tuple[str, ...],
    drivers: tuple[str, ...],
    ignore: tuple[str, ...],
    header_order: bool,
    door: tuple[str, ...],
    seed: int | None,
    time_limit: float,
    baseline: Path | None,
    update_baseline: bool,
    report_dir: Path | None,
    summary: Path | None,
) -> None:
    """Compare two clients, or two versions of one.

    Both get the same calls. The differences in their requests, and in what they report, are
    shown side by side, each with the smallest input found. A client is an adapter, the command of
    a driver, or a folder with an sdk.toml; @VERSION builds it in another version. What differs
    between two runs of the first client is left out as noise.

    \b
    Exit codes: 0 no difference, or known ones only
                1 differences, or an entry of the baseline is stale · 2 bad usage
                3 a client cannot be driven · 4 they share no call
                130 interrupted

    \b
    Examples:
      kintone-conformance compare sdks/pyntone@0.3.1 sdks/pyntone@0.3.2
      kintone-conformance compare --driver ./old --driver ./new --ignore error*
      kintone-conformance compare reference adapter.py:MyAdapter
    """
    platforms.check()
    from kintone_conformance.commands.differing import known_fields, reported
    from kintone_conformance.loading import checked_doors
    from kintone_conformance.processes import responsible
    from kintone_conformance.report import origin
    from kintone_conformance.traffic.comparing import How
    from kintone_conformance.traffic.comparing import compare as compared

    named = [*((name, False) for name in clients), *((name, True) for name in drivers)]
    if len(named) != 2:
        raise UsageError("name two clients to compare", "as in compare BEFORE AFTER")
    listed = known_fields(baseline, update_baseline)
    check_outputs(context, report_dir, summary, baseline if update_baseline else None)
    started = origin.now()
    how = How(
        checked_doors(door), split(ignore), header_order, seed or 0, tell=partial(say, err=True)
    )
    with responsible():
        (one, left), (other, right) = (_start(*each, time_limit) for each in named)
        found = compared(left, right, how)
    sys.exit(reported(found, (one, other), how.ignore, started, listed, report_dir, summary))


def _start(name: str, is_driver: bool, time_limit: float) -> tuple[str, StartDriver]:
    """A client's name, "" if it says so itself, and what starts it in a process of its own.

    Raises UsageError if there is none.
    """
    from kintone_conformance.drivers.stdio import Stdio
    from kintone_conformance.loading import command_words, named_adapter, served_by
    from kintone_conformance.matrix import versions

    sdk = None if is_driver else versions.sdk_at(name)
    if sdk is not None:
        made = versions.built(sdk, time_limit, partial(say, err=True))
        words = versions.driver_command(made, served_by)
    else:
        adapter = "" if is_driver else named_adapter(name)
        words = served_by(adapter) if adapter else command_words(name)
    title = f"{sdk.title} ({sdk.language})" if sdk is not None else ""
    return title, lambda environ, within: Stdio([*within, *words], environ, time_limit)
