"""Kintone's error codes that are about a request's form: what each means, and what to do (F25-F68).

Environments that have put off the update of October 2024 answer most of them with 520 (SPEC F68).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ErrorCode:
    """One code: the status of its answer, what it means, and what to do about it."""

    code: str
    status: int
    means: str
    advice: str


_ALL = (
    ErrorCode(
        "CB_AU01",
        401,
        "the request carries no credentials",
        "send X-Cybozu-API-Token, X-Cybozu-Authorization or Authorization: Bearer",
    ),
    ErrorCode(
        "CB_WA01",
        401,
        "login name and password were not accepted",
        "X-Cybozu-Authorization is the Base64 of LOGIN:PASSWORD in UTF-8, without a scheme word",
    ),
    ErrorCode(
        "CB_TW02",
        401,
        "the user has two-factor authentication, which the API does not support",
        "use an API token, or a user without two-factor authentication",
    ),
    ErrorCode(
        "GAIA_IA02",
        400,
        "the API token is unknown",
        "update the app after the token was made; check that the token is sent as it is",
    ),
    ErrorCode(
        "GAIA_AP15",
        400,
        "the API token is another app's",
        "send the token of the app in the request; several tokens are joined with a comma",
    ),
    ErrorCode(
        "GAIA_NO01",
        403,
        "the API token does not permit this, or the API does not accept API tokens",
        "give the token the permission in the app's settings, or use another kind of credentials",
    ),
    ErrorCode(
        "CB_NO02",
        403,
        "the user may not do this, or the app is not in the guest space of the path",
        "check the permissions, and whether /guest/{id} belongs in the path",
    ),
    ErrorCode(
        "GAIA_IL23",
        400,
        "the app is in a guest space, but the path is not",
        "send the request to /k/guest/{id}/v1/…, with the id of the guest space",
    ),
    ErrorCode(
        "CB_JH01",
        400,
        "a session needs X-Requested-With",
        "send X-Requested-With: XMLHttpRequest with every request, including reads",
    ),
    ErrorCode(
        "CB_CS01",
        400,
        "the request token of the session is missing or wrong",
        "send __REQUEST_TOKEN__ = kintone.getRequestToken() in the query or the body",
    ),
    ErrorCode(
        "CB_OA01",
        403,
        "the OAuth access token is invalid, has expired, or lacks the scope",
        "fetch a new token, with the scope that the API needs",
    ),
    ErrorCode(
        "CB_IL02",
        400,
        "the request is illegal: a GET without a body has a Content-Type, or the path is malformed",
        "leave Content-Type out of requests without a body",
    ),
    ErrorCode(
        "CB_IJ01",
        400,
        "the body is not JSON, or not of the documented form",
        "send the body as JSON in UTF-8, each value in the form that the API documents",
    ),
    ErrorCode(
        "CB_VA01",
        400,
        "a parameter is missing or invalid",
        "compare the parameters with the documentation of the API",
    ),
    ErrorCode(
        "GAIA_TO04",
        429,
        "more than 100 requests run at once on this domain",
        "send fewer requests at a time",
    ),
)


def error_codes() -> Mapping[str, ErrorCode]:
    """Every code of the table."""
    return {each.code: each for each in _ALL}
