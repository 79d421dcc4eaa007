"""Names of headers as they are compared: in lower case, without spaces and colons around them."""

from __future__ import annotations

from kintone_conformance.spec import header_names

TOKEN_KEY = header_names.TOKEN_HEADER.lower()
PASSWORD_KEY = header_names.PASSWORD_HEADER.lower()
KINTONE_KEYS = (TOKEN_KEY, PASSWORD_KEY)  # those that only Kintone reads
AUTH_KEYS = (*KINTONE_KEYS, header_names.AUTHORIZATION.lower())


def header_key(name: str) -> str:
    """The key of a header's name: `x-cybozu-api-token` for `X-Cybozu-API-Token: `."""
    return name.strip().rstrip(":").lower()
