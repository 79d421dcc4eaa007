"""`serve`: a Python adapter as a driver."""

from __future__ import annotations

import click


@click.command()
@click.argument("adapter", metavar="PKG:NAME")
def serve(adapter: str) -> None:
    """Serve a Python adapter as a driver.

    It speaks kc/1 for the adapter, in a process of its own.

    \b
    Example:
      kintone-conformance run --driver "kintone-conformance serve adapter.py:MyAdapter"
    """
    from kintone_conformance.drivers.serve import serve as answer
    from kintone_conformance.loading import load_adapter

    answer(load_adapter(adapter))
