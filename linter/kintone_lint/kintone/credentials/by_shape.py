"""Credentials that their text gives away: the shape of a token or a login, a header in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import libcst as cst

from kintone_lint.findings import Confidence
from kintone_lint.kintone import secrets
from kintone_lint.kintone.comments import line_before
from kintone_lint.kintone.credentials.credential import (
    Credential,
    Stage,
    credential,
    in_piece,
    is_docstring,
    names_of,
    staged,
)
from kintone_lint.kintone.credentials.elsewhere import sent_elsewhere
from kintone_lint.kintone.credentials.pieces import piece
from kintone_lint.kintone.header_keys import TOKEN_KEY
from kintone_lint.kintone.names import CredentialKind, names_authentication
from kintone_lint.kintone.samples import is_asserted
from kintone_lint.kintone.subject import Subject
from kintone_lint.kintone.texts import texts
from kintone_lint.patterns import regex
from kintone_lint.python.values import Literal, Text, flat

_BASIC = regex(r"(?i)\bbasic\s*$")
_CURL = regex(r"(?i)(x-cybozu-api-token|x-cybozu-authorization)\s*:\s*([A-Za-z0-9+/=,]{8,})")


def by_shape(subject: Subject) -> Iterator[Credential]:
    for node, value in texts(subject):
        docstring = is_docstring(node, subject.module)
        for literal in value.literals:
            for match in _CURL.finditer(literal.text):
                yield from _curl(subject, literal, match, docstring)
            if not subject.kintone:
                continue
            for token in secrets.tokens_in(literal.text):
                names = [*names_of(literal), line_before(literal.text, token.start())]
                if secrets.other_service(*names) or _other_sink(subject, literal):
                    continue
                cut = literal.cut(token.start(), token.end())
                found = credential(CredentialKind.TOKEN, cut, None, "", Confidence.HIGH)
                yield found if not docstring else staged(found, Stage.DOCSTRING)
        known = value.known
        if len(value.literals) > 1 and known and subject.kintone:
            yield from _assembled(value, known)
        if subject.kintone and not subject.in_test:
            for found in _logins(subject, value):
                yield found if not docstring else staged(found, Stage.DOCSTRING)


def _logins(subject: Subject, value: Text) -> Iterator[Credential]:
    """Logins in Base64: an error if they are named as such, else they may be another service's."""
    for match in secrets.logins_in(flat(value)):
        found = piece(value, *match.span())
        if found is None:
            continue
        before = line_before(flat(value), match.start())
        names = [*names_of(found.literal), before]
        if secrets.other_service(*names) or _other_sink(subject, found.literal):
            continue
        if is_asserted(found.literal.node, found.literal.module):
            continue
        gate = any(name.lower() == "authorization" for name in names) or _BASIC.search(before)
        sure = not gate and any(map(names_authentication, names))
        level = Confidence.HIGH if sure else Confidence.MEDIUM
        kind = CredentialKind.BASIC if gate else CredentialKind.PASSWORD_HEADER
        yield replace(in_piece(kind, found, None, "", level), sure=sure)


def _assembled(value: Text, known: str) -> Iterator[Credential]:
    """A token that is put together from several literals."""
    first = value.literals[0]
    if secrets.other_service(*names_of(first)):
        return
    pieces = tuple(literal.text for literal in value.literals if len(literal.text) > 7)
    if not any(secrets.FRAGMENT.search(piece) for piece in pieces):
        return
    for token in secrets.tokens_in(known):
        if not any(token[0] in literal.text for literal in value.literals):
            whole = Literal(token[0], first.node, first.module)
            found = credential(CredentialKind.TOKEN, whole, None, "", Confidence.HIGH)
            yield replace(found, pieces=pieces)


def _other_sink(subject: Subject, literal: Literal) -> bool:
    """Whether the literal is sent to another service, or an argument of one."""
    module = literal.module
    if literal.node in sent_elsewhere(subject):
        return True
    above = module.parent.get(literal.node)
    if isinstance(above, cst.Arg):
        call = module.parent[above]
        if isinstance(call, cst.Call):
            name = subject.evaluator.callees(module).name(call.func)
            return secrets.other_service(name)
    return False


def _curl(
    subject: Subject, literal: Literal, match: re.Match[str], docstring: bool
) -> Iterator[Credential]:
    stage = Stage.DOCSTRING if docstring else Stage.CODE
    if match[1].lower() == TOKEN_KEY:
        shaped = tuple(secrets.tokens_in(match[2]))
        if secrets.sample(match[2]) or (not shaped and (subject.in_test or secrets.weak(match[2]))):
            return
        for token in shaped or (match,):
            start = match.start(2) + token.start() if shaped else match.start(2)
            size = len(token[0]) if shaped else len(match[2])
            each = literal.cut(start, start + size)
            level = Confidence.HIGH if shaped else Confidence.MEDIUM
            yield staged(credential(CredentialKind.TOKEN, each, None, "", level), stage)
    else:
        login = secrets.login_in(match[2])
        if login and not secrets.sample_login(*login) and not subject.in_test:
            found = credential(
                CredentialKind.PASSWORD_HEADER,
                literal.cut(*match.span(2)),
                None,
                "",
                Confidence.HIGH,
            )
            yield staged(found, stage)
