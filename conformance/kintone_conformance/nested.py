"""What is inside values of JSON."""

from __future__ import annotations

from collections.abc import Iterator


def texts_in(value: object) -> Iterator[str]:
    """The texts in lists and objects, however deep, in order; not the names."""
    match value:
        case str():
            yield value
        case list() | tuple():
            for item in value:
                yield from texts_in(item)
        case dict():
            for item in value.values():
                yield from texts_in(item)
