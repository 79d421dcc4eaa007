"""Makes a pytest test of a requirement of the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kintone_conformance.judging.property import Property, Values
from kintone_conformance.spec.requirements import requirements


class Examiner(Protocol):
    """What the plugin hands to a requirement's test."""

    def examine(self, prop: Property) -> None:
        """Judge the property and report it; raises as pytest expects where it does not pass."""


def requirement(
    id_: str, /, *, made: Values = None, call: Values = None
) -> Callable[[Examiner], None]:
    """A test of a requirement, with strategies for objects and calls where it is about texts.

    Raises KeyError for an id that is not in the catalogue.
    """
    prop = Property(requirements()[id_], made, call)

    def test(kintone_examiner: Examiner) -> None:
        kintone_examiner.examine(prop)

    test.__doc__ = f"{id_} {prop.requirement.level}: {prop.requirement.sentence}"
    test.__name__ = f"test_{id_.lower()}"
    test.property = prop  # type: ignore[attr-defined]
    return test
