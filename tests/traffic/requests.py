"""Requests as they may be recorded, written down in a line each."""

from __future__ import annotations

import json
from typing import Any

from kintone_conformance.spec.auth import Auth, Password, headers
from kintone_conformance.strategies import HARMLESS_OAUTH, HARMLESS_PASSWORD, HARMLESS_TOKENS
from kintone_conformance.traffic.judgement import Judgement, Told
from kintone_conformance.traffic.named_credentials import NamedCredentials
from kintone_conformance.traffic.recorded import Answered, Recorded, wire_from

HOST = "https://demo.cybozu.com"
TOKEN = HARMLESS_TOKENS.tokens[0]
TOKENS = headers(HARMLESS_TOKENS)
PASSWORDS = headers(HARMLESS_PASSWORD)
OAUTH = headers(HARMLESS_OAUTH)
SESSION = (("X-Requested-With", "XMLHttpRequest"), ("Cookie", "JSESSIONID=a"))
JSON = ("Content-Type", "application/json")
Headers = tuple[tuple[str, str], ...]


def recorded(
    target: str,
    method: str = "GET",
    given: Headers = TOKENS,
    more: Headers = (),
    body: bytes | dict[str, Any] = b"",
    host: str = HOST,
    answered: Answered | None = None,
    exact: bool = True,
) -> Recorded:
    """A request; a dict is its JSON body."""
    if isinstance(body, dict):
        body = json.dumps(body, ensure_ascii=False).encode()
        more = (*more, *(() if any(name == "Content-Type" for name, _ in more) else (JSON,)))
    own = (("Host", host.partition("//")[2]),)
    wire = wire_from(method, host + target, [*own, *given, *more], body)
    assert wire is not None
    return Recorded(wire, "request 1", answered, exact)


def judged(*traffic: Recorded, known: NamedCredentials = NamedCredentials()) -> list[str]:  # noqa: B008 - frozen
    """The requirements that are broken, those of missing credentials too."""
    judgement = Judgement(known)
    for each in traffic:
        judgement.add(each)
    broken = ("fail", "warn", "note")
    return [result.id for result in judgement.results() if result.verdict in broken]


def told(request: Recorded, known: NamedCredentials = NamedCredentials()) -> Told:  # noqa: B008 - frozen
    """What is said of one request."""
    return Judgement(known).add(request)


def password(auth: Auth) -> Headers:
    """The headers of a password."""
    assert isinstance(auth, Password)
    return headers(auth)
