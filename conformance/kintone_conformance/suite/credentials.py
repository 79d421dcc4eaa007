"""The credentials that a wire carries, read leniently: each defect of form is judged once,
by the requirement about it, and no other requirement trips over it."""

from __future__ import annotations

import re
from base64 import b64decode

from kintone_conformance import wires
from kintone_conformance.model import Wire
from kintone_conformance.spec.auth import (
    AUTHORIZATION,
    PASSWORD_HEADER,
    TOKEN_HEADER,
    ApiTokens,
    Auth,
    OAuth,
    Password,
    Session,
    password_steps,
)
from kintone_conformance.suite.judge import Broken

SCHEME = re.compile(r"^[A-Za-z]{2,12}[ \t]+(?=\S)")
LITERAL = re.compile(r"^[bu]?(['\"])(.*)\1$")

HEADERS: dict[type, str] = {
    Password: PASSWORD_HEADER,
    ApiTokens: TOKEN_HEADER,
    OAuth: AUTHORIZATION,
}


def first_value(wire: Wire, name: str) -> str:
    """The first value of a header. Raises Broken where it is missing."""
    values = wire.values(name)
    if not values:
        raise Broken(
            f"{wires.path(wire)} carries no {name} header", expected=f"a {name} header", sent="none"
        )
    return wires.text(values[0])


def encoded(wire: Wire) -> str:
    """The Base64 of the password header, without scheme word, literal notation and blanks."""
    value = SCHEME.sub("", first_value(wire, PASSWORD_HEADER))
    literal = LITERAL.match(value)
    return re.sub(r"\s", "", literal[2] if literal else value)


def decoded(wire: Wire) -> bytes:
    """What the password header decodes to. Raises Broken where it is no Base64 in any alphabet."""
    return unbase64(encoded(wire), PASSWORD_HEADER)


def unbase64(value: str, what: str) -> bytes:
    """Base64 of any alphabet, padded or not. Raises Broken where it is none."""
    core = re.sub(r"\s", "", value).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return b64decode(core + "=" * (-len(core) % 4), validate=True)
    except ValueError:
        raise Broken(f"{what} is no Base64", expected="Base64", sent=value) from None


def tokens(wire: Wire) -> tuple[str, ...]:
    """The API tokens in order: comma, comma and blank, or repeated headers (SPEC F47)."""
    values = (wires.text(value) for value in wire.values(TOKEN_HEADER))
    return tuple(token.strip(" ") for value in values for token in value.split(","))


def expected(auth: Auth) -> object:
    """What `carried` reads from a wire that carries these credentials; None for a session."""
    match auth:
        case Password():
            return password_steps(auth).joined
        case ApiTokens(found):
            return found
        case OAuth(access_token):
            return access_token
        case Session():
            return None


def carried(wire: Wire, auth: Auth) -> object:
    """The credentials of this kind on a wire; None for a session, whose cookie is not judged."""
    match auth:
        case Password():
            return decoded(wire).decode("utf-8", "backslashreplace")
        case ApiTokens():
            return tokens(wire)
        case OAuth():
            return first_value(wire, AUTHORIZATION).split(" ")[-1]
        case Session():
            return None


def secret_of(auth: Auth) -> str:
    """The part of the credentials that is secret."""
    match auth:
        case Password(_, password):
            return str(password)
        case ApiTokens(found):
            return found[0]
        case OAuth(access_token):
            return access_token
        case Session(request_token, _):
            return request_token


def holds(own: Auth, other: Auth) -> bool:
    """The secret of the other credentials is part of the own: shrinking makes them so."""
    match own:
        case Password(login, password):
            texts: tuple[str, ...] = (login, str(password))
        case ApiTokens(found):
            texts = found
        case OAuth(access_token):
            texts = (access_token,)
        case Session(request_token, cookie):
            texts = (request_token, cookie)
    return any(secret_of(other) in text for text in texts)
