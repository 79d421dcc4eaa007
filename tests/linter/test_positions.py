"""Positions are those of libcst's own PositionProvider, which is too slow to use."""

from __future__ import annotations

import ast
from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from kintone_lint.python.lines import Lines
from kintone_lint.python.positions import spans
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


def test_lines_end_at_three_signs_only() -> None:
    text = "a\r\nb\rc\nd\x0ce\x85f\u2028g"
    assert len(Lines(text).starts) == 4
    assert Lines(text).at(text.index("g")) == (4, 7)


def test_a_tree_that_gives_back_another_text_is_refused() -> None:
    tree = cst.parse_module("a = 1\n")
    with pytest.raises(ValueError, match="give back"):
        spans(tree, [tree.body[0]], "a = 2\n")
