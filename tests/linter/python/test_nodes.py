"""libcst's parser does no more than it has to: a new version of it may undo this without a word."""

from __future__ import annotations

import builtins
import sys
from typing import Any

import libcst as cst
import pytest

from kintone_lint.python.nodes import identified, parsing

TEXT = "import os\n\n\ndef f(a, b):\n    return [a + each for each in b]\n" * 20


@pytest.fixture
def imports(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The modules that somebody imports by the built-in function."""
    asked: list[str] = []
    real = builtins.__import__

    def counted(name: str, *rest: Any, **more: Any) -> Any:
        asked.append(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", counted)
    return asked


def calls(kind: type, name: str, text: str) -> int:
    """How often a method of a node is called while a text is parsed."""
    code, count = getattr(kind, name).__code__, 0

    def seen(frame: Any, event: str, _: object) -> None:
        nonlocal count
        count += event == "call" and frame.f_code is code

    sys.setprofile(seen)
    try:
        cst.parse_module(text)
    finally:
        sys.setprofile(None)
    return count


def test_the_parser_imports_nothing_for_a_node(imports: list[str]) -> None:
    identified()
    with parsing(validated=False):
        cst.parse_module(TEXT)
    assert len(imports) < 20
    cst.parse_module(TEXT)
    assert len(imports) > 1_000, "what is prevented does not happen any more: remove it"


def test_nodes_are_validated_for_no_text_that_python_takes() -> None:
    identified()
    name = "_validate"
    with parsing(validated=True):
        assert calls(cst.Name, name, TEXT) > 100
    with parsing(validated=False):
        assert calls(cst.Name, name, TEXT) == 0


def test_equal_whitespace_is_one_node() -> None:
    identified()
    with parsing(validated=False):
        tree = cst.parse_module("a = 1\nb = 2\n")
    first, second = (each.body[0].targets[0] for each in tree.body)  # type: ignore[index, union-attr]
    assert first.whitespace_before_equal is second.whitespace_before_equal
