"""The credentials of a request, read from its headers as leniently as they can be meant.

What is read so is held against the request afterwards, as strictly as ever: a defect of form shows
as the difference between the two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kintone_conformance.judging.headers import header_values, unbase64
from kintone_conformance.judging.passwords import literal_of, scheme_word
from kintone_conformance.model import Wire
from kintone_conformance.spec.auth import ApiTokens, Auth, Basic, OAuth, Password, Session
from kintone_conformance.spec.calls import kind_of
from kintone_conformance.spec.header_names import (
    AUTHORIZATION,
    PASSWORD_HEADER,
    REQUESTED_WITH,
    TOKEN_HEADER,
)
from kintone_conformance.traffic.recorded import is_placeholder
from kintone_conformance.wires import Effective

# Ways to pass a gate that is not Kintone's: a proxy before it, a single sign-on.
_OTHER_SCHEMES = frozenset({"basic", "digest", "negotiate", "ntlm", "hawk", "aws4-hmac-sha256"})


@dataclass(frozen=True)
class SentCredentials:
    """The credentials of one request; `auth` is None if it carries none.

    `undecoded`: the value of the password header cannot be taken apart. `removed`: whoever
    shared the recording put something else in the place of a credential.
    """

    auth: Auth | None = None
    basic: Basic | None = None
    undecoded: bool = False
    removed: bool = False

    @property
    def kind(self) -> str:
        """`password`, `token`, `oauth` or `session`; "" if there are none."""
        return kind_of(self.auth) if self.auth is not None else ""


def sent_credentials(wire: Wire, sent: Effective, live: bool = False) -> SentCredentials:
    """What the headers of a request hold: the method that Kintone would take comes first (F66).

    `live`: nobody can have taken anything out, as of a recording.
    """
    passwords, tokens = header_values(wire, PASSWORD_HEADER), header_values(wire, TOKEN_HEADER)
    authorizations = header_values(wire, AUTHORIZATION)
    basic = next((_basic(value) for value in authorizations if _is_basic(value)), None)
    if not live and any(map(is_placeholder, (*passwords, *tokens, *authorizations))):
        return SentCredentials(basic=basic, removed=True)
    if passwords:
        auth = _password(wire)
        return SentCredentials(auth or Password("", None), basic, undecoded=auth is None)
    if tokens:
        return SentCredentials(ApiTokens(_tokens(tokens)), basic)
    # A password header, even an empty one, or a token header of spaces chooses its method (F66): no
    # other counts then. A token header without any character is as good as none.
    if any(wire.values(TOKEN_HEADER)) or wire.values(PASSWORD_HEADER):
        return SentCredentials(None, basic)
    for value in authorizations:
        scheme, _, rest = value.partition(" ")
        if rest and scheme.lower() not in _OTHER_SCHEMES:
            return SentCredentials(OAuth(rest.strip(" ")), basic)
    if wire.values("Cookie") or header_values(wire, REQUESTED_WITH) or sent.request_tokens:
        cookie = ", ".join(header_values(wire, "Cookie"))
        return SentCredentials(Session(next(iter(sent.request_tokens), ""), cookie), basic)
    return SentCredentials(None, basic)


def _is_basic(value: str) -> bool:
    return value[:6].lower() == "basic "


def _basic(value: str) -> Basic | None:
    """The gate; None if there is no user and no password in it."""
    raw = unbase64(re.sub(r"\s", "", value[6:]))
    try:
        text = (raw or b"").decode("utf-8")
    except UnicodeDecodeError:  # Kintone documents no charset for the gate
        text = (raw or b"").decode("latin-1")
    user, _, password = text.partition(":")
    return Basic(user, password) if user or password else None


def decoded_password(wire: Wire) -> bytes | None:
    """What the password's header holds, decoded; None if it is not Base64, in whatever dress."""
    values = header_values(wire, PASSWORD_HEADER)
    if not values:
        return None
    literal = literal_of(values[0])
    core = literal if literal is not None else values[0].removeprefix(scheme_word(values[0]))
    return unbase64(re.sub(r"\s", "", core))


def _password(wire: Wire) -> Password | None:
    """Login and password; None if the value is not Base64 of a text with a colon in UTF-8."""
    try:
        login, colon, password = (decoded_password(wire) or b"").decode("utf-8").partition(":")
    except UnicodeDecodeError:
        return None
    return Password(login, password) if colon and login else None


def _tokens(values: list[str]) -> tuple[str, ...]:
    found = [token.strip(" \t") for value in values for token in value.split(",")]
    return tuple(dict.fromkeys(token for token in found if token)) or ("",)
