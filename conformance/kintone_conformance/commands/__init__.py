"""The commands of the suite, one module each; here what several of them say."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import click

from kintone_conformance.errors import UsageError
from kintone_conformance.spec.requirements import requirements


def complain(message: str, hint: str) -> None:
    """One sentence and what to do next, on standard error."""
    click.echo(f"error: {message}", err=True)
    if hint:
        click.echo(f"  {hint}", err=True)


def known_ids(only: Sequence[str]) -> list[str]:
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
