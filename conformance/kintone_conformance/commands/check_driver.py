"""`check-driver`: says in one sentence what is wrong with a driver."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence

import click

from kintone_conformance import platforms
from kintone_conformance.commands.options import run_option
from kintone_conformance.model import ExitCode, HarnessError
from kintone_lint.streams import say

_ERROR = "error: "


@click.command("check-driver")
@click.argument("command", metavar="CMD")
@run_option("door")
@run_option("time-limit")
@run_option("any-process")
@run_option("debug")
def check_driver(
    command: str, door: tuple[str, ...], time_limit: float, any_process: bool, debug: bool
) -> None:
    """Try a driver, or a Python adapter, before it is judged.

    Starts it, makes each declared call, sends tricky strings, and ends it.

    \b
    Examples:
      kintone-conformance check-driver "node driver.mjs"
      kintone-conformance check-driver "./driver" --door proxy
      kintone-conformance check-driver adapter.py:MyAdapter
    """
    platforms.check()
    from kintone_conformance.judging.trial import Trial
    from kintone_conformance.loading import checked_doors, command_words, named_adapter, served_by
    from kintone_conformance.processes import responsible
    from kintone_conformance.report.places import last_lines

    adapter = named_adapter(command)
    words = served_by(adapter) if adapter else command_words(command)
    doors = checked_doors(door)
    trial = Trial(words, doors, any_process, time_limit)
    try:
        with responsible():
            for step in trial.steps():
                say(f"ok    {step}")
    except HarnessError as error:
        said = last_lines(error.stderr)
        own = said_by_serve(said) if adapter else ()
        if own:
            say(f"wrong {own[0]}")
            for line in own[1:]:
                say(f"      {line.strip()}")
        else:
            say(f"wrong {error.message}")
            for line in said:
                say(f"      stderr: {line}")
            if error.hint:
                say(f"      {error.hint}")
        known = f"{error.details}\n{error.stderr}".strip() if debug else ""
        for line in known.splitlines():
            say(f"      {line}")
        sys.exit(ExitCode.HARNESS)
    for remark in trial.remarks:
        say(f"note  {remark}")
    if trial.remarks:
        say("")
        say("Each note is a mistake in the driver or in the SDK; a run counts it against the SDK.")
    say("")
    option = "--adapter" if adapter else "--driver"
    say(f"ready: kintone-conformance run {option} {shlex.quote(command)}")


def said_by_serve(lines: Sequence[str]) -> tuple[str, ...]:
    """Why `serve`, which runs an adapter here, has ended: the error and its hint, if it said so.

    `lines` are the last of its standard error, which also has what the SDK logged.
    """
    begun = [number for number, line in enumerate(lines) if line.startswith(_ERROR)]
    return (lines[begun[-1]].removeprefix(_ERROR), *lines[begun[-1] + 1 :]) if begun else ()
