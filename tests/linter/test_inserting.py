"""Where `import os` goes: below docstring and `__future__`, and where isort wants it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from kintone_lint.edits.inserting import place_for_import
from kintone_lint.python.lines import Lines

RUFF = str(Path(sys.executable).with_name("ruff"))
WHERE = "T()"  # what needs the import


def inserted(text: str) -> str | None:
    place = place_for_import(ast.parse(text), text, Lines(text), "os", text.index(WHERE))
    return None if place is None else text[: place[0]] + place[1] + text[place[0] :]


def sorted_by_ruff(text: str) -> bool:
    command = [
        str(RUFF),
        "check",
        "--isolated",
        "--select",
        "I001",
        "--stdin-filename",
        "a.py",
        "-",
    ]
    return subprocess.run(command, input=text.encode(), capture_output=True).returncode == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("T()\n", "import os\n\nT()\n"),
        ("T()", "import os\n\nT()"),
        ('"""Doc."""\nT()\n', '"""Doc."""\n\nimport os\n\nT()\n'),
        ("#!/bin/sh\n# a\n@a\ndef f(): T()\n", "#!/bin/sh\n# a\nimport os\n\n\n@a\ndef f(): T()\n"),
        ("# License.\n\n# a\nT()\n", "# License.\n\nimport os\n\n# a\nT()\n"),
        (
            "from __future__ import x\r\nT()",
            "from __future__ import x\r\n\r\nimport os\r\n\r\nT()",
        ),
        (
            "from __future__ import annotations; V = 1\nT()\n",
            "from __future__ import annotations; V = 1\n\nimport os\n\nT()\n",
        ),
        (
            '"""Doc."""\nfrom __future__ import a; from __future__ import b\nimport x\nT()\n',
            '"""Doc."""\nfrom __future__ import a; from __future__ import b\n\nimport os\n\nimport x\nT()\n',  # noqa: E501
        ),
        ("import abc; import x\nT()\n", "import abc; import x\n\nimport os\n\nT()\n"),
        ("import a\\\n  as b\nT()\n", "import os\n\nimport a\\\n  as b\nT()\n"),
        ("x = 1\nimport abc\nT()\n", "import os\n\nx = 1\nimport abc\nT()\n"),
        ('__version__ = "1"\nimport abc\nT()\n', '__version__ = "1"\nimport abc\nimport os\nT()\n'),
    ],
)
def test_it_goes_below_docstring_and_future(before: str, after: str) -> None:
    assert inserted(before) == after


@pytest.mark.parametrize(
    "text",
    ["from __future__ import annotations; T()\n", '"""Doc."""; T()\n', '"""Doc.""" ;x = T()'],
)
def test_there_is_no_line_for_it_where_the_head_shares_one_with_its_use(text: str) -> None:
    assert inserted(text) is None


SORTED = [
    "T()\n",
    '"""Doc."""\n\nT()\n',
    '"""Doc."""\n\n\ndef f():\n    T()\n',
    '"""Doc."""\n\n# Note.\n\n\nclass A:\n    x = T()\n',
    "from __future__ import annotations\n\nT()\n",
    "from __future__ import annotations\n\n\n@a\nasync def f():\n    T()\n",
    "from __future__ import annotations\n\nimport requests\n\nT()\n",
    "from __future__ import annotations\n\nimport abc\n\n\ndef f():\n    T()\n",
    "from __future__ import annotations\n\nfrom . import a\n\nT()\n",
    "import abc\nimport json\n\nT()\n",
    "import sys\n\nimport requests\n\nT()\n",
    "import abc\n\nimport requests\n\nT()\n",
    "import abc\nimport sys\nfrom json import loads\n\nimport requests\n\nT()\n",
    "from json import loads\n\nT()\n",
    "from json import (\n    loads,\n)  # a\n\nimport requests\n\nT()\n",
    "import abc\n\n# About requests.\nimport requests\n\nT()\n",
    '"""Doc."""\n\n# About requests.\nimport requests\n\nT()\n',
    "#!/usr/bin/env python\nimport requests\n\nT()\n",
    "import os as system\nimport sys\n\nT()\n",
    "import abc  # noqa: F401\n\n\n# Note.\ndef f():\n    T()\n",
    "import abc\n\n# isort: split\nimport json\n\nT()\n",
    "import sys\n\n# isort: split\nimport json\n\nT()\n",
    "if a:\n    import b\n\nT()\n",
    "try:\n    import b\nexcept ImportError:\n    b = None\n\nT()\n",
    "x = 1\n\nimport abc\n\nT()\n",
    '"""Doc."""\n\n__version__ = "1"\n\nimport abc\n\nT()\n',
    "x = 1\n\nimport requests\n\nT()\n",
    "T()\n\nimport abc\n",
]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("before", SORTED)
def test_what_ruff_accepts_it_accepts_after(before: str, newline: str) -> None:
    before = before.replace("\n", newline)
    after = inserted(before)
    assert after is not None
    assert sorted_by_ruff(before)
    assert sorted_by_ruff(after)
    assert after.replace("\r\n", "").count("\n") == (0 if newline == "\r\n" else after.count("\n"))


def test_an_order_by_module_alone_is_followed() -> None:
    before = "from abc import ABC\nimport json\nfrom pathlib import Path\n\nT()\n"
    after = inserted(before)
    assert after == "from abc import ABC\nimport json\nimport os\nfrom pathlib import Path\n\nT()\n"
