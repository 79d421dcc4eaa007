"""Credentials in URLs of Kintone, and in connection strings of drivers for it (ODBC, JDBC, Python).

Judges texts, not code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kintone_lint.kintone import secrets
from kintone_lint.kintone.names import CredentialKind, Written
from kintone_lint.kintone.words import HOST
from kintone_lint.patterns import regex
from kintone_lint.python.hole import HOLE

USER_INFO = "user info"
_LONGEST = 4_000  # characters of a text that is looked at
_OWN = regex(
    r"(?i)\bjdbc:(?:\w{1,40}:)?kintone:|\bkintone(?:\+\w+)?:///?|\b(?:driver|provider|dsn)\s*=\s*\{?[^;{}]*kintone"
)
_DRIVER = regex(r"(?i)\b(?:driver|provider)\s*=|\bjdbc:(?!(?:\w{1,40}:)?kintone)")
_ADDRESS = regex(r"(?i)(?:^|[;?&:{])\s*(?:url|base_?url|domain|host)\s*=\s*[\"']?([^;&\"']*)")
_ENTRY = regex(
    r"""(?:^|(?<=[;?&:}/]))\s*(?P<key>[A-Za-z][\w ]{0,40}?)\s*=\s*"""
    r"""(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^;&"']*))"""
)
_IN_URL = regex(
    r"(?i)(?:https?|kintone(?:\+\w+)?)://(?P<login>[^/?#\s:@]{1,200}):(?P<password>[^/?#\s@]{1,200})"
    r"@(?P<host>[^/?#\s]{1,200})"
)
_IN_QUERY = regex(r"(?i)[?&](?P<name>api_?token|token|password|access_token)=(?P<value>[^&#\s]+)")
_KEYS = {
    "password": CredentialKind.PASSWORD,
    "pwd": CredentialKind.PASSWORD,
    "passwd": CredentialKind.PASSWORD,
    "apitoken": CredentialKind.TOKEN,
    "basicauthpassword": CredentialKind.BASIC,
    "sslclientcertpassword": CredentialKind.CERTIFICATE,
    "oauthclientsecret": CredentialKind.OAUTH,
    "oauthaccesstoken": CredentialKind.OAUTH,
    "oauthrefreshtoken": CredentialKind.OAUTH,
}


def in_connection(text: str, *, own: bool = False) -> Iterator[Written]:
    """The credentials in a connection string.

    `own`: it is known to be one for Kintone. It also is if it names a driver for Kintone, or an
    address of Kintone and no other driver.
    """
    if len(text) > _LONGEST or "=" not in text or not (own or _is_own(text)):
        return
    for match in _ENTRY.finditer(text):
        kind = _KEYS.get(re.sub(r"[\s_]", "", match["key"]).lower())
        group = next(each for each in ("double", "single", "bare") if match[each] is not None)
        value = match[group].strip()
        if kind is None or not value or _is_placeholder(value, kind, match["key"]):
            continue
        start = match.start(group) + match[group].index(value)
        yield Written(start, start + len(value), kind, match["key"])


def in_url(text: str) -> Iterator[Written]:
    """The passwords and tokens in URLs of Kintone."""
    if len(text) > _LONGEST or not HOST.search(text):
        return
    for login in _IN_URL.finditer(text) if "@" in text else ():
        names = (login["login"],) if login["login"].isascii() else ()
        known = HOLE not in login["password"]
        if (
            known
            and HOST.search(login["host"])
            and not secrets.no_password(login["password"], *names)
        ):
            yield Written(*login.span("password"), CredentialKind.URL, USER_INFO)
    for match in _IN_QUERY.finditer(text):
        if HOLE not in match["value"] and not secrets.weak(match["value"]):
            yield Written(*match.span("value"), CredentialKind.URL, match["name"])


def _is_own(text: str) -> bool:
    if _OWN.search(text):
        return True
    if _DRIVER.search(text):
        return False
    return any(HOST.search(match[1]) for match in _ADDRESS.finditer(text))


def _is_placeholder(value: str, kind: CredentialKind, key: str) -> bool:
    if re.search(rf"[{{}}<>{HOLE}\s]", value):
        return True
    if kind in (CredentialKind.TOKEN, CredentialKind.OAUTH):
        return any(secrets.weak(each.strip(), key) for each in value.split(","))
    return secrets.no_password(value, key)
