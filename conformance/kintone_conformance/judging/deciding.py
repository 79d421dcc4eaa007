"""Where in a request a finding was made: the header, the path or the parameter that decides.

What is on the wire is marked there for people; which part it is tells findings of one cause from
others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from kintone_conformance import wires
from kintone_conformance.judging.exchange import Finding
from kintone_conformance.spec.header_names import (
    AUTHORIZATION,
    PASSWORD_HEADER,
    REQUESTED_WITH,
    TOKEN_HEADER,
)

# The header that a requirement is about, by id or by the start of ids.
_HEADERS: Mapping[str, str] = {
    "KC1": PASSWORD_HEADER,
    "KC2": TOKEN_HEADER,
    "KC301": AUTHORIZATION,
    "KC302": AUTHORIZATION,
    "KC303": AUTHORIZATION,
    "KC304": REQUESTED_WITH,
    "KC307": AUTHORIZATION,
    "KC502": "Host",
    "KC508": "Content-Type",
    "KC509": "Content-Type",
}
_PATHS = frozenset(
    {
        *("KC401", "KC402", "KC403", "KC404", "KC406", "KC407", "KC410", "KC411", "KC412"),
        *("KC415", "KC416", "KC417", "KC501"),
    }
)
_PARAMETER = re.compile(r"\bparameter ([^\s,;]+)")
_LEAST = 2  # characters of a text that can be found in a request without being anything
_MOST = 4  # marks


class Deciding(NamedTuple):
    """The part of a request that decides, "" if it is unknown; and what is marked there."""

    part: str = ""
    marks: tuple[str, ...] = ()


def deciding(finding: Finding, shown: Sequence[str]) -> Deciding:
    """The part of a request that a finding is about; `shown` are the requests as they are shown."""
    header = _HEADERS.get(finding.requirement) or _HEADERS.get(finding.requirement[:3])
    if header:
        return Deciding(header, _marks(_lines(shown, header)))
    if finding.requirement in _PATHS:
        return Deciding("path", _marks(_paths(shown)))
    named = _PARAMETER.search(finding.message)
    if named:
        return Deciding(f"parameter {named[1]}", _marks(_parameters(shown, named[1])))
    sent = wires.on_lines(finding.sent)
    found = len(sent) >= _LEAST and any(sent in text for text in shown)
    if found and "\n" not in sent:
        return Deciding(_place(shown, sent), (sent,))
    return Deciding()


def _marks(found: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))[:_MOST]


def _lines(shown: Sequence[str], header: str) -> Iterator[str]:
    start = f"{header}:".lower()
    for text in shown:
        head = text.partition("\n\n")[0]
        yield from (line for line in head.split("\n")[1:] if line.lower().startswith(start))


def _paths(shown: Sequence[str]) -> Iterator[str]:
    for text in shown:
        target = text.partition("\n")[0].partition(" ")[2]
        yield target.partition("?")[0]


def _parameters(shown: Sequence[str], name: str) -> Iterator[str]:
    """The parameter in the query, as `name=value`, or its name in a JSON body."""
    query = re.compile(rf"(?<=[?&]){re.escape(name)}(?:\[\d+\]|%5B\d+%5D)?=[^&\s]*")
    for text in shown:
        line, _, rest = text.partition("\n")
        yield from (found[0] for found in query.finditer(line))
        if f'"{name}"' in rest:
            yield f'"{name}"'


def _place(shown: Sequence[str], sent: str) -> str:
    """The name of the header that holds a text, else the request line or the body."""
    text = next(text for text in shown if sent in text)
    head = text.partition("\n\n")[0]
    line, *headers = head.split("\n")
    named = next((each.partition(":")[0] for each in headers if sent in each), "")
    return named or ("request line" if sent in line else "body")
