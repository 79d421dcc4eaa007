"""The catalogue of the APIs that Kintone documents, and how to look one up.

Read from `endpoints.json` on first use. How a path is put together, and what can be wrong with
one, is in `urls`.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_GUEST_PREFIX = r"^/k/guest/[1-9][0-9]{0,18}/v1/"
_ANY_API_ID = "/k/v1/apis/"


class Guest(enum.StrEnum):
    """Whether an API has a form in guest spaces, `/k/guest/{id}/v1/…` (SPEC F20-F24).

    YES: it has. NO: none is documented. ONLY: it has no other. DISPUTED: the docs and the official
    JS SDK use the plain path only, both OpenAPI files list a guest form; prefer the plain path.
    """

    YES = "yes"
    NO = "no"
    ONLY = "only"
    DISPUTED = "disputed"


class Product(enum.StrEnum):
    """What an API belongs to: Kintone lives under `/k`, the others do not (SPEC F58, F71)."""

    KINTONE = "kintone"
    USER_API = "user-api"
    OAUTH = "oauth"


@dataclass(frozen=True)
class Endpoint:
    """One operation: a method on a path.

    `path` is the plain form, also if `guest` is ONLY. `auth` names the credentials accepted:
    `password`, `token` (API tokens), `oauth`, `session`; elsewhere `user-api-token` and
    `oauth-client`; empty if none are needed. `either` marks an API (file.json, SPEC F24) that
    may be called on both forms in a guest space, the guest form recommended. `sources` are keys
    of `citations()`, some with file and line after a colon.
    """

    method: str
    path: str
    guest: Guest
    auth: frozenset[str]
    product: Product
    sources: tuple[str, ...]
    scope: str | None = None
    either: bool = False
    note: str = ""

    @property
    def name(self) -> str:
        """What is between `/v1/` and `.json`: `preview/app/form/fields`.

        A path of another shape keeps the rest: `csv/user.csv`, `oauth2/token`.
        """
        return _name(self.path)

    @property
    def preview(self) -> bool:
        """It reads or writes the settings of an app that are not deployed yet."""
        return self.name.startswith("preview/")

    @property
    def in_guest_space(self) -> bool:
        """In a guest space it is called on the guest path: its form there is undisputed."""
        return self.guest in (Guest.YES, Guest.ONLY)


def _name(path: str) -> str:
    return path.removeprefix("/k").removeprefix("/v1").removeprefix("/").removesuffix(".json")


@cache
def _file() -> Mapping[str, object]:
    import json

    content: dict[str, object] = json.loads(
        Path(__file__).with_name("endpoints.json").read_text("utf-8")
    )
    return content


@cache
def catalogue() -> tuple[Endpoint, ...]:
    """Every documented operation: Kintone, User API, OAuth."""
    entries = _file()["endpoints"]
    assert isinstance(entries, list)
    return tuple(_endpoint(entry) for entry in entries)


def _endpoint(entry: dict[str, object]) -> Endpoint:
    typed = {
        **entry,
        "guest": Guest(str(entry["guest"])),
        "product": Product(str(entry["product"])),
        "auth": frozenset(_texts(entry["auth"])),
        "sources": tuple(_texts(entry["sources"])),
    }
    return Endpoint(**typed)  # type: ignore[arg-type]


def _texts(value: object) -> list[str]:
    assert isinstance(value, list)
    return value


def citations() -> Mapping[str, str]:
    """Where the facts come from: key of `Endpoint.sources` to a public address."""
    sources = _file()["sources"]
    assert isinstance(sources, dict)
    return sources


@cache
def _by_path() -> Mapping[str, tuple[Endpoint, ...]]:
    grouped: dict[str, tuple[Endpoint, ...]] = {}
    for endpoint in catalogue():
        grouped[endpoint.path] = (*grouped.get(endpoint.path, ()), endpoint)
    return grouped


def by_path(path: str) -> tuple[Endpoint, ...]:
    """The operations on a path, in its plain or its guest form, without query; () where unknown.

    Any API id matches `/k/v1/apis/{apiId}.json`, also one with slashes (SPEC F7). A guest form is
    looked up by its plain form: whether the API has one, `Endpoint.guest` tells.
    """
    plain = re.sub(_GUEST_PREFIX, "/k/v1/", path)
    found = _by_path().get(plain)
    if found is None and plain.startswith(_ANY_API_ID) and plain.endswith(".json"):
        segments = plain.removeprefix(_ANY_API_ID).removesuffix(".json").split("/")
        found = _by_path()["/k/v1/apis/{apiId}.json"] if all(segments) else ()
    return found or ()


def find(method: str, path: str) -> Endpoint | None:
    """The operation of a method on a path (as in `by_path`), or None."""
    return next((found for found in by_path(path) if found.method == method), None)


@cache
def _kintone_names() -> Mapping[str, Endpoint]:
    return {e.name: e for e in reversed(catalogue()) if e.product == Product.KINTONE}


@cache
def _spellings() -> Mapping[str, Endpoint]:
    """Names in lower case; Kintone's own win over the User API's (`file`)."""
    others = {e.name.lower(): e for e in catalogue() if e.product != Product.KINTONE}
    return {**others, **{name.lower(): e for name, e in _kintone_names().items()}}


def named(name: str) -> Endpoint | None:
    """An operation of this name, in whatever case the name is written; None if there is none.

    `file` gives Kintone's, not the User API's.
    """
    known = _spellings().get(name.lower())
    return known or next(iter(by_path(f"/k/v1/{name}.json")), None)


def nearest(name: str, limit: int = 2) -> Endpoint | None:
    """The Kintone API whose name is most like this one, at most `limit` edits away.

    None if nothing is near or two names are equally near: what was meant is not guessed. A
    short name allows fewer edits, one for each three characters.
    """
    allowed = min(limit, max(1, len(name) // 3))
    meant = closest(name, _kintone_names(), allowed)
    return _kintone_names()[meant] if meant else None


def one_or_many(name: str, method: str) -> Endpoint | None:
    """The one API with a method whose name has one word of this name in the plural, or singular.

    `record` for `records`, and `records` for `record`; None if there is none, or more than one.
    """
    words = name.split("/")
    found: list[Endpoint] = []
    for number, word in enumerate(words):
        other = word.removesuffix("s") if word.endswith("s") else f"{word}s"
        path = "/".join([*words[:number], other, *words[number + 1 :]])
        found += [each for each in by_path(f"/k/v1/{path}.json") if each.method == method]
    return found[0] if len(found) == 1 else None


def closest(word: str, words: Iterable[str], limit: int = 2) -> str | None:
    """The one word at the smallest edit distance up to `limit`; None if there is a tie."""
    near = sorted(
        (distance(word, other), other) for other in words if abs(len(word) - len(other)) <= limit
    )
    if not near or near[0][0] > limit or (len(near) > 1 and near[1][0] == near[0][0]):
        return None
    return near[0][1]


def distance(left: str, right: str) -> int:
    """Levenshtein distance: insertions, deletions and replacements of one character."""
    row = list(range(len(right) + 1))
    for index, character in enumerate(left, start=1):
        diagonal, row[0] = row[0], index
        for column, other in enumerate(right, start=1):
            diagonal, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, diagonal + (character != other)),
            )
    return row[-1]
