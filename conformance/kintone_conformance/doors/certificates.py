"""The certificates of one run: an authority made for it, and two that a client must not accept."""

from __future__ import annotations

import ssl
from functools import cache
from typing import Any

import trustme

from kintone_conformance.doors import Certificate


class Certificates:
    """Makes server contexts for host names, by kind of certificate; each is made once."""

    def __init__(self) -> None:
        self._ca = trustme.CA()
        self._stranger = trustme.CA()
        self.pem = self._ca.cert_pem.bytes().decode("ascii")
        self.context = cache(self._context)

    def _context(self, host: str, kind: Certificate) -> ssl.SSLContext:
        leaf: Any
        if kind == "trusted":
            leaf = self._ca.issue_cert(host)
        elif kind == "unknown-ca":
            leaf = self._stranger.issue_cert(host)
        else:
            leaf = self._ca.issue_cert("another.example.invalid")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        leaf.configure_cert(context)
        return context
