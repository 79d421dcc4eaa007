"""libcst that is imported quickly does what libcst does."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

FILES = [str(Path(ast.__file__).parent / name) for name in ("bisect.py", "contextlib.py", "ast.py")]
# What is to be known of each kind of node, of trees, and of how a node is made and refused.
TELL = """
import dataclasses, sys
import libcst as cst

def told(field):
    default, made = field.default, field.default_factory
    return (
        field.name,
        default is dataclasses.MISSING or repr(default),
        made is dataclasses.MISSING or repr(made()),
    )

left, lines = [cst.CSTNode], []
while left:
    kind = left.pop()
    left += kind.__subclasses__()
    fields = dataclasses.fields(kind)
    lines.append(f"{kind.__qualname__} {[*map(told, fields)]} {kind.__match_args__}")
print(*sorted({*lines}), sep="\\n")
for name in sys.argv[1:]:
    text = open(name, encoding="utf-8").read()
    tree = cst.parse_module(text)
    assert tree.code == text
    print(repr(tree))
one = cst.Name("a").with_changes(value="b")
print(one, one.deep_clone(), one.deep_equals(cst.Name("b")), one == cst.Name("b"))
for wrong in (lambda: cst.Name(""), lambda: cst.Name(), lambda: cst.Name("a", no=1)):
    try:
        wrong()
    except Exception as error:
        print(type(error).__name__, str(error).removeprefix("Name."))
"""
FROZEN = """
try:
    one.value = "c"
except Exception:
    print("frozen", file=sys.stderr)
"""


def told(first: str) -> tuple[str, str]:
    """What a process says of libcst after it imports a module, and whether nodes are frozen."""
    command = [sys.executable, "-c", f"import {first}{TELL}{FROZEN}", *FILES]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout, done.stderr.strip()


def test_nodes_are_what_they_are_in_libcst() -> None:
    plain, frozen = told("libcst")
    assert plain.count("\n") > 1_000
    assert frozen == "frozen"
    for first in ("kintone_lint.engine.worker", "kintone_lint.rules"):
        assert told(first) == (plain, ""), first


def test_what_is_imported_otherwise_stays_as_it_is() -> None:
    check = "import dataclasses as d; before = d.dataclass; import kintone_lint.python.quick; "
    check += "assert d.dataclass is before, before"
    subprocess.run([sys.executable, "-c", check], check=True)


NODES = """
from dataclasses import InitVar, dataclass, field
@dataclass(frozen=True)
class Node:
    value: str = ""
"""


@pytest.mark.parametrize(
    ("options", "more"),
    [
        ("kw_only=True", ""),
        ("slots=True", ""),
        ("", "made: str = field(init=False, default='')"),
    ],
)
def test_a_libcst_that_is_made_in_another_way_is_imported_as_it_is(
    tmp_path: Path, options: str, more: str
) -> None:
    package = tmp_path / "libcst" / "_nodes"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").write_text("from libcst._nodes.base import Name\n")
    (package / "__init__.py").write_text("")
    text = f"{NODES}@dataclass({', '.join(filter(None, ('frozen=True', options)))})\n"
    text += f"class Name(Node):\n    name: str = 'n'\n    {more or 'pass'}\n"
    (package / "base.py").write_text(text)
    check = "import kintone_lint.python.quick, libcst, dataclasses; one = libcst.Name()\n"
    check += "try: one.value = 'b'\nexcept dataclasses.FrozenInstanceError: print(one.name)"
    command = [sys.executable, "-c", check]
    environ = {**os.environ, "PYTHONPATH": str(tmp_path)}
    assert subprocess.check_output(command, env=environ, text=True) == "n\n"
