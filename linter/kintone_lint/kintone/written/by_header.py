"""The Base64 of a login and its password in a text, under the header that takes it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kintone_lint.kintone import secrets
from kintone_lint.kintone.names import CredentialKind
from kintone_lint.kintone.words import HOST
from kintone_lint.kintone.written.text import Found, Subject
from kintone_lint.kintone.written.values import is_secret
from kintone_lint.patterns import regex

_HEADER = regex(r"(?i)x-cybozu-authorization")
_BASIC = regex(r"(?i)authorization[\"'`\]]{0,3}\s{0,3}(?:=>|[:=,])\s{0,3}[\"'`]?basic\s+")
_BETWEEN = regex(r"[\"'`\])]{0,3}\s{0,20}(?:=>|:=|[:=,])?\s{0,20}[\[({]{0,2}\s{0,20}[\"'`]?\s?")
_VALUE = regex(r"[A-Za-z0-9+/]{8,400}={0,2}")
_NAME = regex(r"[$@]?(?:this\.|self\.|@)?([A-Za-z_]\w{0,60})")
_ENCODED = regex(
    r"(?i)(?:[\w.:]{0,60})(?:btoa|base64|b64|encode64|Buffer\.from|tobase64string|utf8\.getbytes)[\w.:]{0,30}"
    r"\(\s{0,5}(?:[\w.]{0,60}\(\s{0,5})?([\"'`])(?P<login>[^\s:\"'`$]{1,128}):(?P<password>[^\s\"'`$]{1,64})\1"
)
_MOST = 500  # headers of one text
_NEAR = 400


def by_header(subject: Subject) -> Iterator[Found]:
    """Logins under `X-Cybozu-Authorization`, and under `Authorization: Basic` beside Kintone."""
    if subject.in_test:
        return
    text = subject.text
    for number, header in enumerate(_HEADER.finditer(text)):
        if number > _MOST:
            return
        at = header.end()
        if between := _BETWEEN.match(text, at):
            at = between.end()
        yield from _value(subject, at, CredentialKind.PASSWORD_HEADER, "X-Cybozu-Authorization")
    for number, header in enumerate(_BASIC.finditer(text)):
        if number > _MOST:
            return
        if HOST.search(subject.around(header.start(), 4)):
            yield from _value(subject, header.end(), CredentialKind.BASIC, "Authorization")


def _value(subject: Subject, at: int, kind: CredentialKind, name: str) -> Iterator[Found]:
    text = subject.text
    value = _VALUE.match(text, at)
    if value and _login(value[0]):
        yield _found(subject, value.start(), value.end(), kind, name)
        return
    encoded = _ENCODED.match(text, at, at + _NEAR)
    if encoded and is_secret(encoded["password"], CredentialKind.PASSWORD, encoded["login"]):
        inner = CredentialKind.BASIC if kind is CredentialKind.BASIC else CredentialKind.PASSWORD
        yield _found(subject, encoded.start("password"), encoded.end("password"), inner, name)
        return
    variable = _NAME.match(text, at)
    if variable and kind is CredentialKind.PASSWORD_HEADER and not subject.document:
        yield from _assigned(subject, variable[1], kind)


def _assigned(subject: Subject, name: str, kind: CredentialKind) -> Iterator[Found]:
    """What a variable is set to, if that is such a login."""
    pattern = (
        rf"(?<![\w.]){re.escape(name)}\b\s{{0,5}}(?::\s?\w{{1,20}}\s?)?(?::=|=|:)\s{{0,5}}[\"'`]"
    )
    for number, match in enumerate(re.finditer(pattern, subject.text)):
        value = _VALUE.match(subject.text, match.end())
        if value and _login(value[0]):
            yield _found(subject, value.start(), value.end(), kind, name)
        if number > _MOST:
            return


def _login(value: str) -> bool:
    return any(match[0] == value for match in secrets.logins_in(value))


def _found(subject: Subject, start: int, end: int, kind: CredentialKind, name: str) -> Found:
    found = Found(start, end, kind, name)
    return found.unsure() if subject.document else found
