"""Imports run one way (DESIGN §1), and the parts that the linter starts through stay light."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

import kintone_conformance

SUITE = Path(kintone_conformance.__file__).parent

# Each room may use itself and the rooms named; whoever is not named is not imported.
CORE = {"spec", "model", "errors", "isolation", "__init__"}
CONNECTING = CORE | {"adapter", "doors", "drivers", "wires", "strategies", "processes"}
ALLOWED = {
    "spec": {"spec"},
    "errors": set(),
    "isolation": set(),
    "processes": {"__init__"},
    "model": {"spec"},
    "wires": CORE,
    "adapter": CORE,
    "doors": CORE | {"wires", "processes"},
    "strategies": CORE,
    "drivers": CORE | {"adapter", "doors", "processes"},
    "reference_client": CORE,
    "reference": CORE | {"adapter", "reference_client"},
    "judging": CONNECTING,
    "suite": CONNECTING | {"judging"},
    "selecting": CORE,
    "writing": CORE,
    "report": CORE | {"writing"},
    "baseline": CORE | {"writing", "report"},
    "matrix": CORE | {"writing", "report", "baseline", "processes"},
    "vectors": CONNECTING,
}


def imported(file: Path) -> Iterator[str]:
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


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_a_room_imports_only_what_stands_before_it(room: str) -> None:
    folder = SUITE / room
    files = sorted(folder.rglob("*.py")) if folder.is_dir() else [SUITE / f"{room}.py"]
    assert files
    for file in files:
        assert rooms_used(file) <= ALLOWED[room] | {room}, file.name


# What both tools share: these import nothing of either, but each other.
SHARED = {"kintone_lint.escaping", "kintone_lint.streams", "kintone_lint.writing"}


def test_of_the_linter_only_what_is_shared_is_imported() -> None:
    taken = {
        ".".join(name.split(".")[:2])
        for file in sorted(SUITE.rglob("*.py"))
        for name in imported(file)
        if name.startswith("kintone_lint.")
    }
    assert taken == SHARED


@pytest.mark.parametrize("module", sorted(SHARED))
def test_what_is_shared_imports_nothing_of_either_tool(module: str) -> None:
    spec = find_spec(module)
    assert spec
    assert spec.origin
    ours = {name for name in imported(Path(spec.origin)) if name.startswith("kintone_")}
    assert {".".join(name.split(".")[:2]) for name in ours} <= SHARED


def test_the_facts_need_nothing_of_the_linter() -> None:
    for file in sorted((SUITE / "spec").rglob("*.py")):
        assert not [name for name in imported(file) if name.startswith("kintone_lint")]


HEAVY = {"hypothesis", "pytest", "requests", "h11", "responses", "json", "tomllib", "libcst"}


@pytest.mark.parametrize(
    "module", ["", ".spec", ".spec.auth", ".spec.urls", ".spec.requirements", ".spec.facts"]
)
def test_the_spec_brings_nothing_heavy(module: str) -> None:
    code = f"import kintone_conformance{module}, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], check=True, capture_output=True, text=True
    )
    assert not HEAVY & set(done.stdout.split())
