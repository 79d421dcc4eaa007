"""Logins in scripts that are set before they are handed over: `curl -u "$LOGIN:$PASSWORD"`."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_lint.kintone.names import CredentialKind
from kintone_lint.kintone.written.encoded import Encoded
from kintone_lint.kintone.written.near import beside_kintone
from kintone_lint.kintone.written.text import Found, Subject
from kintone_lint.kintone.written.values import is_secret, quoted
from kintone_lint.patterns import regex
from kintone_lint.texts.kinds import Syntax

_MOST = 200  # of one text
_LOGIN = regex(
    r"(?:-u|--user|-a|--auth)[\s=]{1,3}[\"']?(?:\$\{?\w{1,60}\}?|[^\s:\"'$]{1,60}):\$\{?(?P<name>\w{1,60})\}?"
    r"|--(?:http-)?password[\s=]{1,3}[\"']?\$\{?(?P<option>\w{1,60})\}?"
)
_WORDS = ("-u", "--user", "-a", "--auth", "--password", "--http-password")
_SECURE = regex(
    r"(?i)convertto-securestring\s{1,3}(?:-\w{1,20}\s{1,3}){0,3}" + quoted(100) + r"\s{1,3}-a"
)
# A request that is sent with one; others log in at a computer.
_CREDENTIAL = regex(
    r"(?i)\b(?:invoke-(?:restmethod|webrequest)|irm|iwr)\b(?:[^\n;|]|`\r?\n){0,400}-credential\b"
    r"|(?<![\w-])credential\s{0,9}=\s{0,9}\$"
)


def in_scripts(subject: Subject) -> Iterator[Found]:
    """What scripts of a shell hand to curl and its like; tests and samples hold dummies."""
    if subject.form.syntax is not Syntax.SHELL or subject.in_test or subject.sample:
        return
    encoded = Encoded(subject)
    for number, login in enumerate(subject.matches(_LOGIN, *_WORDS)):
        if number < _MOST and beside_kintone(subject, login.start()):
            for place in encoded.of_name(login["name"] or login["option"], login.start()):
                yield Found(*place, CredentialKind.BASIC, "basic_password")
    for number, text in enumerate(subject.matches(_SECURE, "convertto-securestring")):
        if number > _MOST or not _CREDENTIAL.search(subject.text):
            return
        beside = beside_kintone(subject, text.start())
        if beside is False or not (beside or subject.only_kintone):
            continue
        if is_secret(text["value"], CredentialKind.BASIC, ""):
            found = Found(*text.span("value"), CredentialKind.BASIC, "basic_password")
            yield found if beside else found.unsure()
