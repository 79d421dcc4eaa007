"""Binds a property to its entry in the catalogue, and makes it a pytest test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from hypothesis.stateful import RuleBasedStateMachine
from hypothesis.strategies import SearchStrategy

from kintone_conformance.spec.requirements import Requirement, requirements
from kintone_conformance.strategies import Asked

Body = Callable[..., None]


Values = SearchStrategy[Any] | Callable[[Asked], SearchStrategy[Any]]


@dataclass(frozen=True)
class Property:
    """A requirement, the property that judges it, and where its inputs come from.

    `machine` judges in place of `body` where the order of calls is what matters.
    """

    requirement: Requirement
    body: Body
    values: Mapping[str, Values]
    machine: Callable[..., RuleBasedStateMachine] | None = None

    def strategies(self, asked: Asked) -> dict[str, SearchStrategy[Any]]:
        """The strategies for one client."""
        return {
            name: value if isinstance(value, SearchStrategy) else value(asked)
            for name, value in self.values.items()
        }


class Examiner(Protocol):
    """What the plugin hands to a requirement's test."""

    def examine(self, prop: Property) -> None:
        """Judge the property and report it; raises as pytest expects where it does not pass."""


def requirement(
    id_: str,
    /,
    *,
    machine: Callable[..., RuleBasedStateMachine] | None = None,
    **values: Values,
) -> Callable[[Body], Callable[[Examiner], None]]:
    """Make a test of a property `(judge, **values) -> None` that raises Broken.

    `values` are Hypothesis strategies, or functions from `Asked` to one; a `machine` is made with
    `(judge, asked, example)`. Raises KeyError for an id that is not in the catalogue.
    """
    entry = requirements()[id_]

    def bind(body: Body) -> Callable[[Examiner], None]:
        prop = Property(entry, body, values, machine)

        def test(kintone_examiner: Examiner) -> None:
            kintone_examiner.examine(prop)

        test.__doc__ = f"{entry.id} {entry.level}: {entry.sentence}"
        test.__name__ = body.__name__
        test.property = prop  # type: ignore[attr-defined]
        return test

    return bind
