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
_BETWEEN = regex(
    r"(?:[\"'],\s{0,20}[\"']value[\"']\s{0,3}:\s{0,3}[\"'])"  # of a list of names and values
    r"|[\"'`\])]{0,3}\s{0,20}(?:=>|:=|[:=,])?\s{0,20}[\[({]{0,2}\s{0,20}[\"'`]?\s?"
)
_VALUE = regex(r"[A-Za-z0-9+/]{8,400}={0,2}")
_NAME = regex(r"[$@]?(?:this\.|self\.|@)?([A-Za-z_]\w{0,60})")
_LOGIN = r"(?P<login>[^\s:\"'`$]{1,128}):(?P<password>[^\s\"'`$|]{1,64})"
_ENCODED = regex(
    r"(?i)(?:btoa|base64|b64|encode64|Buffer\.from|getbytes)[^\n\"'`]{0,120}"
    rf"[\"'`]{_LOGIN}[\"'`]"
)
_PIPED = regex(
    rf"(?i)(?:echo|printf)\s[^\n|:]{{0,40}}?[\"']?\b{_LOGIN}[\"']?\s{{0,3}}\|"
    r"[^\n]{0,40}base64"
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
    for entry in subject.entries:
        if entry.names and _HEADER.fullmatch(entry.names[-1]):
            yield from _value(subject, entry.start, CredentialKind.PASSWORD_HEADER, entry.names[-1])
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
    encoded = [*_encoded(subject, at, kind, name)]
    if encoded:
        yield from encoded
        return
    variable = _NAME.match(text, at)
    if variable and kind is CredentialKind.PASSWORD_HEADER and not subject.document:
        yield from _assigned(subject, variable[1], kind)


def _encoded(subject: Subject, at: int, kind: CredentialKind, name: str) -> Iterator[Found]:
    """The password of a login that is encoded in the rest of a line."""
    end = subject.text.find("\n", at, at + _NEAR)
    end = at + _NEAR if end < 0 else end
    for pattern in (_ENCODED, _PIPED):
        match = pattern.search(subject.text, at, end)
        if match and is_secret(match["password"], CredentialKind.PASSWORD, match["login"]):
            basic = kind is CredentialKind.BASIC
            inner = CredentialKind.BASIC if basic else CredentialKind.PASSWORD
            yield _found(subject, *match.span("password"), inner, name)
            return


def _assigned(subject: Subject, name: str, kind: CredentialKind) -> Iterator[Found]:
    """What a variable is set to, if that is such a login."""
    pattern = (
        rf"(?<![\w.]){re.escape(name)}\b\s{{0,5}}(?::\s?\w{{1,20}}\s?)?(?::=|=|:)\s{{0,5}}[\"'`]?"
    )
    for number, match in enumerate(re.finditer(pattern, subject.text)):
        value = _VALUE.match(subject.text, match.end())
        if value and _login(value[0]):
            yield _found(subject, value.start(), value.end(), kind, name)
        else:
            yield from _encoded(subject, match.end(), kind, name)
        if number > _MOST:
            return


def _login(value: str) -> bool:
    return any(match[0] == value for match in secrets.logins_in(value))


def _found(subject: Subject, start: int, end: int, kind: CredentialKind, name: str) -> Found:
    found = Found(start, end, kind, name)
    return found.unsure() if subject.document else found
