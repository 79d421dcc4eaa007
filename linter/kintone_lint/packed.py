"""Findings as plain JSON values and back, with whatever fields they have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from kintone_lint.findings import (
    Confidence,
    Finding,
    Origin,
    Severity,
    Span,
    TextEdit,
    TextFix,
)

_KINDS: dict[str, Callable[..., Any]] = {
    kind.__name__: kind
    for kind in (Confidence, Finding, Origin, Path, Severity, Span, TextEdit, TextFix)
}


def packed(value: object) -> Any:
    """A value as lists, and objects of one key: the name of a type, with its arguments."""
    if isinstance(value, Path):
        return {"Path": [str(value)]}
    if isinstance(value, Enum):
        return {type(value).__name__: [value.value]}
    if is_dataclass(value):
        arguments = [packed(getattr(value, each.name)) for each in fields(value)]
        return {type(value).__name__: arguments}
    if isinstance(value, list | tuple):
        return [packed(each) for each in value]
    return value


def unpacked(value: Any) -> Any:
    """The value again; every list as a tuple."""
    if isinstance(value, list):
        return tuple(unpacked(each) for each in value)
    if isinstance(value, dict):
        ((name, arguments),) = value.items()
        return _KINDS[name](*map(unpacked, arguments))
    return value
