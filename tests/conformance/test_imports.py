"""Imports run one way (DESIGN §1), and the parts that the linter starts through stay light."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

import kintone_conformance

SUITE = Path(kintone_conformance.__file__).parent

# Each room may use itself and those named, which all stand before it. A row says no more than what
# is so.
ALLOWED = {
    "__init__": "",
    "spec": "",
    "errors": "",
    "isolation": "",
    "beside": "",
    "charsets": "",
    "nested": "",
    "options": "",
    "tomls": "errors",
    "settings": "errors options tomls",
    "processes": "",
    "writing": "errors",
    "model": "spec",
    "platforms": "errors",
    "oddities": "spec",
    "wires": "model oddities spec",
    "adapter": "model spec",
    "selecting": "errors spec",
    "strategies": "model spec",
    "reference_client": "spec",
    "reference_operations": "",
    "reference": "adapter model reference_client reference_operations spec",
    "starters": "adapter model spec",
    "doors": "isolation model processes spec wires",
    "drivers": "adapter doors errors model options processes spec",
    "loading": "adapter beside drivers errors isolation options spec",
    "judging": "charsets doors drivers errors model nested processes spec strategies wires",
    "suite": "judging model spec strategies",
    "vectors": "drivers model spec strategies",
    "report": "charsets errors model nested spec writing",
    "traffic": "doors drivers errors judging model processes report spec wires",
    "baseline": "errors model report spec tomls writing",
    "requiring": "errors model report selecting spec",
    "matrix": "baseline doors errors isolation model nested processes report spec tomls writing",
    "examiner": "errors isolation judging loading model options platforms processes report"
    " requiring",
    "plugin": "errors examiner isolation model options report selecting",
    "children": "drivers isolation options processes",
    "runner": "children model options processes report",
    "commands": "baseline doors drivers errors judging loading matrix model options"
    " platforms processes report requiring runner selecting settings spec starters"
    " traffic vectors writing",
    "cli": "commands errors model",
    "__main__": "cli",
}


@cache
def imported(file: Path) -> tuple[str, ...]:
    return tuple(_imported(file))


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_used(file: Path) -> set[str]:
    names = (name.split(".") for name in imported(file))
    rooms = {parts[1] for parts in names if parts[0] == "kintone_conformance" and len(parts) > 1}
    existing = {path.stem for path in SUITE.iterdir()}
    return rooms & existing


def test_every_room_has_a_row() -> None:
    rooms = {path.stem for path in SUITE.rglob("*.py") if path.parent == SUITE}
    rooms |= {path.parent.name for path in SUITE.glob("*/*.py")}
    assert rooms == set(ALLOWED)


def test_no_arrow_of_the_table_goes_upwards() -> None:
    before: set[str] = set()
    for room, names in ALLOWED.items():
        assert set(names.split()) <= before, room
        before.add(room)


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_a_room_imports_only_what_stands_before_it(room: str) -> None:
    folder = SUITE / room
    files = sorted(folder.rglob("*.py")) if folder.is_dir() else [SUITE / f"{room}.py"]
    assert files
    used = set().union(*map(rooms_used, files)) - {room}
    assert used == set(ALLOWED[room].split())


LINES = 300
# Files that are longer, each with what it may have at the most. They get shorter, never longer.
LONG = {
    "drivers/inprocess.py": 360,
    "judging/bench.py": 350,
    "judging/stage.py": 330,
}


def test_no_file_is_long() -> None:
    lengths = {
        file.relative_to(SUITE).as_posix(): len(file.read_text("utf-8").splitlines())
        for file in SUITE.rglob("*.py")
    }
    assert {name: n for name, n in lengths.items() if n > LONG.get(name, LINES)} == {}
    assert [name for name in LONG if lengths.get(name, 0) <= LINES] == [], "take it off the list"


# What both tools share: these import nothing of either, but each other.
SHARED = {
    "kintone_lint.bounded",
    "kintone_lint.counting",
    "kintone_lint.escaping",
    "kintone_lint.junit",
    "kintone_lint.nearest",
    "kintone_lint.pages",
    "kintone_lint.streams",
    "kintone_lint.writing",
}
BELOW = {"kintone_lint.patterns"}  # and what they are made of


def test_of_the_linter_only_what_is_shared_is_imported() -> None:
    taken = {
        ".".join(name.split(".")[:2])
        for file in sorted(SUITE.rglob("*.py"))
        for name in imported(file)
        if name.startswith("kintone_lint.")
    }
    assert taken == SHARED


@pytest.mark.parametrize("module", sorted(SHARED | BELOW))
def test_what_is_shared_imports_nothing_of_either_tool(module: str) -> None:
    spec = find_spec(module)
    assert spec
    assert spec.origin
    ours = {name for name in imported(Path(spec.origin)) if name.startswith("kintone_")}
    assert {".".join(name.split(".")[:2]) for name in ours} <= SHARED | BELOW


def test_the_facts_need_nothing_of_the_linter() -> None:
    for file in sorted((SUITE / "spec").rglob("*.py")):
        assert not [name for name in imported(file) if name.startswith("kintone_lint")]


HEAVY = {"hypothesis", "pytest", "requests", "h11", "responses", "json", "tomllib", "libcst"}


@pytest.mark.parametrize(
    "module", ["", ".spec", ".spec.auth", ".spec.diagnosis", ".spec.requirements", ".spec.facts"]
)
def test_the_spec_brings_nothing_heavy(module: str) -> None:
    code = f"import kintone_conformance{module}, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], check=True, capture_output=True, text=True
    )
    assert not HEAVY & set(done.stdout.split())
