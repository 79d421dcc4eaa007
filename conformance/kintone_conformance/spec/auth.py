"""Credentials, and the exact headers that Kintone documents for them.

Every step on the way to a header is kept (`PasswordSteps`), so that a failure can say where a
client parted from it. Nothing here sends anything.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass

from kintone_conformance.spec.header_names import (
    AUTHORIZATION,
    MAX_LOGIN,
    MAX_PASSWORD,
    MAX_TOKENS,
    PASSWORD_HEADER,
    REQUESTED_WITH,
    TOKEN_HEADER,
)

# SPEC F41: a colon can never be in a login name, so the first colon ends it.
_FORBIDDEN_IN_LOGIN = re.compile(r'[\\\[\]":;<>,/\x00-\x1f\x7f-\x9f\ud800-\udfff]')
# SPEC F42: letters, digits and these symbols; the backslash is not among them.
_PASSWORD = re.compile(r"[A-Za-z0-9!\"#$%&'()*+,\-./:;=<>?@\[\]^_`{}|~]*")
# SPEC F49: every published sample, and the vendor's own validator.
_TOKEN = re.compile(r"[A-Za-z0-9]+")
# RFC 6750, 2.1.
_BEARER = re.compile(r"[A-Za-z0-9\-._~+/]+=*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Password:
    """A login name and its password (SPEC F37). `password` is None if the user has none."""

    login: str
    password: str | None


@dataclass(frozen=True)
class ApiTokens:
    """One to nine API tokens, in the order given (SPEC F46-F48)."""

    tokens: tuple[str, ...]


@dataclass(frozen=True)
class OAuth:
    """An OAuth 2.0 access token (SPEC F58)."""

    access_token: str


@dataclass(frozen=True)
class Session:
    """A browser session: the CSRF token of the page, and its cookies (F54)."""

    request_token: str
    cookie: str = ""


@dataclass(frozen=True)
class HeaderValue(Password):
    """A login name and a password, for a client that takes the finished value of their header."""

    @property
    def value(self) -> str:
        """What the client is given (SPEC F37)."""
        return password_steps(self).base64


@dataclass(frozen=True)
class Basic:
    """The Basic gate of a domain, in addition to one of the four methods (SPEC F59)."""

    user: str
    password: str

    @property
    def is_ascii(self) -> bool:
        """The charset does not matter; Kintone documents none."""
        return self.user.isascii() and self.password.isascii()


Auth = Password | ApiTokens | OAuth | Session


@dataclass(frozen=True)
class PasswordSteps:
    """`login:password` on its way into the header: the text, its UTF-8 bytes, their Base64."""

    joined: str
    utf8: bytes
    base64: str


def password_steps(auth: Password) -> PasswordSteps:
    """The documented encoding (SPEC F37-F39): standard alphabet, padded, one line, no scheme word.

    An empty or absent password gives `login:`. Raises UnicodeEncodeError for a lone surrogate.
    """
    joined = f"{auth.login}:{auth.password or ''}"
    utf8 = joined.encode("utf-8")
    return PasswordSteps(joined, utf8, b64encode(utf8).decode("ascii"))


def basic_value(basic: Basic) -> str:
    """The value of `Authorization` for the Basic gate (SPEC F59)."""
    return "Basic " + b64encode(f"{basic.user}:{basic.password}".encode()).decode("ascii")


def headers(auth: Auth, basic: Basic | None = None) -> tuple[tuple[str, str], ...]:
    """The headers documented for these credentials, as (name, value) pairs.

    Raises ValueError for OAuth beside Basic: both want the one `Authorization` header (SPEC F59).
    """
    gate = ((AUTHORIZATION, basic_value(basic)),) if basic else ()
    match auth:
        case Password():
            return ((PASSWORD_HEADER, password_steps(auth).base64), *gate)
        case ApiTokens():
            return ((TOKEN_HEADER, ",".join(auth.tokens)), *gate)
        case OAuth():
            if basic:
                raise ValueError("OAuth and Basic both need the Authorization header")
            return ((AUTHORIZATION, f"Bearer {auth.access_token}"),)
        case Session():
            return ((REQUESTED_WITH, "XMLHttpRequest"), *gate)


def undocumented(auth: Auth) -> str | None:
    """Why the documentation does not allow these credentials, or None if it does.

    A client must send what is documented; for anything else refusing is right and sending it
    unaltered is tolerated (SPEC F41, F42, F48, F49).
    """
    match auth:
        case Password(login, password):
            if not login or len(login) > MAX_LOGIN:
                return f"a login name has 1 to {MAX_LOGIN} characters (SPEC F41)"
            if _FORBIDDEN_IN_LOGIN.search(login):
                return (
                    'a login name has none of \\ [ ] " : ; < > , / or control characters (SPEC F41)'
                )
            if login != login.strip(" \u3000"):
                return "a login name has no space at either end (SPEC F41)"
            if not password:
                return "a user has a password (SPEC F43)"
            if len(password) > MAX_PASSWORD or not _PASSWORD.fullmatch(password):
                return f"a password has up to {MAX_PASSWORD} of the listed characters (SPEC F42)"
        case ApiTokens(tokens):
            if not 1 <= len(tokens) <= MAX_TOKENS:
                return f"a request carries 1 to {MAX_TOKENS} tokens (SPEC F48)"
            if not all(_TOKEN.fullmatch(token) for token in tokens):
                return "a token consists of letters and digits (SPEC F49)"
        case OAuth(access_token) if not _BEARER.fullmatch(access_token):
            return "an access token has letters, digits, - . _ ~ + / and = at its end (RFC 6750)"
        case Session(cookie=cookie) if _CONTROL.search(cookie):
            return "a cookie has no control characters (RFC 6265)"
    return None
