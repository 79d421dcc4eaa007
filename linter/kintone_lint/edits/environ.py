"""Whether a file may replace or empty `os.environ`, or a part of it: in doubt it does.

Asked before code is made to read a variable. Reads are a closed list; anything else that is done
with `os`, with the mapping, or with another name for one of them, may change it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kintone_lint.patterns import regex

_READING = {"get", "copy", "items", "keys", "values", "setdefault", "update", "__contains__"}
_COPYING = {"dict", "list", "set", "sorted", "tuple", "len", "print", "str", "repr", "bool"}
_RUNNING = {"exec", "eval"}
_NAMESPACES = {"setattr", "delattr", "vars", "globals", "locals", "__dict__"}
_LOADING = {"import_module", "__import__"}
_NAMED = regex(r"(?:\w+\.)*environb?")


def may_be_changed(tree: ast.Module) -> bool:
    """Whether anything in a file may change the mapping in any way but setting variables."""
    modules, mappings = _names(tree)
    for above in ast.walk(tree):
        words = set(_words(above))
        if words & _RUNNING or any(_NAMED.fullmatch(word) for word in _texts(above)):
            return True
        if (modules and words & _NAMESPACES) or _loads(above):
            return True
        for node in ast.iter_child_nodes(above):
            if _is(node, modules) and not _takes_of_module(node, above):
                return True
            mapping = isinstance(node, ast.Attribute) and node.attr in ("environ", "environb")
            if (mapping or _is(node, mappings)) and not _reads(node, above):
                return True
    return False


def _names(tree: ast.Module) -> tuple[set[str], set[str]]:
    """What `os` is called in a file that has it, and what its mapping is called."""
    modules, mappings = set(), {"environ", "environb"}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=aliases):
                for each in aliases:
                    if each.name.partition(".")[0] == "os":
                        modules |= {each.asname or "os", "os"}
            case ast.ImportFrom(module="os", names=aliases):
                modules.add("os")
                mappings |= {
                    each.asname or each.name
                    for each in aliases
                    if each.name in ("environ", "environb")
                }
            case ast.Name(id="os"):
                modules.add("os")
    return modules, mappings


def _loads(node: ast.AST) -> bool:
    """Whether the module is imported without a statement."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[first, *_]):
            return name in _LOADING and "os" in _texts(first)
    return False


def _texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _words(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=word) | ast.Attribute(attr=word):
            yield word
    yield from _texts(node)


def _is(node: ast.AST, names: set[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def _takes_of_module(node: ast.AST, above: ast.AST) -> bool:
    """Whether a name of the module is bound, which is asked elsewhere, or something is read."""
    if not isinstance(getattr(node, "ctx", None), ast.Load):
        return True
    return isinstance(above, ast.Attribute) and isinstance(above.ctx, ast.Load)


def _reads(node: ast.AST, above: ast.AST) -> bool:
    """Whether the mapping is read, copied or given a variable, and no other name."""
    if not isinstance(getattr(node, "ctx", None), ast.Load):
        return False
    match above:
        case ast.Subscript(value=mapping, ctx=ast.Load() | ast.Store()):
            return mapping is node
        case ast.Attribute(attr=method):
            return method in _READING
        case ast.keyword(arg=name):
            return name in (None, "env")
        case ast.Dict(keys=keys, values=values):
            return any(k is None and v is node for k, v in zip(keys, values, strict=True))
        case ast.Call(func=ast.Name(id=name)):
            return name in _COPYING
        case ast.For(iter=source) | ast.AsyncFor(iter=source) | ast.comprehension(iter=source):
            return source is node
    return isinstance(above, ast.Compare | ast.BinOp | ast.Starred)
