"""Credentials that stand in their header as they are given, and what no header can hold.

A line break in one ends the header, and what drops or replaces a character sends a credential that
nobody gave. API tokens, which users copy, are to be refused then (SPEC F49); an access token comes
from Kintone, a cookie from the browser, of which nothing but line breaks is judged (SPEC F54). A
login, a password and a gate are in Base64 there, which takes any character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kintone_conformance import wires
from kintone_conformance.judging.differing import differs
from kintone_conformance.judging.exchange import Finding, Fixed
from kintone_conformance.model import Wire
from kintone_conformance.spec.auth import ApiTokens, Auth, OAuth, Session
from kintone_conformance.spec.header_names import AUTHORIZATION, TOKEN_HEADER

INJECTED = "X-Injected"  # the name of the header that line breaks try to add
_LINE_BREAK = re.compile(r"[\r\n]")
_SENDABLE = re.compile(r"[!-~]+")
_BEARER = re.compile(rb"^bearer\b *", re.IGNORECASE)


class _Text(NamedTuple):
    header: str
    what: str
    texts: tuple[str, ...]


def _text_of(auth: Auth) -> _Text | None:
    match auth:
        case ApiTokens(tokens):
            return _Text(TOKEN_HEADER, "token", tokens)
        case OAuth(access_token):
            return _Text(AUTHORIZATION, "access token", (access_token,))
        case Session(cookie=cookie):
            return _Text("Cookie", "session cookie", (cookie,))
    return None


def trouble(auth: Auth) -> str | None:
    """The requirement about credentials that no header can hold, None if they are sendable."""
    found = _text_of(auth)
    if found is None:
        return None
    together = "".join(found.texts)
    if _LINE_BREAK.search(together):
        return "KC205" if isinstance(auth, ApiTokens) else "KC313"
    if isinstance(auth, Session) or (found.texts and all(map(_SENDABLE.fullmatch, found.texts))):
        return None
    if isinstance(auth, OAuth):
        return "KC313"
    return "KC208" if "\0" in together else "KC206"


def _unaltered(texts: tuple[str, ...]) -> Iterator[bytes]:
    """What a header may hold for these: a space may follow each comma (SPEC F47)."""
    for comma in (",", ", "):
        given = comma.join(texts)
        yield given.encode("utf-8", "surrogateescape")
        if all(ord(character) < 256 for character in given):
            yield given.encode("latin-1")


def unsendable(auth: Auth, wire: Wire) -> Iterator[Finding]:
    """What was made of credentials that have such a trouble: refused is right."""
    found, named = _text_of(auth), trouble(auth)
    assert found is not None
    assert named is not None
    values = wire.values(found.header)
    raw = b",".join(values)  # a header for each token is right, too (SPEC F47)
    if wire.values(INJECTED) or re.search(rb"[\r\n]", raw):
        message = f"a line break of the {found.what} is on the wire"
        yield Finding(named, message, Fixed("a refusal"), wires.text(wire.raw_head))
        return
    if isinstance(auth, Session):
        return
    if found.header == AUTHORIZATION:
        raw = _BEARER.sub(b"", raw)
    given = ",".join(found.texts)
    id_ = "KC207" if isinstance(auth, ApiTokens) else "KC313" if values else "KC301"
    if not values or (given and not raw):
        message = f"the {found.what} was neither sent nor refused"
        yield Finding(id_, message, given, Fixed("an empty header" if values else "no header"))
    elif raw not in _unaltered(found.texts):
        message = f"the {found.what} was sent as another one"
        yield differs(id_, message, given, wires.text(raw))
    elif named in ("KC206", "KC208"):
        message = f"the {found.what} {given!r} was sent instead of being refused"
        sent = wires.text(raw) or "an empty header"
        yield Finding(named, message, Fixed("a refusal, and nothing on the wire"), sent)
