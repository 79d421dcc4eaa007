"""Where a request goes, compared with the grammar of paths: judged by the path alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from kintone_conformance import wires
from kintone_conformance.judging.exchange import Finding, Fixed
from kintone_conformance.judging.paths import endpoint_requirement
from kintone_conformance.spec.diagnosis import Kind
from kintone_conformance.spec.endpoints import Guest
from kintone_conformance.traffic.meaning import Meaning

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
# What each kind of wrong path breaks; the others break what says where the call goes.
_REQUIREMENTS: Mapping[Kind, str] = {
    Kind.DOUBLE_SLASH: "KC501",
    Kind.BAD_ID: "KC416",
    Kind.PLACEHOLDER: "KC416",
    Kind.GUEST_REQUIRED: "KC417",
}
_NEUTRAL = frozenset({Kind.UNKNOWN_ENDPOINT, Kind.WRONG_METHOD, Kind.NO_GUEST_FORM})


def target_findings(meaning: Meaning) -> Iterator[Finding]:
    """What is wrong with the path, the method and the scheme of a request."""
    wire, sent = meaning.wire, meaning.sent
    for problem in meaning.problems:
        requirement = _requirement(meaning, problem.kind)
        if requirement and not (problem.kind in _NEUTRAL and problem.meant is None):
            expected = f"{sent.method} {problem.meant}" if problem.meant else "a documented path"
            yield Finding(requirement, problem.message, expected, f"{sent.method} {sent.path}")
    url = urlsplit(wire.origin)
    if url.scheme == "http" and url.hostname not in _LOCAL and meaning.credentials.auth:
        message = "credentials travelled to another machine over plain http"
        yield Finding("KC503", message, "https", wire.origin)
    if wire.target[:8].lower() == b"https://":
        message = "a request for an https address went to the proxy in the clear"
        yield Finding(
            "KC611", message, Fixed("CONNECT to the proxy"), wires.text(wire.target[:200])
        )


def is_unknown(meaning: Meaning) -> bool:
    """An operation that the catalogue does not have, nor one that must be meant.

    It may be newer than the catalogue, so it is not a defect.
    """
    return meaning.endpoint is None and all(
        problem.kind in (Kind.UNKNOWN_ENDPOINT, Kind.WRONG_METHOD) and problem.meant is None
        for problem in meaning.problems
    )


def _requirement(meaning: Meaning, kind: Kind) -> str:
    in_guest = "/guest" in meaning.sent.path
    if kind in _REQUIREMENTS:
        return _REQUIREMENTS[kind]
    if kind is Kind.DUPLICATED_PREFIX:
        return "KC414" if meaning.sent.path.count("/guest/") > 1 else "KC401"
    if kind is Kind.WRONG_API_ROOT:
        return "KC412" if in_guest else "KC401"
    if kind is Kind.NO_GUEST_FORM:
        return "KC410"
    if kind is Kind.PREVIEW_BEFORE_VERSION:
        return "KC403" if in_guest else "KC401"
    endpoint = meaning.endpoint
    if endpoint is None:
        return "KC402" if in_guest else "KC401"
    if endpoint.guest is Guest.ONLY:
        return "KC411"
    found = endpoint_requirement(endpoint, in_guest)
    return found if endpoint.in_guest_space or endpoint.either else "KC401"
