"""`schema`: the published JSON Schemas."""

from __future__ import annotations

import click

from kintone_lint.escaping import json_text
from kintone_lint.streams import show


@click.command()
@click.argument("what", type=click.Choice(["kc1", "vectors"]), default="kc1")
def schema(what: str) -> None:
    """Print a JSON Schema.

    The schema of the protocol kc/1, with every name in it, or of the vectors.

    \b
    Examples:
      kintone-conformance schema > kc1.schema.json
      kintone-conformance schema vectors
    """
    from kintone_conformance import vectors
    from kintone_conformance.drivers import protocol_schema

    made = protocol_schema.schema() if what == "kc1" else vectors.schema()
    show(json_text(made))
