"""Credentials that their text gives away: the shape of a token, a curl line, a URL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import libcst as cst

from kintone_lint.findings import Confidence
from kintone_lint.kintone import secrets
from kintone_lint.kintone.credentials.credential import (
    Credential,
    Stage,
    credential,
    is_docstring,
    names_of,
    staged,
)
from kintone_lint.kintone.names import Sort
from kintone_lint.kintone.requests import TOKEN_HEADER
from kintone_lint.kintone.subject import Subject
from kintone_lint.kintone.texts import texts
from kintone_lint.kintone.words import HOST
from kintone_lint.python.source import Source
from kintone_lint.python.spots import Spot
from kintone_lint.python.values import Literal, Text

_NEAR = 200  # characters before a token in which its name may stand
_NAME = re.compile(r"[A-Za-z0-9_]")
_CURL = re.compile(r"(?i)(x-cybozu-api-token|x-cybozu-authorization)\s*:\s*([A-Za-z0-9+/=,]{8,})")
_IN_URL = re.compile(r"(?i)https?://([^/?#\s:@]+):([^/?#\s@]+)@([^/?#\s]+)")
_IN_QUERY = re.compile(r"(?i)[?&](?:api_?token|token|password|access_token)=([^&#\s]+)")


def by_shape(subject: Subject) -> Iterator[Credential]:
    for node, value in texts(subject):
        docstring = is_docstring(node, subject.module)
        for literal in value.literals:
            for match in _CURL.finditer(literal.text):
                yield from _curl(subject, literal, match, docstring)
            if not subject.kintone:
                continue
            for token in secrets.tokens_in(literal.text):
                names = [*names_of(literal), _line_before(literal.text, token.start())]
                if secrets.other_service(*names) or _other_sink(subject, literal):
                    continue
                piece = literal.cut(token.start(), token.end())
                found = credential(Sort.TOKEN, piece, None, "", Confidence.HIGH)
                yield found if not docstring else staged(found, Stage.DOCSTRING)
        known = value.known
        if len(value.literals) > 1 and known and subject.kintone:
            yield from _assembled(value, known, subject)


def _assembled(value: Text, known: str, subject: Subject) -> Iterator[Credential]:
    """A token that is put together from several literals."""
    first = value.literals[0]
    if secrets.other_service(*names_of(first)):
        return
    pieces = tuple(literal.text for literal in value.literals if len(literal.text) > 7)
    if not any(secrets.FRAGMENT.search(piece) for piece in pieces):
        return
    for token in secrets.tokens_in(known):
        if not any(token[0] in literal.text for literal in value.literals):
            whole = Literal(token[0], first.node, first.module)
            found = credential(Sort.TOKEN, whole, None, "", Confidence.HIGH)
            yield replace(found, pieces=pieces)


def _line_before(text: str, at: int) -> str:
    """What stands before a token in its line of a longer text: often its name."""
    near = max(at - _NEAR, 0)
    start = max(text.rfind("\n", near, at), text.rfind(",", near, at)) + 1 or near
    while at > start and not _NAME.match(text, at - 1):
        at -= 1
    return text[start:at][-40:]


def _other_sink(subject: Subject, literal: Literal) -> bool:
    """Whether the literal is the header of another service, or an argument of one."""
    module = literal.module
    above = module.parent.get(literal.node)
    if isinstance(above, cst.Arg):
        call = module.parent[above]
        if isinstance(call, cst.Call):
            name = subject.evaluator.callees(module).name(call.func)
            return secrets.other_service(name)
    return False


def _curl(
    subject: Subject, literal: Literal, match: re.Match[str], docstring: bool
) -> Iterator[Credential]:
    piece = literal.cut(match.start(2), match.end(2))
    stage = Stage.DOCSTRING if docstring else Stage.CODE
    if match[1].lower() == TOKEN_HEADER:
        shaped = tuple(secrets.tokens_in(match[2]))
        if secrets.sample(match[2]) or (not shaped and (subject.in_test or secrets.weak(match[2]))):
            return
        for token in shaped or (match,):
            start = match.start(2) + token.start() if shaped else match.start(2)
            size = len(token[0]) if shaped else len(match[2])
            each = literal.cut(start, start + size)
            level = Confidence.HIGH if shaped else Confidence.MEDIUM
            yield staged(credential(Sort.TOKEN, each, None, "", level), stage)
    else:
        login = secrets.login_in(match[2])
        if login and not secrets.sample_login(*login) and not subject.in_test:
            found = credential(Sort.PASSWORD_HEADER, piece, None, "", Confidence.HIGH)
            yield staged(found, stage)


def in_comments(subject: Subject) -> Iterator[Credential]:
    if not subject.kintone or not _may_be_commented(subject.module.source):
        return
    for start, text in subject.module.comments:
        for token in secrets.tokens_in(text):
            if not secrets.other_service(_line_before(text, token.start())):
                spot = Spot(subject.module, None, start + token.start(), start + token.end())
                yield Credential(Sort.TOKEN, Stage.COMMENT, spot, token[0], Confidence.HIGH)


def _may_be_commented(source: Source) -> bool:
    """Whether a token stands after a `#` on its line; only then a tokenizer has to look."""
    text, starts = source.parsable, source.lines.starts
    marks: dict[int, int] = {}
    for token in secrets.TOKEN.finditer(text):
        line, _ = source.lines.at(token.start())
        if line not in marks:
            end = starts[line] if line < len(starts) else len(text)
            marks[line] = text.find("#", starts[line - 1], end)
        if 0 <= marks[line] < token.start():
            return True
    return False


def in_urls(subject: Subject) -> Iterator[Credential]:
    for node, value in texts(subject):
        if value.known is not None and HOST.search(value.known):
            docstring = is_docstring(node, subject.module)
            for literal in value.literals:
                for found in _inside_url(subject, literal):
                    yield staged(found, Stage.DOCSTRING) if docstring else found


def _inside_url(subject: Subject, literal: Literal) -> Iterator[Credential]:
    login = _IN_URL.search(literal.text)
    if login and HOST.search(login[3]) and not secrets.no_password(login[2], login[1]):
        piece = literal.cut(login.start(2), login.end(2))
        yield credential(Sort.URL, piece, None, "", Confidence.HIGH)
    for match in _IN_QUERY.finditer(literal.text):
        if not secrets.weak(match[1]) and not subject.in_test:
            piece = literal.cut(match.start(1), match.end(1))
            yield credential(Sort.URL, piece, None, "", Confidence.MEDIUM)
