"""What a client made of an answer: a failure is reported, a success is not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kintone_conformance.doors.answers import ERROR_ID, NEW_FIELDS
from kintone_conformance.judging.differing import differs
from kintone_conformance.judging.exchange import Exchange, Finding
from kintone_conformance.model import ErrorReport, Refused, Sent

_GOOD_FILES = ("html 200", "empty 200")
# Errors of a parser, or of a slip in the client's own code, in the languages of today's clients.
_PARSERS = frozenset(
    {
        *("JSONDecodeError", "JsonParseException", "JsonProcessingException", "JsonEOFException"),
        *("JsonMappingException", "MismatchedInputException", "JsonSyntaxException"),
        *("JsonReaderException", "JsonException", "ParserError", "UnmarshalTypeError"),
        *("SyntaxError", "NameError", "UnboundLocalError", "AttributeError", "TypeError"),
        *("KeyError", "IndexError", "ReferenceError", "NoMethodError"),
        *("NullPointerException", "ClassCastException"),
    }
)


def outcome_findings(exchange: Exchange) -> Iterator[Finding]:
    """What is wrong with what the client told its user of the answer."""
    answering = exchange.asking.answering
    match exchange.outcome:
        case Sent() if answering.failure and not _data(exchange):
            message = f"{exchange.call.api} reported success after {answering.what}"
            expected = "an error, reported in the client's own way"
            yield Finding(answering.requirement, message, expected, "a return without an error")
        case Refused(error) if not answering.failure:
            message = f"{exchange.call.api} reported an error after {answering.what}"
            requirement, new = answering.requirement, NEW_FIELDS.get(exchange.call.api)
            if new is not None:
                requirement, message = "KC813", f"{message} (it has {new})"
            yield Finding(requirement, message, "the result of the call", error.line)
        case Refused(error) if answering.error is not None:
            yield from _fields(exchange, error)
        case Refused(error) if answering.failure and error.id == ERROR_ID:
            message = f"the error of {answering.what} has the id of another answer"
            yield Finding("KC804", message, "no id, for this answer has none", error.id)
        case Refused(error) if answering.page and _own_name(error) in _PARSERS:
            message = f"{answering.what} surfaces as {error.type}"
            yield Finding("KC811", message, "the client's error, or the transport's", error.line)


def _data(exchange: Exchange) -> bool:
    """The answer may be what was asked for: a file can be a page or empty, a write has none."""
    if exchange.asking.answering.late:
        return True
    if exchange.asking.answer == "empty 200" and not exchange.asking.expected.reads:
        return True
    return exchange.call.api == "file.download" and exchange.asking.answer in _GOOD_FILES


def _fields(exchange: Exchange, error: ErrorReport) -> Iterator[Finding]:
    """Kintone's code, id and message are exposed; a failed bulkRequest has them in its results."""
    answering = exchange.asking.answering
    assert answering.error is not None
    bulk = exchange.call.api == "bulkRequest"
    requirement = "KC810" if bulk else "KC804"
    for name, given in answering.error.items():
        found = getattr(error, name)
        if found != given and not (name == "message" and given in (found or "")):
            yield differs(requirement, f"the {name} of the error differs", given, found)
            return


def _own_name(error: ErrorReport) -> str:
    """The name of an error's type without package and pointer: `*json.SyntaxError`."""
    return re.split(r"[.:*\\/]+", error.type)[-1]
