"""The certificates of one run: an authority made for it, what it signs, and some to be refused."""

from __future__ import annotations

import secrets
import ssl
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, cast

import trustme
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import (
    PKCS12PrivateKeyTypes,
    serialize_key_and_certificates,
)
from cryptography.x509 import (
    CertificateBuilder,
    DNSName,
    Name,
    NameAttribute,
    SubjectAlternativeName,
    load_pem_x509_certificate,
    random_serial_number,
)
from cryptography.x509.oid import NameOID

from kintone_conformance.doors import Certificate
from kintone_conformance.model import ClientCertificate

CLIENT_NAME = "conformance-client"
_DAY = timedelta(days=1)
_MOST = 256  # names that are kept: a client may ask for any number of them


class Certificates:
    """Makes server contexts for host names, by kind of certificate; the last ones are kept.

    What is not a host name raises OSError, as a handshake that fails.
    """

    def __init__(self) -> None:
        self._ca = trustme.CA()
        self._stranger = trustme.CA()
        self.pem = self._ca.cert_pem.bytes().decode("ascii")
        self.context = lru_cache(_MOST)(self._context)
        self.asking = lru_cache(_MOST)(self._asking)

    def of_client(self) -> ClientCertificate:
        """A certificate for a client; its common name is `CLIENT_NAME`."""
        leaf = self._ca.issue_cert(f"{CLIENT_NAME}@example.com", common_name=CLIENT_NAME)
        key_pem = leaf.private_key_pem.bytes()
        cert_pem = leaf.cert_chain_pems[0].bytes()
        key = load_pem_private_key(key_pem, None)
        password = secrets.token_hex(12)
        pfx = serialize_key_and_certificates(
            CLIENT_NAME.encode(),
            cast(PKCS12PrivateKeyTypes, key),
            load_pem_x509_certificate(cert_pem),
            None,
            BestAvailableEncryption(password.encode()),
        )
        return ClientCertificate(cert_pem.decode(), key_pem.decode(), pfx, password)

    def _asking(self, host: str) -> ssl.SSLContext:
        """The context of a server that asks for a client certificate, and does without one."""
        context = self._context(host, "trusted")
        self._ca.configure_trust(context)
        context.verify_mode = ssl.CERT_OPTIONAL
        return context

    def _context(self, host: str, kind: Certificate) -> ssl.SSLContext:
        leaf: Any
        try:
            if kind == "trusted":
                leaf = self._ca.issue_cert(host)
            elif kind == "unknown-ca":
                leaf = self._stranger.issue_cert(host)
            elif kind == "expired":
                now = datetime.now(UTC)
                leaf = self._ca.issue_cert(host, not_before=now - 30 * _DAY, not_after=now - _DAY)
            elif kind == "self-signed":
                leaf = _signed_by_itself(host)
            else:
                leaf = self._ca.issue_cert("another.example.invalid")
        except ValueError as error:
            raise OSError(f"there is no certificate for this name: {error}") from None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        leaf.configure_cert(context)
        return context


def _signed_by_itself(host: str) -> trustme.LeafCert:
    """A certificate for a host name that no authority has signed."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = Name([NameAttribute(NameOID.COMMON_NAME, host)])
    made = (
        CertificateBuilder(name, name, key.public_key(), random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
        .add_extension(SubjectAlternativeName([DNSName(host)]), critical=False)
        .sign(key, SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return trustme.LeafCert(pem, made.public_bytes(Encoding.PEM), [])
