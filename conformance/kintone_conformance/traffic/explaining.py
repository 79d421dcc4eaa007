"""A request in words: what it is, what is wrong with it, what Kintone answers, and the fix."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_conformance.report.text import without_backticks
from kintone_conformance.spec.auth import ApiTokens, OAuth, Password, Session
from kintone_conformance.spec.error_codes import ErrorCode, error_codes
from kintone_conformance.spec.requirements import requirements
from kintone_conformance.traffic.answers import answer_to
from kintone_conformance.traffic.judgement import Told
from kintone_conformance.traffic.meaning import Meaning
from kintone_conformance.traffic.targets import is_unknown
from kintone_lint.counting import counted
from kintone_lint.escaping import visible

_LONGEST = 300  # characters of a line
_COUNTED = {"records": "record", "ids": "id", "requests": "write", "guests": "guest"}


def explained(told: Told, said: set[str]) -> Iterator[str]:
    """The lines that explain one request; each is harmless, and none holds a credential.

    `said` are the requirements and codes whose fix was told before: it is not told again.
    """
    wire, meaning = told.recorded.wire, told.meaning
    if meaning is None:
        what = "not HTTP/1.1" if wire.malformed else "not for Kintone's REST API"
        yield _line(f"{wire.method} {wire.origin or '?'} ({what})")
    else:
        yield _line(what_it_is(meaning))
    for finding in told.findings:
        entry = requirements()[finding.requirement]
        above = " (fix: see above)" if entry.id in said else ""
        yield _line(f"  {entry.id} {entry.level}: {finding.message}{above}")
        if finding.expected and finding.expected != finding.sent:
            yield _line(f"      expected: {finding.expected}")
            yield _line(f"      sent:     {finding.sent}")
        if not above:
            yield _line(f"      fix:      {without_backticks(entry.fix)}")
        said.add(entry.id)
    if told.bare:
        yield "  it carries no credentials"
    if told.refused is not None:
        yield _line(f"  {told.refused.why}")
    would = answer_to(told)
    if would is not None:
        yield _line(f"  Kintone would answer {_answer(would, said)}")
    answered = told.recorded.answered
    known = error_codes().get(answered.code) if answered is not None else None
    if known is not None and (would is None or would.code != known.code):
        yield _line(f"  the answer was {_answer(known, said)}")


def what_it_is(meaning: Meaning) -> str:
    """As "POST bulkRequest in guest space 5, API token, 3 writes"."""
    name = meaning.endpoint.name if meaning.endpoint is not None else meaning.sent.path
    parts = [f"{meaning.sent.method} {name}"]
    if meaning.guest is not None:
        parts[0] += f" in guest space {meaning.guest}"
    if is_unknown(meaning):
        parts.append("not in the catalogue")
    parts.append(_credentials(meaning))
    parts += _details(meaning)
    return ", ".join(parts)


def _credentials(meaning: Meaning) -> str:
    credentials = meaning.credentials
    match credentials.auth:
        case Password():
            kind = "password"
        case ApiTokens(tokens):
            kind = "API token" if len(tokens) == 1 else f"{len(tokens)} API tokens"
        case OAuth():
            kind = "OAuth"
        case Session():
            kind = "session"
        case _:
            kind = "credentials removed" if credentials.removed else "no credentials"
    return f"{kind}, with Basic authentication" if credentials.basic is not None else kind


def _details(meaning: Meaning) -> Iterator[str]:
    for name, word in _COUNTED.items():
        value = meaning.sent.params.get(name)
        if isinstance(value, list):
            yield counted(len(value), word)
    if meaning.is_upload and meaning.sent.parts:
        size = sum(len(part.content) for part in meaning.sent.parts if part.name == "file")
        yield f"a file of {size:,} bytes"
    if meaning.sent.method != meaning.wire.method:
        yield f"sent as {meaning.wire.method}"


def _answer(error: ErrorCode, said: set[str]) -> str:
    code = f"{error.status} {error.code}" if error.code else str(error.status)
    if code in said:
        return f"{code} (see above)"
    said.add(code)
    return f"{code}: {error.means}; {error.advice}"


def _line(text: str) -> str:
    shown = visible(text)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
