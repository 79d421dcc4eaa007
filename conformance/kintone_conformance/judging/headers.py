"""The values of a header of credentials, and what is said where there is none."""

from __future__ import annotations

from base64 import b64decode

from kintone_conformance import wires
from kintone_conformance.judging.exchange import Finding, Fixed, line_of
from kintone_conformance.model import Wire


def header_values(wire: Wire, name: str) -> list[str]:
    """The values of a header that are not empty, without spaces around them."""
    return [found for value in wire.values(name) if (found := wires.text(value).strip(" \t"))]


def missing(requirement: str, wire: Wire, name: str) -> Finding:
    """The finding about a header that is not there."""
    return Finding(
        requirement,
        f"{line_of(wire)} carries no {name} header",
        Fixed(f"a {name} header"),
        Fixed("none"),
    )


def unbase64(value: str) -> bytes | None:
    """The bytes of Base64 in any alphabet, padded or not; None if it is not Base64."""
    core = value.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return b64decode(core + "=" * (-len(core) % 4), validate=True)
    except ValueError:
        return None
