"""Exchanges for tests of the model: written down as what was sent, without a client or a door."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from kintone_conformance.judging.exchange import Asking, Exchange, Finding
from kintone_conformance.judging.invariants import judge
from kintone_conformance.judging.leaks import secrets_in, secrets_of
from kintone_conformance.model import NO_GUEST, Call, Client, ClientCertificate, Outcome, Sent, Wire
from kintone_conformance.spec.auth import Auth, Basic, headers
from kintone_conformance.strategies import HARMLESS_TOKENS, harmless_call

ORIGIN = "http://localhost:8080"
TOKEN = HARMLESS_TOKENS
TOKEN_HEADERS = headers(TOKEN)
Headers = tuple[tuple[str, str], ...]


def wire(
    target: str,
    method: str = "GET",
    *,
    given: Headers = TOKEN_HEADERS,
    body: bytes | dict[str, Any] = b"",
    more: Headers = (),
    origin: str = ORIGIN,
    **way: Any,
) -> Wire:
    """A request with these credentials; a dict is sent as JSON."""
    fields = (("Host", origin.partition("//")[2]), *given, *more)
    if isinstance(body, dict):
        body = json.dumps(body).encode()
        if not any(name == "Content-Type" for name, _ in more):
            fields += (("Content-Type", "application/json"),)
    raw = tuple((name.encode(), value.encode("utf-8", "surrogateescape")) for name, value in fields)
    lines = [f"{method} {target} HTTP/1.1".encode(), *(b": ".join(field) for field in raw)]
    head = b"\r\n".join(lines)
    return Wire(method, target.encode(), raw, body, origin, raw_head=head, **way)


def read(path: str, params: dict[str, str], **options: Any) -> Wire:
    """A read with its parameters in the query."""
    return wire(f"{path}?{urlencode(params)}", **options)


def findings(
    call: Call | str,
    *wires: Wire,
    auth: Auth = TOKEN,
    basic: Basic | None = None,
    guest: object = NO_GUEST,
    outcome: Outcome = Sent(),  # noqa: B008 - frozen
    answer: str = "ok",
    base: str = "",
    printed: str = "",
    shown: str = "",
    door: str = "loopback",
    origin: str = ORIGIN,
    proxy_url: str | None = None,
    client_certificate: ClientCertificate | None = None,
    **asking: Any,
) -> list[Finding]:
    """What is wrong where a client sent this."""
    call = harmless_call(call) if isinstance(call, str) else call
    client = Client(
        origin + (base if base[:1] in "/?#" else ""),
        auth,
        basic,
        guest,
        proxy_url=proxy_url,
        client_certificate=client_certificate,
    )
    asked = Asking(client, call, answer, base, **asking)
    exchange = Exchange(asked, outcome, wires, printed, shown)
    secrets = [*secrets_of(auth, basic), *secrets_in(call)]
    return judge(exchange, secrets, door)


def found(call: Call | str, *wires: Wire, **given: Any) -> list[str]:
    """The requirements that are broken where a client sent this."""
    return [finding.requirement for finding in findings(call, *wires, **given)]
