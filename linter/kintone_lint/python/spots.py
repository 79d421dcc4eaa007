"""Places in the source of a module, and what is to replace them."""

from __future__ import annotations

import libcst as cst

from kintone_lint.python.module import Module
from kintone_lint.records import record


@record()
class Spot:
    """A place in a module: a node, or a part of its source.

    `start` and `end` count code points from the start of the node, or from the start of the file
    if there is no node; `end` is None for the end of the node.
    """

    module: Module
    node: cst.CSTNode | None
    start: int = 0
    end: int | None = None


@record()
class Edit:
    """Replaces the source at `spot` by `text`."""

    spot: Spot
    text: str
