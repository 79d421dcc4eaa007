"""Passwords and OAuth secrets in settings, by the names that lead to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from kintone_lint.kintone import secrets
from kintone_lint.kintone.commands import in_list
from kintone_lint.kintone.connections import in_connection
from kintone_lint.kintone.names import KINTONE_NAME, CredentialKind, credential_kind
from kintone_lint.kintone.written.around import Around
from kintone_lint.kintone.written.in_tables import in_another_block
from kintone_lint.kintone.written.text import Found, Subject
from kintone_lint.kintone.written.values import (
    BARE,
    ITS_VALUE,
    KINDS,
    OF_CERTIFICATE,
    fallback,
    is_secret,
)
from kintone_lint.patterns import regex
from kintone_lint.texts.entries import Entry
from kintone_lint.texts.kinds import Syntax

_BASIC = regex(r"(?i)(?:^|[\W_])basic(?:[-_]?auth(?:entication)?)?$")  # a table of that name
_DOT = regex(r"[.:]")


def by_name(subject: Subject) -> Iterator[Found]:
    """What the names of settings give away; tests and samples hold dummies."""
    table = subject.form.syntax is Syntax.CSV
    if subject.in_test or subject.sample or (subject.document and not table):
        return
    around = Around(subject)
    for entry in map(_fallback, filter(_is_plain, subject.entries)):
        if found := _named(subject, entry, around) or _pair(subject, entry):
            yield found.unsure() if table else found
        elif ";" in entry.value or ":" in entry.value:
            yield from _connection(subject, entry)
    yield from _arguments(subject)


def _is_plain(entry: Entry) -> bool:
    """Whether no table around a setting says that its values are encrypted."""
    return "encrypteddata" not in (name.lower() for name in entry.names)


def _fallback(entry: Entry) -> Entry:
    """The entry with what is taken for it if a variable is not set."""
    start, end = fallback(entry.value)
    if start == 0 or entry.end - entry.start != len(entry.value):
        return entry
    at = entry.start
    return replace(entry, value=entry.value[start:end], start=at + start, end=at + end)


def _pair(subject: Subject, entry: Entry) -> Found | None:
    """`user = "login:password"` beside an address, as in a file of options for curl."""
    if subject.form.syntax is not Syntax.INI or entry.name != "user":
        return None
    login, colon, password = entry.value.partition(":")
    if not colon or not subject.is_beside_host(entry):
        return None
    if not is_secret(password, CredentialKind.BASIC, login):
        return None
    return Found(entry.start + len(login) + 1, entry.end, CredentialKind.BASIC, "user")


def _named(subject: Subject, written: Entry, around: Around) -> Found | None:
    names = _settled(written.names)
    name = names[-1] if names else ""
    kind = credential_kind(name, own=True) if name else None
    if kind not in KINDS:
        return None
    entry = replace(written, names=names)
    if kind is CredentialKind.PASSWORD:
        table = " ".join(entry.names[-2:-1])
        kind = CredentialKind.BASIC if _BASIC.search(table) else kind
        kind = CredentialKind.CERTIFICATE if OF_CERTIFICATE.search(table) else kind
    own = KINTONE_NAME.search(name) or (
        BARE.fullmatch(name.replace("-", "_")) and _is_own(subject, entry, around)
    )
    if not own:
        if not BARE.fullmatch(name) or not around.is_kintones(written):
            return None
        if kind is CredentialKind.PASSWORD and (
            name.startswith("url_") or around.is_basic(written)
        ):
            kind = CredentialKind.BASIC
    elsewhere = not KINTONE_NAME.search(" ".join(entry.names))
    if (
        subject.form.syntax is Syntax.INI
        and elsewhere
        and in_another_block(subject.text, entry.start)
    ):
        return None
    words = subject.form.syntax is Syntax.ENV and bool(own) and name.isupper()
    if not is_secret(entry.value, kind, name, plain=words):
        return None
    found = Found(entry.start, entry.end, kind, name)
    return found if own else found.unsure()


@lru_cache(4096)
def _settled(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names with the parts of those with dots, and without that of the value of a setting."""
    parts = [part for name in names for part in _DOT.split(name) if part]
    if len(parts) > 1 and parts[-1].lower() in ITS_VALUE:
        parts.pop()
    return tuple(parts)


def _is_own(subject: Subject, entry: Entry, around: Around) -> bool:
    """Whether the tables around a setting, or the name of the file, are Kintone's."""
    above = entry.names[:-1]
    for name in reversed(above):
        if KINTONE_NAME.search(name):
            return True
        if secrets.other_service(name):
            return False
    if subject.form.syntax is Syntax.CSV and around.is_of_another(entry):
        return False
    return subject.own or around.is_secret_of_kintone(entry)


def _connection(subject: Subject, entry: Entry) -> Iterator[Found]:
    for each in in_connection(entry.value):
        start = subject.text.find(entry.value[each.start : each.end], entry.start, entry.end)
        if start >= 0:
            yield Found(start, start + each.end - each.start, each.kind, each.name)


def _arguments(subject: Subject) -> Iterator[Found]:
    """Lists of arguments, as in the settings of an MCP server."""
    lists: dict[int, list[Entry]] = {}
    for entry in subject.entries:
        if entry.names and (not entry.names[-1] or entry.names[-1].startswith("-")):
            lists.setdefault(entry.group, []).append(entry)
    for entries in lists.values():
        for index, each in in_list([entry.value for entry in entries]):
            if each.kind is CredentialKind.TOKEN:
                continue
            entry = entries[index]
            secret = entry.value[each.start : each.end]
            start = subject.text.find(secret, entry.start, entry.end)
            if start >= 0 and is_secret(secret, each.kind, each.name):
                yield Found(start, start + len(secret), each.kind, each.name)
