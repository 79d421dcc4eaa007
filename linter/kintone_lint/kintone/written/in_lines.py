"""Passwords in lines that name Kintone: assignments in code, command lines, connection strings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kintone_lint.kintone.commands import in_command, in_list
from kintone_lint.kintone.connections import in_connection
from kintone_lint.kintone.names import CredentialKind, credential_kind
from kintone_lint.kintone.written.near import command_at
from kintone_lint.kintone.written.text import OWN_WORDS, Found, Subject
from kintone_lint.kintone.written.values import KINDS, fallback, is_secret
from kintone_lint.patterns import regex
from kintone_lint.texts.kinds import Syntax

_LINES = 5_000  # of one text
_ASSIGNED = regex(
    r"(?i)(?P<name>[A-Za-z_$][\w$-]{0,40}(?:kintone|cybozu|kntn)\w{0,60}|(?:kintone|cybozu|kntn)[\w-]{0,60})"
    r"[\"'`\]]{0,2}(?:\s{0,3}:\s{0,3}[A-Z&]['\w ]{0,20}|\s{1,3}as\s{1,3}\w{1,20})?"
    r"\s{0,8}(?:=>|:=|[:=,])\s{0,8}(?:ConvertTo-SecureString\s{1,3}(?:-\w{1,20}\s{1,3}){0,3})?(?P<quote>[\"'`])(?P<value>[^\"'`\n]{4,200})(?P=quote)(?!\s{0,3}(?:[+\]]|\.(?!into\(|to_\w{1,9}\()))"
)
# Servers, Dockerfiles and shells that set a variable with words alone.
_SPACED = regex(
    r"(?i)\b(?:setenv|fastcgi_param|uwsgi_param|env|setx|set\s{1,3}-\w{1,3})\s{1,9}"
    r"(?P<name>\w{0,40}(?:kintone|cybozu|kntn)\w{0,60})\s{1,9}"
    r"(?P<quote>[\"']?)(?P<value>[^\s\"'=;]{4,200})(?P=quote)(?=[\s;]|$)"
)
_SETS = regex(
    r"(?i)(?P<quote>[\"'`])(?P<name>\w{0,40}(?:kintone|cybozu|kntn)\w{0,60})="
    r"(?P<value>[^\s\"'`${}]{4,200})(?P=quote)"
)
# JSON in a text of JSON.
_ESCAPED = regex(
    r"(?i)\\{1,3}\"(?P<name>\w{0,40}(?:kintone|cybozu|kntn)\w{0,60})\\{1,3}\"\s{0,3}:\s{0,3}"
    r"\\{1,3}\"(?P<value>[^\s\"\\]{4,200})\\{1,3}\""
)
_ITEMS = regex(r"[\[({]\s{0,20}[\"'][^\[\](){}\n]{5,2000}[\])}]")  # of a list
_ITEM = regex(r"\"(?P<double>[^\"\n]*+)\"|'(?P<single>[^'\n]*+)'")
_PROGRAM = regex(r"[\"'][\w./@-]{1,60}[\"']\s{0,3},\s{0,3}\Z")  # before the list of its arguments
_CONNECTION = regex(r"[\"'`]([^\"'`\n]{10,1000})[\"'`]")


def in_lines(subject: Subject) -> Iterator[Found]:
    """What the lines of a text give away; tests and samples hold dummies."""
    if subject.in_test or subject.sample or subject.document:
        return
    done = count = 0
    for at in subject.places(*OWN_WORDS):
        if at < done:
            continue
        count += 1
        if count > _LINES:
            return
        start, done = subject.line_at(at)
        if subject.by_hand(at):
            start, done = command_at(subject.text, start, done)
            yield from _in_line(subject, start, done)
        done = max(done, at + 1)


def _in_line(subject: Subject, start: int, end: int) -> Iterator[Found]:
    line = subject.text[start:end]
    code = subject.form.syntax is Syntax.CODE
    for each in in_command(line):
        quoted = line[each.start - 1 : each.start] in ("'", '"')
        option = each.name.startswith("-")
        if each.kind in KINDS and (quoted or option or not code):
            yield from _found(start, each.start, each.end, each.kind, each.name, line)
    for match in _SPACED.finditer(line) if not code else ():
        kind = credential_kind(match["name"], own=True)
        if kind in KINDS:
            yield from _found(start, *match.span("value"), kind, match["name"], line)
    for match in _ASSIGNED.finditer(line):
        kind = credential_kind(match["name"].strip("$@"), own=True)
        if kind in KINDS and not re.match(r"\s{0,3}\(", line[match.end() :]):
            yield from _found(start, *match.span("value"), kind, match["name"], line)
    for match in _SETS.finditer(line) if code and "=" in line else ():
        yield from _named(start, match, line)
    for match in _ESCAPED.finditer(line) if '\\"' in line else ():
        yield from _named(start, match, line)
    if subject.form.syntax not in (Syntax.JSON, Syntax.YAML) and ('"-' in line or "'-" in line):
        yield from _arguments(start, line)
    if code and ";" in line and "=" in line:
        for match in _CONNECTION.finditer(line):
            for each in in_connection(match[1]):
                at = start + match.start(1)
                yield Found(at + each.start, at + each.end, each.kind, each.name)


def _named(at: int, match: re.Match[str], line: str) -> Iterator[Found]:
    kind = credential_kind(match["name"], own=True)
    if kind in KINDS:
        yield from _found(at, *match.span("value"), kind, match["name"], line)


def _arguments(at: int, line: str) -> Iterator[Found]:
    """Arguments that are a list of texts: `["cli-kintone", "--password", "…"]`."""
    for found in _ITEMS.finditer(line):
        program = _PROGRAM.search(line, max(found.start() - 80, 0), found.start())
        low = program.start() if program else found.start()
        items = [*_ITEM.finditer(line, low, found.end())]
        for index, each in in_list([item[item.lastgroup or 0] for item in items]):
            item = items[index]
            if each.kind in KINDS:
                first = item.start(item.lastgroup or 0)
                place = (first + each.start, first + each.end)
                yield from _found(at, *place, each.kind, each.name, line)


def _found(
    at: int, start: int, end: int, kind: CredentialKind, name: str, line: str
) -> Iterator[Found]:
    first, last = fallback(line[start:end])
    start, end = start + first, start + last
    if is_secret(line[start:end], kind, name):
        yield Found(at + start, at + end, kind, name)
