"""No fix where it might change what else a program does."""

from __future__ import annotations

import pytest

from linter.linting import linted

SEND = 'requests.get("https://demo.cybozu.com/k/guest/{gid}/v1/app.json")\n'
FILLED = SEND.replace('"https', 'f"https')


def fixes(text: str) -> list[tuple[str, bool]]:
    """The rules that find something, each with whether it has a fix."""
    found = linted("import requests\n" + text).findings
    return [(each.rule, each.fix is not None) for each in found]


@pytest.mark.parametrize(
    "text",
    [
        f"gid = 5\n{SEND}",
        f"gid: int = 5\nif a:\n    {SEND}",
        f"def f(gid):\n    {SEND}",
        f"def f(*, gid=5):\n    for x in y:\n        {SEND}",
        f"def f(x):\n    gid = x\n    {SEND}",
        f"if a:\n    gid = 5\n    {SEND}",
        f"gid = 5\ns = requests.Session()\n{SEND.replace('requests', 's')}",
    ],
)
def test_the_f_is_added_where_the_name_surely_has_a_value(text: str) -> None:
    assert fixes(text) == [("KL204", True)]


@pytest.mark.parametrize(
    "text",
    [
        f"[gid for gid in x]\n{SEND}",
        f"gid = 5\ndel gid\n{SEND}",
        f"def f(gid):\n    del gid\n    {SEND}",
        f"try:\n    f()\nexcept E as gid:\n    pass\n{SEND}",
        f"if a:\n    gid = 5\n{SEND}",
        f"try:\n    gid = f()\nexcept E:\n    pass\n{SEND}",
        f"while a:\n    gid = 5\n{SEND}",
        f"with a:\n    gid = 5\n{SEND}",
        f"for gid in x:\n    pass\n{SEND}",
        f"with x as gid:\n    pass\n{SEND}",
        f"x and (gid := 5)\n{SEND}",
        f"{SEND}gid = 5\n",
        f"gid = 5\ndef f():\n    {SEND}",
        f"def f():\n    global gid\n    {SEND}gid = 5\n",
        f"def gid(): ...\n{SEND}",
        f"class gid: ...\n{SEND}",
        f"import gid\n{SEND}",
        f"from x import gid\n{SEND}",
        f"gid = lambda: 5\n{SEND}",
        f"def get(): ...\ngid = get\n{SEND}",
        f"gid = 5\nx = [{SEND.strip()} for gid in y]\n",
        f"class A:\n    gid = 5\n    x = [{SEND.strip()} for y in z]\n",
        f"gid = 5\nx = lambda: {SEND}",
        f"gid = 5\nclass S(requests.Session): ...\nS().mount('https://', A())\n{SEND}",
        (
            "class Client:\n    def get(self, u):\n        return requests.get(u.format(gid=5))\n"
            f"client = Client()\ngid = 5\n{SEND.replace('requests', 'client')}"
        ),
        f"def f(client, gid):\n    {SEND.replace('requests', 'client')}",
    ],
)
def test_the_f_is_not_added_in_doubt(text: str) -> None:
    assert fixes(text) == [("KL204", False)]


WRONG = 'h = {"X-Cybozu-API-Tokn": t}\n'


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        (WRONG, True),
        ('h = {"X-Cybozu-API-Token": a, "X-Cybozu-API-Tokn": t}\n', False),
        ('h = {"X-Cybozu-API-Tokn": t, "x-cybozu-api-token": a}\n', False),
        (WRONG + 'print(h["X-Cybozu-API-Tokn"])\n', False),
        (WRONG + 'print(h["x-cybozu-api-tokn"])\n', False),
        (WRONG + 'h["X-Cybozu-API-Token"] = a\n', False),
        (WRONG.replace("{", "{**base, "), False),
    ],
)
def test_a_header_is_renamed_where_its_names_stand_nowhere_else(text: str, fixed: bool) -> None:
    assert fixes(text) == [("KL301", fixed)]
