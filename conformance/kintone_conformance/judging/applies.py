"""Which requirements a call can judge, from what is asked alone.

A requirement passes only where at least one call judged it, and is judged with every call that it
names: so the plan must know before anything is sent. The special texts of `texts` decide about
requirements on credentials, the schema's values about those on parameters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kintone_conformance.judging.allowed import length
from kintone_conformance.judging.bodies import may_refuse_name
from kintone_conformance.judging.exchange import NEVER, Asking
from kintone_conformance.judging.header_texts import trouble
from kintone_conformance.judging.leaks import secrets_in, secrets_of
from kintone_conformance.judging.paths import path_requirement
from kintone_conformance.judging.sweep_findings import requirements_of
from kintone_conformance.judging.texts import PASSWORD_TRAITS, password_traits
from kintone_conformance.nested import texts_in
from kintone_conformance.spec.auth import (
    ApiTokens,
    OAuth,
    Password,
    Session,
    basic_value,
    password_steps,
)
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.spec.endpoints import Guest
from kintone_conformance.spec.header_names import MAX_TOKENS
from kintone_conformance.spec.request import MAX_INDEX, Documented, needs_guest
from kintone_conformance.spec.requirements import requirements

_LONG = 3_900  # characters of parameters that make a URL which may be too long


def judged_by(asking: Asking) -> frozenset[str]:
    """The requirements that this call can judge, as far as the catalogue names it."""
    found = set(_credentials(asking)) | set(_places(asking)) | set(_request(asking))
    found |= set(requirements_of(asking))
    known = requirements()
    if asking.answering.tunnel:  # nothing gets past the proxy
        found &= {"KC604", "KC605", "KC618", "KC806"}
    return frozenset(id_ for id_ in found if asking.call.api in known[id_].calls)


def _credentials(asking: Asking) -> Iterator[str]:
    client, expected = asking.client, asking.expected
    if expected.credentials != "needed":
        return
    if asking.both:
        yield "KC303"
        return
    yield "KC306"
    odd = trouble(client.auth)
    match client.auth:
        case ApiTokens() if odd is not None:
            yield from (odd, "KC207")
        case OAuth() if odd is not None:
            yield from (odd, "KC301")  # without a header it is broken
        case Session() if odd is not None:
            yield odd
        case Password() as auth:
            yield from _password(auth, asking)
        case ApiTokens(tokens):
            yield from _tokens(tokens)
        case OAuth():
            yield "KC301"
        case Session():
            yield "KC304"
            if not expected.reads or _long(expected):
                yield "KC305"
    if client.basic is not None and not client.basic.is_ascii:
        yield "KC312"
    elif client.basic is not None:
        yield "KC302"
        value = basic_value(client.basic)
        if "+" in value or "/" in value or len(value) > 60 or value.endswith("="):
            yield "KC307"
    yield from _secrets(asking)


def _secrets(asking: Asking) -> Iterator[str]:
    client = asking.client
    if asking.planted or asking.other_locale:
        gated = isinstance(client.auth, OAuth) or client.basic is not None
        yield from ("KC308" if gated else "KC311", "KC309", "KC610")
    if any((*secrets_of(client.auth, client.basic), *secrets_in(asking.call))):
        yield from ("KC601", "KC605", "KC608")
        if asking.planted or asking.other_locale:  # in a home directory of its own
            yield "KC618"
        if asking.answering.failure or trouble(asking.client.auth):
            yield "KC604"


def _password(auth: Password, asking: Asking) -> Iterator[str]:
    traits = set(password_traits(auth))
    yield from (PASSWORD_TRAITS[trait] for trait in traits)
    value = password_steps(auth).base64
    if auth.password:
        yield from ("KC101", "KC102", "KC106", "KC107")
    if "+" in value or "/" in value:
        yield "KC103"
    if value.endswith("="):
        yield "KC104"
    if len(value) > 60:
        yield "KC105"
    if asking.other_locale and traits & {"other", "astral", "unstable"}:
        yield "KC119"


def _tokens(tokens: tuple[str, ...]) -> Iterator[str]:
    count = len(set(tokens))
    if count == 1:
        yield "KC201"
    elif count > MAX_TOKENS:
        yield "KC204"
    else:
        yield "KC202" if count < MAX_TOKENS else "KC203"


def _places(asking: Asking) -> Iterator[str]:
    """Requirements on base URL, path and guest space."""
    if asking.base in NEVER:
        yield NEVER[asking.base]
        return
    if asking.base == "/":
        yield "KC501"
    elif asking.base:
        yield "KC527"
    api = asking.call.api
    if asking.bad_guest:
        yield from ("KC415", "KC416")
        return
    yield from ("KC502", "KC707", "KC522")
    if asking.client.proxy_url:
        yield from ("KC609", "KC611", "KC612")
        if asking.proxied:
            yield "KC613"
    if asking.bare:
        yield "KC614"
    if asking.client.client_certificate is not None:
        yield "KC615"
        if "elsewhere" in asking.answering.leads:
            yield "KC616"
    if asking.guest is None:
        yield "KC417" if needs_guest(api) else "KC401"
        return
    requirement = path_requirement(api, True)
    yield requirement
    if requirement == "KC406":
        yield "KC407"
    if isinstance(asking.client.guest_space, str):
        yield "KC404"
    if call_spec(api).endpoint.guest is Guest.YES:
        yield "KC405"
    if api == "bulkRequest":
        yield "KC408"
    if any("/k/v1/" in text for text in texts_in(asking.call.params)):
        yield "KC413"


def _request(asking: Asking) -> Iterator[str]:
    """Requirements on query, body, repetition and answer."""
    if asking.bad_guest or asking.both or asking.base in NEVER:
        return
    expected, answering = asking.expected, asking.answering
    yield from ("KC516", "KC518", "KC528", answering.requirement)
    if answering.failure:
        yield "KC815"
    if expected.params:
        yield "KC515"
    if asking.other_locale and _wide(asking.call.params):
        yield "KC517"
    if answering.error is not None:
        yield "KC810" if asking.call.api == "bulkRequest" else "KC804"
    if answering.page:
        yield "KC811"
    if answering.status in (307, 308):
        yield "KC529"
    if "elsewhere" in answering.leads:
        yield "KC602"
        if expected.changes and answering.status in (307, 308):
            yield "KC617"
    if "downgraded" in answering.leads:
        yield "KC603"
    if not answering.failure:
        yield "KC519" if expected.changes else "KC520"
    elif expected.changes and answering.forbids_repeat(expected.method):
        yield "KC521"
    yield from _values(expected)


def _wide(value: Any) -> bool:
    match value:
        case str():
            return not value.isascii()
        case dict():
            return any(_wide(name) or _wide(item) for name, item in value.items())
        case list() | tuple():
            return any(_wide(item) for item in value)
    return False


def _values(expected: Documented) -> Iterator[str]:
    if expected.file is not None:
        yield from ("KC510", "KC511", "KC526")
        yield "KC512" if may_refuse_name(expected.file.name) else "KC525"
        return
    if expected.carrier == "form":
        yield "KC310"
        return
    if expected.api == "bulkRequest":
        yield from ("KC409", "KC509")
        return
    if expected.method == "DELETE":
        yield "KC514"
        return
    if not expected.reads:
        yield from ("KC509", "KC513")
        return
    yield "KC508"
    yield from _query(expected.params)
    if _long(expected):
        yield "KC523"
        if call_spec(expected.api).travels_as_post:
            yield "KC507"


def _query(params: Mapping[str, Any]) -> Iterator[str]:
    for value in params.values():
        if isinstance(value, bool):
            yield "KC506"
        elif isinstance(value, list):
            yield "KC505"
            if len(value) > MAX_INDEX + 1:
                yield from ("KC524", "KC523")
        else:
            yield "KC504"


def _long(expected: Documented) -> bool:
    """The parameters make a URL that a client may send as POST."""
    return length(dict(expected.params)) > _LONG
