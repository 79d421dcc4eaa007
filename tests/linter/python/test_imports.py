"""Whether a file may import one of its project, told from its words."""

from __future__ import annotations

from pathlib import Path

import pytest

from kintone_lint.python.imports import importable, may_import, resolve, roots

IMPORTS = [
    "import consts", "import os, consts", "import os as o, consts as c",
    "import os, \\\n    consts",
    "from consts import A", "from \\\n    consts import (\n    A,\n)", "import pkg.sub",
    "\fimport consts",
    "from pkg import (  # )\n    sub,\n)", "from pkg import other, sub", "if x: import consts",
    "from . import consts", "from .consts import A", "from\\\n.consts import A", "x;import consts",
    "import whole", "from whole import A", "é = 1\nimport os",
]  # fmt: skip
OTHERS = ["import os", "import sys", "x = consts", "'''taken from \"consts\"'''", "yield from x"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "consts.py").touch()
    for name in ("pkg", "whole", "sys"):
        (tmp_path / name).mkdir()
    (tmp_path / "pkg" / "sub.py").touch()
    (tmp_path / "whole" / "__init__.py").touch()
    for answers in (importable, resolve, roots):
        answers.cache_clear()
    return tmp_path


@pytest.mark.parametrize("text", IMPORTS)
def test_a_file_that_imports_one_of_the_project_may(folder: Path, text: str) -> None:
    assert may_import(text.encode(), folder)


@pytest.mark.parametrize("text", OTHERS)
def test_a_file_that_imports_none_does_not(folder: Path, text: str) -> None:
    assert not may_import(text.encode(), folder)
