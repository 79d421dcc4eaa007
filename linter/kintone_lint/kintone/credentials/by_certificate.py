"""The password of a client certificate, which a domain can ask for beside a login (SPEC F59)."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kintone_lint.kintone.credentials.by_flow import flowing
from kintone_lint.kintone.credentials.credential import Credential
from kintone_lint.kintone.hosts import elsewhere, is_kintone
from kintone_lint.kintone.names import CredentialKind, credential_kind
from kintone_lint.kintone.requests import requests
from kintone_lint.kintone.sessions import made_by
from kintone_lint.kintone.subject import Subject, query
from kintone_lint.kintone.words import DOMAIN
from kintone_lint.patterns import regex
from kintone_lint.python.spots import Spot
from kintone_lint.python.tree import arguments, dotted
from kintone_lint.python.values import Items, Mapping, Text

_HOST = regex(rf"(?i)\.s\.{DOMAIN}")
_LOADERS = regex(
    r"(?:^|\.)(?:load_cert_chain|load_key_and_certificates|load_pkcs12|load_pem_private_key"
    r"|load_der_private_key)$"
)
_CLIENTS = regex(r"(?i)pkcs_?12|pfx")
_SERVER = regex(r"PROTOCOL_TLS_SERVER|CLIENT_AUTH")


def in_certificates(subject: Subject) -> Iterator[Credential]:
    """Passwords of certificates in a file of Kintone, where no other service is called."""
    if not subject.kintone or subject.in_test:
        return
    for node in subject.module.of(cst.Call):
        callee = subject.callee(node.func) or dotted(node.func) or ""
        for value in _passwords(subject, node, callee):
            if not (presents_certificate(subject) or _goes_to_kintone(subject, node)):
                break
            if _goes_elsewhere(subject, node):
                break
            use = Spot(subject.module, node)
            for each in subject.values(value):
                yield from flowing(subject, each.value, CredentialKind.CERTIFICATE, use, callee)


def _passwords(subject: Subject, node: cst.Call, callee: str) -> Iterator[cst.BaseExpression]:
    """The arguments of a call that are the password of a client's certificate."""
    plain, given = arguments(node)
    for name, value in given.items():
        if credential_kind(name, own=False) is CredentialKind.CERTIFICATE:
            yield value
    if _LOADERS.search(callee):
        if _is_server(subject, node):
            return
        yield from (given[name] for name in ("password", "passphrase") if name in given)
        chain = callee.endswith("load_cert_chain")
        yield from plain[2:3] if chain else plain[1:2]
    elif _CLIENTS.search(callee):
        yield from (given[name] for name in ("password", "passphrase") if name in given)
    cert = given.get("cert")
    triple = subject.one(cert) if cert is not None else None
    if isinstance(triple, Items) and len(triple.items) == 3:
        last = triple.items[2]
        if last.module is subject.module and isinstance(last.node, cst.BaseExpression):
            yield last.node


def _goes_elsewhere(subject: Subject, node: cst.Call) -> bool:
    """Whether an argument of a call is the address of another service."""
    return any(elsewhere(each.value) for arg in node.args for each in subject.values(arg.value))


def _goes_to_kintone(subject: Subject, node: cst.Call) -> bool:
    """Whether an argument of a call is an address of Kintone, or headers of it."""
    for value in (each.value for arg in node.args for each in subject.values(arg.value)):
        if is_kintone(value):
            return True
        for entry in value.entries if isinstance(value, Mapping) else ():
            known = entry.key.known if isinstance(entry.key, Text) else None
            if known and known.lower().startswith("x-cybozu-a"):
                return True
    return False


def _is_server(subject: Subject, node: cst.Call) -> bool:
    """Whether the context that loads a certificate is one of a server."""
    holder = dotted(node.func.value) if isinstance(node.func, cst.Attribute) else None
    made = made_by(subject.module, holder, node) if holder else None
    if made is None:
        return False
    return any(_SERVER.search(dotted(arg.value) or "") for arg in made.args)


@query
def presents_certificate(subject: Subject) -> bool:
    """Whether a file is about the host of Kintone that takes certificates, and about no other."""
    if not _HOST.search(subject.module.source.text):
        return False
    return not any(
        elsewhere(each.value) for request in requests(subject) for each in request.urls()
    )
