"""Which requirements are asked for, by id, name or family."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kintone_conformance.errors import UsageError
from kintone_conformance.spec.requirements import FAMILIES, requirements
from kintone_lint.nearest import nearest


def requirement_ids(select: Sequence[str]) -> list[str]:
    """The ids to judge, by id, name or family. Raises UsageError for what is in no catalogue."""
    asked = {id_ for entry in select for word in entry.split(",") for id_ in _meant(word.strip())}
    return [id_ for id_ in requirements() if not select or id_ in asked]


def _nearest(word: str) -> str | None:
    """The id or name that is nearest to one that is not there.

    For a number it is that of the nearest id of its family, or of the nearest family.
    """
    number = re.fullmatch(r"KC(\d)(\d\d)", word.upper())
    if number is None:
        names = [entry.name for entry in requirements().values()]
        return nearest(word, requirements()) or nearest(word, names)
    near = min(FAMILIES, key=lambda prefix: abs(int(prefix[2]) - int(number[1])))
    family = [id_ for id_ in requirements() if id_.startswith(near)]
    return min(family, key=lambda id_: abs(int(id_[2:]) - int(word[2:])))


def _is_like_a_family(word: str) -> bool:
    """As KC, KC0 or 9, or the beginning of a title."""
    titled = any(title.lower().startswith(word.lower()) for title in FAMILIES.values())
    return bool(word) and (titled or bool(re.fullmatch(r"(KC)?\d?(XX)?", word.upper())))


def _meant(word: str) -> list[str]:
    """The ids that an id, a name or the start of an id stands for."""
    named = {entry.name: entry.id for entry in requirements().values()}
    prefix = re.sub("XX$", "", word.upper())
    found = [id_ for id_ in requirements() if id_.startswith(prefix) and len(prefix) >= 3]
    if word.lower() in named:
        found = [named[word.lower()]]
    if not found:
        if _is_like_a_family(word):
            families = "; ".join(f"{code} {title}" for code, title in FAMILIES.items())
            raise UsageError(f"there is no family {word!r}", f"the families are {families}")
        near = _nearest(word)
        hint = f"did you mean {near}? " if near else ""
        if prefix.startswith("KL"):
            hint = f"kintone-lint explain {prefix} explains a rule of the linter; "
        raise UsageError(
            f"there is no requirement {word!r}", f"{hint}kintone-conformance rules lists them"
        )
    return found
