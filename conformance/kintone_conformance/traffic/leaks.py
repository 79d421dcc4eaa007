"""Credentials of the traffic in places where they do not belong: a URL, a body, another header."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator

from kintone_conformance import wires
from kintone_conformance.judging.exchange import Finding, Fixed, line_of
from kintone_conformance.judging.spelling import holds
from kintone_conformance.model import Wire
from kintone_conformance.spec.auth import ApiTokens, OAuth, Password
from kintone_conformance.spec.header_names import AUTHORIZATION, PASSWORD_HEADER, TOKEN_HEADER
from kintone_conformance.spec.misspelt import meant_by
from kintone_conformance.traffic.meaning import Meaning
from kintone_conformance.traffic.named_credentials import Held, NamedCredentials

_MOST = 16  # credentials that are remembered from requests
_RANDOM = re.compile(r"[A-Za-z0-9+/=_\-.]{20,}")
_VARIED = 8  # different characters of a text that occurs nowhere by chance
_HOMES = (PASSWORD_HEADER, TOKEN_HEADER, AUTHORIZATION, "Cookie")


class Secrets:
    """The credentials that are searched for: those that are known, and the last that were sent."""

    def __init__(self, known: NamedCredentials) -> None:
        self._known = known.searched
        self._sent: OrderedDict[str, Held] = OrderedDict()

    def __iter__(self) -> Iterator[Held]:
        yield from self._known
        yield from self._sent.values()

    def learn(self, meaning: Meaning) -> None:
        """Remember the credentials of a request that are random enough to be searched for."""
        for held in _sent(meaning):
            if _RANDOM.fullmatch(held.text) and len(set(held.text)) > _VARIED:
                self._sent[held.text] = held
                self._sent.move_to_end(held.text)
        while len(self._sent) > _MOST:
            self._sent.popitem(last=False)


def _sent(meaning: Meaning) -> Iterator[Held]:
    match meaning.credentials.auth:
        case Password(_, password) if not meaning.credentials.undecoded:
            yield Held(password or "", "the password", PASSWORD_HEADER)
            for value in meaning.wire.values(PASSWORD_HEADER):
                yield Held(wires.text(value), "the login and password", PASSWORD_HEADER)
        case ApiTokens(tokens):
            yield from (Held(token, "the API token", TOKEN_HEADER) for token in tokens)
        case OAuth(access_token):
            yield Held(access_token, "the OAuth access token", AUTHORIZATION)


def leak_findings(wire: Wire, secrets: Iterable[Held]) -> Iterator[Finding]:
    """The first secret that a request to Kintone has in a place where it does not belong."""
    homes: dict[str, set[str]] = {}
    whats: dict[str, str] = {}
    for held in secrets:
        homes.setdefault(held.text, set()).add(held.home.lower())
        whats.setdefault(held.text, held.what)
    everywhere = b"\n".join(
        (wire.target, *(v for n, v in wire.headers if not _is_home(n, wire)), wire.body)
    )
    for text, own in homes.items():
        if holds(everywhere, text) or _in_another_home(wire, text, own):
            place = next(place for place, content in _places(wire, own) if holds(content, text))
            message = f"{whats[text]} is in {place} of {line_of(wire)}"
            yield Finding("KC601", message, Fixed("the credential in its header alone"), text)
            return


def _is_home(name: bytes, wire: Wire) -> bool:
    """It is a header of credentials, or one misspelt and sent in its place (told already)."""
    text = wires.text(name)
    meant = meant_by(text)
    return text.lower() in _LOWER or (meant is not None and not wire.values(meant))


_LOWER = frozenset(name.lower() for name in _HOMES)


def _in_another_home(wire: Wire, text: str, own: set[str]) -> bool:
    return any(
        holds(value, text)
        for name, value in wire.headers
        if wires.text(name).lower() in _LOWER and wires.text(name).lower() not in own
    )


def _places(wire: Wire, own: set[str]) -> Iterator[tuple[str, bytes]]:
    yield "the URL", wire.target
    yield "the body", wire.body
    for name, value in wire.headers:
        if wires.text(name).lower() not in own:
            yield f"the header {wires.text(name)}", value
