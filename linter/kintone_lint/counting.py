"""A number with its noun, for both tools. Imports nothing of ours."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """`1 finding`, `2 findings`. The noun ends the text; its plural has an s."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
