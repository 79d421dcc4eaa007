"""`check-driver`: says in one sentence what is wrong with a driver."""

from __future__ import annotations

import shlex
import sys

import click

from kintone_conformance.model import ExitCode, HarnessError


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
    from kintone_conformance.judging.trial import Trial
    from kintone_conformance.loading import checked_door, command_words

    words = command_words(command)
    doors = (checked_door(door),) if door else None
    try:
        trial = Trial(words, doors)
        for step in trial.steps():
            click.echo(f"ok    {step}")
    except HarnessError as error:
        click.echo(f"wrong {error.message}")
        if error.hint:
            click.echo(f"      {error.hint}")
        if error.details:
            click.echo(error.details.rstrip())
        sys.exit(ExitCode.HARNESS)
    for remark in trial.remarks:
        click.echo(f"note  {remark}")
    if trial.remarks:
        click.echo(
            "\nA note is the driver's mistake or the SDK's; the suite takes it for the SDK's."
        )
    click.echo(f"\nready: kintone-conformance run --driver {shlex.quote(command)}")
