"""`serve`: a Python adapter as a driver."""

from __future__ import annotations

import click

from kintone_conformance import platforms
from kintone_conformance.model import HarnessError
from kintone_lint.streams import say


@click.command()
@click.argument("adapter", metavar="PKG:NAME")
def serve(adapter: str) -> None:
    """Run a Python adapter as a driver.

    It speaks the protocol kc/1 for the adapter, in a separate process.

    \b
    Example:
      kintone-conformance run --driver "kintone-conformance serve a.py:A"
    """
    platforms.check()
    from kintone_conformance.drivers.serve import serve as answer
    from kintone_conformance.loading import load_adapter

    try:
        answer(load_adapter(adapter))
    except HarnessError as error:  # the runner keeps what is said here, the sentence last
        for line in error.details.splitlines():
            say(line, err=True)
        raise
