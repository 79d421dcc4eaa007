"""Passwords and tokens in the addresses of Kintone that are in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kintone_conformance.spec.hosts import DOMAINS
from kintone_lint.kintone import secrets
from kintone_lint.kintone.names import CredentialKind
from kintone_lint.kintone.words import HOST
from kintone_lint.kintone.written.text import Found, Subject
from kintone_lint.kintone.written.values import is_secret
from kintone_lint.patterns import regex

_LOGIN = regex(
    r"https?://(?P<login>[^/?#\s:@\"'`<>]{1,128}):(?P<password>[^/?#\s@\"'`<>]{1,100})@"
    r"(?P<host>[A-Za-z0-9.-]{1,200})"
)
_QUERY = regex(
    r"(?P<host>[A-Za-z0-9.-]{1,200})/[^\s\"'`<>?]{0,200}\?[^\s\"'`<>]{0,400}?"
    r"(?P<name>api_?token|token|password|access_token)=(?P<value>[^&#\s\"'`<>]{4,200})"
)


def by_url(subject: Subject) -> Iterator[Found]:
    """User info, and credentials in the query; tests and documents show dummies in the latter."""
    if subject.in_test or "://" not in subject.text:
        return
    for match in _LOGIN.finditer(subject.text):
        if HOST.search(match["host"]) and is_secret(
            match["password"], CredentialKind.PASSWORD, match["login"]
        ):
            yield _found(subject, match.span("password"), "URL")
    if subject.document or subject.sample or not subject.by_hand(0):
        return
    for host in subject.matches(HOST, *DOMAINS):
        query = _QUERY.match(subject.text, host.start(), host.end() + 800)
        if (
            query
            and not secrets.weak(query["value"])
            and not re.search(r"[${}()+]", query["value"])
        ):
            yield _found(subject, query.span("value"), query["name"]).unsure()


def _found(subject: Subject, span: tuple[int, int], name: str) -> Found:
    found = Found(*span, CredentialKind.URL, name)
    return found.unsure() if subject.document or subject.sample else found
