"""What `*args` and `**kwargs` of a function hold in a call of it."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from kintone_lint.python.scopes import parameters
from kintone_lint.python.values import Entry, Expr, Items, Literal, Mapping, Text, Value


def packed(
    function: cst.FunctionDef, given: Sequence[cst.Arg], taken: int, at: Expr
) -> dict[str, Expr | Value]:
    """By the name of the parameter; without one of which not all is known.

    `taken` arguments by position go to parameters with a name of their own.
    """
    found: dict[str, Expr | Value] = {}
    rest, named = function.params.star_arg, function.params.star_kwarg
    if isinstance(rest, cst.Param) and (more := _by_position(given, taken, at)) is not None:
        found[rest.name.value] = more
    if isinstance(named, cst.Param) and (more := _by_name(function, given, taken, at)) is not None:
        found[named.name.value] = more
    return found


def _by_position(given: Sequence[cst.Arg], taken: int, at: Expr) -> Expr | Value | None:
    plain = [arg for arg in given if arg.keyword is None and arg.star != "**"]
    starred = [number for number, arg in enumerate(plain) if arg.star]
    if starred == [taken] and len(plain) == taken + 1:  # all of it is handed on
        return at.beside(plain[taken].value)
    if starred:
        return None
    return Items(tuple(at.beside(arg.value) for arg in plain[taken:]), kind="tuple")


def _by_name(
    function: cst.FunctionDef, given: Sequence[cst.Arg], taken: int, at: Expr
) -> Expr | Value | None:
    own = {param.name.value for param in parameters(function.params)}
    keywords = {arg.keyword.value: arg for arg in given if arg.keyword is not None}
    more = {name: arg for name, arg in keywords.items() if name not in own}
    starred = [arg for arg in given if arg.star]
    if not starred:
        entries = (
            Entry(Text((Literal(name, arg, at.module),)), at.beside(arg.value), arg)
            for name, arg in more.items()
        )
        return Mapping(tuple(entries))
    plain = min(sum(arg.keyword is None for arg in given) - len(starred), taken)
    left = own - keywords.keys() - {"self", "cls"}
    by_keyword = {param.name.value for param in function.params.kwonly_params}
    if more or [arg.star for arg in starred] != ["**"]:
        return None
    if len(left) > plain or left & by_keyword:  # one of them may be in it
        return None
    return at.beside(starred[0].value)  # and none of its own parameters is in it
