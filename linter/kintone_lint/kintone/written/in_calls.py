"""Passwords that a client or an SDK is handed by position: `authByPassword("sato", "…")`."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_lint.kintone import secrets
from kintone_lint.kintone.names import KINTONE_NAME, CredentialKind, credential_kind
from kintone_lint.kintone.words import HOST
from kintone_lint.kintone.written.near import beside_kintone
from kintone_lint.kintone.written.text import Found, Subject
from kintone_lint.kintone.written.values import BARE, KINDS, is_secret, quoted
from kintone_lint.patterns import regex
from kintone_lint.texts.kinds import Syntax

_MOST = 1_000  # calls of one text
_SECRET = quoted(100)
_FIRST = (
    r"\s{0,40}(?:[\"'`][^\"'`\n]{0,128}[\"'`]|[\w$.@>-]{1,60}(?:\(\))?)\s{0,3},\s{0,40}(?:Some\()?"
)
# Of the SDKs of Kintone: a login name and its password.
_PASSWORDS = regex(
    r"(?i)(?:auth_?by_?password|(?:set|with)_?password_?auth(?:entication)?)\s?\("
    + _FIRST
    + _SECRET
)
# Of many clients: those of the gate.
_GATES = regex(
    r"(?i)(?:basic_?auth(?:entication)?[\s(,]|\bcredentials\.basic\(|:basic,)" + _FIRST + _SECRET
)
_PAIR = regex(r"(?i)\bauth[\"']?\s{0,3}(?:=>|[:=])\s{0,3}[\[(]" + _FIRST + _SECRET)
_USERPWD = regex(
    r"CURLOPT_USERPWD[\"']?\s{0,3}(?:,|=>)\s{0,3}"
    r"(?P<quote>[\"'])[^\"'\n:$]{1,128}:(?P<value>[^\"'\n$]{4,64})(?P=quote)"
)
# An object of Kintone that is made from host, login name and password.
_MADE = regex(
    r"(?i)kintone[\w:.\\]{0,60}\s?\(\s{0,20}[\"'](?P<host>[^\"'\n]{1,200})[\"']\s{0,3},"
    + _FIRST
    + _SECRET
)
_SET = regex(
    r"(?i)(?:\.|->|::)set_?(?P<name>\w{0,40}(?:pass(?:wd|word|phrase)?|secret))\s?\(\s{0,20}"
    + _SECRET
    + r"\s{0,3}\)"
)
_RECEIVER = regex(r"(?i)[\w$]{1,40}?(?=(?:\.|->|::)?(?:(?:with|set|use)_?)?$)")
_BY_PASSWORD = ("authby", "auth_by", "set", "with")
_OF_ANYONE = ("credentials.", ":")  # the call itself does not say for whom
_GATE = ("basicauth", "basic_auth", "credentials.basic(", ":basic,")


def in_calls(subject: Subject) -> Iterator[Found]:
    """What calls give away; tests and samples hold dummies."""
    if subject.form.syntax is not Syntax.CODE or subject.in_test or subject.sample:
        return
    for start, end, kind, name, unsure in _calls(subject):
        if subject.by_hand(start) and is_secret(subject.text[start:end], kind, name):
            found = Found(start, end, kind, name)
            yield found.unsure() if unsure else found


def _calls(subject: Subject) -> Iterator[tuple[int, int, CredentialKind, str, bool]]:
    """Places, kinds and names, and whether they are not sure."""
    text = subject.text
    for number, call in enumerate(subject.matches(_PASSWORDS, *_BY_PASSWORD)):
        if number < _MOST:
            yield *call.span("value"), CredentialKind.PASSWORD, "password", False
    for pattern, words in ((_GATES, _GATE), (_PAIR, ("auth",)), (_USERPWD, ("curlopt_userpwd",))):
        for number, call in enumerate(subject.matches(pattern, *words)):
            gate = number < _MOST and _is_gate(subject, call.start())
            if gate or (gate is None and not call[0].lower().startswith(_OF_ANYONE)):
                yield *call.span("value"), CredentialKind.BASIC, "basic_password", gate is None
    for number, call in enumerate(subject.matches(_MADE, "kintone")):
        if number < _MOST and HOST.search(call["host"]):
            yield *call.span("value"), CredentialKind.PASSWORD, "password", False
    for number, call in enumerate(subject.matches(_SET, ".set", "->set", "::set")):
        name, owner = call["name"], _receiver(text, call.start())
        kind = credential_kind(name, own=True)
        own = KINTONE_NAME.search(name) or (KINTONE_NAME.search(owner) and BARE.fullmatch(name))
        other = secrets.names_other_service(f"{owner} {name}")
        if number < _MOST and kind in KINDS and own and not other:
            yield *call.span("value"), kind, name, False


def _receiver(text: str, at: int) -> str:
    """The object whose method is called at an offset."""
    found = _RECEIVER.search(text, max(at - 43, 0), at)
    return found[0] if found else ""


def _is_gate(subject: Subject, at: int) -> bool | None:
    """Whether a call logs in at a host of Kintone; None if only a word near it says so."""
    if secrets.names_other_service(_receiver(subject.text, at)):
        return False
    beside = beside_kintone(subject, at)
    if beside is not None:
        return beside
    near = subject.text[max(at - 400, 0) : at + 400]
    return None if KINTONE_NAME.search(near) else False
