"""Which nodes of a syntax tree edits change, and whether two trees are equal but for those."""

from __future__ import annotations

import ast
import bisect

from kintone_lint.edits.meaning import Position

Extent = tuple[Position, Position]
"""Where something starts and where it ends."""

DECODE = ".decode()"
"""What a fix may write after an expression."""


def extent(node: ast.AST) -> Extent | None:
    """Where a node starts, decorators among it, and where it ends; None for one without place."""
    line = getattr(node, "lineno", None)
    if line is None:
        return None
    start = (line, node.col_offset)  # type: ignore[attr-defined]
    for mark in getattr(node, "decorator_list", ()):
        start = min(start, (mark.lineno, 0))
    return start, (node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]


def holders(body: list[ast.stmt], spans: list[Extent]) -> list[ast.AST]:
    """The smallest node around each span, which are in order and apart.

    What is in an f-string belongs to the f-string.
    """
    top = ast.Module(body, [])
    found: list[ast.AST] = [top] * len(spans)
    starts = [start for start, _ in spans]
    left: list[tuple[ast.AST, int, int]] = [(top, 0, len(spans))]
    while left:
        node, first, last = left.pop()
        for child in [] if isinstance(node, ast.JoinedStr) else ast.iter_child_nodes(node):
            around = extent(child)
            low, high = first, last
            if around is not None:
                low = bisect.bisect_left(starts, around[0], first, last)
                high = bisect.bisect_right(starts, around[1], low, last)
                while low < high and spans[high - 1][1] > around[1]:
                    high -= 1
                found[low:high] = [child] * (high - low)
            if low < high:
                left.append((child, low, high))
    return found


def written(node: ast.JoinedStr) -> int:
    """The length of what is in an f-string outside its fields."""
    pieces = (each.value for each in node.values if isinstance(each, ast.Constant))
    return sum(len(each) for each in pieces if isinstance(each, str))


def undecoded(node: ast.AST) -> ast.AST:
    """What is before `.decode()` at the end of an expression; else the expression."""
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr="decode"), args=[], keywords=[]):
            return value
    return node


def _kept(node: ast.AST) -> list[ast.AST]:
    """What of a changed node has to stay: fields of an f-string, the owner of an attribute."""
    match node:
        case ast.JoinedStr(values=values):
            return [each for each in values if not isinstance(each, ast.Constant)]
        case ast.Attribute(value=value):
            return [value]
    return []


def _as_before(old: ast.JoinedStr, new: ast.JoinedStr) -> list[ast.AST]:
    """The fields of a changed f-string without a `.decode()` that has come to one."""
    found: list[ast.AST] = []
    before = _kept(old)
    for number, field in enumerate(_kept(new)):
        one = before[number] if number < len(before) else None
        if isinstance(one, ast.FormattedValue) and isinstance(field, ast.FormattedValue):
            bare = undecoded(field.value)
            if bare is not field.value and same(one.value, bare, {}):
                field = ast.FormattedValue(one.value, field.conversion, field.format_spec)
        found.append(field)
    return found


def same(old: object, new: object, changed: dict[ast.AST, ast.AST]) -> bool:
    """Whether two trees are equal, apart from the nodes that are changed. Needs no recursion."""
    left: list[tuple[object, object]] = [(old, new)]
    while left:
        one, other = left.pop()
        if isinstance(one, ast.AST) and one in changed:
            if changed[one] is not other:
                return False
            if isinstance(one, ast.JoinedStr) and isinstance(other, ast.JoinedStr):
                left.append((_kept(one), _as_before(one, other)))
            elif type(one) is type(other):
                left.append((_kept(one), _kept(changed[one])))
        elif type(one) is not type(other):
            return False
        elif isinstance(one, list) and isinstance(other, list):
            if len(one) != len(other):
                return False
            left += zip(one, other, strict=True)
        elif isinstance(one, ast.AST):
            left += ((getattr(one, f, None), getattr(other, f, None)) for f in one._fields)
        elif one != other:
            return False
    return True
