"""What the patterns of a `match` give names to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from kintone_lint.python.scopes import Key, Rest, Step
from kintone_lint.python.tree import spelled

Path = tuple[Step, ...]
_BUILT_IN = {"str", "int", "bytes", "dict", "list", "tuple", "float", "bool"}
_DEEP = 8  # patterns in patterns


def captures(
    pattern: cst.CSTNode, path: Path | None = (), depth: int = 0
) -> Iterator[tuple[str, Path | None]]:
    """Each name, and where in the subject its value is; None if that is not known."""
    if depth > _DEEP:
        path = None
    match pattern:
        case cst.MatchAs(pattern=inner, name=name):
            if isinstance(name, cst.Name):
                yield name.value, path
            if inner is not None:
                yield from captures(inner, path, depth + 1)
        case cst.MatchStar(name=cst.Name(value=name)):
            yield name, path
        case cst.MatchList(patterns=patterns) | cst.MatchTuple(patterns=patterns):
            for each, step in _steps(patterns):
                at = None if path is None else (*path, step)
                yield from captures(each, at, depth + 1)
        case cst.MatchMapping(elements=elements, rest=rest):
            for element in elements:
                key = element.key.value if isinstance(element.key, cst.MatchValue) else element.key
                known = spelled(key) if isinstance(key, cst.BaseExpression) else None
                at = None if path is None or known is None else (*path, Key(known))
                yield from captures(element.pattern, at, depth + 1)
            if isinstance(rest, cst.Name):
                yield rest.value, None
        case cst.MatchClass(cls=kind, patterns=patterns, kwds=keywords):
            built_in = isinstance(kind, cst.Name) and kind.value in _BUILT_IN
            for positional in patterns:
                at = path if built_in else None
                yield from captures(positional.value, at, depth + 1)
            for keyword in keywords:
                yield from captures(keyword.pattern, None, depth + 1)
        case cst.MatchOr(patterns=options):
            for option in options:
                yield from captures(option.pattern, None, depth + 1)


def _steps(
    patterns: Sequence[cst.MatchSequenceElement | cst.MatchStar],
) -> Iterator[tuple[cst.CSTNode, Step]]:
    """The patterns of a sequence with their places; those after a star from the end."""
    starred = False
    for index, each in enumerate(patterns):
        after = index - len(patterns)
        if isinstance(each, cst.MatchStar):
            starred = True
            yield each, Rest(index, -after - 1)
        else:
            yield each.value, after if starred else index
