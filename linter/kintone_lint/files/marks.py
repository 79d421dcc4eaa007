"""What the screen knows of a file after one pass over its tree, and of the files it imports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kintone_lint.records import record

if TYPE_CHECKING:
    import ast


@dataclass
class Reading:
    """What one pass over a tree collects: strings, names, imports, and marks of a few shapes."""

    strings: dict[str, None] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    imports: list[tuple[str, str | None, int]] = field(default_factory=list)
    statements: list[ast.stmt] = field(default_factory=list)
    commas: int = 0  # in strings without spaces
    long_list: bool = False
    long_dict: bool = False


@record()
class Marks:
    """Whether strings are unclear, and whether bases of URLs and whole paths are among them.

    `methods` are those that only another number of a name among them has: `record` and `records`.
    """

    unclear: bool = False
    bases: bool = False
    wholes: bool = False
    methods: frozenset[str] = frozenset()
