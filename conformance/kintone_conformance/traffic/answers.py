"""What Kintone would answer to a request that is wrong: only where public sources say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kintone_conformance.judging.exchange import ABOUT_SYNTAX, Finding
from kintone_conformance.spec.auth import ApiTokens, OAuth
from kintone_conformance.spec.endpoints import Endpoint
from kintone_conformance.spec.error_codes import ErrorCode, error_codes
from kintone_conformance.spec.shapes import required
from kintone_conformance.traffic.judgement import Told
from kintone_conformance.traffic.targets import is_unknown

# SPEC F25, F43, F51, F54, F55, F60, F61: what each broken requirement is answered with.
_CODES: Mapping[str, str] = {
    **dict.fromkeys(("KC101", "KC102", "KC105", "KC106", "KC107", "KC108"), "CB_WA01"),
    **dict.fromkeys(("KC201", "KC202", "KC206"), "GAIA_IA02"),
    "KC302": "CB_AU01",
    "KC304": "CB_JH01",
    "KC305": "CB_CS01",
    "KC408": "GAIA_IL23",
    "KC508": "CB_IL02",
    **dict.fromkeys(("KC514", "KC515"), "CB_VA01"),
}
_NOT_FOUND = frozenset({"KC401", "KC402", "KC403", "KC412", "KC414", "KC416"})
NOT_FOUND = ErrorCode("", 404, "Kintone has no API at this path", "use the documented path")
TOO_LONG = ErrorCode("", 414, "the URL is longer than 8 KB", "send it as POST")


def answer_to(told: Told) -> ErrorCode | None:
    """The error that Kintone answers a request with; None if nothing says that it would."""
    meaning = told.meaning
    if meaning is None:
        return None
    if is_unknown(meaning):
        return NOT_FOUND
    broken = {finding.requirement for finding in told.findings}
    if broken & _NOT_FOUND:
        return NOT_FOUND
    if "KC507" in broken:
        return TOO_LONG
    if told.bare:
        return error_codes()["CB_AU01"]
    by_form = _by_form(told.findings)
    if by_form is not None:
        return by_form
    if told.refused is not None:
        return told.refused.answer
    if "KC509" in broken and meaning.spec is not None and required(meaning.spec.api):
        return error_codes()["CB_VA01"]  # the body is not read, and what it holds is missing
    return _by_permission(meaning.credentials.auth, meaning.endpoint)


def _by_form(findings: Sequence[Finding]) -> ErrorCode | None:
    for finding in findings:
        code = _CODES.get(finding.requirement, "")
        if finding.about == ABOUT_SYNTAX:
            code = "CB_IJ01"
        if code:
            return error_codes()[code]
    return None


def _by_permission(auth: object, endpoint: Endpoint | None) -> ErrorCode | None:
    """The kind of credentials is not documented for the API (SPEC F50, F58)."""
    if endpoint is None or not endpoint.auth:
        return None
    if isinstance(auth, ApiTokens) and "token" not in endpoint.auth:
        return error_codes()["GAIA_NO01"]
    if isinstance(auth, OAuth) and not endpoint.auth & {"oauth", "user-api-token"}:
        return error_codes()["CB_OA01"]
    return None
