"""Client certificates: shown where one was given, to its own host, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_conformance import wires
from kintone_conformance.judging.exchange import NEVER, Exchange, Finding, line_of


def certificate_findings(exchange: Exchange) -> Iterator[Finding]:
    """A certificate that was not shown, or was shown to the wrong host."""
    given = exchange.client.client_certificate is not None
    untrusted = exchange.asking.base in NEVER  # it asks for none
    for wire in exchange.requests:
        if wire.certificate and not given:
            message = f"{line_of(wire)} shows the certificate of another object"
        elif wire.certificate and not exchange.at_home(wire):
            message = f"the client certificate was shown to {wire.origin}"
        elif given and exchange.at_home(wire) and not wire.certificate and not untrusted:
            message = f"{line_of(wire)} came without the client certificate that was given"
            yield Finding("KC615", message, "the certificate, in the handshake", "none")
            continue
        else:
            continue
        expected = f"none, except for {exchange.asking.origin}" if given else "none"
        yield Finding("KC616", message, expected, wires.shown(wire))
