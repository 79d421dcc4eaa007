"""What `os` means where a fix would write it."""

from __future__ import annotations

import ast

import pytest

from kintone_lint.edits.meaning import Meaning, meanings, position
from kintone_lint.python.lines import Lines

PLACE = "'HERE'"


def meaning(text: str) -> Meaning:
    place = position(text, Lines(text), text.index(PLACE))
    return meanings(ast.parse(text), text, "os", [place])[place]


@pytest.mark.parametrize(
    "text",
    [
        "import os\nx = 'HERE'",
        "import os.path\nx = 'HERE'",
        "import sys, os\nx = 'HERE'",
        "import os; x = 'HERE'",
        "import os\ndef f(a='HERE'): ...",
        "import os\n@a('HERE')\nclass A: ...",
        "import os\nclass A:\n    x = ['HERE' for y in z]",
        "def f():\n    import os\n    return 'HERE'",
        "def f():\n    import os\n    def g():\n        return 'HERE'",
        "import os\nif a:\n    import os\nx = 'HERE'",
        "import os\ndef other(os): ...\nx = 'HERE'",
        "import os\ndef other():\n    os = 1\nx = 'HERE'",
        "import os\nx = [1 for os in y]\nx = 'HERE'",
        "import os\nclass A:\n    import os\n    def f(self):\n        return 'HERE'",
        "import os\nx = {'os': 1}\nx = 'HERE'",
        "import os\nx = os.environ['A'] + os.environ.get('B')\nx = 'HERE'",
        "import os\nos.environ['A'] = '1'\nx = 'HERE'",
        "import os\nif 'A' in os.environ: x = dict(os.environ)\nx = 'HERE'",
        "import os\nrun('a', env=os.environ)\nrun(env={**os.environ, 'A': '1'})\nx = 'HERE'",
        "import os\nfor each in os.environ: pass\nx = 'HERE'",
        "import os\nfrom os import environ\nx = environ['A']\nx = 'HERE'",
        "import os\ndef app(environ): return environ['A']\nx = 'HERE'",
        "import os\nx.clear()\nf(clear=True)\nx = 'HERE'",
        "import os\nx.os = 1\nx = 'HERE'",
        "import os\nf(os=1)\nx = 'HERE'",
        "import os\nx = [1 for os in f('HERE')]",
    ],
)
def test_the_module_is_there(text: str) -> None:
    assert meaning(text) is Meaning.MODULE


@pytest.mark.parametrize(
    "text",
    [
        "x = 'HERE'",
        "x = 'HERE'\nimport os",
        "def f():\n    return 'HERE'\nimport os",
        "if a:\n    import os\nx = 'HERE'",
        "try:\n    import os\nexcept ImportError:\n    pass\nx = 'HERE'",
        "from os import path, environ\nx = 'HERE'",
        "import os as system\nx = 'HERE'",
        "def other():\n    import os\nx = 'HERE'",
        "def other(os): ...\ndef f(): return 'HERE'",
        "x = lambda os: 1\nx = 'HERE'",
        "class A:\n    import os\n    def f(self):\n        return 'HERE'",
    ],
)
def test_it_is_missing(text: str) -> None:
    assert meaning(text) is Meaning.MISSING


@pytest.mark.parametrize(
    "text",
    [
        "os = 1\nx = 'HERE'",
        "import os\nos = 1\nx = 'HERE'",
        "import os\ndef f(): return 'HERE'\nos = 1",
        "import os\ndel os\nx = 'HERE'",
        "import os\nos: int = 1\nx = 'HERE'",
        "import os\nos += 1\nx = 'HERE'",
        "import os\na, (os, *b) = c\nx = 'HERE'",
        "import os\n*os, = c\nx = 'HERE'",
        "import os\n(os := 1)\nx = 'HERE'",
        "import os\n[os := y for y in z]\nx = 'HERE'",
        "import os\nfor os in y: pass\nx = 'HERE'",
        "import os\nwith y as os: pass\nx = 'HERE'",
        "import os\ntry: pass\nexcept E as os: pass\nx = 'HERE'",
        "import os\nimport x as os\nx = 'HERE'",
        "import os\nimport x.y as os\nx = 'HERE'",
        "import os\nimport os.path as os\nx = 'HERE'",
        "import os\nfrom six.moves import os\nx = 'HERE'",
        "import os\nfrom x import y as os\nx = 'HERE'",
        "import os\nfrom x import *\nx = 'HERE'",
        "import os\ndef os(): ...\nx = 'HERE'",
        "import os\nasync def os(): ...\nx = 'HERE'",
        "import os\nclass os: ...\nx = 'HERE'",
        "import os\nmatch y:\n    case os: pass\nx = 'HERE'",
        "import os\nmatch y:\n    case {'a': os}: pass\nx = 'HERE'",
        "import os\nmatch y:\n    case {**os}: pass\nx = 'HERE'",
        "import os\nmatch y:\n    case [*os]: pass\nx = 'HERE'",
        "import os\nmatch y:\n    case A(b=1 as os): pass\nx = 'HERE'",
        "import os\ndef f(os): return 'HERE'",
        "import os\ndef f(*os): return 'HERE'",
        "import os\ndef f(**os): return 'HERE'",
        "import os\ndef f(*, os=1): return 'HERE'",
        "import os\ndef f(os, /): return 'HERE'",
        "import os\nx = lambda os: 'HERE'",
        "import os\ndef f(os):\n    def g(): return 'HERE'",
        "import os\nclass A:\n    os = 1\n    x = 'HERE'",
        "import os\nclass A:\n    os = 1\n    x = ['HERE' for y in z]",
        "import os\nx = ['HERE' for os in y]",
        "import os\nx = {'HERE': 1 for os in y}",
        "import os\nx = [1 for os in y for z in f('HERE')]",
        "def f():\n    x = 'HERE'\n    import os",
        "def f():\n    if a:\n        import os\n    return 'HERE'",
        "def f():\n    import os\n    os = 1\n    return 'HERE'",
        "import os\ndef f():\n    global os\n    os = 1\nx = 'HERE'",
        "def f():\n    os = 1\n    def g():\n        nonlocal os\n    return 'HERE'",
        "class A:\n    import os\n    x = ['HERE' for y in z]",
        "try:\n    import os\nexcept ImportError:\n    os = None\nx = 'HERE'",
        "import os\nexec('os = 1')\nx = 'HERE'",
        "import os\nglobals()['os'] = 1\nx = 'HERE'",
        "import os\nglobals().update(os=1)\nx = 'HERE'",
        "import os\nsetattr(sys.modules[__name__], 'os', 1)\nx = 'HERE'",
        "import os\nos.environ = {}\nx = 'HERE'",
        "import os\nglobals()\nx = 'HERE'",
        "import os\nos.environ.pop('A')\nx = 'HERE'",
        "import os\ndel os.environ['A']\nx = 'HERE'",
        "import os\ndel os.environ\nx = 'HERE'",
        "import os\nos.environ |= {}\nx = 'HERE'",
        "import os\nos.environb.clear()\nx = 'HERE'",
        "from os import environ\nenviron.clear()\nx = 'HERE'",
        "from os import environ as e\ne.clear()\nx = 'HERE'",
        "import os\ne = os.environ\ne.clear()\nx = 'HERE'",
        "import os\nf(os.environ)\nx = 'HERE'",
        "import os\nf(clear=True, of=os.environ)\nx = 'HERE'",
        "import os\nwith mock.patch.dict(os.environ, {}, clear=True): pass\nx = 'HERE'",
        "import os\n@mock.patch.dict('os.environ', {}, clear=True)\ndef f(): ...\nx = 'HERE'",
        "mock.patch.dict('os.environ', clear=True)\nx = 'HERE'",
        "import os as o\no.environ.clear()\nx = 'HERE'",
        "import os as o\no.environ = {}\nx = 'HERE'",
        "import os as o\nother = o\nx = 'HERE'",
        "import os\nother = os\nx = 'HERE'",
        "import os\nvars(os)['environ'] = {}\nx = 'HERE'",
        "import os\nsetattr(os, 'x', {})\nx = 'HERE'",
        "import os\ndelattr(x, y)\nx = 'HERE'",
        "import os\nos.__dict__['x'] = 1\nx = 'HERE'",
        "import os\ngetattr(os, x).clear()\nx = 'HERE'",
        "monkeypatch.setattr('os.environ', {})\nx = 'HERE'",
        "import os\nlocals()\nx = 'HERE'",
        "import builtins\nbuiltins.exec('x')\nx = 'HERE'",
        "eval('x')\nx = 'HERE'",
        "import builtins\ngetattr(builtins, 'exec')('x')\nx = 'HERE'",
        "importlib.import_module('os').environ.clear()\nx = 'HERE'",
        "__import__('os').environ.clear()\nx = 'HERE'",
        "class os_: environ = {}\nx = 'HERE'",
        "import os\nos.environ.clear()\nx = 'HERE'",
        "import os\nx = f'{\"HERE\"}' 'HERE'",
    ],
)
def test_it_is_something_else_or_not_clear(text: str) -> None:
    assert meaning(text) is Meaning.OTHER
