"""The header of API tokens: those that were given."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_conformance import wires
from kintone_conformance.judging.differing import differs
from kintone_conformance.judging.exchange import Finding
from kintone_conformance.judging.headers import missing
from kintone_conformance.model import Wire
from kintone_conformance.spec.auth import ApiTokens
from kintone_conformance.spec.header_names import MAX_TOKENS, TOKEN_HEADER


def token_findings(auth: ApiTokens, wire: Wire) -> Iterator[Finding]:
    """What is wrong with the header of tokens that it can hold."""
    values = [wires.text(value).strip(" \t") for value in wire.values(TOKEN_HEADER)]
    found = [token.strip(" \t") for value in values for token in value.split(",")]
    given = auth.tokens
    count = len(set(given))
    requirement = "KC201" if count == 1 else "KC202" if count < MAX_TOKENS else "KC203"
    requirement = "KC204" if count > MAX_TOKENS else requirement
    if not any(values):
        yield missing(requirement, wire, TOKEN_HEADER)
    elif sorted(set(found)) != sorted(set(given)) or (count == 1 and len(found) > len(given)):
        message = f"{TOKEN_HEADER} is not what was given"
        yield differs(requirement, message, ",".join(given), ", ".join(values))
