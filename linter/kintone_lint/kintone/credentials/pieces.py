"""A text as one string, and a range of it back in the literals that it is made of."""

from __future__ import annotations

from kintone_lint.python.values import Literal, Text
from kintone_lint.records import record


@record()
class Piece:
    """A range of a text: its literal, and all of them where it is put together from several."""

    literal: Literal
    pieces: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether one literal holds all of it."""
        return not self.pieces


def piece(value: Text, start: int, end: int) -> Piece | None:
    """A range of `flat(value)` in the source; None if a part of it is not known."""
    found: list[Literal] = []
    at = 0
    for part in value.parts:
        size = len(part.text) if isinstance(part, Literal) else 1
        if at + size > start and at < end:
            if not isinstance(part, Literal):
                return None
            found.append(part.cut(max(start - at, 0), min(end - at, size)))
        at += size
    if not found:
        return None
    if len(found) == 1:
        return Piece(found[0])
    whole = "".join(each.text for each in found)
    first = found[0]
    return Piece(
        Literal(whole, first.node, first.module), tuple(each.text for each in found if each.text)
    )
