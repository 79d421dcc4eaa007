"""The linter takes the spec from the suite and nothing else, and libcst from outside."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import kintone_lint

FILES = sorted(Path(kintone_lint.__file__).parent.rglob("*.py"))


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield f"{node.module}.{node.names[0].name}"


# The suite uses these, too: they import nothing of ours but each other.
SHARED = {"escaping": set(), "streams": {"kintone_lint.escaping"}}


@pytest.mark.parametrize("name", SHARED)
def test_what_both_tools_share_stands_alone(name: str) -> None:
    file = Path(kintone_lint.__file__).with_name(f"{name}.py")
    ours = {each.rpartition(".")[0] for each in imported(file) if each.startswith("kintone")}
    assert ours <= SHARED[name]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_only_the_spec_and_libcst_are_used(file: Path) -> None:
    for name in imported(file):
        first = name.partition(".")[0]
        if first == "kintone_conformance":
            assert name.startswith("kintone_conformance.spec")
        else:
            assert first in {"kintone_lint", "libcst"} | sys.stdlib_module_names
