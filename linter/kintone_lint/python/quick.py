"""Imports libcst in half the time, and has its nodes made sooner.

libcst has nearly two hundred kinds of nodes, all frozen data classes. For each of them `dataclass`
compiles three functions, and a frozen node is set field by field through `object`. Here its nodes
are not frozen, and what makes one is compiled when its kind is first met. They are abstract base
classes, too, which `isinstance` asks through a function in Python; here they are plain classes. To
be imported before anything imports libcst. If it is not, or this libcst is made in another way, it
is as it always is.
"""

from __future__ import annotations

import abc
import dataclasses
import sys
from collections.abc import Callable
from typing import Any

_NODES = "libcst._nodes."
_given = dataclasses.dataclass
_abstract = abc.ABC


class _Kind(abc.ABCMeta):
    """The metaclass of what stands for `ABC`: it makes nodes plain classes, and others abstract."""

    def __new__(mcs, name: str, bases: tuple[type, ...], space: dict[str, Any]) -> Any:
        if not space["__module__"].startswith(_NODES):
            given = tuple(_abstract if base is _Plain else base for base in bases)
            return abc.ABCMeta(name, given, space)
        return type(name, tuple(base for base in bases if base is not _Plain), space)


_Plain = abc.ABCMeta.__new__(_Kind, "ABC", (), {})


def _quick(cls: type | None = None, /, **options: Any) -> Any:
    """`dataclass`; of the methods that it makes, nodes get the one that they need, and later."""

    def made(cls: type) -> type:
        if options != {"frozen": True} or not cls.__module__.startswith(_NODES):
            found: type = _given(**options)(cls)
            return found
        setattr(cls, "__init__", _compiled_later())  # noqa: B010
        node: type = _given(init=False, repr=False, eq=False)(cls)
        if not all(field.init and not field.kw_only for field in dataclasses.fields(node)):
            raise TypeError("a constructor that is not of this kind")
        return node

    return made if cls is None else made(cls)


def _compiled_later() -> Callable[..., None]:
    def first(self: Any, *args: Any, **given: Any) -> None:
        for kind in type(self).__mro__:
            if kind.__dict__.get("__init__") is first:
                setattr(kind, "__init__", _init(kind))  # noqa: B010
        type(self).__init__(self, *args, **given)

    return first


def _init(kind: type) -> Callable[..., None]:
    """What `dataclass` makes for a class that is not frozen."""
    known: dict[str, Any] = {"MISSING": dataclasses.MISSING}
    parameters, lines = ["self"], []
    for number, field in enumerate(dataclasses.fields(kind)):
        name, value = field.name, field.name
        default = ""
        if field.default is not dataclasses.MISSING:
            known[f"default{number}"] = field.default
            default = f"=default{number}"
        elif field.default_factory is not dataclasses.MISSING:
            known[f"make{number}"] = field.default_factory
            default = "=MISSING"
            value = f"make{number}() if {name} is MISSING else {name}"
        parameters.append(name + default)
        lines.append(f" self.{name} = {value}")
    text = f"def __init__({', '.join(parameters)}):\n{chr(10).join(lines)}\n self.__post_init__()"
    exec(text, known)
    found: Callable[..., None] = known["__init__"]
    return found


def _import() -> None:
    if "libcst" in sys.modules:
        return
    dataclasses.dataclass = _quick
    setattr(abc, "ABC", _Plain)  # noqa: B010
    try:
        import libcst  # noqa: F401
    except Exception:
        for name in [name for name in sys.modules if name.partition(".")[0] == "libcst"]:
            del sys.modules[name]
    finally:
        dataclasses.dataclass = _given
        setattr(abc, "ABC", _abstract)  # noqa: B010


_import()
