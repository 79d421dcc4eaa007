"""The command line of the suite. Decides nothing about a client."""

from __future__ import annotations

import sys
from textwrap import indent

import click
from rich.console import Console

from kintone_conformance import __version__
from kintone_conformance.commands import complain, known_ids
from kintone_conformance.commands.check_driver import check_driver
from kintone_conformance.commands.init import init
from kintone_conformance.commands.matrix import matrix
from kintone_conformance.commands.names import names
from kintone_conformance.commands.run import run
from kintone_conformance.commands.schema import schema
from kintone_conformance.commands.serve import serve
from kintone_conformance.commands.vectors import vectors
from kintone_conformance.errors import UsageError
from kintone_conformance.model import ExitCode, HarnessError
from kintone_conformance.spec.requirements import FAMILIES, Requirement, requirements

_INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kintone-conformance")
def cli() -> None:
    """Tells whether a Kintone client is right on the wire.

    Clients are judged on Linux and macOS.

    \b
    Examples:
      kintone-conformance run --adapter reference
      kintone-conformance run --adapter my_sdk/adapter.py:MyAdapter --report-dir build
      kintone-conformance run --driver "node driver.mjs"
      kintone-conformance explain KC109
    """


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
    """Explain a requirement, or a family of them.

    \b
    Examples:
      kintone-conformance explain KC109
      kintone-conformance explain password-colon
    """
    for each in known_ids((id_,)):
        _explain(requirements()[each])


def _explain(entry: Requirement) -> None:
    console = Console(highlight=False)
    head = f"{entry.id} {entry.name} ({entry.level}, {entry.family}, since {entry.since})"
    console.print(head, style="bold")
    for text in (entry.sentence, f"Why: {entry.why}", f"Given: {entry.given}"):
        console.print(f"\n{text}", markup=False)
    for title, example, style in (("Bad", entry.bad, "red"), ("Good", entry.good, "green")):
        console.print(f"\n{title}:", style=style)
        console.print(indent(example, "    "), markup=False, soft_wrap=True)
    console.print(f"\nFix: {entry.fix}\n", markup=False)
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


for _command in (run, init, check_driver, names, serve, matrix, vectors, schema):
    cli.add_command(_command)


def main() -> None:
    """The console script; a mistake of the user's ends with one sentence and exit code 2."""
    try:
        cli.main(standalone_mode=False)
    except UsageError as error:
        complain(error.message, error.hint)
        sys.exit(ExitCode.USAGE)
    except HarnessError as error:
        complain(error.message, error.hint, error.stderr)
        sys.exit(ExitCode.HARNESS)
    except click.Abort:
        sys.exit(_INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(ExitCode.USAGE)
