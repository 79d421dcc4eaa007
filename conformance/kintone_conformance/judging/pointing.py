"""The client that an object of a scenario is, pointed at a door."""

from __future__ import annotations

from kintone_conformance.doors import Door
from kintone_conformance.judging.exchange import FOREIGN, UNTOLD
from kintone_conformance.judging.scenario import Made
from kintone_conformance.model import Client


def client_at(door: Door, made: Made) -> Client:
    """A client that has the base URL, authority, proxy and certificate of a door."""
    base = door.second if made.second else door.base_url
    if made.base in FOREIGN:
        scheme, start = FOREIGN[made.base]
        host = (door.foreign or "").removeprefix("http://")
        base = f"{scheme}://{start}{host}" if host else base
    elif made.base in door.untrusted:
        base = door.untrusted[made.base]  # type: ignore[index]
    elif made.base != UNTOLD:
        base += made.base
    if made.certified and door.certified and made.base not in door.untrusted:
        base = door.certified[0]
    return Client(
        base,
        made.auth,
        made.basic,
        made.guest,
        None if made.base == UNTOLD else door.ca_pem,
        door.offered_proxy if made.proxied else door.proxy_url,
        door.certificate if made.certified else None,
    )
