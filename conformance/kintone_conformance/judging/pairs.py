"""Sequences in which every call follows every other, cut into pieces for one object each."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TypeVar

_T = TypeVar("_T", bound=Hashable)
_Item = TypeVar("_Item")
PIECE = 4  # calls on one object


def every_pair(items: Sequence[_T]) -> list[_T]:
    """A sequence in which each ordered pair of items, equal ones too, is met exactly once.

    An Eulerian circuit of the complete graph with loops: n * n + 1 items.
    """
    left = {item: list(reversed(items)) for item in items}
    path, stack = [], [items[0]] if items else []
    while stack:
        following = left[stack[-1]]
        if following:
            stack.append(following.pop())
        else:
            path.append(stack.pop())
    return path[::-1]


def batches(items: Sequence[_Item], size: int) -> Iterator[Sequence[_Item]]:
    """The items in order, so many at a time; the last may be fewer. None of no items."""
    for start in range(0, len(items), max(size, 1)):
        yield items[start : start + size]


def pieces(
    sequence: Sequence[_T], together: Callable[[Sequence[_T]], bool], size: int = PIECE
) -> Iterator[tuple[_T, ...]]:
    """The sequence in pieces that overlap by one, each of items that can be `together`.

    A pair that cannot be on one object is left out.
    """
    at = 0
    while at < len(sequence) - 1:
        end = at + 1
        while end < len(sequence) and end - at < size and together(sequence[at : end + 1]):
            end += 1
        if end - at > 1:
            yield tuple(sequence[at:end])
        at = max(end - 1, at + 1)
