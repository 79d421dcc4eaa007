"""The header of API tokens: those that were given, or none where no header can hold them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kintone_conformance import wires
from kintone_conformance.judging.differing import differs
from kintone_conformance.judging.exchange import Finding, Fixed
from kintone_conformance.judging.headers import missing
from kintone_conformance.model import Wire
from kintone_conformance.spec.auth import ApiTokens
from kintone_conformance.spec.header_names import MAX_TOKENS, TOKEN_HEADER

INJECTED = "X-Injected"  # the name of the header that a token with line breaks tries to add
_LINE_BREAK = re.compile(r"[\r\n]")
_SENDABLE = re.compile(r"[!-~]+")


def token_trouble(tokens: tuple[str, ...]) -> str | None:
    """The requirement about tokens that no header can hold, None if they are sendable."""
    together = "".join(tokens)
    if _LINE_BREAK.search(together):
        return "KC205"
    if "\0" in together:
        return "KC208"
    if not tokens or not all(_SENDABLE.fullmatch(token) for token in tokens):
        return "KC206"
    return None


def token_findings(auth: ApiTokens, wire: Wire) -> Iterator[Finding]:
    """What is wrong with the header of tokens."""
    if token_trouble(auth.tokens):
        yield from _unsendable(auth, wire)
        return
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


def _unsendable(auth: ApiTokens, wire: Wire) -> Iterator[Finding]:
    """A token with a line break, NUL, control or letter outside ASCII: refused is right."""
    trouble = token_trouble(auth.tokens)
    raw = b"".join(wire.values(TOKEN_HEADER))
    if wire.values(INJECTED) or re.search(rb"[\r\n]", raw):
        message = "a line break of the token is on the wire"
        yield Finding("KC205", message, Fixed("a refusal"), wires.text(wire.raw_head))
        return
    given = ",".join(auth.tokens)
    unaltered = {given.encode("utf-8", "surrogateescape")}
    if all(ord(character) < 256 for character in given):
        unaltered.add(given.encode("latin-1"))
    if raw not in unaltered or not wire.values(TOKEN_HEADER):
        sent = wires.text(raw) if wire.values(TOKEN_HEADER) else "no token at all"
        yield differs("KC207", "the token was sent as another one", given, sent)
    elif trouble is not None and trouble != "KC205":
        message = f"the token {given!r} was sent instead of being refused"
        sent = wires.text(raw) or "an empty header"
        yield Finding(trouble, message, Fixed("a refusal, and nothing on the wire"), sent)
