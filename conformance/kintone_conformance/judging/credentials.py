"""The credentials on a request, held against those that the client was given.

The first step at which a value parts from the documented one names the requirement: a defect of
form is told as such, and only what is left is called other credentials.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import quote_plus

from kintone_conformance.judging.differing import differs
from kintone_conformance.judging.exchange import ABOUT_PROXY, Exchange, Finding, Fixed, line_of
from kintone_conformance.judging.header_texts import trouble, unsendable
from kintone_conformance.judging.headers import header_values, missing, unbase64
from kintone_conformance.judging.passwords import SCHEME, password_findings
from kintone_conformance.judging.proxies import PROXY_AUTHORIZATION, proxy_secret
from kintone_conformance.judging.spelling import holds
from kintone_conformance.judging.tokens import token_findings
from kintone_conformance.model import Wire
from kintone_conformance.spec.auth import (
    ApiTokens,
    Auth,
    HeaderValue,
    OAuth,
    Password,
    Session,
    basic_value,
)
from kintone_conformance.spec.header_names import (
    AUTHORIZATION,
    PASSWORD_HEADER,
    REQUEST_TOKEN_FIELD,
    REQUESTED_WITH,
    TOKEN_HEADER,
)
from kintone_conformance.spec.request import Credentials, Documented
from kintone_conformance.wires import Effective

NETRC = ".netrc"
HEADERS: dict[type, str] = {
    Password: PASSWORD_HEADER,
    HeaderValue: PASSWORD_HEADER,
    ApiTokens: TOKEN_HEADER,
    OAuth: AUTHORIZATION,
    Session: REQUESTED_WITH,
}
# The requirement about a kind of credentials as a whole.
OF_KIND: Mapping[str, str] = {
    "password": "KC101",
    "header": "KC101",
    "token": "KC201",
    "oauth": "KC301",
    "session": "KC304",
}
_UNASKED = ", though no such credentials were given"


def credential_findings(
    exchange: Exchange, wire: Wire, sent: Effective, needed: Credentials, beside: str = _UNASKED
) -> Iterator[Finding]:
    """What is wrong with the credentials of one request; each kind names one requirement.

    `beside` ends the sentence about credentials of a kind that was not asked for.
    """
    auth = exchange.client.auth
    if needed == "none":
        return
    if needed == "optional" and not header_values(wire, HEADERS[type(auth)]):
        yield from _strangers(exchange, wire, beside)  # asked without a login, behind a gate or not
        return
    planted = next(_planted(exchange, wire), None)
    if planted is not None:
        yield planted
        return
    yield from _added(exchange, wire)
    yield from _own(exchange, auth, wire)
    if isinstance(auth, Session):
        yield from _request_token(auth, wire, sent)
    elif any(sent.request_tokens):
        message, tokens = f"{REQUEST_TOKEN_FIELD} is sent{beside}", ", ".join(sent.request_tokens)
        yield Finding("KC516", message, Fixed(f"no {REQUEST_TOKEN_FIELD}"), tokens)
    if exchange.client.basic is not None and not isinstance(auth, OAuth):
        yield from _gate(exchange, wire)
    yield from _strangers(exchange, wire, beside)


_CREDENTIAL_HEADERS = (PASSWORD_HEADER, TOKEN_HEADER, AUTHORIZATION)


def _own(exchange: Exchange, auth: Auth, wire: Wire) -> Iterator[Finding]:
    if trouble(auth):
        yield from unsendable(auth, wire)
        return
    match auth:
        case Password():
            yield from password_findings(exchange, auth, wire)
        case ApiTokens():
            yield from token_findings(auth, wire)
        case OAuth(access_token):
            yield from _bearer(access_token, wire)
        case Session():
            if not header_values(wire, REQUESTED_WITH):
                yield Finding(
                    "KC304",
                    f"{line_of(wire)} carries no {REQUESTED_WITH}",
                    Fixed(f"{REQUESTED_WITH}: XMLHttpRequest, or any text that is not empty"),
                    Fixed("none"),
                )
            yield from _cookies(auth, wire)


def _cookies(auth: Session, wire: Wire) -> Iterator[Finding]:
    """The cookies that were given, as they were given; who leaves them to a browser sends none."""
    sent = dict(_pairs("; ".join(header_values(wire, "Cookie"))))
    for name, given in _pairs(auth.cookie):
        if name in sent and sent[name].strip('"') != given.strip('"'):
            message = f"the cookie {name} is not what was given"
            yield differs("KC304", message, f"{name}={given}", f"{name}={sent[name]}")
            return


def _pairs(cookies: str) -> Iterator[tuple[str, str]]:
    for pair in cookies.split(";"):
        name, _, value = pair.strip(" \t").partition("=")
        yield name, value


def with_client(expected: Documented, wire: Wire, sent: Effective) -> Effective:
    """A token request whose client tells its id and secret in the header (RFC 6749 2.3.1).

    They may be escaped as in a form. What is there as given counts as parameters that arrived.
    """
    names = [name for name in ("client_id", "client_secret") if name in expected.params]
    if expected.carrier != "form" or len(names) < 2:
        return sent
    given = [str(expected.params[name]) for name in names]
    accepted = {":".join(given).encode(), ":".join(map(quote_plus, given)).encode()}
    for value in header_values(wire, AUTHORIZATION):
        scheme, _, encoded = value.partition(" ")
        if scheme.lower() == "basic" and unbase64(encoded.strip(" ")) in accepted:
            return replace(sent, params={**dict(zip(names, given, strict=True)), **sent.params})
    return sent


# ---- OAuth, the gate, sessions


def _bearer(token: str, wire: Wire) -> Iterator[Finding]:
    values = header_values(wire, AUTHORIZATION)
    if not values:
        yield missing("KC301", wire, AUTHORIZATION)
        return
    scheme, _, value = values[0].partition(" ")
    if len(values) > 1 or scheme.lower() != "bearer" or value.strip(" ") != token:
        message = f"{AUTHORIZATION} is not the access token"
        yield differs("KC301", message, f"Bearer {token}", ", ".join(values))


def _gate(exchange: Exchange, wire: Wire) -> Iterator[Finding]:
    basic = exchange.client.basic
    assert basic is not None
    values = header_values(wire, AUTHORIZATION)
    if not values:
        yield missing("KC302", wire, AUTHORIZATION)
        return
    scheme, _, value = values[0].partition(" ")
    expected = basic_value(basic)
    if not basic.is_ascii:
        yield from _wide_gate(exchange, value)
        return
    if len(values) == 1 and scheme.lower() == "basic" and f"Basic {value.strip(' ')}" == expected:
        return
    raw = unbase64(re.sub(r"\s", "", value))
    same = raw == f"{basic.user}:{basic.password}".encode()
    form = len(values) == 1 and scheme.lower() == "basic" and same
    if form:
        requirement, message = "KC307", "the Basic value is not the documented Base64"
    else:
        requirement, message = "KC302", f"{AUTHORIZATION} does not pass the Basic authentication"
    yield differs(requirement, message, expected, ", ".join(values))


def _wide_gate(exchange: Exchange, value: str) -> Iterator[Finding]:
    """Kintone documents no charset for the gate: UTF-8 is right, and so is that of old HTTP."""
    basic = exchange.client.basic
    assert basic is not None
    joined, raw = f"{basic.user}:{basic.password}", unbase64(value)
    known = {joined.encode("utf-8"), joined.encode("latin-1", "ignore")}
    if exchange.asking.other_locale and raw not in known:
        sent = (raw or b"").decode("utf-8", "backslashreplace")
        yield differs("KC312", "the Basic value decodes to other credentials", joined, sent)


def _request_token(auth: Session, wire: Wire, sent: Effective) -> Iterator[Finding]:
    """The CSRF token of every request that travels as a write (SPEC F55)."""
    if wire.method == "GET":
        return
    if not sent.request_tokens:
        message = f"{line_of(wire)} carries no {REQUEST_TOKEN_FIELD}"
        yield Finding("KC305", message, auth.request_token, Fixed("none"))
    elif set(sent.request_tokens) != {auth.request_token}:
        message = f"{REQUEST_TOKEN_FIELD} is not what was given"
        yield differs("KC305", message, auth.request_token, ", ".join(sent.request_tokens))


def _strangers(exchange: Exchange, wire: Wire, beside: str) -> Iterator[Finding]:
    """Headers of a method that was not chosen; what a .netrc adds replaces nothing there."""
    asked = _asked(exchange)
    for name in (*_CREDENTIAL_HEADERS, PROXY_AUTHORIZATION):
        values = [value for value in header_values(wire, name) if not _known(exchange, name, value)]
        if name not in asked and values:
            message = f"{name} is sent{beside}"
            about = ABOUT_PROXY if name == PROXY_AUTHORIZATION else ""
            yield Finding("KC306", message, Fixed(f"no {name}"), ", ".join(values), about=about)


def _known(exchange: Exchange, name: str, value: str) -> bool:
    """A value that is told, or allowed, elsewhere: planted, or of a proxy that was given."""
    secret = proxy_secret(exchange.client)
    if secret is not None and name == PROXY_AUTHORIZATION and holds(value.encode(), secret.text):
        return True
    return bool(_origin(exchange, value))


def _planted(exchange: Exchange, wire: Wire) -> Iterator[Finding]:
    """Credentials that are there in the environment, in the place of those that were given."""
    asked = _asked(exchange)
    for name in _CREDENTIAL_HEADERS:
        for value in header_values(wire, name):
            where = _origin(exchange, value)
            if where and (name in asked or not _is_default(name, where, value)):
                message = f"credentials of the machine's {where} were sent"
                requirement = "KC308" if where == NETRC else "KC309"
                yield Finding(requirement, message, "the credentials that were given", value)


def _added(exchange: Exchange, wire: Wire) -> Iterator[Finding]:
    """What a .netrc adds if nothing was asked for in the header."""
    if AUTHORIZATION not in _asked(exchange):
        for value in header_values(wire, AUTHORIZATION):
            if _origin(exchange, value) == NETRC:
                message = "an entry of the machine's .netrc was added to the request"
                yield Finding("KC311", message, f"no {AUTHORIZATION}", value)


def _is_default(name: str, where: str, value: str) -> bool:
    """A gate that was not given, from the machine: a variable may be documented as its default."""
    gate = name == AUTHORIZATION and value[:6].lower() == "basic "
    return where == NETRC or gate


def _asked(exchange: Exchange) -> set[str]:
    """The headers that the client's credentials take."""
    return {HEADERS[type(exchange.client.auth)], AUTHORIZATION if exchange.client.basic else ""}


def _origin(exchange: Exchange, value: str) -> str:
    """The file or variable that a value of a header was planted in; "" if it was given."""
    if not exchange.asking.planted:
        return ""
    raw = value.encode("utf-8", "replace") + (unbase64(SCHEME.sub("", value)) or b"")
    found = exchange.asking.planted.items()
    return next((where for secret, where in found if holds(raw, secret)), "")
