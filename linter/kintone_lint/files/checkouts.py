"""Many checkouts in one run: which of the named paths are checkouts, and which a shard has."""

from __future__ import annotations

import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from kintone_lint.patterns import regex

_SHARD = regex(r"(\d{1,5})/(\d{1,5})")


def checkouts_of(paths: Sequence[Path], named: Sequence[Path]) -> tuple[Path, ...]:
    """The paths that are the root of a repository, where several of those `named` are."""
    roots = {path: None for path in named if os.path.lexists(path / ".git")}
    return tuple(path for path in dict.fromkeys(paths) if path in roots and len(roots) > 1)


def part_of(shard: str) -> tuple[int, int] | None:
    """`2/8` as numbers; None for anything that is not a part of a whole."""
    match = _SHARD.fullmatch(shard.strip())
    if match is None:
        return None
    part, whole = int(match[1]), int(match[2])
    return (part, whole) if 1 <= part <= whole else None


def in_shard(paths: Sequence[Path], part: int, whole: int) -> list[Path]:
    """The paths of one of several shards: each path is in one of them, whichever others there are.

    A hash of the path as it is given decides. Paths of one repository go together, by the first of
    them in the alphabet: what is found in one can depend on the other.
    """
    together: dict[Path, list[Path]] = {}
    for path in paths:
        together.setdefault(_root(path), []).append(path)
    return [
        path
        for mine in together.values()
        if _number(min(each.as_posix() for each in mine), whole) == part
        for path in mine
    ]


def _number(path: str, whole: int) -> int:
    digest = sha256(path.encode("utf-8", "surrogateescape")).digest()
    return int.from_bytes(digest[:8], "big") % whole + 1


def _root(path: Path) -> Path:
    """The repository that a path is in; a folder outside of any is alone."""
    place = path.resolve()
    for each in (place, *place.parents):
        if os.path.lexists(each / ".git"):
            return each
    return place if place.is_dir() else place.parent
