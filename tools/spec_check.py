"""Compares the catalogue with an OpenAPI description of Kintone's REST API.

    python tools/spec_check.py openapi.yaml        (make spec-check FILE=openapi.yaml)

A line for each operation under /k that was added, removed or changed: its path, its form in guest
spaces, its parameters, and which of them it needs. Exit code 0: the same, 1: different, 2: the file
cannot be read. Operations that no published description has are left out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import openapi
from kintone_conformance.model import ExitCode
from kintone_conformance.spec.calls import CallSpec, calls
from kintone_conformance.spec.endpoints import Guest, Product
from kintone_conformance.spec.shapes import form, parameters
from kintone_lint.escaping import visible
from kintone_lint.streams import say

_LINES = 400  # that are printed
# In no description, or only in one of several (SPEC F6, F7).
OUTSIDE = {"apis.get", "apis.schema.get", "search", "record.async.token.add"}
# Calls whose parameters have other names than the request: the file of an upload.
_OTHERWISE = {"file.upload", "oauth.token"}


def differences(found: Mapping[tuple[str, str], openapi.Operation]) -> Iterator[str]:
    """A line for each difference, in order of path."""
    ours = {
        (spec.method, spec.path): spec
        for spec in calls().values()
        if spec.endpoint.product is Product.KINTONE
    }
    kintone = {key: each for key, each in found.items() if key[1].startswith("/k/")}
    for method, path in sorted({*ours, *kintone}, key=lambda key: (key[1], key[0])):
        spec, described = ours.get((method, path)), kintone.get((method, path))
        if spec is None:
            yield f"added    {method} {path}"
        elif described is None and spec.api not in OUTSIDE:
            yield f"removed  {method} {path} ({spec.api})"
        elif described is not None:
            for change in _changes(spec, described):
                yield f"changed  {method} {path} ({spec.api}): {change}"


def _changes(spec: CallSpec, described: openapi.Operation) -> Iterator[str]:
    guest = spec.endpoint.guest
    if described.guest is (guest is Guest.NO):
        yield f"has {'a' if described.guest else 'no'} form in guest spaces"
    if described.plain is False and guest is not Guest.ONLY:
        yield "has no plain form"
    if spec.api in _OTHERWISE:
        return
    names = set(parameters(spec.api)) | set(spec.declared)
    for name in sorted(set(described.properties) - names):
        yield f"the parameter {name} is new"
    if not spec.core:
        for name in sorted(names - set(described.properties)):
            yield f"the parameter {name} is gone"
        needed = set(form(spec.api)["required"])
        for name in sorted(described.required ^ needed):
            now = "needed" if name in described.required else "optional"
            yield f"the parameter {name} is {now}"


def main() -> ExitCode:
    """Print the differences."""
    if len(sys.argv) != 2 or not sys.argv[1]:
        say("name one file: make spec-check FILE=openapi.yaml", err=True)
        return ExitCode.USAGE
    try:
        lines = list(differences(openapi.operations(Path(sys.argv[1]))))
    except openapi.UnreadableError as error:
        say(f"{visible(sys.argv[1])} cannot be read: {visible(str(error))}", err=True)
        return ExitCode.USAGE
    for line in lines[:_LINES]:
        say(visible(line))
    if len(lines) > _LINES:
        say(f"and {len(lines) - _LINES} more")
    counted = f"{len(lines)} differences" if len(lines) != 1 else "1 difference"
    say(f"{counted} between the description and the catalogue" if lines else "the same")
    return ExitCode.FAILED if lines else ExitCode.OK


if __name__ == "__main__":
    sys.exit(main())
