"""`names`: what an adapter or driver may declare."""

from __future__ import annotations

from typing import Any

import click

from kintone_conformance.commands.options import listing_option
from kintone_conformance.spec.calls import (
    AUTH_KINDS,
    BASIC_FIELDS,
    CAPABILITIES,
    CallSpec,
    calls,
    core_calls,
    parameter_names,
)
from kintone_conformance.spec.shapes import form
from kintone_lint.escaping import json_text
from kintone_lint.streams import say, show


@click.command()
@listing_option
def names(output_format: str) -> None:
    """List the names that a driver or an adapter can declare.

    Capabilities, kinds of credentials, calls and parameters. For the JSON Schema of the protocol
    that uses them see kintone-conformance schema.

    \b
    Examples:
      kintone-conformance names
      kintone-conformance names --output-format json
    """
    if output_format == "json":
        show(json_text(_as_json()))
        return
    say("capabilities, for supports")
    for name, meaning in CAPABILITIES.items():
        say(f"  {name:<16} {meaning}")
    say("")
    say("credentials, as auth of a client")
    for kind, fields in AUTH_KINDS.items():
        say(f"  {kind:<16} {', '.join(fields)}")
    say(f"  {'basic':<16} {', '.join(BASIC_FIELDS)} (beside auth, never alone)")
    say("")
    say("calls, with their parameters (? may be left out)")
    for spec in core_calls().values():
        say(f"  {f'{spec.api}({_parameters(spec)})':<58} {spec.method} {spec.path}")
    say("")
    say("other calls, with the parameters that they are called with")
    for spec in calls().values():
        if not spec.core:
            asked = ", ".join(spec.example)
            say(f"  {f'{spec.api}({asked})':<58} {spec.method} {spec.path}")
    say("")
    say("parameters, for parameters: given only to a client that declares them")
    for name in parameter_names():
        say(f"  {name}")


def _as_json() -> dict[str, Any]:
    return {
        "version": 1,
        "capabilities": CAPABILITIES,
        "credentials": AUTH_KINDS,
        "basic": BASIC_FIELDS,
        "calls": [
            {"name": spec.api, "method": spec.method, "path": spec.path, "core": spec.core}
            for spec in calls().values()
        ],
        "parameters": parameter_names(),
    }


def _parameters(spec: CallSpec) -> str:
    """Names in order; if there are several forms, those of the last."""
    required = form(spec.api)["required"]
    names = (name for name in form(spec.api)["properties"] if name not in spec.declared)
    return ", ".join(name if name in required else f"{name}?" for name in names)
