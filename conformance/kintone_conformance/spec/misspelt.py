"""Names of headers that nobody documents and that are meant to be those of Kintone."""

from __future__ import annotations

from kintone_conformance.spec import header_names
from kintone_conformance.spec.endpoints import distance

_KNOWN = {name.lower(): name for name in (header_names.TOKEN_HEADER, header_names.PASSWORD_HEADER)}
# Names that people make up; where one is a letter or two away, the distance tells.
_INVENTED = {
    "x-cybozu-token": header_names.TOKEN_HEADER,
    "x-cybozu-api-key": header_names.TOKEN_HEADER,
    "x-cybozu-apikey": header_names.TOKEN_HEADER,
    "x-cybozu-app-token": header_names.TOKEN_HEADER,
    "x-cybozu-access-token": header_names.TOKEN_HEADER,
    "x-kintone-api-token": header_names.TOKEN_HEADER,
    "x-kintone-token": header_names.TOKEN_HEADER,
    "cybozu-api-token": header_names.TOKEN_HEADER,
    "x-cybozu-auth": header_names.PASSWORD_HEADER,
    "x-cybozu-authentication": header_names.PASSWORD_HEADER,
    "x-cybozu-password": header_names.PASSWORD_HEADER,
    "x-kintone-authorization": header_names.PASSWORD_HEADER,
    "cybozu-authorization": header_names.PASSWORD_HEADER,
}
_LONGEST = 60  # characters of a header's name


def meant_by(name: str) -> str | None:
    """The header that a name which is not documented stands for; None if that is a guess."""
    if len(name) > _LONGEST:
        return None
    written = name.lower().strip().rstrip(":")
    low = written.replace("_", "-")
    if written in _KNOWN or not low.startswith(("x-cyb", "x-cy", "x-kintone", "cybozu")):
        return None
    near = (known for key, known in _KNOWN.items() if distance(low, key) <= 2)
    return next(near, _INVENTED.get(low))
