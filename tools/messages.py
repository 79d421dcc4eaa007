"""Every text of both tools that people read, with the place where it stands, as `make messages`.

    python tools/messages.py

A text is a string with two words in a row, wherever it stands in the code: so a new message is
listed without further ado. Of docstrings only the help of commands is a text. Texts in data (the
requirements and the facts) are listed too. `tests/conformance/test_glossary.py` checks them against
the glossary.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
_PACKAGES = ("linter/kintone_lint", "conformance/kintone_conformance")
_DATA = ("requirements.toml", "facts.toml")
_WORDS = re.compile(r"[A-Za-z]{2}[,;:]? +[`'\"(]?[A-Za-z]{1,}")
_NOT_READ = frozenset({"regex", "compile", "Bad", "TypeVar", "getLogger", "cast"})
"""What takes strings that nobody reads: patterns, and examples of code."""
_CODE = frozenset({"bad", "good", "_BASH", "_ZSH", "words", "CODE_WORDS", "MEANING", "__all__"})
"""Names of strings that are code, or words to look for."""


class Message(NamedTuple):
    """A text, its place as `file:line`, and the function that takes it or the name it has."""

    place: str
    maker: str
    text: str


def messages() -> Iterator[Message]:
    """Every text, file by file."""
    for package in _PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            name = file.relative_to(ROOT).as_posix()
            if "/starters/" in name:
                continue  # they are the user's own code
            yield from in_code(name, ast.parse(file.read_text("utf-8")))
        for data in _DATA:
            for file in sorted((ROOT / package).rglob(data)):
                table = tomllib.loads(file.read_text("utf-8"))
                yield from _in_data(file.relative_to(ROOT).as_posix(), table)


def in_code(name: str, tree: ast.Module) -> Iterator[Message]:
    """The texts in a module."""
    helps = {id(node) for node in _helps(tree)}
    seen = {id(node) for node in _docstrings(tree)} - helps
    yield from _below(name, tree, "", seen)


def _below(name: str, node: ast.AST, maker: str, seen: set[int]) -> Iterator[Message]:
    """The texts in a node; `seen` are nodes that are no texts, or pieces of one that is listed."""
    if id(node) in seen:
        return
    if isinstance(node, ast.Call):
        maker = _called(node.func)
        if maker in _NOT_READ:
            return
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        maker = _assigned(node) or maker
        if maker in _CODE:
            return
    elif isinstance(node, ast.keyword) and node.arg in _CODE:
        return
    text = _text(node)
    if text is not None and _WORDS.search(text):
        yield Message(f"{name}:{getattr(node, 'lineno', 0)}", maker, text)
    for child in ast.iter_child_nodes(node):
        if isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant):
            continue
        yield from _below(name, child, maker, seen)


def _text(node: ast.AST) -> str | None:
    """A string as its reader sees it, with {…} for what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            f"{{{ast.unparse(each.value)}}}"
            if isinstance(each, ast.FormattedValue)
            else str(getattr(each, "value", ""))
            for each in node.values
        )
    return None


def _called(function: ast.expr) -> str:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return str(name)


def _assigned(node: ast.Assign | ast.AnnAssign) -> str:
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    return target.id if isinstance(target, ast.Name) else ""


def _docstrings(tree: ast.Module) -> Iterator[ast.AST]:
    """Strings that stand alone: docstrings, and those of attributes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _helps(tree: ast.Module) -> Iterator[ast.AST]:
    """The docstrings of commands."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef):
            continue
        made = [each.func for each in node.decorator_list if isinstance(each, ast.Call)]
        if any(_called(each) in ("command", "group") for each in made):
            first = node.body[0]
            if isinstance(first, ast.Expr):
                yield first.value


def _in_data(name: str, value: Any, path: str = "") -> Iterator[Message]:
    if isinstance(value, dict):
        for key, each in value.items():
            if key not in ("source", "sources", "bad", "good", "groups"):
                yield from _in_data(name, each, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for each in value:
            yield from _in_data(name, each, path)
    elif isinstance(value, str) and _WORDS.search(value):
        yield Message(f"{name}:{path.partition('.')[0]}", path.rpartition(".")[2], value)


def main() -> None:
    """Print them, under the name of each file."""
    last = ""
    for place, _, text in messages():
        name, _, at = place.rpartition(":")
        if name != last:
            sys.stdout.write(f"\n{name}\n")
            last = name
        sys.stdout.write(f"  {at}: {' '.join(text.split())}\n")


if __name__ == "__main__":
    main()
