"""Smaller values in the place of one: what a scenario is made smaller with.

Nothing becomes a value that is special to a language ("", "0", null) if it was not so before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kintone_conformance.nested import texts_in

_DIGITS = re.compile(r"\d+")
_SPECIAL: tuple[object, ...] = ("", "0", " ", None, "null", 0, False)


def shorter_bytes(content: bytes) -> Iterator[bytes]:
    size = len(content)
    while size > 1:
        size //= 2
        yield content[:size]
        yield content[size:]
    if len(content) > 4_096:
        yield content[: len(content) - len(content) // 8]


def smaller_values(value: Any) -> Iterator[Any]:
    """Smaller values in the place of one, the smallest first."""
    match value:
        case str():
            yield from shorter(value)
        case list():
            yield from _shorter_lists(value)
        case dict():
            yield from _smaller_objects(value)
        case int() if not isinstance(value, bool) and value > 7:
            yield from _shorter_numbers(value)
        case float():
            yield from filter(None, map(int, _DIGITS.findall(repr(value))))


def shorter(text: str) -> Iterator[str]:
    """Pieces of a text: halves, then without a few characters; CR LF is not cut."""
    seen = {text}
    size = len(text)
    while size > 1:
        size = (size + 1) // 2
        for start in range(0, len(text), size):
            for piece in (text[start : start + size], text[:start] + text[start + size :]):
                cut = (piece.startswith("\n") and "\r\n" in text) or piece.endswith("\r")
                if piece not in seen and piece not in _SPECIAL and not cut:
                    seen.add(piece)
                    yield piece
        if size == 1 or len(seen) > 24:
            return
    if len(set(text)) > 1 and len(text) > 24:
        yield text[0] * len(text)


def _shorter_numbers(number: int) -> Iterator[int]:
    """Seven, pieces of the digits, which may be what matters, and the half."""
    yield 7
    for piece in shorter(str(number)):
        if not piece.startswith("0"):
            yield int(piece)
    yield number // 2


def _shorter_lists(values: Sequence[Any]) -> Iterator[list[Any]]:
    size = len(values)
    while size > 1:
        size //= 2
        yield [*values[:size]]
        yield [*values[size:]]
    if 1 < len(values) <= 12:
        for at in range(len(values)):
            yield [*values[:at], *values[at + 1 :]]
    first = values[0] if values else None
    if isinstance(first, dict):
        for plain in _smaller_objects(first):  # the same for all elements at once
            yield [
                {name: plain.get(name, item[name]) for name in item if name in plain}
                if isinstance(item, dict)
                else item
                for item in values
            ]
            if len(values) == 1:
                yield [plain]
    elif len(values) <= 3:
        for at, value in enumerate(values):
            for plain in smaller_values(value):
                yield [*values[:at], plain, *values[at + 1 :]]


def _smaller_objects(value: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name in value:
        if len(value) > 1:
            yield {name: value[name]}
    for name in value:
        if len(value) > 1:
            yield {each: item for each, item in value.items() if each != name}
    if isinstance(value.get("value"), list):  # of a field: what it holds inside may do as well
        for text in dict.fromkeys(texts_in(value["value"])):
            yield {**value, "value": text}
    for name, item in value.items():
        for plain in smaller_values(item):
            yield {**value, name: plain}
    if len(value) == 1 and "title" not in value and "value" not in value:
        yield {"title": next(iter(value.values()))}
