"""A bulkRequest on its own: each inner request against its grammar, and the outer path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from kintone_conformance.judging.exchange import Finding
from kintone_conformance.spec import diagnosis, urls
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.spec.request import BULK_OPERATIONS
from kintone_conformance.traffic.meaning import Meaning

MOST = 20  # inner requests (SPEC F32)
_NAMES = {"method", "api", "payload"}
_FORM = "method, api and payload"


@cache
def _operations() -> frozenset[tuple[str, str]]:
    return frozenset((spec.method, spec.path) for spec in map(call_spec, BULK_OPERATIONS))


def bulk_findings(meaning: Meaning) -> Iterator[Finding]:
    """What is wrong with the inner requests; the first of each that is."""
    requests = meaning.sent.params.get("requests")
    if not isinstance(requests, list):
        yield Finding("KC409", "the body has no list of requests", '{"requests": […]}', "none")
        return
    if len(requests) > MOST:
        message = f"the bulkRequest has {len(requests)} inner requests"
        yield Finding("KC409", message, f"up to {MOST}", str(len(requests)))
    for number, inner in enumerate(requests[:MOST], 1):
        found = next(_inner(meaning, inner, f"inner request {number}"), None)
        if found is not None:
            yield found
            return


def _inner(meaning: Meaning, inner: Any, at: str) -> Iterator[Finding]:
    if not isinstance(inner, dict):
        yield Finding("KC409", f"{at} is not an object", _FORM, type(inner).__name__)
        return
    missing, strange = sorted(_NAMES - set(inner)), sorted(set(inner) - _NAMES)
    if missing or strange:
        what = f"has no {', '.join(missing)}" if missing else f"has {', '.join(map(str, strange))}"
        yield Finding("KC409", f"{at} {what}", _FORM, ", ".join(map(str, inner)))
        return
    method, api = str(inner["method"]), str(inner["api"])
    parsed = urls.parse(api)
    if parsed is None:
        problem = next(iter(diagnosis.diagnose(api, method)), None)
        message = f"{at} does not have a documented path"
        message += f": {problem.message}" if problem is not None and not problem.neutral else ""
        expected = problem.meant if problem is not None and problem.meant else "/k/v1/….json"
        yield Finding("KC409", message, expected, api[:200])
        return
    outer = None if meaning.guest is None else int(meaning.guest)
    if parsed.guest != outer:
        where = "not in the guest space" if parsed.guest is None else "in another guest space"
        message = f"the path of {at} is {where} of the bulkRequest"
        if outer is None:
            message = f"the path of {at} is in a guest space, but the bulkRequest's is not"
        expected = urls.build(parsed.endpoint, guest=outer)
        yield Finding("KC408" if outer is not None else "KC409", message, expected, api[:200])
    elif (method, parsed.plain) not in _operations():
        message = f"{at} is not allowed in a bulkRequest"
        yield Finding("KC409", message, "a write of records", f"{method} {api}"[:200])
    elif not isinstance(inner["payload"], Mapping):
        message = f"the payload of {at} is not an object"
        yield Finding("KC409", message, "an object", "another value")
