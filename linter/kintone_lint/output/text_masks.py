"""What is not shown of a line that is not Python: its literals have no common form.

Masked are the secrets of the run, what is called a credential or looks like one, and what a login
and an address hold. That something harmless is masked with them costs little.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kintone_lint.kintone import secrets
from kintone_lint.kintone.masking import Hidden
from kintone_lint.kintone.names import CredentialKind
from kintone_lint.kintone.written.values import is_secret
from kintone_lint.patterns import regex
from kintone_lint.texts.kinds import Syntax

_VALUE = (
    r"(?:\$?[A-Za-z_][\w.:>-]{0,60}\(\s?){0,4}"  # of a call: what it is given
    r"(?:\\{0,3}\"(?P<double>[^\"\\]*+(?:\\[^\"][^\"\\]*+)*+)(?:\\{0,3}\"|\\?$)"
    r"|\\{0,3}'(?P<single>[^'\\]*+(?:\\[^'][^'\\]*+)*+)(?:\\{0,3}'|\\?$)|`(?P<back>[^`]*+)(?:`|$)"
    r"|(?P<bare>[^\s\"'`,;)}\]<>$({\[%|\\][^\s\"'`,;)}\]<>(]*+)(?!\(|\s{0,3}[:=]))"
)
_NAME = regex(
    r"(?i)(?<![\w.-])[\w.-]{0,80}?(?:pass|pwd?(?![a-z])|secret|token|credential|cookie|api[_-]?key|auth)[\w.-]{0,80}+"
)
# From a name to its value: of a pair, of a table of names and values, of an element, of a call.
_TO_VALUE = regex(
    r"(?:\s?:\s?(?:&(?:'\w{1,20} )?\w{1,20}|[A-Z][\w<>]{0,30})(?=\s{0,3}=))?"  # its type
    r"(?:\\{0,3}[\"'`\])]){0,3}\s{0,9}(?:=>|:=|<-|\?=|\|\||\?\?|[:=,>|(])[\s(\[{]{0,20}"
    r"(?:\\{0,3}[\"']?[vV]alue\\{0,3}[\"']?\s{0,9}[:=]\s{0,9})?"
    r"(?:(?i:basic|bearer|token)\s{1,9}(?=[^\s\"'`+.]))?" + _VALUE
)
_AFTER_SPACE = regex(
    r"[ \t]{1,9}(?!As[ \t])" + _VALUE
)  # of an option, a variable, a call without brackets
_SPACED = regex(r"-{1,2}[\w.-]+|[A-Z]\w*_[A-Z_\d]+|\w*basic_?auth\w*|\w*authenticat\w*")
# Where a value without quotes may have spaces: up to a comment or the next pair.
_REST = regex(
    r"[\"']?\s{0,9}[:=]\s{0,9}(?P<value>(?![\"'|>&!{\[$])\S"
    r"(?:(?!\s[#;]|,\s?[\w\"']{1,80}\s?[:=]|[}\]])[^\n])*+)"
)
_IN_PROSE = regex(r"(?:\s(?:is|was))?[\s:]{1,3}(?P<quote>[`\"'])(?P<value>[^`\"'\n]+)(?P=quote)")
_NEXT = regex(r"\s{0,9},\s{0,9}" + _VALUE + r"(?!\s{0,9}(?:=>|[:=]))")  # the password after a login
_PAIRED = regex(r"(?i)auth|credential")
_SCHEME = regex(r"(?i)\s*(?:basic|bearer|token)?\s*:?\s*")
_USER_INFO = regex(r"://[^/?#\s:@\"'`]{0,128}:(?P<value>[^/?#\s@\"'`]{1,200})@")
_OPTION = regex(
    r"(?<![\w-])(?:-u|-a|-U|--user|--proxy-user|--auth)[\s=\"',]{1,5}[^\s:\"'`]{1,128}:(?P<value>[^\s\"'`]{1,200})"
)
_CELL = regex(r"[^\s\"'`,;|]{6,200}")
_UNQUOTED = (Syntax.YAML, Syntax.INI, Syntax.PROPERTIES)
_WORD = regex(r"[A-Za-z]+")
_IN_NAME = regex(r"[\w.-]")
_NAMES_ON = regex(r"[\w.-]|[\"']?\s{0,9}[:=]")
_VARIABLE = regex(r"[A-Z][A-Z\d]*(?:_[A-Z\d]+)+")
_NAMES = regex(r"[A-Za-z_$]+|[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)+")


def masked_places(
    text: str, start: int, end: int, hidden: Hidden, syntax: Syntax, part: tuple[int, int] | None
) -> list[tuple[int, int]]:
    """The places in a range of a line that are not shown, in order, none in another.

    `part` is what the line has of a secret over several lines.
    """
    line = text[start:end]
    places = {*_known(line, hidden), *_named(line, syntax), *_shaped(line, syntax)}
    if part is not None:
        places.add((max(part[0] - start, 0), min(part[1], end) - start))
    found = sorted(places)
    joined: list[tuple[int, int]] = []
    for low, high in found:
        if joined and low <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(high, joined[-1][1])
        elif low < high:
            joined.append((low, high))
    return [(start + low, start + high) for low, high in joined]


def _known(line: str, hidden: Hidden) -> Iterator[tuple[int, int]]:
    """The secrets of the run. One that is a word is a secret where it is a value, not in a name."""
    for secret in hidden.within(line):
        word = _WORD.fullmatch(secret) is not None
        start = line.find(secret)
        while start >= 0:
            end = start + len(secret)
            if not word or not (
                _IN_NAME.fullmatch(line[start - 1 : start]) or _NAMES_ON.match(line, end)
            ):
                yield start, end
            start = line.find(secret, end)


def _named(line: str, syntax: Syntax) -> Iterator[tuple[int, int]]:
    """What is called a credential."""
    for name in _NAME.finditer(line):
        rest = _REST.match(line, name.end()) if syntax in _UNQUOTED else None
        if rest and not _VARIABLE.fullmatch(rest["value"]):
            yield rest.span("value")
        value = _TO_VALUE.match(line, name.end())
        if value is None and (syntax is Syntax.NETRC or _SPACED.fullmatch(name[0])):
            value = _AFTER_SPACE.match(line, name.end())
        if value is None:
            prose = syntax is Syntax.DOCUMENT and _IN_PROSE.match(line, name.end())
            if prose:
                yield prose.span("value")
            continue
        yield from _of(value, syntax)
        if _PAIRED.search(name[0]) and (other := _NEXT.match(line, value.end())):
            yield from _of(other, syntax)
    for pattern in (_USER_INFO, _OPTION):
        yield from (match.span("value") for match in pattern.finditer(line))


def _of(value: re.Match[str], syntax: Syntax) -> Iterator[tuple[int, int]]:
    """The place of a value, unless it is a scheme, or the name of what holds it."""
    group = next(each for each in ("double", "single", "back", "bare") if value[each] is not None)
    written = value[group]
    code = syntax is Syntax.CODE and group == "bare"
    names = _VARIABLE.fullmatch(written) or (
        code and (written.endswith(":") or _NAMES.fullmatch(written))
    )
    if not names and not _SCHEME.fullmatch(written):
        yield value.span(group)


def _shaped(line: str, syntax: Syntax) -> Iterator[tuple[int, int]]:
    """What looks like a secret, whatever it is called."""
    yield from (match.span() for match in secrets.like_tokens(line))
    for match in secrets.FRAGMENT.finditer(line):
        if not secrets.made_of_words(match[0]):
            yield match.span()
    for cell in _CELL.finditer(line):
        quoted = line[cell.start() - 1 : cell.start()] in ("'", '"', "`")
        number = any(map(str.isdigit, cell[0]))
        if (
            number
            and (quoted or syntax in (Syntax.DATA, Syntax.CSV))
            and is_secret(cell[0], CredentialKind.PASSWORD, "")
        ):
            yield cell.span()
