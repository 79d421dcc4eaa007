"""Where a credential turns up that should not: other places of a request, errors, output.

Secrets are made unique by construction (`scenario`), so that they are found wherever they stand
and nowhere by chance. On a wire the client's own count from eight characters in a row on, and those
of others if they are whole: they may be near its own. In an error any eight characters are enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import lru_cache
from typing import NamedTuple

from kintone_conformance import wires
from kintone_conformance.doors.answers import NEW_TOKENS
from kintone_conformance.doors.redirects import MOVED, SPELLINGS, location, moved
from kintone_conformance.judging.credentials import HEADERS
from kintone_conformance.judging.exchange import Exchange, Finding, Fixed, Secret, line_of
from kintone_conformance.judging.proxies import proxy_secret
from kintone_conformance.judging.spelling import holds, readings, spellings, spelt
from kintone_conformance.model import Call, Crashed, Refused, Wire
from kintone_conformance.spec.auth import ApiTokens, Auth, Basic, OAuth, Password, Session
from kintone_conformance.spec.header_names import AUTHORIZATION, REQUEST_TOKEN_FIELD
from kintone_conformance.spec.shapes import handed_over

ROW = 8  # characters of a secret in a row that are too many
_PART = 4  # characters: the parts of a text that begin _EVERY so many are looked at first
_EVERY = ROW - _PART + 1  # so that each ROW has one of them inside
_LONGEST = 1 << 14  # bytes of a request's part in which a part of a secret is searched for
_LINE = 500  # characters of a line that is shown
_BODY = ":body"  # no header has this name
_WORDS = re.compile(rb"[A-Za-z0-9+/=_\-]{8,}")
_IN_URL = re.compile(rf"{REQUEST_TOKEN_FIELD}=[^&\s\"'<>]*")


def secrets_of(auth: Auth, basic: Basic | None = None) -> Iterator[Secret]:
    """The secret parts of credentials that can be searched for: random, and long enough."""
    match auth:
        case Password(_, password) if password and _searchable(password):
            yield Secret(password, "the password")
        case ApiTokens(tokens):
            for number, token in enumerate(tokens, 1):
                if part := _searchable_part(token):  # a token may hold what cannot be sent
                    yield Secret(part, f"token {number} of {len(tokens)}")
        case OAuth(access_token) if _searchable(access_token):
            yield Secret(access_token, "the access token")
        case Session(request_token, cookie):
            if part := _searchable_part(cookie):
                yield Secret(part, "the session cookie")
            if part := _searchable_part(request_token):
                yield Secret(part, "the request token", in_request=True)
    if basic is not None and _searchable(basic.password):
        yield Secret(basic.password, "the Basic password")


def secrets_in(call: Call) -> Iterator[Secret]:
    """The secrets that a call hands over, where they can be searched for."""
    for text, what in handed_over(call.api, call.params):
        if _searchable(text):
            yield Secret(text, what)


def secrets_back(call: Call) -> Iterator[Secret]:
    """The secrets that a call is answered with."""
    if call.api == "oauth.token":
        for text in NEW_TOKENS:
            yield Secret(text, "a token that it was answered with")


def _searchable_part(text: str) -> str | None:
    """The first part of a text that is long enough, if it can be searched for."""
    part = re.search(r"[A-Za-z0-9]{20,}", text)
    return part[0] if part and _searchable(part[0]) else None


@lru_cache(maxsize=4096)
def _searchable(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9]{20,}", text) is not None and len(set(text)) > ROW


@lru_cache(maxsize=512)
def _rows(secret: str) -> frozenset[bytes]:
    """Every eight characters in a row of a secret, and of its Base64 and hexadecimal form."""
    return frozenset(row for spelling in spellings(secret) for row in _in_row(spelling))


def _in_row(content: bytes) -> frozenset[bytes]:
    """Every eight characters in a row of the words of some bytes."""
    return frozenset(
        word[start : start + ROW]
        for word in _WORDS.findall(content)
        for start in range(len(word) - ROW + 1)
    )


@lru_cache(maxsize=4)
def _in_row_of_wire(content: bytes) -> frozenset[bytes]:
    """The same for a part of a request, which is asked for each secret of the client."""
    return _in_row(content)


def _shows_part(content: bytes, secret: Secret) -> bool:
    return len(content) <= _LONGEST and not _rows(secret.text).isdisjoint(_in_row_of_wire(content))


class Leak(NamedTuple):
    """A secret that a text shows, the line that does, and what the spelling is called, if any."""

    secret: Secret
    line: str
    how: str = ""

    @property
    def what(self) -> str:
        """The secret, and how it is written there: `the password, in Base64`."""
        return f"{self.secret.what}, {self.how}" if self.how else self.secret.what


def leaked(text: str, secrets: Iterable[Secret]) -> Iterator[Leak]:
    """The secrets that a text shows, in eight characters in a row or more."""
    secrets = tuple(secrets)
    whole = _read(text, secrets)
    outside = _read(_IN_URL.sub("", text), secrets) if REQUEST_TOKEN_FIELD in text else whole
    for secret in secrets:
        # A URL that is shown has the request token in it where the documentation puts it there.
        for how, rows in outside if secret.in_request else whole:
            shown = rows & _rows(secret.text)
            if shown:
                yield Leak(secret, _line(text, secret), _called(how, min(shown), secret))
                break


def _read(text: str, secrets: Sequence[Secret]) -> list[tuple[str, frozenset[bytes]]]:
    """Every eight characters in a row of the words of a text, for each way to read it.

    Left out are readings that show none of these secrets for sure.
    """
    found = []
    for how, reading in readings(text):
        content = reading.encode("utf-8", "backslashreplace")
        parts = {content[at : at + _PART] for at in range(0, len(content), _EVERY)}
        if not all(parts.isdisjoint(_parts(secret.text)) for secret in secrets):
            found.append((how, _in_row(content)))
    return found


@lru_cache(maxsize=512)
def _parts(secret: str) -> frozenset[bytes]:
    """Every few characters in a row of what `_rows` has."""
    return frozenset(row[at : at + _PART] for row in _rows(secret) for at in range(_EVERY))


def _called(how: str, row: bytes, secret: Secret) -> str:
    """What the spelling is called in which eight characters of a secret are found."""
    own = next(name for name, form in spelt(secret.text) if row in form)
    return ", ".join(filter(None, (own, how)))


def _line(text: str, secret: Secret) -> str:
    """The first line that shows a secret; the first characters if it takes several."""
    for line in text.splitlines():
        if any(not rows.isdisjoint(_rows(secret.text)) for _, rows in _read(line, [secret])):
            return line[:_LINE]
    return text[:_LINE]


def wire_findings(exchange: Exchange, secrets: Sequence[Secret]) -> Iterator[Finding]:
    """Credentials in a place of a request where they do not belong, on every wire."""
    own = {secret.text for secret in secrets_of(exchange.client.auth, exchange.client.basic)}
    alike = {text for text, *_ in secrets if any(text in each or each in text for each in own)}
    handed = {secret.text for secret in secrets_in(exchange.call)}
    headers = {name.lower() for name in _homes(exchange)}
    for wire in exchange.wires:
        away = _away(exchange, wire)
        for secret in secrets:
            homes = headers if secret.text in alike else set()
            if secret.text in handed:  # wherever else the call goes: `paths` says so
                homes = {AUTHORIZATION.lower(), _BODY}
            for place, content in _places(wire, away, homes, secret.in_request):
                if holds(content, secret.text) or (homes and _shows_part(content, secret)):
                    yield _found(exchange, wire, away, secret, place, content)
                    return


def _away(exchange: Exchange, wire: Wire) -> str:
    """The requirement about where a redirect took a request, "" at the client's own host."""
    if wire.method == "CONNECT" or exchange.at_home(wire):
        return ""
    if not exchange.asking.answering.leads or moved(wires.path(wire)) is None:
        return ""  # no redirect led there: `paths` says so
    plain = exchange.asking.origin.startswith("https:") and wire.origin.startswith("http:")
    return "KC603" if plain else "KC602"


def _places(
    wire: Wire, away: str, homes: Set[str], in_request: bool
) -> Iterator[tuple[str, bytes]]:
    """Where a secret does not belong; `homes` are the headers that it belongs in, or the body."""
    if in_request:
        if away:  # its URL is the one that the redirect named
            yield "the body", wire.body
        return
    if wire.malformed and homes:
        return  # where its parts end cannot be told
    if wire.method == "CONNECT" or away or wire.malformed:
        yield "the request", wire.raw_head + wire.body
        return
    yield "the URL", wire.target
    if _BODY not in homes:
        yield "the body", wire.body
    for name, value in wire.headers:
        if wires.text(name).lower() not in homes:
            yield f"the header {wires.text(name)}", value


def _homes(exchange: Exchange) -> Iterator[str]:
    """The headers that the client's credentials belong in; they are compared on their own."""
    yield HEADERS[type(exchange.client.auth)]
    if isinstance(exchange.client.auth, Session):
        yield "Cookie"
    if exchange.client.basic is not None:
        yield AUTHORIZATION


def _found(
    exchange: Exchange, wire: Wire, away: str, secret: Secret, place: str, content: bytes
) -> Finding:
    if away:
        return Finding(
            away,
            f"{secret.what} was sent on to {wire.origin}{_led(exchange, wire)}: this is the "
            "default of most HTTP libraries; drop the X-Cybozu-* headers there, or switch "
            "redirects off",
            f"no credential at {wire.origin}",
            wires.shown(wire),
        )
    if wire.method == "CONNECT":
        place = "the CONNECT request to the proxy"
    message = f"{secret.what} is in {place} of {line_of(wire)}"
    return Finding(
        "KC601", message, Fixed("the credential in its header alone"), wires.text(content)
    )


def _led(exchange: Exchange, wire: Wire) -> str:
    """The Location that led there, if it names the host in an unusual way."""
    spelling = exchange.asking.answering.spelling
    if not spelling:
        return ""
    there = location(spelling, wire.origin, exchange.asking.origin)
    return f" by Location: {there}{MOVED}… ({SPELLINGS[spelling].overlooked})"


def sent_on_findings(exchange: Exchange) -> Iterator[Finding]:
    """The body of a write where a redirect to another host led."""
    if not exchange.asking.expected.changes:
        return
    for wire in exchange.wires:
        if wire.body and _away(exchange, wire):
            there = f"{wire.origin}{_led(exchange, wire)}"
            message = f"the body of {exchange.call.api} was sent on to {there}"
            yield Finding("KC617", message, f"no body at {wire.origin}", wires.shown(wire))
            return


def output_findings(exchange: Exchange, secrets: Sequence[Secret]) -> Iterator[Finding]:
    """Credentials in an error, in what was printed, or in the printed form of the object."""
    of_proxy = proxy_secret(exchange.client)
    secrets = [*secrets, of_proxy] if of_proxy else secrets
    if isinstance(exchange.outcome, Refused | Crashed):
        error = exchange.outcome.error
        said = (error.text, error.message, error.code, error.id)
        for leak in leaked("\n".join(filter(None, said)), secrets):
            message = f"the error of {exchange.call.api} shows {leak.what}"
            yield Finding("KC604", message, "an error without credentials", leak.line)
            break
    for text, requirement, what in (
        (exchange.printed, "KC605", "what the client prints"),
        (exchange.shown, "KC608", "the printed form of the client"),
        *((text, "KC618", file) for file, text in exchange.written),
    ):
        for leak in leaked(text, secrets) if text else ():
            message = f"{what} shows {leak.what}"
            yield Finding(requirement, message, "no credential there", leak.line)
            break
