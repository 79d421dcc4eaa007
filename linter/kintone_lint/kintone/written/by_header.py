"""The Base64 of a login and its password in a text, under the header that takes it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kintone_lint.kintone import secrets
from kintone_lint.kintone.names import CredentialKind
from kintone_lint.kintone.written.encoded import Encoded
from kintone_lint.kintone.written.near import beside_kintone
from kintone_lint.kintone.written.text import Found, Subject
from kintone_lint.kintone.written.values import is_secret
from kintone_lint.patterns import regex
from kintone_lint.texts.kinds import Syntax

_HEADER = regex(r"(?i)x-cybozu-authorization")
# The header up to its value, as code and settings write it; a shell has it in one text.
_SETS = r"authorization[\"'`\]]{0,3}\s{0,3}(?:=>|[:=,])\s{0,3}"
_STARTS = rf"(?i)(?:{_SETS}[\"'`]?|authorization\s{{1,3}}[\"'])"
_BASIC = regex(rf"{_STARTS}basic\s+")
_BEARER = regex(rf"{_STARTS}bearer\s+(?P<value>[\w.~+/-]{{20,200}}={{0,2}})(?=[\s\"'`]|$)")
# A variable that is sent as the header, and the scheme in what it was set to.
_SENT = regex(rf"(?i)(?<![\w-]){_SETS}(?=[$@a-z_])")
_SCHEME = regex(r"(?i)[\"'`]basic\s")
_TYPED = regex(r"(?i)authenticationheadervalue\(\s?\"basic\"\s?,\s{0,40}\"?")  # of .NET
# What editors that send requests encode by themselves.
_PLAIN = regex(r"[^\s:]{1,128}[: ](?P<value>\S{4,64})[ \t]*(?:\r?\n|$)")
_IN_PAIR = regex(r"(?i)basic\s+")
_BETWEEN = regex(
    r"(?:[\"'],\s{0,20}[\"']value[\"']\s{0,3}:\s{0,3}[\"'])"  # of a list of names and values
    r"|[\"'`\])]{0,3}\s{0,20}(?:=>|:=|[:=,])?\s{0,20}[\[({]{0,2}\s{0,20}[\"'`]?\s?"
)
_VALUE = regex(r"[A-Za-z0-9+/]{8,400}={0,2}")
_NAME = regex(r"[$@]?(?:this\.|self\.|@)?([A-Za-z_]\w{0,60})")
# Where the expression for a header starts: after its name as a key, or in a text after its colon.
_KEY = regex(
    r"[\"'`\])]{1,3}\s{0,20}(?:=>|:=|[:=,])\s{0,20}"
    r"(?:[\"'`]?value[\"'`]?\s{0,3}(?:=>|[:=])\s{0,3})?"
)
_COLON = regex(r"\s{0,3}:\s{0,3}")
_SHUT = regex(r"[\"'`]\s{0,20}(?:[.+&]|<>|\.\.)?\s{0,20}")
_FILLED = regex(r"\$\(|[$#]?\{|\\\(")
_VARIABLE = regex(r"\$[\w.>-]{1,80}")
_GIVEN_BEFORE = regex(
    r"(?:set|add)Value\((?P<value>[^\n,]{1,200}),\s{0,20}forHTTPHeaderField:\s{0,3}[\"']$"
)
_MOST = 500  # headers of one text
_ENCODED = 100  # of them with an expression


def by_header(subject: Subject, encoded: Encoded) -> Iterator[Found]:
    """Logins under `X-Cybozu-Authorization`, and under `Authorization: Basic` beside Kintone."""
    if subject.in_test:
        return
    text = subject.text
    variables: set[str] = set()  # that were looked for
    for number, header in enumerate(subject.matches(_HEADER, "x-cybozu-authorization")):
        if number > _MOST:
            return
        at = header.end()
        if between := _BETWEEN.match(text, at):
            at = between.end()
        kind = CredentialKind.PASSWORD_HEADER
        found = [*_value(subject, at, kind, "X-Cybozu-Authorization", variables)]
        yield from found
        if not found and number < _ENCODED and (place := _expression(text, *header.span())):
            for start, end in encoded.passwords(*place):
                yield _found(subject, start, end, CredentialKind.PASSWORD, header[0])
    for entry in subject.entries:
        if entry.names and _HEADER.fullmatch(entry.names[-1]):
            kind = CredentialKind.PASSWORD_HEADER
            yield from _value(subject, entry.start, kind, entry.names[-1], variables)
    yield from _gates(subject, encoded)
    for number, header in enumerate(subject.matches(_BEARER, "authorization")):
        start, end = header.span("value")
        if number > _MOST or secrets.TOKEN.fullmatch(header["value"]):
            continue
        if is_secret(header["value"], CredentialKind.OAUTH, "") and beside_kintone(subject, start):
            yield _found(subject, start, end, CredentialKind.OAUTH, "Authorization")


def _gates(subject: Subject, encoded: Encoded) -> Iterator[Found]:
    """Logins under `Authorization: Basic` that are sent to Kintone."""
    text = subject.text
    for number, header in enumerate(subject.matches(_BASIC, "authorization")):
        if number > _MOST:
            return
        sure = _is_sent(subject, header.start())
        if sure is False:
            continue
        found = [*_value(subject, header.end(), CredentialKind.BASIC, "Authorization")]
        if subject.form.syntax is Syntax.REQUEST and not found:
            found = [*_plain(subject, header.end())]
        if not found and number < _ENCODED and (place := _inside(text, header.end())):
            found = [*_basics(subject, encoded, *place)]
        yield from found if sure else (each.unsure() for each in found)
    for number, header in enumerate(subject.matches(_TYPED, "authenticationheadervalue")):
        sure = number < _ENCODED and _is_sent(subject, header.start())
        if sure is not False:
            found = [*_value(subject, header.end(), CredentialKind.BASIC, "Authorization")]
            found = found or [*_basics(subject, encoded, header.end())]
            yield from found if sure else (each.unsure() for each in found)
    for number, header in enumerate(subject.matches(_SENT, "authorization")):
        if number > _ENCODED:
            break
        sure = _is_sent(subject, header.start())
        if sure is False:
            continue
        for each in _basics(subject, encoded, header.end()):
            low = max(text.rfind("\n", 0, each.start), each.start - 300, 0)
            if _SCHEME.search(text, low, each.start):
                yield each if sure else each.unsure()
    for entry in subject.entries:
        scheme = _IN_PAIR.match(entry.value) if entry.name.lower() == "authorization" else None
        if scheme and beside_kintone(subject, entry.start):
            at = entry.start + scheme.end()
            yield from _value(subject, at, CredentialKind.BASIC, "Authorization")


def _plain(subject: Subject, at: int) -> Iterator[Found]:
    login = _PLAIN.match(subject.text, at)
    if login and is_secret(login["value"], CredentialKind.BASIC, ""):
        yield _found(subject, *login.span("value"), CredentialKind.BASIC, "Authorization")


def _basics(subject: Subject, encoded: Encoded, start: int, end: int = 0) -> Iterator[Found]:
    for place in encoded.passwords(start, end):
        yield _found(subject, *place, CredentialKind.BASIC, "Authorization")


def _is_sent(subject: Subject, at: int) -> bool | None:
    """Whether what is at a place is sent to Kintone; None if the text only names no one else."""
    beside = beside_kintone(subject, at)
    return beside if beside is not None else (None if subject.only_kintone else False)


def _expression(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where the expression for a header is; an end of 0 is where it ends by itself."""
    if key := _KEY.match(text, end):
        return key.end(), 0
    if colon := _COLON.match(text, end):
        return _inside(text, colon.end())
    low = text.rfind("\n", max(start - 300, 0), start) + 1
    before = _GIVEN_BEFORE.search(text, max(low, start - 300), start)
    return before.span("value") if before else None


def _inside(text: str, at: int) -> tuple[int, int] | None:
    """The same after the start of a text: what is put in there, or joined to it."""
    if _FILLED.match(text, at):
        return at, 0
    if variable := _VARIABLE.match(text, at):
        return variable.span()
    shut = _SHUT.match(text, at)
    return (shut.end(), 0) if shut else None


def _value(
    subject: Subject, at: int, kind: CredentialKind, name: str, seen: set[str] | None = None
) -> Iterator[Found]:
    text = subject.text
    value = _VALUE.match(text, at)
    if value and _login(value[0]):
        yield _found(subject, value.start(), value.end(), kind, name)
        return
    variable = _NAME.match(text, at)
    if variable and seen is not None and variable[1] not in seen and not subject.document:
        seen.add(variable[1])
        yield from _assigned(subject, variable[1], kind)


def _assigned(subject: Subject, name: str, kind: CredentialKind) -> Iterator[Found]:
    """What a variable is set to, if that is such a login."""
    pattern = (
        rf"(?<![\w.]){re.escape(name)}\b\s{{0,5}}(?::\s?\w{{1,20}}\s?)?(?::=|=|:)\s{{0,5}}[\"'`]?"
    )
    for number, match in enumerate(subject.matches(re.compile(pattern), name.lower())):
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
