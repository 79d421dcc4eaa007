"""The catalogue of what a client is held to, by KC id, read from `requirements.toml`.

The property that judges a requirement is in `suite`; what it means is here, once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from kintone_conformance.spec.calls import calls
from kintone_conformance.spec.doors import ALL_DOORS
from kintone_conformance.spec.endpoints import Product

Level = Literal["MUST", "SHOULD", "NOTE"]

FAMILIES: Mapping[str, str] = {
    "KC1": "Password",
    "KC2": "API token",
    "KC3": "OAuth, Basic, session",
    "KC4": "Guest space",
    "KC5": "URL, query, body",
    "KC6": "Secrets and TLS",
    "KC7": "State",
    "KC8": "Errors",
    "KC9": "Every operation",
}


# Key: a requirement that is broken as well by a defect that breaks one of its values; its finding
# is then shown under the value.
COMES_WITH: Mapping[str, tuple[str, ...]] = {
    "KC311": ("KC308",),
    "KC203": ("KC202",),
    "KC204": ("KC202",),
    "KC526": ("KC511",),
    "KC617": ("KC602", "KC603"),
    "KC702": ("KC701",),
    "KC810": ("KC804",),
    "KC813": ("KC814",),
}

# About a kind of credentials as a whole: what is refused with one is, in every operation.
OF_KINDS = ("KC101", "KC201", "KC301", "KC304")


@dataclass(frozen=True)
class Requirement:
    """One thing a client must, should or is noted to do.

    `needs` are capabilities the client must declare, all of them, or one of `a|b`; `calls` are API
    names of which it must serve at least one, and the judge takes all that it serves; `doors` are
    those through which it can be judged, all if it names none.

    The example: a client that is asked for `given` and is wrong gives `bad`, one that is right
    `good`. Both are what goes over the wire, or what the client says, up to five lines; a line in
    parentheses is a remark. `fix` tells the author of a client what to change, `since` is the
    version of the suite that had it first.
    """

    id: str
    name: str
    level: Level
    sentence: str
    why: str
    given: str
    bad: str
    good: str
    fix: str
    since: str
    source: str
    facts: tuple[str, ...]
    calls: tuple[str, ...]
    needs: frozenset[str]
    doors: tuple[str, ...]

    def lacking(self, supports: Set[str]) -> list[str]:
        """What a client that declares these capabilities would have to declare as well."""
        return sorted(need for need in self.spelt_needs if not supports & {*need.split(" or ")})

    @cached_property
    def spelt_needs(self) -> list[str]:
        """The needs as a person reads them: `basic`, `auth.token or auth.oauth`."""
        return sorted(need.replace("|", " or ") for need in self.needs)

    @property
    def family(self) -> str:
        """The title of the family: `Password` for KC1xx."""
        return FAMILIES[self.id[:3]]


@cache
def requirements() -> Mapping[str, Requirement]:
    """Every requirement by id, in order of id."""
    import tomllib  # 6 ms that only the suite should pay

    path = Path(__file__).with_name("requirements.toml")
    entries = tomllib.loads(path.read_text("utf-8"))
    groups = entries.pop("groups") | _operations()
    return {
        id_: Requirement(
            **{
                **fields,
                "id": id_,
                "facts": tuple(fields["facts"]),
                "needs": frozenset(fields.get("needs", ())),
                "calls": tuple(_expanded(fields["calls"], groups)),
                "doors": tuple(fields.get("doors", ALL_DOORS)),
            }
        )
        for id_, fields in sorted(entries.items())
    }


def _operations() -> Mapping[str, Sequence[str]]:
    """The calls that are not core ones, as groups: all, those under /k, those with credentials."""
    found = [spec for spec in calls().values() if not spec.core]
    kintone = [spec for spec in found if spec.endpoint.product is Product.KINTONE]
    secured = [spec for spec in found if spec.endpoint.auth - {"oauth-client"}]
    groups = {"operations": found, "kintone-operations": kintone, "secured-operations": secured}
    return {name: [spec.api for spec in specs] for name, specs in groups.items()}


def _expanded(names: Sequence[str], groups: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for name in names:
        if name.startswith("@"):
            yield from _expanded(groups[name[1:]], groups)
        else:
            yield name
