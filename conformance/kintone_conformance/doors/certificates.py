"""The certificates of one run: an authority made for it, what it signs, and some to be refused."""

from __future__ import annotations

import secrets
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import cast

import trustme
from cryptography import x509
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
from cryptography.x509.oid import NameOID

from kintone_conformance.doors import Certificate
from kintone_conformance.model import ClientCertificate

CLIENT_NAME = "conformance-client"
_MOST = 256  # names that are kept: a client may ask for any number of them
_DAY = timedelta(days=1)
_ANOTHER = "another.example.invalid"
# Names that are not the host's, for each kind of certificate to be refused for its name.
_NAMES: Mapping[str, str] = {
    "wrong-host": _ANOTHER,
    "common-name": _ANOTHER,
    "sibling": "another.{domain}",
    "suffix": "not{host}",
    "prefix": "{host}.example.invalid",
}
# Days from now between which a certificate is valid.
_PERIODS: Mapping[str, tuple[int, int]] = {"expired": (-60, -2), "not-yet-valid": (2, 60)}


class Certificates:
    """Makes server contexts for host names, by kind of certificate; the last ones are kept.

    What is not a host name raises OSError, as a handshake that fails.
    """

    def __init__(self) -> None:
        self._ca = trustme.CA()
        self._stranger = trustme.CA()
        self.pem = self._ca.cert_pem.bytes().decode("ascii")
        self.another_pem = trustme.CA().cert_pem.bytes().decode("ascii")
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
            x509.load_pem_x509_certificate(cert_pem),
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
        try:
            leaf = self._leaf(host, kind)
        except ValueError as error:
            raise OSError(f"there is no certificate for this name: {error}") from None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        leaf.configure_cert(context)
        return context

    def _leaf(self, host: str, kind: Certificate) -> trustme.LeafCert:
        """A certificate of a kind. Raises ValueError for what is not a host name."""
        if kind == "unknown-ca":
            return self._stranger.issue_cert(host)
        if kind == "self-signed":
            return _self_signed(host)
        if kind == "leaf-as-ca":
            return _signed_by(self._ca.issue_cert(_ANOTHER), host)
        if kind in _PERIODS:
            begin, end = (datetime.now(UTC) + days * _DAY for days in _PERIODS[kind])
            return self._ca.issue_cert(host, not_before=begin, not_after=end)
        domain = host.partition(".")[2] or host
        name = _NAMES.get(kind, "{host}").format(host=host, domain=domain)
        return self._ca.issue_cert(name, common_name=host if kind == "common-name" else name)


def _signed_by(signer: trustme.LeafCert, host: str) -> trustme.LeafCert:
    """A certificate that another has signed, which is no authority's."""
    signer_pem = signer.cert_chain_pems[0].bytes()
    authority = trustme.CA.from_pem(signer_pem, signer.private_key_pem.bytes())
    leaf = authority.issue_cert(host)
    return trustme.LeafCert(
        leaf.private_key_pem.bytes(), leaf.cert_chain_pems[0].bytes(), [signer_pem]
    )


def _self_signed(host: str) -> trustme.LeafCert:
    """A certificate that no authority has signed, as `openssl req -x509` makes it for a server."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + 60 * _DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    key_pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return trustme.LeafCert(key_pem, made.public_bytes(Encoding.PEM), [])
