"""Frozen data: whatever the linter relies on works as in a frozen dataclass."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar

import pytest

from kintone_lint.records import record


@record()
class Mine:
    """A point."""

    kind: ClassVar[str] = "point"
    x: int
    y: int = 2
    names: list[str] = field(default_factory=list)

    @cached_property
    def size(self) -> int:
        return self.x + self.y


@dataclass(frozen=True)
class Theirs:
    """A point."""

    kind: ClassVar[str] = "point"
    x: int
    y: int = 2
    names: list[str] = field(default_factory=list)

    @cached_property
    def size(self) -> int:
        return self.x + self.y


@record()
class Below(Mine):
    z: int = 3


@record()
class Named:
    """What functions that are made for it could be confused by."""

    values: int
    new: int
    cls: int = 0
    fields: list[int] = field(default_factory=list)


@record(eq=False)
class Itself:
    x: int


BOTH = pytest.mark.parametrize("kind", [Mine, Theirs])


@BOTH
def test_fields_have_defaults_and_factories(kind: Callable[..., Any]) -> None:
    made = kind(1)
    assert (made.x, made.y, made.names, made.kind, made.size) == (1, 2, [], "point", 3)
    assert kind(1).names is not made.names
    assert kind(1, y=5).y == kind(1, 5).y == 5
    with pytest.raises(TypeError):
        kind()
    with pytest.raises(TypeError):
        kind(1, 2, [], 4)
    with pytest.raises(TypeError):
        kind(1, w=1)


@BOTH
def test_nothing_can_be_changed(kind: Callable[..., Any]) -> None:
    made = kind(1)
    with pytest.raises(FrozenInstanceError):
        made.x = 2
    with pytest.raises(FrozenInstanceError):
        made.other = 2
    with pytest.raises(FrozenInstanceError):
        del made.x
    assert made.x == 1


@BOTH
def test_equal_are_those_of_one_class_with_equal_fields(kind: Callable[..., Any]) -> None:
    names = ("a",)
    assert kind(1, 2, names) == kind(1, 2, names)
    assert hash(kind(1, 2, names)) == hash(kind(1, 2, names))
    assert kind(1, 2, names) != kind(1, 3, names)
    assert kind(1) != (1, 2, [])
    assert Mine(1).__eq__(Below(1)) is NotImplemented


@BOTH
def test_it_is_copied_pickled_replaced_and_matched(kind: Callable[..., Any]) -> None:
    made = kind(1, names=["a"])
    assert pickle.loads(pickle.dumps(made)) == copy.deepcopy(made) == made
    assert replace(made, x=5) == kind(5, names=["a"])
    assert repr(made).endswith("(x=1, y=2, names=['a'])")
    assert kind.__match_args__ == ("x", "y", "names")  # type: ignore[attr-defined]


def test_a_subclass_has_the_fields_of_its_base_first() -> None:
    assert Below(1, 2, [], 4).z == 4
    assert Below(1).z == 3
    assert Below.__match_args__ == ("x", "y", "names", "z")
    assert Mine(1).names == Below(1).names == []


def test_no_name_of_a_field_is_taken_for_another() -> None:
    made = Named(1, 2, 3, [4])
    assert (made.values, made.new, made.cls, made.fields) == (1, 2, 3, [4])
    assert made == replace(made) != Named(1, 2)


def test_without_values_each_is_equal_to_itself_only() -> None:
    assert Itself(1) != Itself(1)
    assert len({Itself(1), Itself(1)}) == 2
