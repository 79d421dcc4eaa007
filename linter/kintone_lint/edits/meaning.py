"""What a name means at a place: the module of that name, nothing yet, or something else.

Asked before code that uses the module is written somewhere. In doubt the answer is OTHER: a scope
that binds the name in any other way, a star import, `global`, `exec`, or what may change
`os.environ` itself.
"""

from __future__ import annotations

import ast
import enum
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from kintone_lint.edits.environ import may_be_changed
from kintone_lint.patterns import regex
from kintone_lint.python.lines import Lines

Position = tuple[int, int]
"""A line from 1 and a column from 0 in bytes of UTF-8, as `ast` counts."""

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_SCOPES = (*_FUNCTIONS, ast.ClassDef, *_COMPREHENSIONS)
# What may change the meaning of a name that is not written: star imports, code and names in texts.
_ODD = regex(r"\bimport[\s\\(]*\*|\b(?:exec|eval|environb?)\b|\\[xuUN0-7]")
_NAMESPACES = {"globals", "locals", "vars", "setattr", "__dict__", "modules", "__builtins__"}


def position(text: str, lines: Lines, offset: int) -> Position:
    """Where an offset in code points is."""
    line, column = lines.at(offset)
    return line, len(text[offset - column + 1 : offset].encode("utf-8", "surrogatepass"))


class Meaning(enum.Enum):
    """What a name is: the module; nothing, so that an import at the top would do; or unclear."""

    MODULE = enum.auto()
    MISSING = enum.auto()
    OTHER = enum.auto()


@dataclass(eq=False)
class _Scope:
    node: ast.AST
    parent: _Scope | None
    imports: list[Position] = field(default_factory=list)  # ends of those that surely happen
    maybe: bool = False  # an import that happens under a condition
    other: bool = False

    @property
    def named(self) -> _Scope:
        """Where `:=` binds: comprehensions have no names of their own but their targets."""
        scope = self
        while isinstance(scope.node, _COMPREHENSIONS) and scope.parent is not None:
            scope = scope.parent
        return scope


def meanings(
    tree: ast.Module, text: str, name: str, places: Collection[Position]
) -> dict[Position, Meaning]:
    """What a name means where expressions start, in the tree of a text."""
    if _is_not_named(name, text):
        return dict.fromkeys(places, Meaning.MISSING)
    if name == "os" and may_be_changed(tree):
        return dict.fromkeys(places, Meaning.OTHER)
    scopes: dict[Position, _Scope] = {}
    dubious = handled = spelled = False
    top = _Scope(tree, None)
    left: list[tuple[ast.AST, _Scope]] = [(tree, top)]
    while left:
        node, scope = left.pop()
        if isinstance(node, ast.expr):
            place = (node.lineno, node.col_offset)
            if place in places:
                scopes[place] = scope
        _bind(node, name, scope)
        dubious = dubious or _is_dubious(node, name)
        handled = handled or _handles_namespaces(node)
        spelled = spelled or _spells(node, name)
        left += _below(node, scope)
    if dubious or (handled and spelled):
        return dict.fromkeys(places, Meaning.OTHER)
    return {place: _meaning(scopes.get(place), place) for place in places}


def _is_not_named(name: str, text: str) -> bool:
    """Whether nothing in a text can have to do with a module, so that its tree tells nothing more.

    Names are told as Python reads them, and no text in it is spelt with escapes.
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return not _ODD.search(plain) and not re.search(rf"\b{name}\b", plain)


def _meaning(scope: _Scope | None, place: Position) -> Meaning:
    if scope is None:
        return Meaning.OTHER
    visible = True  # names of a class are seen in its own body only
    through = False
    while True:
        if scope.other:
            return Meaning.OTHER
        if visible and (scope.imports or scope.maybe):
            if not through and any(end < place for end in scope.imports):
                return Meaning.MODULE
            return Meaning.MISSING if scope.parent is None else Meaning.OTHER
        if scope.parent is None:
            return Meaning.MISSING
        comprehension = isinstance(scope.node, _COMPREHENSIONS)
        scope = scope.parent
        in_class = isinstance(scope.node, ast.ClassDef)
        through = comprehension and in_class
        visible = comprehension or not in_class


def _below(node: ast.AST, scope: _Scope) -> Iterator[tuple[ast.AST, _Scope]]:
    """The nodes below one, each with the scope in which its names are looked up."""
    if not isinstance(node, _SCOPES):
        yield from ((child, scope) for child in ast.iter_child_nodes(node))
        return
    inner = _Scope(node, scope)
    if isinstance(node, _COMPREHENSIONS):
        for number, each in enumerate(node.generators):
            yield each.iter, inner if number else scope
            yield from ((part, inner) for part in (each.target, *each.ifs))
        results = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        yield from ((each, inner) for each in results)
    elif isinstance(node, ast.ClassDef):
        body = set(map(id, node.body))
        yield from (
            (child, inner if id(child) in body else scope) for child in ast.iter_child_nodes(node)
        )
    else:
        body = set(map(id, node.body if isinstance(node.body, list) else [node.body]))
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.arguments):
                yield from _arguments(child, scope, inner)
            else:
                yield child, inner if id(child) in body else scope


def _arguments(
    node: ast.arguments, outside: _Scope, inner: _Scope
) -> Iterator[tuple[ast.AST, _Scope]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.arg):
            yield child, inner
            if child.annotation is not None:
                yield child.annotation, outside
        else:
            yield child, outside


def _bind(node: ast.AST, name: str, scope: _Scope) -> None:
    match node:
        case ast.Import(names=aliases):
            for alias in aliases:
                if (alias.asname or alias.name.partition(".")[0]) == name:
                    _import(node, alias, name, scope)
        case ast.ImportFrom(names=aliases):
            if any((alias.asname or alias.name) == name for alias in aliases):
                scope.other = True
        case ast.NamedExpr(target=ast.Name(id=bound)) if bound == name:
            scope.named.other = True
        case ast.Name(id=bound, ctx=ast.Store() | ast.Del()) if bound == name:
            scope.other = True
        case ast.arg(arg=bound) if bound == name:
            scope.other = True
        case (
            ast.FunctionDef(name=bound)
            | ast.AsyncFunctionDef(name=bound)
            | ast.ClassDef(name=bound)
            | ast.ExceptHandler(name=bound)
            | ast.MatchAs(name=bound)
            | ast.MatchStar(name=bound)
            | ast.MatchMapping(rest=bound)
        ) if bound == name:
            scope.other = True


def _import(node: ast.Import, alias: ast.alias, name: str, scope: _Scope) -> None:
    if alias.name != name and (alias.asname or not alias.name.startswith(f"{name}.")):
        scope.other = True
    elif any(node is each for each in getattr(scope.node, "body", ())):
        scope.imports.append((node.end_lineno or node.lineno, node.end_col_offset or 0))
    else:
        scope.maybe = True


def _is_dubious(node: ast.AST, name: str) -> bool:
    """Whether a name may change its meaning in a way that is not followed here."""
    match node:
        case ast.ImportFrom(names=[ast.alias(name="*")]):
            return True
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            return name in names
    return type(node).__name__ in ("TypeVar", "ParamSpec", "TypeVarTuple", "TypeAlias") and (
        getattr(node, "name", None) == name
    )


def _handles_namespaces(node: ast.AST) -> bool:
    match node:
        case ast.Name(id=word) | ast.Attribute(attr=word):
            return word in _NAMESPACES
    return False


def _spells(node: ast.AST, name: str) -> bool:
    """Whether a name is written as a text, or as a keyword of a call."""
    match node:
        case ast.Constant(value=text) | ast.keyword(arg=text):
            return isinstance(text, str) and text == name
    return False
