"""Credentials that are there on the client's machine and that nobody gave it: they stay there.

A client that documents a variable as the default for what was not given is right, and so is one
that uses a proxy of the environment, or ignores it. What is sent in the place of credentials that
were given is told by `credentials`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kintone_conformance import wires
from kintone_conformance.judging.exchange import Exchange, Finding, Secret, line_of
from kintone_conformance.judging.leaks import leaked
from kintone_conformance.judging.proxies import PROXY_AUTHORIZATION
from kintone_conformance.judging.spelling import holds
from kintone_conformance.model import Crashed, Refused, Wire
from kintone_conformance.spec.header_names import AUTHORIZATION, PASSWORD_HEADER, TOKEN_HEADER

_OWN = {name.lower() for name in (AUTHORIZATION, PASSWORD_HEADER, TOKEN_HEADER)}


def canary_findings(exchange: Exchange) -> Iterator[Finding]:
    """Planted values that reach the API where no default could put them, or an error."""
    planted = exchange.asking.planted
    for wire in exchange.wires if planted else ():
        for place, content in _places(wire):
            for secret, where in planted.items():
                if holds(content, secret):
                    message = f"a value of the machine's {where} is in {place} of {line_of(wire)}"
                    yield Finding("KC610", message, "none of it", wires.text(content))
                    return
    if planted and isinstance(exchange.outcome, Refused | Crashed):
        known = [Secret(*each) for each in planted.items()]
        for leak in leaked(exchange.outcome.error.text, known):
            message = f"the error of {exchange.call.api} shows a value of the machine's {leak.what}"
            yield Finding("KC610", message, "none of it", leak.line)
            return


def _places(wire: Wire) -> Iterator[tuple[str, bytes]]:
    yield "the URL", wire.target
    yield "the body", wire.body
    for name, value in wire.headers:
        known = wires.text(name)
        to_proxy = known.lower() == PROXY_AUTHORIZATION.lower() and wire.way == "proxy"
        if known.lower() not in _OWN and not to_proxy:
            yield f"the header {known}", value
