"""Positions are those of libcst's own PositionProvider, which is too slow to use."""

from __future__ import annotations

import ast
from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from kintone_lint.python import positions
from kintone_lint.python.lines import Lines
from kintone_lint.python.parsing import parsed
from kintone_lint.python.positions import places, spans
from kintone_lint.python.source import Source
from kintone_lint.python.tree import walk

FILES = [Path(ast.__file__).parent / name for name in ("bisect.py", "string.py", "keyword.py")]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_node_stands_where_libcst_says(file: Path) -> None:
    text = file.read_text("utf-8")
    wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
    expected = wrapper.resolve(PositionProvider)
    nodes = list(walk(wrapper.module))[1:]
    found = spans(wrapper.module, nodes, text)
    lines = Lines(text)
    assert len(nodes) > 100
    for node in nodes:
        start, end = expected[node].start, expected[node].end
        assert lines.at(found[node][0]) == (start.line, start.column + 1)
        assert lines.at(found[node][1]) == (end.line, end.column + 1)


@pytest.mark.parametrize(
    "text", ["a = f(1)", "if a:\n    b = (1,\n  2) # c", "@a\ndef f(x):\r\n    return x\r\n"]
)
def test_an_expression_alone_stands_where_it_stands_with_others(text: str) -> None:
    tree = cst.parse_module(text)
    nodes = [each for each in walk(tree) if isinstance(each, cst.BaseExpression)]
    together = spans(tree, nodes, text)
    for node in nodes:
        assert spans(tree, [node], text) == {node: together[node]}


STATEMENTS = {
    "of a function": "import a\n\n\n# b\n@c\ndef d(e):\n    return f(e)\n\n\ng(h)\n",
    "of a class in a class": "class A:\n  class B:\n\n    def c(self): return d\n\n  e = 1\n",
    "twice": "if a:\n    b = c(1)\nif a:\n    b = c(1)\nb = c(1)\n",
    "on one line": "a = b; c = d\n",
    "without an end": "a = b\nclass C:\n    d = 'e'",
    "with a form feed": "a = 1\n\f\nb = c\n",
}


@pytest.mark.parametrize("text", STATEMENTS.values(), ids=STATEMENTS)
def test_a_node_is_where_it_is_when_its_statement_alone_is_written(text: str) -> None:
    module = parsed(Source("a.py", Path("a.py"), text.encode()))
    nodes = [each for each in module.nodes if isinstance(each, cst.BaseExpression)]
    expected = spans(module.tree, nodes, module.text)
    for node in nodes:
        assert places(module, [node]) == {node: expected[node]}


def test_a_statement_that_stands_once_is_written_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    module = parsed(Source("a.py", Path("a.py"), b"a = 1\nclass B:\n    c = d\n\n    e = f\n"))
    monkeypatch.setattr(positions, "spans", lambda tree, nodes, text: dict.fromkeys(nodes, None))
    for node in module.of(cst.Name):
        assert module.text[slice(*places(module, [node])[node])] == node.value


def test_a_last_line_without_an_end_is_no_other_text() -> None:
    tree = cst.parse_module("a = 1")
    assert spans(tree, [tree.body[0]], "a = 1") == {tree.body[0]: (0, 5)}


def test_lines_end_at_three_signs_only() -> None:
    text = "a\r\nb\rc\nd\x0ce\x85f\u2028g"
    assert len(Lines(text).starts) == 4
    assert Lines(text).at(text.index("g")) == (4, 7)


def test_a_tree_that_gives_back_another_text_is_refused() -> None:
    tree = cst.parse_module("a = 1\n")
    with pytest.raises(ValueError, match="does not reproduce"):
        spans(tree, [tree.body[0]], "a = 2\n")
