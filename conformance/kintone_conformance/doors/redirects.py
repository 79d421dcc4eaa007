"""Redirects: where they lead, and how a Location may spell that.

What reads a URL as RFC 3986 says, and what reads it as browsers do (WHATWG), may take the same
Location for two places. Staying on the client's own host is right with each of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Lead = Literal["here", "elsewhere", "downgraded", "there"]
MOVED = "/moved"  # the path that redirects lead to begins so
REDIRECTS = (301, 302, 303, 307, 308)
# Requests after which a redirect that leads to itself ends: libraries follow 5 to 50.
ENDLESS = 60


@dataclass(frozen=True)
class Spelling:
    """How a Location names a host: `overlooked` is what clients overlook in it.

    `text` has the places `scheme` and `host` of where it leads, and `own`, the client's host.
    """

    text: str
    overlooked: str


SPELLINGS: Mapping[str, Spelling] = {
    "//": Spelling("//{host}", "what begins with // names a host"),
    "@": Spelling(
        "{scheme}://{own}@{host}", "what comes before the @ is a user, and the host comes after it"
    ),
    "///": Spelling("///{host}", "browsers' rules skip every slash before a host"),
    "/\\": Spelling("/\\{host}", "browsers' rules take \\ for /, and // names a host"),
    "\\\\": Spelling("\\\\{host}", "browsers' rules take \\ for /, and // names a host"),
    "/tab/": Spelling("/\t/{host}", "browsers' rules drop the tab, and // names a host"),
    ":/": Spelling("{scheme}:/{host}", "browsers' rules take one slash after the scheme for two"),
    "\\@": Spelling(
        "{scheme}://{host}\\@{own}", "browsers' rules end the host at the \\, others at the @"
    ),
}


@dataclass(frozen=True)
class Targets:
    """The base URLs that redirects may lead to, by the names of `Lead`.

    `session` is the value of the cookie that an answer sets.
    """

    here: str
    elsewhere: str
    downgraded: str | None = None
    session: str = ""

    def base(self, lead: Lead) -> str:
        """The base URL of a name; another host for one that there is none of, and for `there`."""
        found = {"here": self.here, "elsewhere": self.elsewhere, "downgraded": self.downgraded}
        return found.get(lead) or self.elsewhere


def location(spelling: str, base: str, here: str) -> str:
    """How a redirect names the base URL that it leads to; `here` is the client's own."""
    if not spelling:
        return base
    scheme, _, host = base.partition("://")
    own = here.partition("://")[2]
    return SPELLINGS[spelling].text.format(scheme=scheme, host=host, own=own)


def moved(path: str) -> str | None:
    """The path that was asked for before a redirect led to this one, None if none did.

    In some spellings a client that stays on its host takes the other one for a part of the path.
    """
    _, there, asked = path.rpartition(f"{MOVED}/")
    return f"/{asked}" if there else None
