"""Code that multiplies: the work stays small, and nothing is kept but what is short."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from linter.linting import linted

HEAD = 'import requests\nimport kintone\na = "x"\nurl = "/k/v1/"\n'
PROGRAMS = {
    "doubling": HEAD + "a = a + a\n" * 60 + "requests.get(url + a)\n",
    "growing": HEAD + "url += a\n" * 400 + "requests.get(url)\n",
    "conditions": HEAD
    + "".join(f"if c{i}:\n    a{i} = 'x'\nelse:\n    a{i} = 'y'\n" for i in range(25))
    + "requests.get(url + "
    + " + ".join(f"a{i}" for i in range(25))
    + ")\n",
    "one condition": HEAD
    + "".join(f"if c:\n    a{i} = 'x'\nelse:\n    a{i} = 'y'\n" for i in range(40))
    + "requests.get(url + "
    + " + ".join(f"a{i}" for i in range(40))
    + ")\n",
    "calls": HEAD
    + "def f0(x):\n    return x\n"
    + "".join(f"def f{i}(x):\n    return f{i - 1}(x) + f{i - 1}(x)\n" for i in range(1, 25))
    + "requests.get(url + f24('a'))\n",
    "callers": HEAD
    + "def g0(x):\n    requests.get(url + x)\n"
    + "".join(f"def g{i}(x):\n" + f"    g{i - 1}(x)\n" * 20 for i in range(1, 8)),
    "recursion": HEAD + "def r(x):\n    return r(x + a) + r(a)\nrequests.get(r(url))\n",
    "a method that hands a mapping to that of its base": HEAD
    + "class Made(type):\n    def __new__(meta, name, bases, d, **kw):\n"
    + "        d = dict(d.items())\n"
    + "".join(
        f"        if 'a{i}' not in d:\n            d['a{i}'] = d['b{i}']\n"
        "        r = super().__new__(meta, name, bases, d, **kw)\n"
        for i in range(8)
    )
    + "        requests.get(url, headers=d)\n        return r\n",
    "a parser that calls itself": HEAD
    + "def r(x, n):\n    t = ''\n"
    + "    while n:\n        t += 'a'\n"
    + "    if n == 'b':\n        t, m = r(x, n)\n"
    + "    for i in x:\n        t, m = r(x, i)\n        t = '%s (%s)' % (t, m)\n" * 4
    + "    return t, m\nrequests.get(url + r(a, a)[0])\n",
    "a name of itself": HEAD + "b = b\nc = d\nd = c\nrequests.get(b + c + d)\n",
    "a class of itself": HEAD
    + "class A:\n    def __init__(self):\n        self.a = A().a + self.a\nrequests.get(A().a)\n",
    "an attribute of itself": "class A:\n    def b(self):\n        self.client = self.client.get("
    "self.u + '/k/v1/record.json', headers={'X-Cybozu-API-Token': self.t})\n",
    "a method of its own result": HEAD + "b = b.c\nb = b.d()\nb = b(b).e()\nb.get(url).f(url)\n",
    "a class made of itself": HEAD
    + "class A(A.b):\n    c = A.d()\n    def e(self, f: A):\n        f = f.get(url).get(url)\n"
    "class B(C):\n    pass\nclass C(B):\n    pass\nB().i.get(url)\n",
    "many headers": HEAD + 'h = {"X-Cybozu-API-Token": a}\nh["b"] = h\n' * 300,
    "a long list": HEAD + f"requests.get(','.join([{'a, ' * 3000}]))\n",
    "many templates": HEAD + f"requests.get('{'{}' * 500}'.format({'a, ' * 500}))\n",
    "many replaces": HEAD + "requests.get(url" + ".replace('x', a + 'x')" * 60 + ")\n",
}


MOST = 1_500_000  # calls of Python functions; most programs need a few ten thousand


@pytest.fixture
def limit() -> Iterator[None]:
    """Ends what calls too many functions. Calls are counted, so a busy machine changes nothing."""
    left = MOST

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal left
        left -= event == "call"
        if left < 0:
            raise TimeoutError("the linter does too much")

    before = sys.getprofile()
    sys.setprofile(count)
    yield
    sys.setprofile(before)


@pytest.mark.usefixtures("limit")
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_that_multiplies_is_linted_with_little_work(name: str) -> None:
    assert not linted(PROGRAMS[name]).errors
