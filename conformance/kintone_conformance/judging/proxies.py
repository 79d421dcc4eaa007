"""What passes a proxy that the client was given: all of its requests, and nothing in the clear.

The user and password of the proxy are for the proxy alone.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from kintone_conformance import wires
from kintone_conformance.judging.differing import differs
from kintone_conformance.judging.exchange import FOREIGN, Exchange, Finding, Secret, line_of
from kintone_conformance.judging.spelling import holds
from kintone_conformance.model import Client

PROXY_AUTHORIZATION = "Proxy-Authorization"


def proxy_secret(client: Client) -> Secret | None:
    """The password of the proxy that a client was given."""
    password = searched(client.proxy_url or "")
    return Secret(password, "the password of the proxy") if password else None


def searched(proxy_url: str) -> str:
    """The part of a proxy's password that is the same escaped and not, "" if it has none."""
    return (urlsplit(proxy_url).password or "").partition("%")[0]


def proxy_findings(exchange: Exchange) -> Iterator[Finding]:
    """Requests past a proxy, to it in the clear, or with what is for it alone."""
    secret, secure = proxy_secret(exchange.client), exchange.asking.origin.startswith("https:")
    downgraded = "downgraded" in exchange.asking.answering.leads
    for wire in exchange.wires:
        clear = wire.way == "proxy" and wire.method != "CONNECT"
        asked = downgraded and wire.target.lower().startswith(b"http:")  # KC603 tells of that
        if secure and clear and not asked:
            message = f"{line_of(wire)} went to the proxy in the clear"
            yield Finding("KC611", message, "CONNECT, and TLS inside the tunnel", wires.shown(wire))
        if exchange.client.proxy_url and wire.way == "straight":
            message = f"{line_of(wire)} bypassed the given proxy"
            yield Finding("KC609", message, "CONNECT to the proxy", wires.shown(wire))
        if wire.way != "straight" and not _has_a_way_there(exchange):
            message = f"{line_of(wire)} went to a proxy that another object was given"
            yield Finding("KC701", message, "no proxy", wires.shown(wire))
        if secret and wire.way != "proxy" and holds(wire.raw_head + wire.body, secret.text):
            message = f"{secret.what} was sent on to Kintone, with {line_of(wire)}"
            yield Finding("KC612", message, "none of the proxy's credentials", wires.shown(wire))
    if exchange.asking.proxied:
        yield from _authorized(exchange)


def _has_a_way_there(exchange: Exchange) -> bool:
    """A proxy was given, or may be that of a variable: other hosts can be reached by it alone."""
    asking = exchange.asking
    given = exchange.client.proxy_url or asking.planted
    return bool(given or asking.base in FOREIGN or asking.answering.leads)


def _authorized(exchange: Exchange) -> Iterator[Finding]:
    """A proxy that was given with a user and a password gets them with every CONNECT."""
    url = urlsplit(exchange.client.proxy_url or "")
    both = f"{unquote(url.username or '')}:{unquote(url.password or '')}"
    expected = f"Basic {b64encode(both.encode()).decode()}"
    for wire in exchange.wires:
        if wire.method == "CONNECT":
            sent = ", ".join(wires.text(value) for value in wire.values(PROXY_AUTHORIZATION))
            scheme, _, value = sent.partition(" ")
            if f"{scheme.title()} {value.strip()}" != expected:
                message = f"{line_of(wire)} lacks the user and password of the proxy"
                yield differs("KC613", message, expected, sent or "none")
