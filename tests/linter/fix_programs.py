"""Generated programs that send requests to Kintone, with credentials and paths for fixes to find.

Each knows which secrets it holds and which URLs its requests may have after a fix. They run under
a fake `requests`.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import types
from base64 import b64encode
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from unittest import mock

from hypothesis import strategies as st

from fakes import fakes, token

HOST = "https://demo.cybozu.com"
PASSWORD = fakes()["@PASSWORD@"]
LOGIN = b64encode(f"sato:{PASSWORD}".encode()).decode()


@dataclass
class Program:
    """The bytes of a file, the secrets in it, and what each URL may become."""

    raw: bytes = b""
    secrets: set[str] = field(default_factory=set)
    urls: dict[str, set[str]] = field(default_factory=dict)


def put(template: str, **values: object) -> str:
    """A template with `@E@` and the like filled in."""
    for name, value in values.items():
        template = template.replace(f"@{name}@", str(value))
    return template


# ---- spellings of a secret: @S@, its halves @A@ and @B@, its first character escaped in @X@

PLAIN = ('"@S@"', "'@S@'")
SPELLINGS = (
    *PLAIN,
    '"""@S@"""',
    'r"@S@"',
    'u"@S@"',
    '("@S@")',
    '(\n"@S@"\n)',
    '"@X@"',
    '"@A@\\\n@B@"',
    '"@A@" "@B@"',
    '("@A@"  # the first half\n    "@B@")',
    '"@A@" + "@B@"',
    '"%s%s" % ("@A@", "@B@")',
    '"%s" % "@S@"',
    '"{}{}".format("@A@", "@B@")',
    '"{}".format("@S@")',
    '"".join(["@A@", "@B@"])',
    '"".join(["@S@"])',
    '"xx@S@"[2:]',
    '"@S@xx"[:-2]',
    '" @S@ ".strip()',
    '"@S@".strip()',
    '"@A@-@B@".replace("-", "")',
    'f"@S@"',
    "f\"{'@S@'}\"",
    "f\"{'@A@'}@B@\"",
    'b"@S@".decode()',
    '("@S@" if True else "")',
    '("" or "@S@")',
    '("", "@S@")[1]',
    '(lambda: "@S@")()',
    '(lambda os: "@S@")(1)',
    '[each for each in ["@S@"]][0]',
    '["@S@" for os in [1]][0]',
    '(held := "@S@")',
    'dict(a="@S@")["a"]',
    '{"a": "@S@"}["a"]',
    '{"@S@": "@S@"}["@S@"]',
    'str("@S@")',
    'max("@S@", "")',
    'print("@S@", end="") or "@S@"',
)
# @E@ is the expression, @N@ a number, @U@ a URL, @Q@ a plain literal of the same secret
HEADERS = 'headers={"X-Cybozu-API-Token": @E@}'
USES = (
    f"requests.get(@U@, {HEADERS})",
    f"requests.get(@U@, {HEADERS}); mark(@N@)",
    f"if True: requests.get(@U@, {HEADERS}); mark(@N@)",
    f"requests.get(@U@, {HEADERS})  # noqa: E501, KL102\nmark(@N@)",
    f"[requests.get(@U@, {HEADERS}) for _ in range(2)]",
    'TOKEN = @E@; requests.get(@U@, headers={"X-Cybozu-API-Token": TOKEN})',
    'TOKEN_@N@ = @E@\nrequests.get(@U@, headers={"X-Cybozu-API-Token": TOKEN_@N@})',
    'token = @E@\nrequests.get(@U@, headers={"X-Cybozu-API-Token": f"{token}"})',
    'headers = {}\nheaders["X-Cybozu-API-Token"] = @E@\nrequests.get(@U@, headers=headers)',
    'TOKENS = {"a": @E@}\nrequests.get(@U@, headers={"X-Cybozu-API-Token": TOKENS["a"]})',
    'session = requests.Session()\nsession.headers.update({"X-Cybozu-API-Token": @E@})\n'
    "session.get(@U@)",
    'def send_@N@(token=@E@):\n    requests.get(@U@, headers={"X-Cybozu-API-Token": token})\n'
    "send_@N@()",
    'def send_@N@(token):\n    requests.get(@U@, headers={"X-Cybozu-API-Token": token})\n'
    "send_@N@(@E@)",
    "class Client@N@:\n    token = @E@\n    def send(self):\n"
    '        requests.get(@U@, headers={"X-Cybozu-API-Token": self.token})\nClient@N@().send()',
    "class Client@N@:\n    def __init__(self, os):\n        self.token = @E@\n"
    '        requests.get(@U@, headers={"X-Cybozu-API-Token": self.token})\nClient@N@(1)',
    "@sender(@U@, @E@)\ndef decorated_@N@(): ...",
    '(lambda token=@E@: requests.get(@U@, headers={"X-Cybozu-API-Token": token}))()',
    f"async def task_@N@():\n    requests.get(@U@, {HEADERS})\nfinish(task_@N@())",
    "match @E@:\n    case text if text == @E@:\n"
    '        requests.get(@U@, headers={"X-Cybozu-API-Token": text})',
    f"match @E@:\n    case @Q@:\n        requests.get(@U@, {HEADERS})",
    'def get_@N@():\n    return@Q@\nrequests.get(@U@, headers={"X-Cybozu-API-Token": get_@N@()})',
    "from typing import Literal\nkey: Literal[@Q@] = @E@\n"
    'requests.get(@U@, headers={"X-Cybozu-API-Token": key})',
    f"@Q@\nrequests.get(@U@, {HEADERS})",
    f"def documented_@N@():\n    @Q@\n    requests.get(@U@, {HEADERS})\n"
    "documented_@N@()\nmark(documented_@N@.__doc__)",
)
# Of two literals: the halves of one secret, or two secrets.
HALVES = (
    'A_@N@, B_@N@ = "@A@", "@B@"\nrequests.get(@U@, headers={"X-Cybozu-API-Token": A_@N@ + B_@N@})',
    'A_@N@ = "@A@"\nB_@N@ = "@B@"\n'
    'requests.get(@U@, headers={"X-Cybozu-API-Token": f"{A_@N@}{B_@N@}"})',
    'parts = "@A@", "@B@"\nrequests.get(@U@, headers={"X-Cybozu-API-Token": "".join(parts)})',
    'token = "@A@"\ntoken += "@B@"\nrequests.get(@U@, headers={"X-Cybozu-API-Token": token})',
)
PAIRS = (
    "A_@N@ = @E@\nB_@N@ = @F@\n"
    'requests.get(@U@, headers={"X-Cybozu-API-Token": f"{A_@N@},{B_@N@}"})',
    'requests.get(@U@, headers={"X-Cybozu-API-Token": ",".join([@E@, @F@])})',
    'a, b = @E@, @F@\nrequests.get(@U@, headers={"X-Cybozu-API-Token": a + "," + b})',
    f"requests.get(@U@, {HEADERS})\n" + f"requests.get(@U@, {HEADERS})".replace("@E@", "@F@"),
)
PASSWORDS = (
    "import base64\nPASSWORD = @E@\n"
    'requests.get(@U@, headers={"X-Cybozu-Authorization": '
    'base64.b64encode(f"sato:{PASSWORD}".encode()).decode()})',
    'import base64\nlogin, password = "sato", @E@\n'
    'requests.get(@U@, headers={"X-Cybozu-Authorization": '
    'base64.b64encode((login + ":" + password).encode()).decode()})',
    'requests.get(@U@, auth=("gate", @E@), headers={"X-Cybozu-API-Token": "t"})',
)


def spelt(draw: st.DrawFn, secret: str) -> str:
    half = len(secret) // 2
    escaped = f"\\x{ord(secret[0]):02x}{secret[1:]}"
    form = draw(st.sampled_from(SPELLINGS))
    return put(form, S=secret, A=secret[:half], B=secret[half:], X=escaped)


def sending_secrets(draw: st.DrawFn, number: int, program: Program) -> str:
    """Code that sends a secret, or two, to Kintone."""
    kind = draw(st.sampled_from(["one"] * 6 + ["halves", "pair", "password", "login"]))
    one, other = (token(draw(st.integers(1, 4))) for _ in range(2))
    url = f'"{HOST}/k/v1/records.json?n={number}"'
    if kind == "halves":
        form = draw(st.sampled_from(HALVES))
        program.secrets.add(one)
        return put(form, A=one[:20], B=one[20:], N=number, U=url)
    if kind == "pair":
        form = draw(st.sampled_from(PAIRS))
        program.secrets |= {one, other}
        return put(form, E=spelt(draw, one), F=spelt(draw, other), N=number, U=url)
    if kind == "password":
        program.secrets.add(PASSWORD)
        return put(draw(st.sampled_from(PASSWORDS)), E=spelt(draw, PASSWORD), U=url)
    if kind == "login":
        program.secrets.add(LOGIN)
        header = '{"X-Cybozu-Authorization": @E@}'
        return put(f"requests.get(@U@, headers={header})", E=spelt(draw, LOGIN), U=url)
    program.secrets.add(one)
    quoted = put(draw(st.sampled_from(PLAIN)), S=one)
    return put(draw(st.sampled_from(USES)), E=spelt(draw, one), Q=quoted, N=number, U=url)


# ---- paths: an expression, the path that it is, the path that is meant

GUEST = ("/k/v1/guest/5/app.json", "/k/guest/5/v1/app.json")
TWICE = ("/k/k/v1/app.json", "/k/v1/app.json")
UNFILLED = ("/k/guest/{space}/v1/app.json", "/k/guest/5/v1/app.json")
PATHS = (
    ('"@H@/k/v1/guest/5/app.json@Y@"', *GUEST),
    ("'''@H@/k/v1/guest/5/app.json@Y@'''", *GUEST),
    ('f"@H@/k/v1/guest/{space}/app.json@Y@"', *GUEST),
    ('f"@H@/k/v1/guest/" f"{space}/app.json@Y@"', *GUEST),
    ('"@H@/k/v1/guest/" + str(space) + "/app.json@Y@"', *GUEST),
    ('"@H@/k/v1/guest/{}/app.json@Y@".format(space)', *GUEST),
    ('"@H@/k/v1/guest/%d/app.json@Y@" % space', *GUEST),
    ('"@H@/k/v1" "/guest/5/app.json@Y@"', *GUEST),
    ('"@H@/\\x6b/v1/guest/5/app.json@Y@"', *GUEST),
    ('r"@H@/k/guest/5/v1/v1/app.json@Y@"', "/k/guest/5/v1/v1/app.json", GUEST[1]),
    ('"@H@/k/k/v1/app.json@Y@"', *TWICE),
    ('f"{HOST}/k/k/v1/app.json@Y@"', *TWICE),
    ('"@H@/k/v1/file@Y@"', "/k/v1/file", "/k/v1/file.json"),
    ('f"@H@/k/v1/file" "@Y@"', "/k/v1/file", "/k/v1/file.json"),
    ('"@H@/k/guest/{space}/v1/app.json@Y@"', *UNFILLED),
    ('(lambda:"@H@/k/guest/{space}/v1/app.json@Y@")()', *UNFILLED),
    ('"@H@/k/v1/records.json@Y@"', "/k/v1/records.json", "/k/v1/records.json"),
)
CALLS = (
    "requests.get(@U@); mark(@N@)",
    "requests.get(@U@ if space else@W@)",
    "url = @U@\nrequests.get(url)",
    "def fetch_@N@(url=@U@): return requests.get(url)\nfetch_@N@()",
    "class Api@N@:\n    path = @U@\nrequests.get(Api@N@.path)",
    "requests.get(url=@U@)  # kintone-lint: ignore[KL101] old # noqa: E501\nmark(@N@)",
)


def sending_paths(draw: st.DrawFn, number: int, program: Program) -> str:
    """Code that sends a request to an address that is wrong in one or two ways."""
    form, wrong, meant = draw(st.sampled_from(PATHS))
    scheme = "https" if "HOST" in form else draw(st.sampled_from(["http", "https", "https"]))
    query = f"?n={number}"
    program.urls[f"{scheme}://demo.cybozu.com{wrong}{query}"] = {
        f"{each}://demo.cybozu.com{path}{query}"
        for each in (scheme, "https")
        for path in (wrong, meant)
    }
    url = put(form, H=HOST.replace("https", scheme), Y=query)
    close = url if url[0] in "'\"" else f" {url}"
    return put(draw(st.sampled_from(CALLS)), U=url, W=close, N=number)


# ---- what stands around: @B@ is the code, @I@ and @J@ the same further in

AROUND = (
    *["@B@"] * 5,
    "if True:\n@I@",
    "def run_@N@():\n@I@\nrun_@N@()",
    "def run_@N@(os):\n@I@\nrun_@N@(1)",
    "def run_@N@(*, os=None):\n    def inner():\n@J@\n    inner()\nrun_@N@()",
    "def run_@N@():\n    import os\n@I@\nrun_@N@()",
    "def run_@N@():\n@I@\n    import os\nrun_@N@()",
    "def run_@N@():\n    os = 1\n@I@\nrun_@N@()",
    "def run_@N@():\n@I@\n    for os in []: pass\nrun_@N@()",
    "def run_@N@():\n    global os\n    os = 1\n@I@\nrun_@N@()",
    "class Space@N@:\n    space = 5\n@I@",
    "class Space@N@:\n    space, os = 5, 1\n@I@",
    "class Space@N@:\n    os = 1\n    def run(self):\n@J@\nSpace@N@().run()",
    "try:\n@I@\nfinally:\n    mark(@N@)",
    "try:\n    raise ValueError\nexcept ValueError as os:\n@I@",
    "with holder() as os:\n@I@",
    "for _ in range(1):\n@I@\nelse:\n    mark(@N@)",
    "async def run_@N@(space):\n@I@\nfinish(run_@N@(5))",
    "match 1:\n    case os:\n@J@",
    "match {}:\n    case {**rest}:\n@J@",
)
BETWEEN = (
    *[""] * 4,
    "import os",
    "import os.path",
    "import sys, os",
    "import os; mark(0)",
    "import os as system",
    "from os import path",
    "from os import environ",
    "from os import *",
    "from posixpath import os",
    "import posixpath as os",
    "import os\nos = 1",
    "import os\ndel os",
    "if space: import os",
    "try:\n    import os\nexcept ImportError:\n    os = None",
    "if not space:\n    os = 1",
    "os = 'linux'",
    "os: int = 1",
    "(os := 1)",
    "[os := 1 for _ in [1]]",
    "for os in [1]: pass",
    "with holder() as os: pass",
    "def os(): ...",
    "class os: ...",
    "def unused():\n    global os\n    os = 1",
    "globals()['os'] = 1",
    "exec('os = 1')",
    "x = 1  # noqa: E501, KL101\nmark(1)",
    "# kintone-lint: ignore[KL1]\nmark(2)",
    "'''text'''",
    "\f",
)
DOCSTRINGS = (
    "",
    "",
    '"""Doc."""\n',
    "'''Doc.\n\nMore.\n'''\n",
    '"""Doc."""; from __future__ import division\n',
    "# Doc.\n\n",
)
FUTURES = (
    "",
    "",
    "from __future__ import annotations\n",
    "from __future__ import annotations; V = 1\n",
    "from __future__ import annotations\nfrom __future__ import division; V = 2\n",
)
IMPORTS = (
    "import requests\n",
    "\nimport requests\n\n",
    "import requests; mark(3)\n",
    "import abc\n\nimport requests\n\n",
    "\nimport json\nimport sys\n\nimport requests\n\n",
    "from abc import ABC\n\nimport requests\n\n",
    "if True:\n    import requests\n",
    "\n# For Kintone.\nimport requests\n\n",
    "@abs\nclass A: ...\nimport requests\n",
)
START = f'space = 5\nHOST = "{HOST}"\n'


@st.composite
def programs(draw: st.DrawFn) -> Program:
    program = Program()
    parts = [draw(st.sampled_from(each)) for each in (DOCSTRINGS, FUTURES, IMPORTS)]
    parts += [START, draw(st.sampled_from(BETWEEN)), "\n"]
    for number in range(1, draw(st.integers(1, 3)) + 1):
        sending = draw(st.sampled_from([sending_secrets, sending_secrets, sending_paths]))
        code = sending(draw, number, program)
        around = draw(st.sampled_from(AROUND))
        code = put(around, B=code, I=_indented(code, 1), J=_indented(code, 2), N=number)
        parts += [code, "\n", draw(st.sampled_from(BETWEEN)), "\n"]
    step = draw(st.sampled_from(["    ", "    ", "\t", " "]))
    text = re.sub(r"(?m)^(?: {4})+", lambda found: step * (len(found[0]) // 4), "".join(parts))
    program.raw = _encoded(draw, text)
    return program


def _indented(text: str, steps: int) -> str:
    """Lines further in, but for a literal that goes on."""
    return re.sub(r"(?m)(?<!\\\n)^", "    " * steps, text)


def _encoded(draw: st.DrawFn, text: str) -> bytes:
    """The text as a file, with newlines and an encoding of its own."""
    cookie = draw(st.sampled_from(["", "", "", "utf-8", "latin-1", "shift_jis"]))
    head = draw(st.sampled_from(["", "", "#!/usr/bin/env python\n"]))
    head += f"# -*- coding: {cookie} -*-\n" if cookie else ""
    text = head + text + ("# é" if cookie == "latin-1" else "# 日本語")
    text += draw(st.sampled_from(["", "\n"]))
    newline = draw(st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"]))
    marked = cookie in ("", "utf-8") and draw(st.integers(0, 4)) == 0
    mark = b"\xef\xbb\xbf" if marked else b""
    return mark + text.replace("\n", newline).encode(cookie or "utf-8")


# ---- running one


class _Session:
    def __init__(self, done: list[object]) -> None:
        self.done = done
        self.headers: dict[str, str] = {}

    def get(self, url: str, headers: Mapping[str, str] | None = None, auth: object = None) -> None:
        self.done.append((url, {**self.headers, **(headers or {})}, auth))


class _Holder:
    def __enter__(self) -> int:
        return 1

    def __exit__(self, *_: object) -> None: ...


def run(raw: bytes, variables: Mapping[str, str]) -> list[object]:
    """What a program does: its requests, the marks that it passes, and the error that ends it."""
    done: list[object] = []
    requests = types.ModuleType("requests")
    vars(requests).update(get=_Session(done).get, Session=lambda: _Session(done))

    def sender(url: str, text: str) -> Callable[[object], None]:
        return lambda _: requests.get(url, headers={"X-Cybozu-API-Token": text})

    def finish(task: Coroutine[object, object, object]) -> None:
        with contextlib.suppress(StopIteration):
            task.send(None)

    names = {
        "__name__": "app",
        "mark": done.append,
        "sender": sender,
        "finish": finish,
        "holder": _Holder,
        "print": lambda *_, **__: None,
        "abs": lambda each: each,
    }
    with (
        mock.patch.dict(sys.modules, requests=requests),
        mock.patch.dict(os.environ, variables),
    ):
        try:
            exec(compile(raw, "app.py", "exec", dont_inherit=True), names)
        except Exception as error:
            done.append(f"{type(error).__name__}: {error}")
    return done
