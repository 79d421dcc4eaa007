"""Frozen data: what `dataclass(frozen=True)` makes of a class, at a fraction of what that costs.

`dataclass` compiles six functions for each class: a third of what it takes to start the linter.
Here one is compiled, and the others are the same for all classes. Imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, field
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

_Made = TypeVar("_Made", bound=type)
_FIELDS = "__dataclass_fields__"  # what `dataclasses.replace` reads
_NEW = object()


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(*, eq: bool = True) -> Callable[[_Made], _Made]:
    """Makes a class frozen data: fields with defaults and factories, equal by value if `eq`.

    `dataclasses.replace` works, and so do `match`, subclasses and `__post_init__`.
    """

    def made(cls: _Made) -> _Made:
        fields = _fields(cls)
        names = tuple(fields)
        setattr(cls, _FIELDS, fields)
        setattr(cls, "__init__", _init(cls, fields))  # noqa: B010
        setattr(cls, "__match_args__", names)  # noqa: B010
        setattr(cls, "__setattr__", _refuse)  # noqa: B010
        setattr(cls, "__delattr__", _refuse)  # noqa: B010
        if "__repr__" not in cls.__dict__:
            setattr(cls, "__repr__", _repr)  # noqa: B010
        if eq:
            _compare(cls, names)
        return cls

    return made


def _fields(cls: type) -> dict[str, Field[Any]]:
    """Those of the bases, then its own, in order."""
    found: dict[str, Field[Any]] = {}
    for base in reversed(cls.__mro__[1:]):
        found |= getattr(base, _FIELDS, {})
    for name, kind in cls.__annotations__.items():
        if str(kind).startswith(("ClassVar", "typing.ClassVar")):
            continue
        given = cls.__dict__.get(name, MISSING)
        one: Field[Any] = given if isinstance(given, Field) else field(default=given)
        one.name = name
        if given is one:
            if one.default is MISSING:
                delattr(cls, name)
            else:
                setattr(cls, name, one.default)
        found[name] = one
    return found


def _init(cls: type, fields: dict[str, Field[Any]]) -> Callable[..., None]:
    """The only function that is compiled: it is called for each object."""
    scope: dict[str, Any] = {"_NEW": _NEW}
    parameters, lines = ["self"], ["_VALUES = self.__dict__"]
    for name, one in fields.items():
        value = name
        if one.default_factory is not MISSING:
            scope[f"_MAKE_{name}"] = one.default_factory
            parameters.append(f"{name}=_NEW")
            value = f"_MAKE_{name}() if {name} is _NEW else {name}"
        elif one.default is not MISSING:
            scope[f"_DEFAULT_{name}"] = one.default
            parameters.append(f"{name}=_DEFAULT_{name}")
        else:
            parameters.append(name)
        lines.append(f"_VALUES[{name!r}] = {value}")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    exec(f"def __init__({', '.join(parameters)}):\n " + "\n ".join(lines), scope)
    made: Callable[..., None] = scope["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _compare(cls: type, names: tuple[str, ...]) -> None:
    """Equal are objects of one class whose fields are equal."""
    values: Callable[[object], Any] = attrgetter(*names) if names else lambda _: ()

    def eq(self: object, other: object) -> object:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return bool(values(self) == values(other))

    setattr(cls, "__eq__", eq)  # noqa: B010
    setattr(cls, "__hash__", lambda self: hash(values(self)))  # noqa: B010


def _refuse(self: object, name: str, *_value: object) -> None:
    raise FrozenInstanceError(f"cannot change field {name!r}")


def _repr(self: object) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in getattr(self, _FIELDS))
    return f"{type(self).__qualname__}({shown})"
