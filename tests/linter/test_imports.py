"""Imports run one way: from a room to the rooms before it, and to the spec and libcst outside."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import kintone_lint

LINTER = Path(kintone_lint.__file__).parent
FILES = sorted(LINTER.rglob("*.py"))

# Each room may use itself and those named, which all stand before it. A row says no more than what
# is so, and docs/internals.md draws it.
ALLOWED = {
    "__init__": "",
    "errors": "",
    "nearest": "",
    "codes": "nearest",
    "escaping": "",
    "junit": "escaping",
    "bounded": "",
    "writing": "",
    "records": "",
    "patterns": "",
    "pages": "",
    "streams": "escaping",
    "counting": "",
    "left_out": "counting escaping",
    "findings": "left_out",
    "suppressions": "codes",
    "python": "bounded errors",
    "texts": "python",
    "config": "codes errors python",
    "settings": "bounded config errors",
    "edits": "findings python",
    "kintone": "config findings python texts",
    "files": "bounded config errors findings kintone left_out python suppressions texts",
    "baseline": "bounded codes config counting errors escaping findings kintone python writing",
    "rules": "codes errors escaping files findings kintone pages python",
    "engine": "baseline codes config counting edits errors escaping files findings kintone left_out"
    " python rules suppressions texts",
    "output": "codes counting edits errors escaping findings junit kintone left_out pages python"
    " rules texts",
    "fix": "baseline codes config edits engine errors files findings output python rules"
    " suppressions writing",
    "server": "baseline codes config counting edits engine errors escaping files findings fix"
    " kintone output pages python rules settings streams texts",
    "cli": "baseline codes config counting engine errors escaping files findings fix kintone"
    " left_out output python rules server settings streams texts writing",
    "__main__": "cli",
}
EVERYWHERE = {"records", "patterns"}  # in the place of dataclasses, and of re.compile
WITH_THE_SPEC = {"kintone", "files", "rules"}
OF_AN_EXTRA = {"server": {"pygls", "lsprotocol"}}


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


@cache
def imported(file: Path) -> tuple[str, ...]:
    return tuple(_imported(file))


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(file: Path) -> str:
    return file.relative_to(LINTER).parts[0].removesuffix(".py")


def test_a_room_imports_only_what_stands_before_it() -> None:
    used: dict[str, set[str]] = {room_of(file): set() for file in FILES}
    for file in FILES:
        parts = (name.split(".") for name in imported(file))
        mine = {each[1] for each in parts if each[0] == "kintone_lint"}
        used[room_of(file)] |= mine - {room_of(file)} - EVERYWHERE
    assert {room: " ".join(sorted(names)) for room, names in used.items()} == ALLOWED


def test_no_arrow_of_the_table_goes_upwards() -> None:
    before: set[str] = set()
    for room, names in ALLOWED.items():
        assert set(names.split()) <= before, room
        before.add(room)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(LINTER)))
def test_only_the_spec_libcst_and_yaml_are_used(file: Path) -> None:
    for name in imported(file):
        first = name.partition(".")[0]
        if first == "kintone_conformance":
            assert name.startswith("kintone_conformance.spec")
            assert room_of(file) in WITH_THE_SPEC
        else:
            base = {"kintone_lint", "libcst", "yaml"} | OF_AN_EXTRA.get(room_of(file), set())
            assert first in base | sys.stdlib_module_names


def modules() -> dict[str, set[str]]:
    """Each module of the linter with those that it imports, wherever in it."""
    names = {
        ".".join(("kintone_lint", *file.relative_to(LINTER).with_suffix("").parts)): file
        for file in FILES
    }
    names = {name.removesuffix(".__init__"): file for name, file in names.items()}
    return {
        name: {
            each if each in names else each.rpartition(".")[0]
            for each in imported(file)
            if each.startswith("kintone_lint")
        }
        for name, file in names.items()
    }


def test_no_modules_import_each_other_in_a_circle() -> None:
    order = list(TopologicalSorter(modules()).static_order())  # raises CycleError
    assert len(order) >= len(FILES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(LINTER)))
def test_nothing_of_ours_is_imported_for_types_only(file: Path) -> None:
    """That hides a circle: what is named in a type is used."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            inner = [ast.unparse(each) for each in node.body]
            assert not [each for each in inner if "kintone_" in each]


LINES = 300
# Files that are longer, each with what it may have at the most.
LONG = {
    "python/calls.py": 400,
    "python/evaluator.py": 400,
    "python/functions.py": 400,
    "python/mappings.py": 400,
    "python/module.py": 400,
    "python/texts.py": 400,
    "python/unrolling.py": 400,
}


def test_no_file_is_long() -> None:
    lengths = {
        file.relative_to(LINTER).as_posix(): len(file.read_text("utf-8").splitlines())
        for file in FILES
    }
    assert {name: n for name, n in lengths.items() if n > LONG.get(name, LINES)} == {}
    assert [name for name in LONG if lengths.get(name, 0) <= LINES] == [], "take it off the list"


def test_the_documentation_names_every_module_about_python() -> None:
    page = (LINTER.parents[1] / "docs" / "internals.md").read_text("utf-8")
    modules = [file.name for file in (LINTER / "python").glob("[!_]*.py")]
    assert [name for name in modules if not re.search(rf"[`/]{name}`", page)] == []
