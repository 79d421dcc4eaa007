"""What a name stands for: the full name of what is called, and the bindings that reach a place."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest

from kintone_lint.python.conditions import contradict
from kintone_lint.python.scopes import imported
from kintone_lint.python.values import Expr, falsy
from linter.python.evaluating import evaluator_of, last

CALLED = {
    "an import": ("import requests\nrequests.get(u)", "requests.get"),
    "by another name": ("import requests as r\nr.get(u)", "requests.get"),
    "from a module": ("from requests import get\nget(u)", "requests.get"),
    "a dotted import": (
        "import urllib.request\nurllib.request.urlopen(u)",
        "urllib.request.urlopen",
    ),
    "an object": ("import requests\ns = requests.Session()\ns.get(u)", "requests.Session().get"),
    "an object of with": (
        "import httpx\nwith httpx.Client() as c:\n    c.get(u)",
        "httpx.Client().get",
    ),
    "an annotation": (
        "from requests import Session\ndef f(s: Session):\n    s.get(u)",
        "requests.Session().get",
    ),
    "an attribute of self": (
        "import requests\nclass A:\n    def __init__(self):\n        self.s = requests.Session()\n"
        "    def f(self):\n        self.s.get(u)",
        "requests.Session().get",
    ),
    "a call of a call": ("import requests\nrequests.Session().get(u)", "requests.Session().get"),
    "nothing known": ("x.get(u)", "x.get"),
    "a subscript": ("x[0].get(u)", None),
}


@pytest.mark.parametrize("row", CALLED)
def test_what_is_called_has_its_full_name(row: str) -> None:
    snippet, expected = CALLED[row]
    evaluator, module = evaluator_of(snippet, Path("/nowhere/app.py"))
    call = last(module)
    assert isinstance(call, cst.Call)
    assert evaluator.callees(module).name(call.func) == expected


def reaching(snippet: str) -> list[str]:
    """The values of the bindings that may reach the name on the last line, the latest first."""
    _, module = evaluator_of(snippet, Path("/nowhere/app.py"))
    name = last(module)
    assert isinstance(name, cst.Name)
    bindings = module.lookup(name.value, name)
    return [module.tree.code_for_node(each.node) if each.node else "?" for each in bindings]


REACHING = {
    "the latest": ("x = 1\nx = 2\nx", ["2"]),
    "only before the use": ("x = 1\nx\nx = 2\nx", ["2"]),
    "as far back as one that is certain": ("x = 0\nx = 1\nif c:\n    x = 2\nx", ["2", "1"]),
    "not from the other branch": ("if c:\n    x = 1\nelse:\n    x", []),
    "not from an arm that left": ("if c:\n    x = 1\n    raise E\nx", []),
    "with is None": ("if c is None:\n    x = 1\nelse:\n    x = 2\nif c is not None:\n    x", ["2"]),
    "with and": ("if a and b:\n    x = 1\nif not a:\n    x", []),
    "from outside of a function": ("x = 1\ndef f():\n    x\nx = 2", ["2"]),
    "a loop": ("for x in y:\n    x", ["y"]),
    "not from another value": ("if c == 1:\n    x = 1\nif c == 2:\n    x", []),
    "from what is not another value": ("if c == 1:\n    x = 1\nif c != 2:\n    x", ["1"]),
    "not from another kind": ("if isinstance(c, A):\n    x = 1\nif isinstance(c, B):\n    x", []),
    "not from another case": ("match c:\n    case 1:\n        x = 1\n    case 2:\n        x", []),
    "not where the rest left": ("if c:\n    x = 1\nelse:\n    exit()\nif not c:\n    x", []),
    "not from a method for another self": (
        "class A:\n    def f(self):\n        if self.c:\n            x = 1\n"
        "        if not self.c:\n            x",
        [],
    ),
}


@pytest.mark.parametrize("row", REACHING)
def test_a_binding_reaches_a_place(row: str) -> None:
    snippet, expected = REACHING[row]
    assert reaching(snippet) == expected


@pytest.mark.parametrize(
    ("statement", "module", "name", "level"),
    [
        ("import a", "a", None, 0),
        ("import a.b", "a", None, 0),
        ("import b.c as a", "b.c", None, 0),
        ("from b import a", "b", "a", 0),
        ("from b import c as a", "b", "c", 0),
        ("from ..b import a", "b", "a", 2),
        ("from . import a", "", "a", 1),
    ],
)
def test_an_import_says_what_it_brings(
    statement: str, module: str, name: str | None, level: int
) -> None:
    _, found = evaluator_of(f"{statement}\na", Path("/nowhere/app.py"))
    (binding,) = found.top.bindings["a"]
    brought = imported(binding)
    assert brought
    assert (brought.module, brought.name, brought.level) == (module, name, level)


@pytest.mark.parametrize(
    ("snippet", "possible"),
    [
        ("x = ''\nx", True),
        ("x = ''\nif x:\n    x", False),
        ("x = ''\nif not x:\n    x", True),
        ("x = None\nif x is not None:\n    x", False),
        ("x = 0\nif x > 0:\n    x", False),
        ("x = 0\nif y:\n    x", True),
    ],
)
def test_an_empty_value_is_not_where_its_name_is_tested(snippet: str, possible: bool) -> None:
    evaluator, module = evaluator_of(snippet, Path("/nowhere/app.py"))
    node = last(module)
    found = [each for each in evaluator.values(Expr(node, module)) if falsy(each.value)]
    conditions = module.conditions(node)
    assert any(not contradict(each.choices, conditions) for each in found) is possible
