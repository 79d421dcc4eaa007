"""The commands of the suite, one module each; here what several of them say."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

import click

from kintone_conformance.drivers import TIME_LIMIT
from kintone_conformance.errors import UsageError
from kintone_conformance.report.places import last_lines
from kintone_conformance.spec.requirements import requirements

TIME_LIMIT_OPTION = click.option(
    "--time-limit",
    type=click.FloatRange(min=1),
    default=TIME_LIMIT,
    show_default=True,
    metavar="S",
    help="Seconds for an answer of the client; hello has twice as long.",
)


def complain(message: str, hint: str, stderr: str = "") -> None:
    """One sentence, a driver's last words, and what to do next, on standard error."""
    click.echo(f"error: {message}", err=True)
    for line in last_lines(stderr):
        click.echo(f"  stderr: {line}", err=True)
    if hint:
        click.echo(f"  {hint}", err=True)


def known_ids(only: Sequence[str]) -> list[str]:
    """The ids to judge, by id, name or family. Raises UsageError for what is in no catalogue."""
    asked = {id_ for entry in only for word in entry.split(",") for id_ in _meant(word.strip())}
    return [id_ for id_ in requirements() if not only or id_ in asked]


def _meant(word: str) -> list[str]:
    """The ids that an id, a name or the start of an id stands for."""
    named = {entry.name: entry.id for entry in requirements().values()}
    prefix = re.sub("XX$", "", word.upper())
    found = [id_ for id_ in requirements() if id_.startswith(prefix) and len(prefix) >= 3]
    if word.lower() in named:
        found = [named[word.lower()]]
    if not found:
        close = difflib.get_close_matches(word.upper(), requirements(), n=1)
        close += difflib.get_close_matches(word.lower(), named, n=1)
        hint = f"did you mean {close[0]}? " if close else ""
        raise UsageError(
            f"there is no requirement {word!r}", f"{hint}kintone-conformance list shows them all"
        )
    return found
