"""Which requirements a request without findings shows to hold."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_conformance import wires
from kintone_conformance.judging.paths import endpoint_requirement
from kintone_conformance.judging.texts import PASSWORD_TRAITS, password_traits
from kintone_conformance.model import Wire
from kintone_conformance.spec.auth import ApiTokens, OAuth, Password, Session
from kintone_conformance.spec.endpoints import Guest
from kintone_conformance.spec.header_names import PASSWORD_HEADER
from kintone_conformance.traffic.meaning import Meaning
from kintone_conformance.traffic.named_credentials import NamedCredentials
from kintone_conformance.traffic.recorded import Recorded

_LONG = 4096  # characters of a URL that may become too long


def shown_by(meaning: Meaning, recorded: Recorded, known: NamedCredentials) -> Iterator[str]:
    """The requirements that this request shows to hold, as far as nothing is found."""
    endpoint = meaning.endpoint
    if recorded.exact:
        yield "KC528"
    if "://" in meaning.wire.origin and meaning.wire.values("Host"):
        yield "KC502"
    if meaning.wire.way == "proxy":
        yield "KC611"
    found = _credentials(meaning, known)
    yield from (id_ for id_ in found if recorded.whole or id_ != "KC305")
    if endpoint is None:
        return
    yield "KC501"
    in_guest = meaning.guest is not None
    if not in_guest and endpoint.guest is Guest.ONLY:
        return
    yield endpoint_requirement(endpoint, in_guest)
    if recorded.whole:
        yield from _body(meaning, recorded)


def _credentials(meaning: Meaning, known: NamedCredentials) -> Iterator[str]:
    credentials = meaning.credentials
    if credentials.auth is None or (meaning.endpoint and meaning.documented.credentials == "none"):
        return
    yield "KC306"
    if known.searched:
        yield "KC601"
    match credentials.auth:
        case Password() as auth:
            yield from _password(auth, meaning.wire, known.includes(auth))
        case ApiTokens(tokens) if len(tokens) == 1:
            yield "KC201"
        case OAuth():
            yield "KC301"
        case Session():
            yield "KC304"
            if meaning.wire.method != "GET":
                yield "KC305"
    if credentials.basic is not None:
        yield from ("KC302", "KC307")


def _password(auth: Password, wire: Wire, known: bool) -> Iterator[str]:
    yield from ("KC101", "KC102", "KC106", "KC107")
    value = b"".join(wire.values(PASSWORD_HEADER))
    if b"+" in value or b"/" in value:
        yield "KC103"
    if value.endswith(b"="):
        yield "KC104"
    if len(value) > 60:
        yield "KC105"
    if not f"{auth.login}{auth.password}".isascii():
        yield "KC108"
    if known:
        yield from (PASSWORD_TRAITS[trait] for trait in password_traits(auth))


def _body(meaning: Meaning, recorded: Recorded) -> Iterator[str]:
    wire, sent = meaning.wire, meaning.sent
    expected = meaning.documented
    if expected.file is not None:
        yield from ("KC510", "KC525")
    elif expected.carrier == "form":
        yield "KC310"
    elif meaning.api == "bulkRequest":
        yield "KC409"
        if meaning.guest is not None:
            yield "KC408"
    elif expected.reads:
        yield from _read(meaning)
    if wire.body and expected.carrier == "json":
        yield "KC509"
        if recorded.exact:
            yield "KC513"
    if len(wire.target) > _LONG or wires.OVERRIDE.lower() in _names(wire):
        yield from ("KC507", "KC523")
    if any(isinstance(sent.params.get(name), list) for name in sent.texts):
        yield "KC524"


def _names(wire: Wire) -> set[str]:
    return {wires.text(name).lower() for name, _ in wire.headers}


def _read(meaning: Meaning) -> Iterator[str]:
    if not meaning.wire.body:
        yield "KC508"
    for value in meaning.params.values():
        if isinstance(value, list):
            yield "KC505"
        elif isinstance(value, bool):
            yield "KC506"
