"""A report as people are shown it: every text in it made harmless, whoever it is from.

What a driver, an SDK, a manifest or a baseline says goes to terminals, logs and pages; here all of
it becomes plain text, whichever fields a report has. `report.json` has the texts as they are.
"""

from __future__ import annotations

import dataclasses
from enum import Enum
from typing import Any, TypeVar

import msgspec

from kintone_lint.escaping import visible

_LINES = {"expected", "sent", "difference", "hint", "details", "wires", "reproduce"}
"""The fields that may have several lines; whoever shows one indents them."""

_Value = TypeVar("_Value")


def plain(value: _Value) -> _Value:
    """A report, row or result without control characters, commands and forged lines.

    The client and parameters of a counterexample stay as they are: `described` makes them a text.
    """
    made: _Value = _plain(value, "")
    return made


def _plain(value: Any, field: str) -> Any:
    if isinstance(value, str) and not isinstance(value, Enum):
        return visible(value, "\n" if field in _LINES else "")
    if isinstance(value, tuple):
        return tuple(_plain(each, field) for each in value)
    if isinstance(value, msgspec.Struct):
        names = value.__struct_fields__
        return msgspec.structs.replace(
            value, **{name: _plain(getattr(value, name), name) for name in names}
        )
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = tuple(each.name for each in dataclasses.fields(value))
        return dataclasses.replace(
            value, **{name: _plain(getattr(value, name), name) for name in names}
        )
    return value
