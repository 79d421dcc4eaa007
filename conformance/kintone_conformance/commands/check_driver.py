"""`check-driver`: says in one sentence what is wrong with a driver."""

from __future__ import annotations

import shlex
import sys

import click

from kintone_conformance.model import ExitCode, HarnessError
from kintone_lint.streams import say


@click.command("check-driver")
@click.argument("command", metavar="CMD")
@click.option("--door", metavar="D", help="Catch requests through this door only.")
def check_driver(command: str, door: str | None) -> None:
    """Try a driver before it is judged.

    Says hello, makes each declared call, sends tricky strings, and ends it.

    \b
    Examples:
      kintone-conformance check-driver "node driver.mjs"
      kintone-conformance check-driver "./driver" --door proxy
    """
    from kintone_conformance.loading import checked_door, command_words
    from kintone_conformance.suite.trial import Trial

    words = command_words(command)
    doors = (checked_door(door),) if door else None
    try:
        trial = Trial(words, doors)
        for step in trial.steps():
            say(f"ok    {step}")
    except HarnessError as error:
        say(f"wrong {error.message}")
        if error.hint:
            say(f"      {error.hint}")
        for line in error.details.rstrip().splitlines():
            say(f"      {line}")
        sys.exit(ExitCode.HARNESS)
    for remark in trial.remarks:
        say(f"note  {remark}")
    if trial.remarks:
        say("")
        say("A note is the driver's mistake or the SDK's; the suite takes it for the SDK's.")
    say("")
    say(f"ready: kintone-conformance run --driver {shlex.quote(command)}")
