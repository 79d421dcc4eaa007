"""The names of comprehensions: each has its own, and nobody outside sees them."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from kintone_lint.python.scopes import Binding

_COMPREHENSIONS = {cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp}


def in_comprehension(
    bindings: list[Binding], at: cst.CSTNode, around: Iterable[cst.CSTNode]
) -> tuple[Binding | None, list[Binding]]:
    """The binding by the comprehension around a place, and those by no comprehension."""
    loops = {each.at: each for each in bindings if type(each.at) is cst.CompFor}
    below = at
    for node in around:
        loop = getattr(node, "for_in", None) if type(node) in _COMPREHENSIONS else None
        while loop is not None and below is not loop:  # what a first loop runs over is outside
            if loop in loops:
                return loops[loop], []
            loop = loop.inner_for_in
        if type(node) is cst.CompFor and below is not node.iter and node in loops:
            return loops[node], []
        below = node
    return None, [each for each in bindings if type(each.at) is not cst.CompFor]
