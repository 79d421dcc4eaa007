"""Credentials in the connection strings of drivers for Kintone (ODBC, JDBC, Python, SQLAlchemy).

Judges texts, not code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kintone_lint.kintone import secrets
from kintone_lint.kintone.names import Sort, Written
from kintone_lint.kintone.words import HOST

_LONGEST = 4_000  # characters of a text that is looked at
_OWN = re.compile(
    r"(?i)\bjdbc:kintone:|\bkintone(?:\+\w+)?:///?|\b(?:driver|provider|dsn)\s*=\s*\{?[^;{}]*kintone"
)
_DRIVER = re.compile(r"(?i)\b(?:driver|provider)\s*=|\bjdbc:(?!kintone)")
_ADDRESS = re.compile(r"(?i)(?:^|[;?&:{])\s*(?:url|base_?url|domain|host)\s*=\s*[\"']?([^;&\"']*)")
_ENTRY = re.compile(
    r"""(?:^|(?<=[;?&:}/]))\s*(?P<key>[A-Za-z][\w ]{0,40}?)\s*=\s*"""
    r"""(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^;&"']*))"""
)
_KEYS = {
    "password": Sort.PASSWORD,
    "pwd": Sort.PASSWORD,
    "passwd": Sort.PASSWORD,
    "apitoken": Sort.TOKEN,
    "basicauthpassword": Sort.BASIC,
    "sslclientcertpassword": Sort.CERTIFICATE,
    "oauthclientsecret": Sort.OAUTH,
    "oauthaccesstoken": Sort.OAUTH,
    "oauthrefreshtoken": Sort.OAUTH,
}


def in_connection(text: str, *, own: bool = False) -> Iterator[Written]:
    """The credentials in a connection string; `own` where it is known to be one for Kintone.

    It also is where it names a driver for Kintone, or an address of Kintone and no other driver.
    """
    if len(text) > _LONGEST or "=" not in text or not (own or _is_own(text)):
        return
    for match in _ENTRY.finditer(text):
        sort = _KEYS.get(re.sub(r"[\s_]", "", match["key"]).lower())
        group = next(each for each in ("double", "single", "bare") if match[each] is not None)
        value = match[group].strip()
        if sort is None or not value or _is_placeholder(value, sort, match["key"]):
            continue
        start = match.start(group) + match[group].index(value)
        yield Written(start, start + len(value), sort, match["key"])


def _is_own(text: str) -> bool:
    if _OWN.search(text):
        return True
    if _DRIVER.search(text):
        return False
    return any(HOST.search(match[1]) for match in _ADDRESS.finditer(text))


def _is_placeholder(value: str, sort: Sort, key: str) -> bool:
    if re.search(r"[{}<>\ue000\s]", value):
        return True
    if sort in (Sort.TOKEN, Sort.OAUTH):
        return any(secrets.weak(each.strip(), key) for each in value.split(","))
    return secrets.no_password(value, key)
