"""`vectors`: frozen cases as JSON."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from kintone_lint.escaping import json_text
from kintone_lint.streams import say


@click.command()
@click.option("--output", required=True, type=click.Path(path_type=Path), metavar="DIR")
def vectors(output: Path) -> None:
    """Write test vectors for unit tests.

    They are vectors.json and its schema: what a client is given, and what it must send for it.

    \b
    Example:
      kintone-conformance vectors --output tests/data
    """
    from kintone_conformance import __version__
    from kintone_conformance import vectors as made
    from kintone_conformance.writing import make_folder, write_whole

    exported = made.export(__version__)
    make_folder(output)
    for name, data in (
        ("vectors.json", msgspec.to_builtins(exported)),
        ("vectors.schema.json", made.schema()),
    ):
        write_whole(output / name, json_text(data).encode("ascii"))
        say(f"wrote {output / name}")
    say(f"{len(exported.vectors)} cases")
