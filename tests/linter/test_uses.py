"""A literal is changed where it is the one address that it goes to, and left alone elsewhere."""

from __future__ import annotations

import pytest

from linter.linting import Shell, linted

START = "import requests\n"
URL = "https://demo.cybozu.com/k/v1"
RECORDS = f'U = "{URL}/records"\nrequests.get(U)\n'
GUEST = 'P = "/k/v1/guest/5/records.json"\nrequests.get(BASE + P)\n'


def fixes(text: str) -> list[tuple[str, bool]]:
    """The rules that find something, each with whether it has a fix."""
    return [(each.rule, each.fix is not None) for each in linted(START + text).findings]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("KL211", RECORDS),
        ("KL211", f'requests.get("{URL}/records", timeout=5)\n'),
        ("KL211", f'def f():\n    u = "{URL}/records"\n    return requests.get(url=u)\nu = 1\n'),
        ("KL211", f'def f(u="{URL}/records"):\n    return requests.get(u)\n'),
        ("KL211", f'requests.get("{URL}/records" if a else "{URL}/apps.json")\n'),
        ("KL201", 'BASE = "https://demo.cybozu.com"\n' + GUEST),
        ("KL201", 'def get(path):\n    return requests.get(path)\nget("/k/v1/guest/5/app.json")\n'),
        ("KL304", 'B = "http://demo.cybozu.com"\nrequests.get(f"{B}/k/v1/app.json")\n'),
        ("KL304", 'B = "http://demo.cybozu.com"\nrequests.get(B + "/k/v1/app.json")\n'),
        ("KL304", 'B = ["http://demo.cybozu.com"]\n'),
        ("KL304", 'requests.get("http://{}.cybozu.com/k/v1/app.json".format(sub))\n'),
    ],
)
def test_a_literal_of_one_use_is_put_right(rule: str, text: str) -> None:
    assert fixes(text) == [(rule, True)]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("KL211", RECORDS + 'requests.get(U + "/cursor.json")\n'),
        ("KL211", RECORDS + 'requests.get(f"{U}/cursor.json")\n'),
        ("KL211", RECORDS + 'requests.post("%s/cursor.json" % U)\n'),
        ("KL211", RECORDS + 'requests.get(U.replace("records", "record") + ".json")\n'),
        ("KL211", RECORDS + "V = U\nrequests.get(V + '.json')\n"),
        ("KL211", RECORDS + "print(globals()['U'])\n"),
        ("KL211", RECORDS + "__all__ = ['U']\n"),
        ("KL211", RECORDS + "def f():\n    return g(U)\n"),
        ("KL211", f'class A:\n    u = "{URL}/records"\nrequests.get(A.u)\nsend(A.u + ".json")\n'),
        (
            "KL211",
            f'def f():\n    return "{URL}/records"\nrequests.get(f())\nsend(f() + ".json")\n',
        ),
        ("KL211", f'requests.get(u := "{URL}/records")\nrequests.get(u + "/cursor.json")\n'),
        (
            "KL211",
            (
                "def f(u):\n    requests.get(u)\n    requests.get(u + '/cursor.json')\n"
                f'f("{URL}/records")\n'
            ),
        ),
        (
            "KL211",
            (
                "class A:\n    def get(self, u):\n        requests.get(u)\n        x(u + '.json')\n"
                f'A().get("{URL}/records")\n'
            ),
        ),
        (
            "KL201",
            'BASE = "https://demo.cybozu.com"\n'
            + GUEST
            + 'requests.get(BASE + P.replace("/v1/guest/5", "/v1"))\n',
        ),
        (
            "KL201",
            (
                'P = "/k/v1/guest/5/records.json"\n'
                'requests.get("https://demo.cybozu.com" + P.replace("guest", "guest"))\n'
            ),
        ),
        (
            "KL304",
            (
                'S = "http"\nrequests.get(S + "://demo.cybozu.com/k/v1/app.json")\n'
                'requests.get(S + "://localhost/")\n'
            ),
        ),
        ("KL304", 'B = "http://"\nrequests.get(B + "demo.cybozu.com/k/v1/app.json")\n'),
        (
            "KL304",
            (
                'B = "http://demo.cybozu.com"\n'
                'requests.get(B.replace("demo.cybozu.com", "localhost:8080"))\n'
            ),
        ),
        ("KL304", 'requests.get("http://demo.cybozu.com:80/k/v1/app.json")\n'),
        ("KL304", 'B = "http://demo.cybozu.com"\nrequests.get(B + ":80/k/v1/app.json")\n'),
        ("KL304", 'B = "http://demo.cybozu.com"\nrequests.get(f"{B}:{port}/k/v1/app.json")\n'),
        ("KL304", 'B = "http://demo.cybozu.com"\nrequests.get(B + rest)\n'),
        ("KL304", 'u = urlsplit("http://demo.cybozu.com")._replace(netloc="localhost")\n'),
    ],
)
def test_a_literal_that_goes_elsewhere_too_is_left_alone(rule: str, text: str) -> None:
    found = fixes(text)
    assert (rule, False) in found
    assert (rule, True) not in found


IMPORTS = [
    "from conf import BASE\n",
    "from conf import (  # of ours\n    BASE,\n)\n",
    "import conf\n",
    "x = 1; import conf\n",
    "import importlib\nconf = importlib.import_module('conf')\n",
]


@pytest.mark.parametrize("importing", IMPORTS)
def test_a_name_that_another_file_may_read_keeps_its_value(shell: Shell, importing: str) -> None:
    shell.write("pyproject.toml", "")
    shell.write("conf.py", 'BASE = "http://demo.cybozu.com"\n')
    assert [each["fix"] is None for each in shell.check("conf.py")[1]["findings"]] == [False]
    shell.write("other/app.py", importing)
    assert [each["fix"] for each in shell.check("conf.py")[1]["findings"]] == [None]
