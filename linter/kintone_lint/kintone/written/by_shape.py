"""API tokens in a text, by their shape and by what is around them."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from itertools import islice

from kintone_lint.kintone import secrets
from kintone_lint.kintone.names import KINTONE_NAME, CredentialKind, credential_kind
from kintone_lint.kintone.written.text import Found, Subject
from kintone_lint.kintone.written.values import ITS_VALUE
from kintone_lint.patterns import regex
from kintone_lint.texts.entries import Entry
from kintone_lint.texts.kinds import Kind, Syntax

_STRONG = regex(
    r"(?i)x-cybozu-api-token|kintone|cybozu|kntn|(?:^|[\W_])api[-_]?tokens?(?![a-z])|apiTokens?(?![a-z])"
)
_LIKE = regex(r"(?i)token|api[-_]?key|トークン|^auth$|^api$")
_NO_TOKEN = regex(
    r"(?i)(?:bearer|basic)$|(?:^|[\W_])(?:id|ids|key|seed|sha|rev|etag|code|content|nonce|integrity"
    r"|resolved|mac|signature|sig)$|(?<!api)(?:[-_]|(?<=[a-z]))(?:id|Id|ID|key|Key)s?$|gitHead"
)
_DIGESTS = regex(r"(?i)hash(?:es)?|digests?|checksums?|commits?|revisions?|sha\d*(?:sums?)?")
_BEFORE = regex(r"([\w$@\u0080-\uffff][\w$.@\-]*)[^\w$]{0,24}$")
_NAMES = regex(r"[A-Za-z_$][\w$.\-]*")
# What is handed a token, and the variable that it is handed.
_SINK = regex(r"(?i)(?:x-cybozu-api-token|api_?token)[\"'`\]]{0,3}\s{0,3}(?:=>|[:=,])\s{0,3}")
_SINKS = 100
_VARIABLE = regex(r"[A-Za-z_$][\w$]{0,60}(?![\w$.(])")
_ENCODED = 56  # characters of the Base64 of a token
_FAR = 160  # characters before a token that may hold its names
_TOKENS_BEFORE = 9  # of a list, before the one that is looked at
_LIST = regex(r"(?:[A-Za-z0-9]{40}[\s,;\"']{1,4})*+")
_NEXT = 4  # lines from one token to the next of a list


def by_shape(subject: Subject) -> Iterator[Found]:
    """The tokens of a text, the surer first where several stand together."""
    last = -1
    sent = _sent(subject) if subject.in_test else frozenset()
    for token in secrets.tokens_in(subject.text):
        start = token.start()
        settings = subject.form.kind is Kind.SETTINGS or subject.form.syntax is Syntax.CSV
        entry = subject.entry_at(start) if settings else None
        inside = entry is not None and not _LIST.fullmatch(subject.text, entry.start, start)
        names = _names(subject, start) if entry is None or inside else [*reversed(entry.names)]
        names = [name for name in names if name]
        follows = last >= 0 and subject.text.count("\n", last, start) <= _NEXT and entry is None
        known = bool(names) and names[0] in subject.token_names
        evident = (
            known or follows or _evident(subject, start, names, entry, inside=inside, sent=sent)
        )
        if not evident or (_vetoed(names, entry) and not known):
            continue
        last = start
        name = names[0] if names else ""
        found = Found(start, token.end(), CredentialKind.TOKEN, name)
        if subject.document:
            yield found.unsure()
        else:
            yield found.unsure() if subject.in_test and not subject.own else found
    yield from _encoded(subject)


def _encoded(subject: Subject) -> Iterator[Found]:
    """Tokens in Base64 under the name of one, as in a Secret of Kubernetes: no encryption."""
    for entry in subject.entries if not subject.in_test and not subject.sample else ():
        if len(entry.value) != _ENCODED or not KINTONE_NAME.search(entry.name):
            continue
        if credential_kind(entry.name, own=True) is not CredentialKind.TOKEN:
            continue
        try:
            decoded = b64decode(entry.value, validate=True).decode("ascii")
        except ValueError:
            continue
        if any(match[0] == decoded for match in secrets.tokens_in(decoded)):
            yield Found(entry.start, entry.end, CredentialKind.TOKEN, entry.name)


def _vetoed(names: list[str], entry: Entry | None) -> bool:
    """Whether a name says that a token is another service's, or not a token."""
    if not names:
        return False
    first = names[0]
    keyed = entry is not None and first.lower() == "key" and any(map(KINTONE_NAME.search, names))
    if (_NO_TOKEN.search(first) and not keyed) or secrets.other_service(first):
        return True
    strong = _STRONG.search(first) is not None
    near = names[1] if first in ITS_VALUE and len(names) > 1 else first
    if entry is not None and KINTONE_NAME.search(near) and _LIKE.search(near):
        return False
    rest = names[1:] if entry is not None or not strong else []
    return any(secrets.other_service(name) or _DIGESTS.fullmatch(name) for name in rest)


def _evident(
    subject: Subject,
    start: int,
    names: list[str],
    entry: Entry | None,
    *,
    inside: bool,
    sent: frozenset[str],
) -> bool:
    first = names[0] if names else ""
    if _STRONG.search(first):
        return True
    if subject.output and not first:
        return True
    like = bool(_LIKE.search(first))
    if subject.document or (subject.in_test and subject.form.syntax is not Syntax.ENV):
        sure = not subject.in_test or first in sent
        return like and sure and subject.form.syntax is not Syntax.DATA
    if inside:
        return like
    if entry is not None and subject.form.syntax is not Syntax.ENV:
        return (
            like
            or subject.own
            or bool(_LIKE.search(names[1] if len(names) > 1 else ""))
            or any(KINTONE_NAME.search(name) for name in names)
        )
    if like or bool(_STRONG.search(subject.around(start))):
        return True
    return entry is None and subject.by_hand(start) and _quoted(subject.text, start)


def _sent(subject: Subject) -> frozenset[str]:
    """The variables that a header or a client of Kintone gets as its token."""
    sinks = subject.matches(_SINK, "x-cybozu-api-token", "apitoken", "api_token")
    found = (_VARIABLE.match(subject.text, sink.end()) for sink in islice(sinks, _SINKS))
    return frozenset(variable[0] for variable in found if variable)


def _quoted(text: str, start: int) -> bool:
    """Whether a token is a whole literal."""
    quote = text[start - 1 : start]
    return bool(quote) and quote in "\"'`" and text[start + 40 : start + 41] == quote


def _names(subject: Subject, start: int) -> list[str]:
    """What is before a token, the nearest name first; tokens of the same list are not names."""
    at = start
    near = ""
    for _ in range(_TOKENS_BEFORE):
        before = subject.text[max(at - _FAR, 0) : at]
        match = _BEFORE.search(before)
        if match is None:
            return []
        near = match[1].rstrip("-")
        if len(near) == 40 and secrets.TOKEN.fullmatch(near):
            at -= len(before) - match.start()
            continue
        between = before[match.end(1) :]
        if "," in between and not re.search("[:=(]", between):  # another argument
            near = ""
        break
    line, _ = subject.line_at(at)
    others = _NAMES.findall(subject.text, max(line, at - _FAR), at)
    return [near, *(name for name in reversed(others) if name != near)]
