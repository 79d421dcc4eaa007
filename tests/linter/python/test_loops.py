"""What a name is after a loop: what all rounds make of it together, or nothing that is known."""

from __future__ import annotations

import pytest

from linter.python.evaluating import alternatives

RUN = {
    "a sum": ("u = 'a'\nfor s in ('b', 'c'):\n    u += s\nu", ["abc"]),
    "an f-string": ("u = 'a'\nfor s in ['b', 'c']:\n    u = f'{u}/{s}'\nu", ["a/b/c"]),
    "a name for the sequence": ("S = ['b', 'c']\nu = 'a'\nfor s in S:\n    u = u + s\nu", ["abc"]),
    "through another name": ("u = 'a'\nfor s in 'b', 'c':\n    t = u + s\n    u = t\nu", ["abc"]),
    "two statements": ("u = 'a'\nfor s in 'b', 'c':\n    u += '/'\n    u += s\nu", ["a/b/c"]),
    "what is put in front": ("u = 'c'\nfor s in 'b', 'a':\n    u = s + u\nu", ["abc"]),
    "a test of each": (
        "u = 'a'\nfor s in 'b', '', 'c':\n    if s:\n        u += '/' + s\nu",
        ["a/b/c"],
    ),
    "one that is passed over": (
        "u = 'a'\nfor s in 'b', None, 'c':\n    if s is None:\n        continue\n    u += s\nu",
        ["abc"],
    ),
    "one that ends it": (
        "u = 'a'\nfor s in 'b', 'c', 'd':\n    if s == 'c':\n        break\n    u += s\nu",
        ["ab"],
    ),
    "its else": ("u = 'a'\nfor s in ('b',):\n    u += s\nelse:\n    u += 'c'\nu", ["abc"]),
    "no else after break": (
        "u = 'a'\nfor s in 'b', 'c':\n    u += s\n    break\nelse:\n    u += 'd'\nu",
        ["ab"],
    ),
    "in its else": (
        "u = 'a'\nfor s in 'b', 'c':\n    u += s\nelse:\n    u += 'd'\n    u",
        ["abcd"],
    ),
    "a test of what there is": (
        "u = 'a/'\nfor s in 'b', 'c':\n    u += s if u.endswith('/') else '/' + s\nu",
        ["a/b/c"],
    ),
    "enumerate": ("u = 'a'\nfor i, s in enumerate(['b', 'c']):\n    u += f'{i}{s}'\nu", ["a0b1c"]),
    "zip": ("u = 'a'\nfor s, t in zip(['-', '/'], ['b', 'c']):\n    u += s + t\nu", ["a-b/c"]),
    "reversed": ("u = 'a'\nfor s in reversed(['b', 'c']):\n    u += s\nu", ["acb"]),
    "range": ("S = ['b', 'c']\nu = 'a'\nfor i in range(2):\n    u += S[i]\nu", ["abc"]),
    "items of a mapping": (
        "u = 'a'\nfor k, v in {'b': 'c', 'd': 'e'}.items():\n    u += k + v\nu",
        ["abcde"],
    ),
    "a loop in the loop": (
        "u = 'a'\nfor p in ('b', 'c'), ('d',):\n    for s in p:\n        u += s\nu",
        ["abcd"],
    ),
    "a loop in a loop that starts anew": (
        "for t in x:\n    u = 'a'\n    for s in 'b', 'c':\n        u += s\n    u",
        ["abc"],
    ),
    "several names at once": (
        "u, n = '', ''\nfor s in 'a', 'b':\n    u, n = u + n + s, '/'\nu",
        ["a/b"],
    ),
    "a flag": (
        "u, first = '', True\nfor s in 'a', 'b':\n    if not first:\n        u += '/'\n"
        "    u += s\n    first = False\nu",
        ["a/b"],
    ),
    "a list that grows": ("p = ['a']\nfor s in 'b', 'c':\n    p = [*p, s]\n'/'.join(p)", ["a/b/c"]),
    "a list with more": ("p = ['a']\nfor s in 'b', 'c':\n    p += [s]\n'/'.join(p)", ["a/b/c"]),
    "a function of the file": (
        "def add(u, s):\n    return u.rstrip('/') + '/' + s\nu = 'a/'\nfor s in 'b', 'c':\n"
        "    u = add(u, s)\nu",
        ["a/b/c"],
    ),
    "a template that is filled": (
        "u = '{x}/{y}'\nfor k, v in {'x': 'a', 'y': 'b'}.items():\n"
        "    u = u.replace('{' + k + '}', v)\nu",
        ["a/b"],
    ),
    "an argument": (
        "def url(*parts):\n    u = 'a'\n    for p in parts:\n        u += f'/{p}'\n    return u\n"
        "url('b', 5)",
        ["a/b/5"],
    ),
    "what is not known in it": ("u = 'a'\nfor s in 'b', x, 'c':\n    u += s\nu", ["ab<x>c"]),
    "two starts": (
        "u = 'a' if x else 'b'\nfor s in 'c', 'd':\n    u += s\nu",
        ["acd", "bcd"],
    ),
    "the last round": ("for s in 'a', 'b':\n    u = 'u' + s\nu", ["ub"]),
    "the name of the loop": ("for s in 'a', 'b':\n    pass\ns", ["b"]),
    "a loop by a number": (
        "u, go = 'a', True\nwhile go:\n    u += 'b'\n    go = False\nu",
        ["ab"],
    ),
    "in a function that is called": (
        "U = 'a'\nfor s in 'b', 'c':\n    U += s\ndef get(x):\n    U + x",
        ["abc<x>"],
    ),
    "in the body of a class": (
        "class C:\n    U = 'a'\n    for s in 'b', 'c':\n        U += s\nC.U",
        ["abc"],
    ),
}

UNKNOWN = {
    "a sequence that is not known": ("u = 'a'\nfor s in x:\n    u += s\nu", ["<u>"]),
    "some of a sequence": ("u = 'a'\nfor s in ('b', *x):\n    u += s\nu", ["<u>"]),
    "a set, in any order": ("u = 'a'\nfor s in {'b', 'c'}:\n    u += s\nu", ["<u>"]),
    "numbers that start elsewhere": (
        "u = 'a'\nfor i, s in enumerate(['b', 'c'], 1):\n    u += f'{i}'\nu",
        ["<u>"],
    ),
    "a test that is not known": (
        "u = 'a'\nfor s in 'b', 'c':\n    if x:\n        u += s\nu",
        ["<u>"],
    ),
    "an end that is not known": (
        "u = 'a'\nfor s in 'b', 'c':\n    if x:\n        break\n    u += s\nu",
        ["<u>"],
    ),
    "what is tried": (
        "u = 'a'\nfor s in 'b', 'c':\n    try:\n        u += s\n    except E:\n        u += 'd'\nu",
        ["<u>"],
    ),
    "in the loop itself": ("u = 'a'\nfor s in 'b', 'c':\n    u += s\n    u", ["<u>"]),
    "an entry of a mapping": (
        "d = {'u': 'a'}\nfor s in 'b', 'c':\n    d['u'] = d['u'] + s\nd['u']",
        ["<…>"],
    ),
    "an attribute": (
        "class C:\n    def __init__(self):\n        self.u = 'a'\n        for s in 'b', 'c':\n"
        "            self.u = self.u + s\n    def get(self):\n        self.u",
        ["<self.u>"],
    ),
    "an attribute that is added to": (
        "class C:\n    def __init__(self):\n        self.u = 'a'\n        for s in 'b', 'c':\n"
        "            self.u += s\n    def get(self):\n        self.u",
        ["<self.u>"],
    ),
    "a while whose test is not known": ("u = 'a'\nwhile x:\n    u += 'b'\nu", ["<u>"]),
    "a while without end": ("u = 'a'\nwhile True:\n    u += 'b'\nu", ["<u>"]),
    "what is written to in the loop": (
        "S, u = ['b', 'c'], 'a'\nwhile S:\n    u += S.pop()\nu",
        ["<u>"],
    ),
}

AS_BEFORE = {
    "each round in the loop": ("for s in 'a', 'b':\n    u = 'u' + s\n    u", ["ua", "ub"]),
    "the first round in the loop": ("u = 'a'\nwhile u:\n    (u)\n    u = next(u)\nu", ["<u>"]),
    "what is bound anew in each round": (
        "for s in x:\n    u = 'a'\n    u += 'b'\n    u",
        ["ab"],
    ),
    "a mapping with more": (
        "h = {'a': 1}\nfor k in x:\n    h = {**h, k: 2}\nh",
        ["{a, <k>}", "{a}"],
    ),
}

ROWS = {**RUN, **UNKNOWN, **AS_BEFORE}


@pytest.mark.parametrize("row", ROWS)
def test_after_the_loop(row: str) -> None:
    snippet, expected = ROWS[row]
    assert alternatives(snippet) == expected
