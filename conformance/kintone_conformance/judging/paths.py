"""Where a request goes: method, path and host, held against the documented ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from kintone_conformance import wires
from kintone_conformance.judging.differing import differs
from kintone_conformance.judging.exchange import Exchange, Finding, guest_id
from kintone_conformance.model import Wire
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.spec.endpoints import Endpoint, Guest, Product
from kintone_conformance.spec.request import Documented, needs_guest
from kintone_conformance.wires import Effective

_GUEST_SEGMENT = re.compile(r"^/k/guest/([^/]*)/v1/")
_DEFAULT_PORTS = {"https": 443, "http": 80}


def path_findings(exchange: Exchange, expected: Documented, sent: Effective) -> Iterator[Finding]:
    """What is wrong with method and path of a request in a valid guest space, or in none."""
    api = exchange.call.api
    if sent.path.startswith("//"):
        message = "the path begins with two slashes"
        yield differs("KC501", message, expected.paths[0], sent.path)
        return
    if sent.method != expected.method:
        yield differs("KC401", f"{api} is sent as {sent.method}", expected.method, sent.method)
        return
    requirement = path_requirement(api, exchange.asking.guest is not None)
    if sent.path == expected.paths[0]:
        if needs_guest(api) and exchange.asking.guest is None:
            message = f"{api} was sent without a guest space, but exists in guest spaces only"
            yield Finding("KC417", message, "a refusal", sent.path)
    elif sent.path not in expected.paths:
        message = f"{api} goes to another path"
        requirement = "KC402" if requirement == "KC410" else requirement
        yield differs(requirement, message, expected.paths[0], sent.path)
    elif requirement == "KC406":
        message = f"{api} goes to the plain path, but the guest form is recommended"
        yield differs("KC407", message, expected.paths[0], sent.path)
    else:
        message = f"{api} is documented on the plain path only"
        yield differs(requirement, message, expected.paths[0], sent.path)


def path_requirement(api: str, in_guest: bool) -> str:
    """The requirement that says where this call goes."""
    return endpoint_requirement(call_spec(api).endpoint, in_guest)


def endpoint_requirement(endpoint: Endpoint, in_guest: bool) -> str:
    """The requirement that says where an operation of the catalogue goes."""
    if not in_guest:
        return "KC401"
    if endpoint.product is not Product.KINTONE:
        return "KC412"
    if endpoint.either:
        return "KC406"
    if endpoint.guest is Guest.ONLY:
        return "KC411"
    if not endpoint.in_guest_space:
        return "KC410"
    return "KC403" if endpoint.preview else "KC402"


# ---- invalid guest space ids


def bad_guest_findings(exchange: Exchange, sent: Effective) -> Iterator[Finding]:
    """What is wrong with a request that was sent under an invalid guest space id."""
    guest = exchange.client.guest_space
    match = _GUEST_SEGMENT.match(sent.path)
    segment = unquote(match[1]) if match else ""
    if match is None or segment not in {*_spellings(guest), _meant(guest)}:
        message = f"the guest space id {guest!r} sent the request to another target"
        yield Finding("KC415", message, "a refusal", sent.path)
    elif segment != _meant(guest):
        message = f"the guest space id {guest!r} was sent instead of being refused"
        yield Finding("KC416", message, "a refusal", sent.path)


def _spellings(value: object) -> set[str]:
    """The texts that languages make of a value."""
    if isinstance(value, bool):
        return {str(value), str(value).lower()}
    return {"None", "null", "nil", "undefined"} if value is None else {str(value)}


def _meant(value: object) -> str | None:
    """The id that a text with spaces around it can only mean."""
    trimmed = str(value).strip(" ") if isinstance(value, str) else ""
    return guest_id(trimmed)


# ---- hosts


def host_findings(exchange: Exchange, wire: Wire) -> Iterator[Finding]:
    """The request reached the host of the client's base URL, and says so in `Host`."""
    own = urlsplit(exchange.client.base_url)
    if not exchange.at_home(wire):
        message = "the request went to another base URL than the client's"
        requirement = "KC309" if exchange.asking.planted else "KC707"  # a variable names another
        yield differs(requirement, message, exchange.asking.origin, wire.origin)
        return
    accepted = {own.netloc.lower()}
    if own.port in (None, _DEFAULT_PORTS[own.scheme]):
        accepted |= {f"{own.hostname}:{_DEFAULT_PORTS[own.scheme]}", str(own.hostname)}
    values = [wires.text(value).lower() for value in wire.values("Host")]
    if not values and b" HTTP/1.0\r\n" in wire.raw_head[: len(wire.target) + 32]:
        return  # the version before Host
    if len(values) != 1 or values[0] not in accepted:
        sent = ", ".join(values) or "none"
        yield differs("KC502", "the Host header names another host", own.netloc, sent)
