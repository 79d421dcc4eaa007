"""A text under analysis that is not Python, and what is found in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from functools import cached_property
from itertools import chain
from pathlib import PurePath
from string import ascii_uppercase

from kintone_lint.findings import Confidence
from kintone_lint.kintone.names import KINTONE_NAME, CredentialKind
from kintone_lint.kintone.words import HOST
from kintone_lint.patterns import regex
from kintone_lint.records import record
from kintone_lint.texts.csv_text import csv_entries
from kintone_lint.texts.entries import Entry, settled
from kintone_lint.texts.json_text import NotReadableError, json_entries
from kintone_lint.texts.kinds import Form, Syntax, form_of
from kintone_lint.texts.line_entries import line_entries
from kintone_lint.texts.netrc_text import netrc_entries
from kintone_lint.texts.templates import unrendered
from kintone_lint.texts.xml_text import xml_entries
from kintone_lint.texts.yaml_text import yaml_entries

_SMALL = {ord(large): large.lower() for large in ascii_uppercase}  # one for one
SETTINGS_BYTES = 2_000_000  # of a text whose names and values are read
OWN_WORDS = ("kintone", "cybozu", "kntn")
LONG_LINE = 2_000  # characters of a line that nobody wrote by hand
_AROUND = 300  # characters before and after a place that say what it is about
_ADDRESSED = regex(r"[^\s\"'`/<>]{1,200}")  # after the scheme of an address
_ADDRESSES = 1_000  # of one text that are looked at
_TESTS = frozenset({
    "tests", "test", "testing", "spec", "specs", "unittest", "e2e", "__tests__", "__mocks__",
    "__fixtures__", "__snapshots__", "fixtures", "fixture", "testdata", "test-data", "mocks",
    "cassettes", "snapshots", "stubs",
})  # fmt: skip
_TEST_NAME = regex(
    r"(?i)(?:^|[._-])(?:tests?|specs?|mock|stub|fixture|e2e)s?[._-]|_test\.go$|[a-z]Tests?\.\w+$"
)
_SAMPLES = frozenset({
    "examples", "example", "samples", "sample", "docs", "doc", "javadoc",
    "locales", "locale", "i18n", "l10n", "lang", "langs", "translations",  # words for people
})  # fmt: skip


@record()
class Found:
    """A credential between two offsets. `aside`: it is in a document, where it may be old.

    `fallback`: it is taken if a setting is missing.
    """

    start: int
    end: int
    kind: CredentialKind
    name: str
    confidence: Confidence = Confidence.HIGH
    aside: bool = False
    fallback: bool = False

    def unsure(self) -> Found:
        """The same finding, marked as one that may be wrong."""
        return replace(self, confidence=Confidence.MEDIUM, aside=True)


@record()
class Subject:
    """A text as rules see it. `path` is what the user is shown.

    `output` marks what a cell has printed; `unread` says why its settings could not be read.
    """

    path: str
    text: str
    form: Form
    output: bool = False
    token_names: frozenset[str] = frozenset()
    unread: list[str] = field(default_factory=list)

    @cached_property
    def entries(self) -> list[Entry]:
        """The names and values of settings; of other texts none."""
        if len(self.text) > SETTINGS_BYTES:
            return []
        return sorted(settled(self.text, self._read()), key=lambda each: each.start)

    def _read(self) -> Iterable[Entry]:
        syntax = self.form.syntax
        if syntax in (Syntax.JSON, Syntax.YAML):
            read = json_entries if syntax is Syntax.JSON else yaml_entries
            for text in (self.text, unrendered(self.text)):
                if text is None:
                    break
                try:
                    return self._inner([*read(text)])
                except NotReadableError as error:
                    why = str(error)
            self.unread.append(why)
        elif syntax is Syntax.NETRC:
            return netrc_entries(self.text)
        elif syntax is Syntax.XML:
            return xml_entries(self.text)
        elif syntax is Syntax.CSV:
            return csv_entries(self.text)
        elif syntax not in _LINES:
            return []
        marks = self.form.comments or ("#",)
        return line_entries(
            self.text,
            comments=marks,
            words=syntax is Syntax.SHELL,
            braces=syntax in (Syntax.TOML, Syntax.REQUEST),
        )

    def _inner(self, entries: list[Entry]) -> Iterable[Entry]:
        """Entries, and those in their values of several lines: a script, a file in a ConfigMap."""
        inner = (
            replace(
                each, names=(*entry.names, *each.names), start=at + each.start, end=at + each.end
            )
            for entry in entries
            if "\n" in self.text[entry.start : entry.end]
            for at in (entry.start,)
            for each in line_entries(self.text[entry.start : entry.end], words=True)
        )
        return chain(entries, inner)

    def matches(self, pattern: re.Pattern[str], *words: str) -> Iterator[re.Match[str]]:
        """The matches of a pattern that starts with one of some words, in any case.

        To find the words first takes a hundredth of the time that a search without case takes.
        """
        end = 0
        for at in self.places(*words):
            if at >= end and (match := pattern.match(self.text, at)):
                yield match
                end = match.end()

    def places(self, *words: str) -> list[int]:
        """Where one of some words in small letters is, in order."""
        places = set()
        for word in words:
            at = self._small.find(word)
            while at >= 0:
                places.add(at)
                at = self._small.find(word, at + 1)
        return sorted(places)

    @cached_property
    def _small(self) -> str:
        small = self.text.lower()
        return small if len(small) == len(self.text) else self.text.translate(_SMALL)

    def entry_at(self, offset: int) -> Entry | None:
        """The innermost entry whose value an offset is in."""
        at = bisect_right(self._starts, offset) - 1
        for entry in reversed(self.entries[max(at - 3, 0) : at + 1]):
            if entry.start <= offset < max(entry.end, entry.start + 1):
                return entry
        return None

    @cached_property
    def _starts(self) -> list[int]:
        return [each.start for each in self.entries]

    def line_at(self, offset: int) -> tuple[int, int]:
        """Start and end of the line of an offset, as far as a long one is near it."""
        start = self.text.rfind("\n", max(offset - LONG_LINE, 0), offset) + 1
        end = self.text.find("\n", offset, offset + LONG_LINE)
        start = start or max(offset - LONG_LINE, 0)
        return start, end if end >= 0 else min(len(self.text), offset + LONG_LINE)

    def by_hand(self, offset: int) -> bool:
        """Whether somebody may have written the line of an offset."""
        start, end = self.line_at(offset)
        return end - start < LONG_LINE // 2

    def around(self, offset: int, lines: int = 2) -> str:
        """The lines around an offset, as far as they are near."""
        low, high = max(offset - _AROUND, 0), min(offset + _AROUND, len(self.text))
        start = end = offset
        for _ in range(lines + 1):
            start = self.text.rfind("\n", low, start)
            end = self.text.find("\n", end + 1, high)
            start, end = (low if start < 0 else start), (high if end < 0 else end)
            if start == low and end == high:
                break
        return self.text[start:end]

    @cached_property
    def document(self) -> bool:
        """Whether it is prose, or data: what is there is rarely a setting."""
        return self.form.syntax in (Syntax.DOCUMENT, Syntax.DATA, Syntax.CSV) or self.output

    @cached_property
    def in_test(self) -> bool:
        """Whether it is a test or its data, by its path."""
        path = PurePath(self.path)
        return any(part.lower() in _TESTS for part in path.parts[:-1]) or bool(
            _TEST_NAME.search(path.name)
        )

    @cached_property
    def sample(self) -> bool:
        """Whether passwords and the like in it are examples, by its name and folder."""
        folders = PurePath(self.path).parts[:-1]
        return self.form.sample or any(part.lower() in _SAMPLES for part in folders)

    @cached_property
    def own(self) -> bool:
        """Whether the name of the file says that it is about Kintone."""
        return bool(KINTONE_NAME.search(PurePath(self.path).name))

    @cached_property
    def only_kintone(self) -> bool:
        """Whether it has addresses of Kintone, and none of anyone else."""
        at = self.text.find("://")
        for _ in range(_ADDRESSES):
            if at < 0:
                break
            host = _ADDRESSED.match(self.text, at + 3)
            if host and not HOST.search(host[0]):
                return False
            at = self.text.find("://", at + 3)
        return HOST.search(self.text) is not None

    def is_beside_host(self, entry: Entry) -> bool:
        """Whether the table that an entry is in holds an address of Kintone."""
        return (entry.group, entry.names[:-1]) in self._hosts

    @cached_property
    def _hosts(self) -> frozenset[tuple[int, tuple[str, ...]]]:
        """The tables that hold an address of Kintone, each with its names."""
        found = (each for each in self.entries if HOST.search(each.value[:200]))
        return frozenset((each.group, each.names[:-1]) for each in found)


_LINES = (
    Syntax.ENV, Syntax.INI, Syntax.TOML, Syntax.PROPERTIES, Syntax.SHELL, Syntax.REQUEST,
)  # fmt: skip


def subject_of(
    path: str, text: str, *, token_names: frozenset[str] = frozenset()
) -> Subject | None:
    """The text of a file as rules see it; None for what is not looked at."""
    form = form_of(PurePath(path).name)
    return None if form is None else Subject(path, text, form, token_names=token_names)
