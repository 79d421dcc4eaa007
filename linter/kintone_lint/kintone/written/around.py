"""Whose the tables around a setting are: that of a request holds its address and its login."""

from __future__ import annotations

from functools import cached_property

from kintone_lint.kintone import secrets
from kintone_lint.kintone.names import KINTONE_NAME
from kintone_lint.kintone.words import HOST
from kintone_lint.kintone.written.text import Subject
from kintone_lint.patterns import regex
from kintone_lint.texts.entries import Entry
from kintone_lint.texts.kinds import Syntax

_ADDRESS = regex(r"(?i)https?://")
# A table that is about the login for what is around it.
_LOGIN = regex(
    r"(?i)\w*auth\w*|basic|credentials?|login|account|request|options|parameters|inputs|config"
)
_URL = regex(r"(?i)ur[il]")
_BASIC = regex(r"(?i)(?:\w*[-_:])?basic\w*|authentication")
_TYPE = regex(r"(?i)(?:auth[-_]?)?(?:type|scheme|method|mode)")


class Around:
    """The tables of one text, by their numbers."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject

    def is_kintones(self, entry: Entry) -> bool:
        """Whether the nearest address of the tables around a login is Kintone's."""
        if self._subject.form.syntax is Syntax.REQUEST:
            return self._subject.only_kintone
        if self._subject.is_beside_host(entry):
            return True
        for at in range(len(entry.groups) - 1, 0, -1):
            if not _LOGIN.fullmatch(entry.names[at - 1] or "request"):
                return False
            own = self._addresses.get(entry.groups[at - 1])
            if own is not None:
                return own
        return False

    def is_of_another(self, entry: Entry) -> bool:
        """Whether the table of a login, such as the row, has an address that is not Kintone's."""
        return self._addresses.get(entry.group) is False

    def is_basic(self, entry: Entry) -> bool:
        """Whether the tables around a password say that it is sent as Basic."""
        if any(_BASIC.fullmatch(name) for name in entry.names[-3:-1]):
            return True
        return any(each in self._basic for each in (entry.group, *entry.groups[-2:]))

    def is_secret_of_kintone(self, entry: Entry) -> bool:
        """Whether it is in a Secret of Kubernetes that is called Kintone's."""
        name = self._secrets.get(entry.groups[0], "") if entry.groups else ""
        return entry.names[0] == "stringData" and bool(name)

    @cached_property
    def _addresses(self) -> dict[int, bool]:
        found: dict[int, bool] = {}
        for entry in self._subject.entries:
            own = HOST.search(entry.value[:200]) is not None
            if not own and not _ADDRESS.match(entry.value):
                continue
            inner = entry.groups[-2:-1] if _URL.fullmatch("".join(entry.names[-2:-1])) else ()
            for number in (entry.group, *inner):
                found.setdefault(number, own)
        return found

    @cached_property
    def _basic(self) -> frozenset[int]:
        return frozenset(
            entry.group
            for entry in self._subject.entries
            if entry.value.lower() == "basic" and _TYPE.fullmatch(entry.name)
        )

    @cached_property
    def _secrets(self) -> dict[int, str]:
        return {
            entry.groups[0]: entry.value
            for entry in self._subject.entries
            if entry.names == ("metadata", "name")
            and entry.groups
            and KINTONE_NAME.search(entry.value)
            and not secrets.names_other_service(entry.value)
        }
