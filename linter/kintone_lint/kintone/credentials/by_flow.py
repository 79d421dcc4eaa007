"""Credentials that flow into a header of Kintone, and what a value for a credential holds."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from kintone_lint.findings import Confidence
from kintone_lint.kintone import secrets
from kintone_lint.kintone.credentials.credential import (
    Credential,
    credential,
    in_piece,
    names_of,
)
from kintone_lint.kintone.credentials.pieces import piece
from kintone_lint.kintone.header_keys import PASSWORD_KEY, TOKEN_KEY, header_key
from kintone_lint.kintone.headers import beside_kintone, headers
from kintone_lint.kintone.hosts import elsewhere, is_kintone
from kintone_lint.kintone.names import CredentialKind
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.objects import Made
from kintone_lint.python.spots import Spot
from kintone_lint.python.values import Alternative, Encoded, Literal, Text, Value
from kintone_lint.python.work import CHARACTERS

_BLANK = ", \t\r\n"  # what parts the tokens of a header


def in_headers(subject: Subject) -> Iterator[Credential]:
    for header in headers(subject):
        subject.spend()
        name = header.key
        use = Spot(header.module, header.node)
        for each in header.alternatives():
            value = each.value
            if not isinstance(value, Text) or _of_other_object(subject, each):
                continue
            if name == "authorization" and beside_kintone(subject, header):
                yield from _authorization(subject, value, use)
            else:
                yield from in_header(subject, value, use, header.name)


def _of_other_object(subject: Subject, each: Alternative) -> bool:
    """Whether a value is that of an object which is made with the address of another service."""
    for key, made in each.choices:
        if isinstance(key, Made) and isinstance(made, cst.Call) and made in subject.module.scope:
            given = [one.value for arg in made.args for one in subject.values(arg.value)]
            if any(elsewhere(one) for one in given) and not any(is_kintone(one) for one in given):
                return True
    return False


def in_header(subject: Subject, value: Text, use: Spot, name: str) -> Iterator[Credential]:
    """The credentials in what one of Kintone's own headers is sent with."""
    header = header_key(name)
    if header == TOKEN_KEY:
        yield from _token(subject, value, use, name)
    elif header == PASSWORD_KEY:
        yield from _password_header(subject, value, use, name)


def _token(
    subject: Subject, value: Text, use: Spot, sink: str, *, sure: bool = True
) -> Iterator[Credential]:
    """`sure` where what takes it is Kintone's, whatever the names say that it passes through."""
    together = _put_together(value)
    for match in together:
        found = piece(value, *match.span())
        if found is not None:
            yield in_piece(CredentialKind.TOKEN, found, use, sink, Confidence.HIGH)
    for literal in value.literals if not together else ():
        subject.spend(1 + len(literal.text) // CHARACTERS)
        names = names_of(literal)
        for match in re.finditer(r"[^,\s]+", literal.text):
            text = match[0]
            shaped = bool(tuple(secrets.tokens_in(text)))
            if secrets.sample(text) or (not sure and secrets.other_service(*names)):
                continue
            if not shaped and (subject.in_test or secrets.weak(text, *names)):
                continue
            yield credential(
                CredentialKind.TOKEN,
                literal.cut(match.start(), match.end()),
                use,
                sink,
                Confidence.HIGH if shaped else Confidence.MEDIUM,
                whole=value.bounded(literal, *match.span(), before=_BLANK, after=_BLANK),
            )


def _put_together(value: Text) -> list[re.Match[str]]:
    """The tokens of a value that no literal has alone."""
    known = value.known if len(value.literals) > 1 else None
    found = [*secrets.tokens_in(known)] if known else []
    return [each for each in found if not any(each[0] in one.text for one in value.literals)]


def _password_header(subject: Subject, value: Text, use: Spot, sink: str) -> Iterator[Credential]:
    for part in value.parts:
        if isinstance(part, Encoded):
            yield from _after_colon(subject, part.of, use, sink, CredentialKind.PASSWORD)
    known = value.known
    if known is None:
        return
    bare = re.sub(r"^(?i:basic)\s+", "", known.strip())
    login = secrets.login_in(bare)
    if login and not secrets.sample_login(*login) and not subject.in_test:
        start = known.find(bare)
        if found := piece(value, start, start + len(bare)):
            yield in_piece(CredentialKind.PASSWORD_HEADER, found, use, sink, Confidence.HIGH)
    elif not login and ":" in known:
        yield from _after_colon(subject, value, use, sink, CredentialKind.PASSWORD)


def _after_colon(
    subject: Subject, value: Text, use: Spot, sink: str, kind: CredentialKind
) -> Iterator[Credential]:
    """The password in `login:password`, as far as it is literal."""
    behind = False
    for part in value.parts:
        if not isinstance(part, Literal):
            continue
        at = 0
        if not behind:
            at = part.text.find(":") + 1
            behind = at > 0
        if behind and at < len(part.text):
            whole = value.bounded(part, at, len(part.text), before=":", after="")
            yield from _password(
                subject, part.cut(at, len(part.text)), use, sink, kind, whole=whole
            )


def _password(
    subject: Subject,
    literal: Literal,
    use: Spot | None,
    sink: str,
    kind: CredentialKind,
    *,
    whole: bool,
) -> Iterator[Credential]:
    names = names_of(literal)
    subject.spend(1 + len(literal.text) // CHARACTERS)
    if subject.in_test or secrets.no_password(literal.text, *names):
        return
    yield credential(kind, literal, use, sink, Confidence.MEDIUM, whole=whole)


def _authorization(subject: Subject, value: Text, use: Spot) -> Iterator[Credential]:
    for part in value.parts:
        if isinstance(part, Encoded):
            yield from _after_colon(subject, part.of, use, "Authorization", CredentialKind.BASIC)
    known = value.known
    match = known and re.match(r"(?i)(bearer|basic)\s+(\S+)\s*$", known)
    if match and not subject.in_test and match[1].lower() == "basic":
        login = secrets.login_in(match[2])
        if login and not secrets.sample_login(*login):
            yield from _within(value, match[2], CredentialKind.BASIC, use)
    elif match and not subject.in_test and not secrets.weak(match[2]):
        yield from _within(value, match[2], CredentialKind.OAUTH, use)
    elif not known and value.parts and shown_scheme(value) == "bearer":
        for literal in value.literals:
            text = re.sub(r"(?i)^bearer\s*", "", literal.text)
            if text and not subject.in_test and not secrets.weak(text, *names_of(literal)):
                yield from _within(value, text, CredentialKind.OAUTH, use)


def shown_scheme(value: Text) -> str | None:
    """The scheme word in front of a header value, in lower case."""
    first = value.parts[0] if value.parts else None
    match = isinstance(first, Literal) and re.match(r"(?i)\s*(bearer|basic)\b", first.text)
    return match[1].lower() if match else None


def _within(value: Text, text: str, kind: CredentialKind, use: Spot) -> Iterator[Credential]:
    for literal in value.literals:
        start = literal.text.find(text)
        if start >= 0:
            end = start + len(text)
            whole = value.bounded(literal, start, end, before=_BLANK, after=_BLANK)
            piece = literal.cut(start, end)
            yield credential(kind, piece, use, "Authorization", Confidence.HIGH, whole=whole)
            return


def flowing(
    subject: Subject, value: Value, kind: CredentialKind, use: Spot, sink: str, *, sure: bool = True
) -> Iterator[Credential]:
    """The credentials of a kind in the literals that a value is made of.

    `sure` where what takes it is Kintone's; else a word of a name can say that it is not.
    """
    if not isinstance(value, Text):
        return
    if kind is CredentialKind.TOKEN:
        yield from _token(subject, value, use, sink, sure=sure)
        return
    if kind is CredentialKind.PASSWORD_HEADER:
        yield from _password_header(subject, value, use, sink)
        return
    whole = len(value.parts) == 1
    for literal in value.literals:
        if kind is CredentialKind.OAUTH:
            if not subject.in_test and not secrets.weak(literal.text, *names_of(literal)):
                yield credential(kind, literal, use, sink, Confidence.MEDIUM, whole=whole)
        elif value.known is not None:
            yield from _password(subject, literal, use, sink, kind, whole=whole)
