"""The tree of a text that changes is the tree that libcst gives of the whole text."""

from __future__ import annotations

import random
from pathlib import Path

import libcst as cst
import pytest

from kintone_lint.python.changes import change, changed, in_pieces
from kintone_lint.python.cost import cost
from kintone_lint.python.kept import Kept, Pieces
from kintone_lint.python.source import Source
from kintone_lint.python.syntax import syntax

STATEMENTS = [
    "x = 1", "x = 1; y = 2", "x = 1;", "x = 1  # after", "x = 1 \\\n    + 2", "x; \\\ny",
    "if x:\n    y = 1", "if x: y = 2", "if x:\n    y = 1\nelse:\n    z = f'{x}#'",
    "def f(a, b=1):\n    # in\n    return a\n    # end", "@a\n@b(1)\ndef g(): pass",
    "def f():\n    '''doc\n\n# text\n    '''\n\n    x = 1\n\n    # end\n",
    "@(\n    a\n)\nclass A:\n    x: int = 1\n\n    @property\n    def y(self):\n        return 1\n",
    "async def h():\n    await x", "for i in x:\n    pass\nelse:\n    pass",
    "try:\n    a\nexcept E as e:\n    b\nfinally:\n    c", "with a as b, c as d:\n    pass",
    "match x:\n    case [1, *_]:\n        pass\n    case _:\n        y",
    "x = (\n    1,\n# in\n  2\n)", "x = '''a\n# b\nif 1:\n'''", "from a import (\n    b,\n)",
    "from __future__ import annotations", "if 1:\n\ty = 1", "if 1:\n  y = 1\n  if 2:\n     z",
    "é = 'ü'",
]  # fmt: skip
BETWEEN = [
    "# comment",
    "# -*- coding: utf-8 -*-",
    "#!x",
    "",
    "",
    "   ",
    "    # indented",
    "\t",
    "\f",
]
PARTS = [
    "else:\n    q",
    "x = '''",
    "'''",
    "(",
    ")",
    "@a",
    "if x:",
    "    y",
    "\\",
    "x\\",
    "\ufeff",
    "a:",
]
CHARACTERS = [
    "#",
    "'",
    '"',
    "\n",
    " ",
    "x",
    "(",
    ":",
    "\\",
    "\t",
    ";",
    "'''",
    "\r\n",
    "\f",
    "=",
    ",",
]


def program(source: random.Random) -> str:
    """Statements and what stands between them; most end with a newline."""
    lines = [source.choice(STATEMENTS + BETWEEN) for _ in range(source.randint(2, 9))]
    text = "\n".join(lines) + "\n" * (source.random() < 0.85)
    return text.replace("\n", "\r\n") if source.random() < 0.2 else text


def edited(source: random.Random, text: str) -> str:
    """The text after somebody has typed, deleted, moved or inserted something."""
    lines = text.splitlines(keepends=True)
    line = source.randrange(len(lines))
    match source.randrange(5):
        case 0:
            more = source.choice(STATEMENTS + BETWEEN + PARTS)
            lines.insert(line, more + source.choice(["\n", "\n", "\r\n", ""]))
        case 1:
            del lines[line : line + source.randint(1, 3)]
        case 2:
            other = source.randrange(len(lines))
            lines[line], lines[other] = lines[other], lines[line]
        case _:
            at = source.randint(0, len(text))
            typed = source.random() < 0.5
            return (
                text[:at] + (source.choice(CHARACTERS) if typed else "") + text[at + (not typed) :]
            )
    return "".join(lines)


def parsed(text: str) -> Pieces | None:
    """A text in pieces, if it is a program that can be cut."""
    try:
        syntax(text)
        return in_pieces(text, cst.parse_module(text))
    except (SyntaxError, ValueError, cst.ParserSyntaxError):
        return None


def same(one: cst.Module, other: cst.Module) -> bool:
    names = ("code", "encoding", "default_indent", "default_newline", "has_trailing_newline")
    return one.deep_equals(other) and all(getattr(one, n) == getattr(other, n) for n in names)


@pytest.mark.parametrize("seed", range(4))
def test_a_changed_text_has_the_tree_of_the_whole_text(seed: int) -> None:
    source = random.Random(seed)
    used = 0
    for _ in range(150):
        text = program(source)
        pieces = parsed(text)
        for _ in range(6 if pieces else 0):
            assert pieces
            after = Source("a", Path("a"), edited(source, pieces.text).encode()).parsable
            new = change(pieces, after)
            if new is None:
                continue
            syntax(after)  # it is valid, so this raises nothing
            assert new.cost == cost(after), (pieces.text, after)
            found = changed(new)
            if found is not None:
                assert found.text == after
                assert "".join(piece.text for piece in found.pieces) == after
                assert same(found.tree, cst.parse_module(after)), (pieces.text, after)
                used += 1
                pieces = found
    assert used > 100


TEXT = "import a\n\n\ndef f():\n    return 1\n\n\n# of g\ndef g():\n    return 2\n\n\nf()\n"


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ("return 1", "return 10", {0, 2, 3}),
        ("import a", "import b", {1, 2, 3}),
        ("f()\n", "g()", {0, 1, 2}),
        ("# of g", "# of\n# g", {0, 1, 3}),
        ("import a\n", "import a\nimport b\n", {0, 1, 2, 3}),
        ("", "", {0, 1, 2, 3}),
    ],
)
def test_what_did_not_change_is_not_parsed_again(old: str, new: str, kept: set[int]) -> None:
    pieces = parsed(TEXT)
    assert pieces
    what = change(pieces, TEXT.replace(old, new))
    found = changed(what) if what else None
    assert found
    body = [id(statement) for statement in found.tree.body]
    assert {n for n, each in enumerate(pieces.tree.body) if id(each) in body} == kept


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return 1", "return '''"),
        ("return 1", "return ("),
        ("return 1", "return 1\n\f"),
        ("\n", "\r\n"),
        ("    return 1", "  return 1"),
    ],
)
def test_what_changes_the_rest_of_the_file_is_parsed_whole(old: str, new: str) -> None:
    pieces = parsed(TEXT)
    assert pieces
    what = change(pieces, TEXT.replace(old, new, 1))
    assert what is None or changed(what) is None


def test_only_so_many_characters_are_kept(tmp_path: Path) -> None:
    pieces = parsed(TEXT)
    kept = Kept()
    kept.keep(tmp_path / "a", pieces)
    assert kept.of(tmp_path / "a") is None
    kept.most = 2 * len(TEXT)
    for name in "abc":
        kept.keep(tmp_path / name, pieces)
    assert [kept.of(tmp_path / name) for name in "abc"] == [None, pieces, pieces]
    kept.keep(tmp_path / "b", None)
    assert kept.of(tmp_path / "b") is None
