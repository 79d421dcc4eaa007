"""A repository with all that is hard to write down, and a file that does not parse."""

from __future__ import annotations

from linter.linting import Shell

ODD = "日本 語,a:b/x=y%3A.py"
TWO_TOKENS = 'import requests\r\n𐐀 = "😀"; h = {"X-Cybozu-API-Token": "@TOKEN@,@TOKEN2@"}\r\n'
TWO_LINES = (
    'u = ("https://demo.cybozu.com/k/v1/"\r\n  "guest/5/record.json")\r\nrequests.get(u)\r\n'
)
BROKEN = "import kintone\ndef (:\n"


def write_odd_project(shell: Shell) -> None:
    """Four findings, in this order: one in settings.py, three in ODD. An error in broken.py."""
    (shell.folder / ".git").mkdir()
    shell.write(ODD, TWO_TOKENS + TWO_LINES)
    shell.write("settings.py", 'TOKEN = "@SECRET@"\n')
    shell.write("app.py", 'from settings import TOKEN\nh = {"X-Cybozu-API-Token": TOKEN}\n')
    shell.write("broken.py", BROKEN)


def rendered(shell: Shell, name: str, *arguments: str) -> str:
    """What a check writes to the standard output in a format."""
    return shell.run("check", "--output-format", name, *arguments)[1]
