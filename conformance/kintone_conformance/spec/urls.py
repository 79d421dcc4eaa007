"""The path grammar `/k[/guest/{id}]/v1[/preview]/{endpoint}.json` (SPEC F8-F11, F20-F24, F71).

Builds, parses and rewrites paths; `diagnosis` says what is wrong with one. Hosts, schemes and
query strings are none of its business: a query stays as it is. What APIs there are is in
`endpoints`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kintone_conformance.spec import endpoints
from kintone_conformance.spec.endpoints import Product

ID = r"[1-9][0-9]{0,18}"
"""A guest space id: the documented type is a 64-bit integer (SPEC F10)."""
_SEGMENT = r"(?!(?:k|guest|v1|preview)(?:/|\Z))[A-Za-z0-9_-]+"
_NAME = rf"(?P<preview>preview/)?(?P<name>{_SEGMENT}(?:/{_SEGMENT})*)"
_PATH = rf"/k(?:/guest/(?P<guest>{ID}))?/v1/(?P<endpoint>.+)\.json"


@dataclass(frozen=True)
class ApiPath:
    """A path of Kintone's REST API in its parts; `name` is without `preview/` and `.json`."""

    guest: int | None
    preview: bool
    name: str

    @property
    def endpoint(self) -> str:
        """The name as `Endpoint.name` has it, with `preview/`."""
        return f"preview/{self.name}" if self.preview else self.name

    @property
    def plain(self) -> str:
        """The path without guest space."""
        return f"/k/v1/{self.endpoint}.json"

    def __str__(self) -> str:
        return build(self.name, guest=self.guest, preview=self.preview)


def build(name: str, *, guest: int | str | None = None, preview: bool = False) -> str:
    """The path of an API: the guest space is before `v1`, `preview` after it (SPEC F9).

    `name` is what is between `/v1/` and `.json`; it may bring its own `preview/`. Raises
    ValueError for what is not a name, and for a guest space id that is not a positive integer.
    Whether the API exists, or exists in guest spaces, is not checked.
    """
    match = re.fullmatch(_NAME, name)
    if match is None:
        raise ValueError(f"{name!r} is not an API name: give what is between /v1/ and .json")
    prefix = "" if guest is None else f"/guest/{_checked(guest)}"
    inner = "preview/" if preview or match["preview"] else ""
    return f"/k{prefix}/v1/{inner}{match['name']}.json"


def _checked(guest: int | str) -> str:
    text = "" if isinstance(guest, bool) else str(guest)
    if not re.fullmatch(ID, text):
        raise ValueError(f"invalid guest space id {guest!r}: must be a positive integer")
    return text


def parse(path: str) -> ApiPath | None:
    """The parts of a path that follows the grammar to the letter, else None.

    Whether the API exists is not asked. A query makes it another string than a path: None.
    """
    match = re.fullmatch(_PATH, path)
    name = match and re.fullmatch(_NAME, match["endpoint"])
    if not match or not name:
        return None
    guest = None if match["guest"] is None else int(match["guest"])
    return ApiPath(guest, name["preview"] is not None, name["name"])


def rewrite(path: str, guest: int | str) -> str:
    """The path on which a documented API is reached in a guest space.

    An API with a guest form gets this guest space, in place of another one if need be; an API
    documented on the plain path only gets its plain path; the User API and OAuth are left alone.
    A query stays as it is, and a second rewrite changes nothing. Raises ValueError for a path
    that is not in the catalogue, and for a guest space id that is not a positive integer.
    """
    bare, query = cut(path)
    known = endpoints.by_path(bare)
    checked = _checked(guest)
    if not known:
        raise ValueError(
            f"{bare!r} is not a documented REST path, so its form in a guest space is unknown"
        )
    if known[0].product != Product.KINTONE:
        return path
    prefix = f"/guest/{checked}" if known[0].in_guest_space else ""
    return f"/k{prefix}/v1/{bare.partition('/v1/')[2]}{query}"


def cut(path: str) -> tuple[str, str]:
    """A path, and the query or fragment after it."""
    end = min((at for at in (path.find("?"), path.find("#")) if at >= 0), default=len(path))
    return path[:end], path[end:]
