"""What attributes of objects are worth: one row a way to make an object, as in `test_values`."""

from __future__ import annotations

import pytest

from linter.python.evaluating import alternatives

CLIENT = "class C:\n    def __init__(self, a, b='d'):\n        self.a = a\n        self.b = b\n"
UNDER = (
    "class C:\n    p = 'x'\n    def __init__(self, n=None):\n"
    "        if n:\n            self.p = n\n"
)
RECORD = "from dataclasses import dataclass\n@dataclass\nclass R:\n    a: str\n    b: str = 'd'\n"

ATTRIBUTES = {
    "an argument": (CLIENT + "c = C('x')\nc.a", ["x"]),
    "a default that is not given": (CLIENT + "c = C('x')\nc.b", ["d"]),
    "a default that is given": (CLIENT + "c = C('x', b='y')\nc.b", ["y"]),
    "of the object that is asked": (CLIENT + "C('x')\nc = C('y')\nc.a", ["y"]),
    "of any object": (
        CLIENT + "    def m(self):\n        return self.a\nC('x')\nC('y')\nC.m",
        ["<C.m>"],
    ),
    "in a method, of all objects": (
        "def f():\n    C('x')\n    C('y')\n" + CLIENT + "    def m(self):\n        self.a\n",
        ["x", "y"],
    ),
    "in a method that is called": (
        CLIENT + "    def m(self):\n        return self.a\nC('x')\nC('y').m()",
        ["y"],
    ),
    "in a property": (
        CLIENT
        + "    @property\n    def p(self):\n        return self.a + '/'\nC('x')\nc = C('y')\nc.p",
        ["y/"],
    ),
    "set under a condition that holds": (
        UNDER + "c = C('y')\nc.p",
        ["y"],
    ),
    "set under a condition that does not hold": (
        UNDER + "c = C()\nc.p",
        ["x"],
    ),
    "through super": (
        CLIENT
        + "class D(C):\n    def __init__(self):\n        super().__init__('x')\nd = D()\nd.a",
        ["x"],
    ),
    "a property through super": (
        "class C:\n    @property\n    def p(self): return 'x'\nclass D(C):\n    @property\n"
        "    def p(self):\n        return super().p + 'y'\nD().p",
        ["xy"],
    ),
    "through super, of the second base": (
        "class A: ...\nclass C:\n    p = 'x'\nclass D(A, C):\n    @property\n"
        "    def p(self):\n        return super(D, self).p + 'y'\nD().p",
        ["xy"],
    ),
    "of a class without a constructor of its own": (CLIENT + "class D(C): ...\nD('x').a", ["x"]),
    "of a base": ("class C:\n    a = 'x'\nclass D(C): ...\nd = D()\nd.a", ["x"]),
    "that a subclass says otherwise": (
        "class C:\n    a = 'x'\nclass D(C):\n    a = 'y'\nd = D()\nd.a",
        ["y"],
    ),
    "that subclasses say": (
        "class C:\n    a = None\n    def m(self):\n        self.a\nclass D(C):\n    a = 'y'\n",
        ["y"],
    ),
    "a method of a base": (
        CLIENT + "    def m(self):\n        return self.a\nclass D(C): ...\nd = D('x')\nd.m()",
        ["x"],
    ),
    "by a class method": (
        CLIENT + "    @classmethod\n    def make(cls):\n        return cls('x')\n"
        "    def m(self):\n        self.a\n",
        ["x"],
    ),
    "a field": (RECORD + "r = R('x')\nr.a", ["x"]),
    "a field by name": (RECORD + "r = R(b='y', a='x')\nr.b", ["y"]),
    "a field that is not given": (RECORD + "r = R('x')\nr.b", ["d"]),
    "a field where nothing is made": (RECORD + "    def m(self):\n        self.b\n", ["d"]),
    "a field of a model": (
        "from pydantic import BaseModel, Field\nclass R(BaseModel):\n    a: str = Field('d')\n"
        "    b: str\nr = R(b='x')\nf'{r.a}{r.b}'",
        ["dx"],
    ),
    "a field of a base": (
        RECORD + "@dataclass\nclass S(R):\n    c: str = 'e'\ns = S('x', 'y', 'z')\ns.a + s.b + s.c",
        ["xyz"],
    ),
    "a text that grows": (
        "class C:\n    def __init__(self):\n        self.a = 'x'\n        self.a += 'y'\n"
        "        self.a\n",
        ["xy"],
    ),
    "a text that grows elsewhere": (
        CLIENT + "    def m(self):\n        self.a += 'y'\nc = C('x')\nc.a",
        ["<c.a>"],
    ),
    "set from outside": (CLIENT + "c = C('x')\nc.a = z\nc.a", ["<c.a>"]),
    "of another class that is set": (CLIENT + "d = D()\nd.a = z\nc = C('x')\nc.a", ["x"]),
    "set by a name that is not written": (
        CLIENT + "    def m(self, n, v):\n        setattr(self, n, v)\nc = C('x')\nc.a",
        ["<c.a>"],
    ),
    "a field that is replaced": (
        RECORD + "    def __post_init__(self):\n        self.a = self.a + '/'\nr = R('x')\nr.a",
        ["<r.a>"],
    ),
    "a field with a validator": (
        "from pydantic import BaseModel, field_validator\nclass R(BaseModel):\n    a: str\n"
        "    b: str\n    @field_validator('a')\n    def v(cls, x): return x + '/'\n"
        "r = R(a='x', b='y')\nf'{r.a}{r.b}'",
        ["<r.a>y"],
    ),
    "attrs": ("import attr\n@attr.s\nclass R:\n    a = attr.ib()\nr = R('x')\nr.a", ["x"]),
    "a class that is no record": ("class R:\n    a: str = 'd'\nr = R('x')\nr.a", ["d"]),
}

RESULTS = {
    "a mapping": ("'%(a)s/%(b)d' % {'a': 'x', 'b': 5}", ["x/5"]),
    "a mapping that is not known": ("'%(a)s/%(b)s' % values", ["<…>/<…>"]),
    "a tuple with a name": ("t = ('x', y)\n'%s/%s' % t", ["x/<y>"]),
    "a list is one value": ("t = ['x', 'y']\n'%s/z' % t", ["<t>/z"]),
    "a decorator that is not known": (
        "from tools import odd\n@odd\ndef f(): return 'a'\nf()",
        ["<…>"],
    ),
    "a decorator of a cache": (
        "import functools\n@functools.lru_cache(maxsize=1)\ndef f(): return 'a'\nf()",
        ["a"],
    ),
    "a decorator that passes through": (
        "def d(f):\n    def w(*a, **k):\n        return f(*a, **k)\n    return w\n"
        "@d\ndef f(): return 'a'\nf()",
        ["a"],
    ),
    "a decorator that adds": (
        "def d(f):\n    def w(*a, **k):\n        return f(*a, **k) + 'b'\n    return w\n"
        "@d\ndef f(): return 'a'\nf()",
        ["<…>"],
    ),
    "a decorator that changes": (
        "def d(f):\n    def w(*a, **k):\n        r = f(*a, **k)\n        r.pop('x')\n"
        "        return r\n    return w\n@d\ndef f(): return {'x': 1}\nf()",
        ["<…>"],
    ),
    "a copied list": ("x = ['a', 'b']\n'/'.join(list(x))", ["a/b"]),
    "what a function makes of each": ("def f(x): return {'a': x}\nlist(map(f, y))", ["[1...]"]),
    "what a lambda makes of each": ("map(lambda x: 'a', y)", ["[1...]"]),
    "an item that is tested": (
        "j = {'g': None}\nf\"/k/{j['g']}\" if j['g'] else '/k'",
        ["/k"],
    ),
    "an item that is got and tested": (
        "j = {'g': None}\nf\"/k/{j['g']}\" if j.get('g') else '/k'",
        ["/k"],
    ),
}


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_an_attribute_is_worth_what_its_object_was_given(name: str) -> None:
    snippet, wanted = ATTRIBUTES[name]
    assert alternatives(snippet) == wanted


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_is_worth_what_is_known_of_it(name: str) -> None:
    snippet, wanted = RESULTS[name]
    assert alternatives(snippet) == wanted
