"""Paths that are handed to functions of other modules, which send them."""

from __future__ import annotations

from linter.linting import Shell

SENDER = """\
import os
import requests
from . import config


class Kintone:
    def __init__(self, base):
        self.base = base
        self.session = requests.Session()

    def get(self, path, **params):
        return self._send("GET", path, params=params)

    def _send(self, method, path, **more):
        headers = {"X-Cybozu-API-Token": os.environ["T"]}
        return self.session.request(method, self.base + path, headers=headers, **more).json()


def call(path, **params):
    return requests.get(config.BASE + path, params=params)


def local(path):
    return requests.get("http://localhost:8080" + path)
"""
CONFIG = """\
BASE = "https://hanamaru.cybozu.com"
ROOT = "/k/v1"
"""
USER = """\
from .sender import Kintone, call, local
from .config import BASE, ROOT

k = Kintone(BASE)
k.get("/k/v1/guest/5/app.json", id=1)
k.get("/k/v1/recrd.json", app=1)
k.get("/k/v1/record", app=1)
k.get("/k/v1/app.json", id=1)
call(ROOT + "/guest/5/app.json", id=1)
call(ROOT + "/apps")
call(ROOT + "/apps.json")
local("/v1/record")


def rows(client, app):
    return client.get("/k/v1/records", app=app)


rows(k, 3)
Kintone(BASE + "/k/guest/5/v1").get("/apps", limit=1)
Kintone(BASE + ROOT).get("/apps.json", limit=1)
"""


def write(shell: Shell, user: str = USER) -> None:
    shell.write("pkg/__init__.py", "")
    shell.write("pkg/sender.py", SENDER)
    shell.write("pkg/config.py", CONFIG)
    shell.write("pkg/user.py", user)


def test_a_path_is_judged_where_it_is_written_as_another_module_sends_it(shell: Shell) -> None:
    write(shell)
    assert shell.rules(".") == [
        ("KL201", "pkg/user.py", 5),
        ("KL213", "pkg/user.py", 6),
        ("KL211", "pkg/user.py", 7),
        ("KL201", "pkg/user.py", 9),
        ("KL211", "pkg/user.py", 10),
        ("KL211", "pkg/user.py", 16),
        ("KL211", "pkg/user.py", 20),
    ]


def test_a_path_of_which_another_module_makes_two_is_not_judged(shell: Shell) -> None:
    sender = """\
import requests


class Kintone:
    def __init__(self, guest=None):
        self.guest = guest

    def path(self, name):
        guest = f"/guest/{self.guest}" if self.guest and name not in PLAIN else ""
        return f"/k{guest}/v1/{name}.json"

    def send(self, method, path):
        requests.request(method, "https://hanamaru.cybozu.com" + path)
"""
    user = """\
def invite(kintone: "Kintone"): ...
from .sender import Kintone


def go(one: Kintone):
    one.send("POST", one.path("guests"))
    one.send("PUT", one.path("space/guests"))
    one.send("GET", one.path("/k/v1/x"))
"""
    write(shell, user)
    shell.write("pkg/sender.py", sender)
    assert shell.rules(".") == []


def test_the_same_is_found_if_the_user_alone_is_named(shell: Shell) -> None:
    write(shell)
    assert shell.rules("pkg/user.py") == [each for each in shell.rules(".") if "user" in each[1]]


def test_the_place_that_sends_is_told(shell: Shell) -> None:
    write(shell, 'from .sender import call\n\ncall("/k/v1/record", app=1)\n')
    _, out, _ = shell.run("check", ".")
    assert "pkg/user.py:3:6: KL211" in out
    assert "pkg/sender.py:20:12: sent here" in out


def test_fixes_change_the_file_that_writes_the_path(shell: Shell) -> None:
    write(shell, 'from .sender import call\n\ncall("/k/v1/record", app=1)\n')
    shell.run("check", "--fix", ".")
    assert 'call("/k/v1/record.json", app=1)' in (shell.folder / "pkg/user.py").read_text()
    assert (shell.folder / "pkg/sender.py").read_text() == SENDER


def test_modules_that_call_each_other_in_a_circle_end(shell: Shell) -> None:
    shell.write("a.py", 'import b\n\ndef go(path):\n    b.go(path)\n\ngo("/k/v1/guest/5/x.json")\n')
    shell.write("b.py", "import a\n\ndef go(path):\n    a.go(path)\n# kintone\n")
    assert shell.run("check", ".")[0] in (0, 1)
