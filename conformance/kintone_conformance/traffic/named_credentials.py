"""Credentials that are known because the user names them: `--credential`.

With them a credential that was changed on its way can be told from a different one, and a leak is
found wherever it is. Nothing here is ever shown.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from kintone_conformance.errors import UsageError
from kintone_conformance.judging.texts import password_change, usual_change
from kintone_conformance.spec.auth import ApiTokens, Auth, OAuth, Password
from kintone_conformance.spec.header_names import AUTHORIZATION, PASSWORD_HEADER, TOKEN_HEADER
from kintone_lint.escaping import visible

_FORMS = (
    "as in password:LOGIN:PASSWORD, token:TOKEN, oauth:TOKEN, basic:USER:PASSWORD, "
    "cookie:NAME=VALUE or secret:TEXT; or @FILE, with one on each line"
)
SHORTEST = 8  # characters of a secret that is searched for: a shorter one is in many texts
_CUT = 8  # characters of a token that tell it from another, where it was cut
_LEAST_CUT = 32  # bytes of a login and password that nobody has cut by hand
_LARGEST = 1 << 20  # bytes of a file of credentials
_HOMES = {"token": TOKEN_HEADER, "oauth": AUTHORIZATION, "cookie": "Cookie", "secret": ""}
_WHAT = {
    "token": "an API token",
    "oauth": "an OAuth access token",
    "cookie": "a session cookie",
    "secret": "a secret",
}


class Held(NamedTuple):
    """A secret, what it is, and the header that it belongs in; "" if it belongs in none."""

    text: str
    what: str
    home: str


@dataclass(frozen=True)
class NamedCredentials:
    """The credentials that were named."""

    passwords: tuple[Password, ...] = ()
    tokens: tuple[str, ...] = ()
    secrets: tuple[Held, ...] = ()

    @property
    def searched(self) -> tuple[Held, ...]:
        """The secrets that are long enough to be searched for."""
        return tuple(held for held in self.secrets if len(held.text) >= SHORTEST)

    def includes(self, auth: Auth | None) -> bool:
        """These very credentials were named."""
        match auth:
            case Password():
                return auth in self.passwords
            case ApiTokens(tokens):
                return set(tokens) <= set(self.tokens)
            case OAuth(access_token):
                return any(held.text == access_token for held in self.secrets)
        return False

    def changed_password(self, raw: bytes) -> str:
        """The requirement that a change of a known password breaks; "" if it is another password.

        `raw` is what the header's Base64 decodes to. Only what a known layer makes of the
        whole credentials counts: another password of the same user breaks nothing.
        """
        whole = {auth: f"{auth.login}:{auth.password or ''}".encode() for auth in self.passwords}
        if raw in whole.values():
            return ""
        changes = (_change(auth, given, raw) for auth, given in whole.items())
        return next(filter(None, changes), "")

    def changed_token(self, token: str) -> bool:
        """A token that is the beginning of a known one, or a known one with characters left out."""
        if token in self.tokens or len(token) < _CUT:
            return False
        return any(_lacks_something(known, token) for known in self.tokens)


def _change(auth: Password, given: bytes, raw: bytes) -> str:
    """The requirement that is broken where bytes are these credentials as a careless layer leaves
    them; "" if they may be others."""
    login = f"{auth.login}:".encode()
    if auth.password is None:
        absent = (b"None", b"null", b"nil", b"undefined")
        return "KC117" if raw in (auth.login.encode(), *(login + word for word in absent)) else ""
    if not auth.password:
        return "KC116" if raw == auth.login.encode() else ""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        made = _in_other_charset(f"{auth.login}:{auth.password}", raw)
        return password_change(auth, raw) if made else ""
    change = usual_change(auth, text)
    if change and not (change == "KC109" and ":" not in auth.password):
        return change
    return "KC114" if given.startswith(raw) and len(raw) >= _LEAST_CUT else ""


def _in_other_charset(given: str, raw: bytes) -> bool:
    """The bytes of the text in another charset than UTF-8, as far as that charset has it."""
    for charset in ("latin-1", "cp1252", "cp932", "euc_jp", "iso2022_jp"):
        if raw in (given.encode(charset, "replace"), given.encode(charset, "ignore")):
            return True
    cut = given.encode()
    pairs = given.encode("utf-16-be", "surrogatepass")
    units = [int.from_bytes(pairs[at : at + 2], "big") for at in range(0, len(pairs), 2)]
    alone = "".join(map(chr, units)).encode("utf-8", "surrogatepass")
    return raw == alone or (cut.startswith(raw) and len(raw) >= _LEAST_CUT)


def _lacks_something(known: str, token: str) -> bool:
    if known.startswith(token):
        return len(token) >= len(known) // 2
    rest = iter(known)
    return len(token) >= len(known) - 4 and all(character in rest for character in token)


def named_credentials(words: Iterable[str]) -> NamedCredentials:
    """What `--credential` names. Raises UsageError, without the value, if it is malformed."""
    passwords: list[Password] = []
    tokens: list[str] = []
    secrets: list[Held] = []
    for word in _words(words):
        if any("\ud800" <= character <= "\udfff" for character in word):
            raise UsageError("--credential is not UTF-8 text", _FORMS)
        kind, _, rest = word.partition(":")
        if kind == "password" and rest:
            login, colon, password = rest.partition(":")
            passwords.append(Password(login, password if colon else None))
            secrets.append(Held(password, "the password", PASSWORD_HEADER))
        elif kind == "basic" and ":" in rest:
            password = rest.partition(":")[2]
            secrets.append(Held(password, "the Basic password", AUTHORIZATION))
        elif kind in _HOMES and rest:
            if kind == "token":
                tokens.append(rest)
            value = rest.partition("=")[2] or rest if kind == "cookie" else rest
            secrets.append(Held(value, _WHAT[kind], _HOMES[kind]))
        else:
            shown = visible(kind[:20]) if kind in ("password", "basic", *_HOMES) else "it"
            raise UsageError(f"--credential {shown} is incomplete", _FORMS)
    return NamedCredentials(
        tuple(passwords), tuple(tokens), tuple(filter(lambda h: h.text, secrets))
    )


def _words(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        if word.startswith("@"):
            yield from _lines(Path(word[1:]))
        else:
            yield word


def _lines(path: Path) -> Iterator[str]:
    name = visible(str(path))
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise OSError(errno.EFBIG, f"it is larger than {_LARGEST >> 10} KiB")
        text = content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise UsageError(f"--credential @{name} cannot be read: {why}", _FORMS) from None
    yield from (line for line in text.split("\n") if line.strip() and not line.startswith("#"))
