"""What an expression is worth: one row a construct, so that a red one says which piece broke.

A row is a snippet, and the alternatives of its last line. A name in angle brackets is not known.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from linter.python.evaluating import alternatives

TEXTS = {
    "a literal": ("'a'", ["a"]),
    "an escape": (r"'a\x62'", ["ab"]),
    "bytes": ("b'a'", ["b'a'"]),
    "a raw literal": (r"r'a\b'", [r"a\b"]),
    "literals in a row": ("'a' 'b'", ["ab"]),
    "a sum": ("'a' + 'b' + x", ["ab<x>"]),
    "an f-string": ("x = 'a'\nf'{x}b{y}'", ["ab<y>"]),
    "braces in an f-string": ("f'{{a}}'", ["{a}"]),
    "a format in an f-string": ("x = 'a'\nf'{x:>5}'", ["    a"]),
    "a number with a format": ("x = 5\nf'{x:03d}'", ["005"]),
    "a format of what is not known": ("f'{x:d}'", ["<x>"]),
    "a format that does not suit": ("x = 'a'\nf'{x:d}'", ["<x>"]),
    "a format with a field": ("x = 'a'\nf'{x:{y}}'", ["<x>"]),
    "a field with a key": ("x = {'k': 'a'}\n'{0[k]}b'.format(x)", ["ab"]),
    "a field with an index": ("x = ['a', 'b']\n'{x[1]}'.format(x=x)", ["b"]),
    "a field with an attribute": ("'{x.y}a'.format(x=x)", ["<…>a"]),
    "a field with a key that is not there": ("x = {'k': 'a'}\n'{0[l]}b'.format(x)", ["<…>b"]),
    "replaced once": ("'aXbXc'.replace('X', '-', 1)", ["a-bXc"]),
    "replaced once in what is not known": ("('aX' + x + 'X').replace('X', '-', 1)", ["<…>"]),
    "replaced as often as is not known": ("'aX'.replace('X', '-', n)", ["<…>"]),
    "an item of a split": ("'a:b:c'.split(':', 1)[1]", ["b:c"]),
    "the last of a split": ("'a:b:c'.rsplit(':', 1)[-1]", ["c"]),
    "a split at blanks": ("' a  b '.split()[1]", ["b"]),
    "a split that is taken apart": ("x, y = 'a:b'.split(':')\ny", ["b"]),
    "a partition that is taken apart": ("x, _, y = 'a:b:c'.partition(':')\nx + y", ["ab:c"]),
    "a split into more than there is": ("x, y = 'a'.split(':')\ny", ["<y>"]),
    "a loop over a split": ("for x in 'a,b'.split(','):\n    pass\nx", ["a", "b"]),
    "format_map": ("'{x}{y}'.format_map({'x': 'a', 'y': z})", ["a<z>"]),
    "a template": (
        "from string import Template\nTemplate('$x/${y}/$$').substitute(x='a', y=z)",
        ["a/<z>/$"],
    ),
    "a template of a mapping": (
        "from string import Template\nt = Template('$x/b')\nt.safe_substitute({'x': 'a'})",
        ["a/b"],
    ),
    "without what it starts with": ("('/a/' + x).removeprefix('/')", ["a/<x>"]),
    "without what it ends with": ("(x + '/a/').removesuffix('/')", ["<x>/a"]),
    "without what it does not start with": ("'ab'.removeprefix('b')", ["ab"]),
    "without what is not known": ("x.removeprefix('b')", ["<…>"]),
    "a path joined": (
        "import posixpath\nposixpath.join('https://a.b/', 'c', 'd')",
        ["https://a.b/c/d"],
    ),
    "an address that is divided": (
        "from yarl import URL\nURL('https://a.b') / 'c' / x",
        ["https://a.b/c/<x>"],
    ),
    "an address with another path": (
        "import yarl\nyarl.URL('https://a.b/c').with_path('/d')",
        ["https://a.b/d"],
    ),
    "a number that is divided": ("x / y", ["<…>"]),
    "urljoin of what is not known": (
        "from urllib.parse import urljoin\nurljoin(x, '/a')",
        ["<x>/a"],
    ),
    "urljoin with a host that is not known": (
        "from urllib.parse import urljoin\nurljoin(f'https://{x}.b/c', '/a')",
        ["https://<x>.b/a"],
    ),
    "urljoin below what is not known": (
        "from urllib.parse import urljoin\nurljoin(x, 'a')",
        ["<…>"],
    ),
    "urljoin with another address": (
        "from urllib.parse import urljoin\nurljoin('https://a.b', 'https://c.d/e')",
        ["https://c.d/e"],
    ),
    "bytes in an f-string": (
        "import base64\nf\"{base64.b64encode(b'a')}\"",
        ["b64encode(b'a') as b"],
    ),
    "percent": ("'%s/%d' % ('a', 5)", ["a/5"]),
    "percent with one field": ("'%s/b' % x", ["<x>/b"]),
    "format in order": ("'{}/{}'.format('a', x)", ["a/<x>"]),
    "format by number": ("'{1}{0}'.format('a', 'b')", ["ba"]),
    "format by name": ("'{x}{y}'.format(x='a', y=5)", ["a5"]),
    "format with too few": ("'{}{}'.format('a')", ["a<…>"]),
    "format of what is not known": ("x.format('a')", ["<x>"]),
    "format of doubled braces": ("'{{{}}}/{{}}'.format('a')", ["{a}/{}"]),
    "a template that is filled twice": ("'{}/{{}}/{{x}}'.format('a').format('b', x=5)", ["a/b/5"]),
    "percent that is filled twice": ("'%s/%%s' % 'a' % 'b'", ["a/b"]),
    "what is stripped of several pieces": ("(x + '/a' + '/' + '').rstrip('/')", ["<x>/a"]),
    "a join": ("','.join(['a', x])", ["a,<x>"]),
    "a join of what is not known": ("','.join(x)", ["<…>"]),
    "a replacement": ("'a-b'.replace('-', '+')", ["a+b"]),
    "stripped": ("' a/ '.strip().rstrip('/')", ["a"]),
    "encoded and decoded": ("'a'.encode().decode()", ["a"]),
    "encoded": ("'a'.encode('utf-8')", ["b'a'"]),
    "base64": ("import base64\nbase64.b64encode(b'a:' + x)", ["b'b64encode(b'a:<x>')'"]),
    "base64 by another name": (
        "from base64 import encodebytes as e\ne(b'a').decode()",
        ["encodebytes(b'a')"],
    ),
    "str of a number": ("str(5)", ["5"]),
    "str of None": ("str(None)", ["None"]),
    "urljoin to a root": (
        "from urllib.parse import urljoin\nurljoin('https://a.b/c/d', '/e')",
        ["https://a.b/e"],
    ),
    "urljoin below": (
        "from urllib.parse import urljoin\nurljoin('https://a.b/c/d', 'e')",
        ["https://a.b/c/e"],
    ),
}
NAMES = {
    "a constant": ("x = 'a'\nx", ["a"]),
    "no binding": ("x", ["<x>"]),
    "the latest binding": ("x = 'a'\nx = 'b'\nx", ["b"]),
    "a binding after the use": ("def f():\n    return x\nx = 'a'\nf()", ["a"]),
    "a binding under a condition": ("x = 'a'\nif c:\n    x = 'b'\nx", ["b", "a"]),
    "both arms": ("if c:\n    x = 'a'\nelse:\n    x = 'b'\nx", ["b", "a"]),
    "the arm around": (
        "if c:\n    x = 'a'\nelse:\n    x = 'b'\nif c:\n    x",
        ["a"],
    ),
    "after an arm that leaves": (
        "def f():\n    x = 'a'\n    if c:\n        return\n    if c:\n        x = 'b'\n    x",
        ["a"],
    ),
    "arms that exclude each other": (
        "x = 'a' if c else 'b'\ny = 'c' if c else 'd'\nx + y",
        ["ac", "bd"],
    ),
    "a test that is known": ("c = None\n'a' if c else 'b'", ["b"]),
    "or": ("x or 'a'", ["<x>", "a"]),
    "or after an empty text": ("'' or 'a'", ["a"]),
    "and": ("x and 'a'", ["a", "<x>"]),
    "and, of what is known": ("x = 'b'\nx and 'a'", ["a"]),
    "a generator": ("def f(x):\n    yield x\n    yield 'b'\n', '.join(f('a'))", ["<…>"]),
    "filter": ("'/'.join(filter(None, ['a', '', None, 'b']))", ["a/b"]),
    "a text that grows in a loop": ("x = 'a'\nfor y in ('b', 'c'):\n    x += y\nx", ["abc"]),
    "a text that a loop replaces": (
        "x = 'ab'\nfor y, z in (('a', 'c'), ('b', 'd')):\n    x = x.replace(y, z)\nx",
        ["cd"],
    ),
    "a text that grows in a loop over what is not known": (
        "x = 'a'\nfor y in z:\n    x = x + y\nx",
        ["<x>"],
    ),
    "a loop": ("for x in y:\n    x", ["<x>"]),
    "in a handler": ("try:\n    x = 'a'\nexcept E:\n    x = 'b'\nx", ["b", "a"]),
    "a tuple taken apart": ("x, (y, z) = 'a', ('b', 'c')\nz", ["c"]),
    "taken apart before a star": ("x, *y = 'a', 'b'\nx", ["a"]),
    "taken apart after a star": ("*x, y = 'a', 'b'\ny", ["b"]),
    "a loop over a display": ("for x in ('a', 'b'):\n    x", ["a", "b"]),
    "a loop over pairs": ("for x, y in [('a', 'b'), ('c', 'd')]:\n    x + y", ["ab", "cd"]),
    "a loop over entries": ("for x, y in {'a': 'b', 'c': 'd'}.items():\n    x + y", ["ab", "cd"]),
    "a loop over keys": ("for x in {'a': 'b', 'c': 'd'}:\n    x", ["a", "c"]),
    "a loop over values": ("for x in {'a': 'b', 'c': 'd'}.values():\n    x", ["b", "d"]),
    "a loop that counts": ("for x, y in enumerate(['a', 'b']):\n    f'{x}{y}'", ["0a", "1b"]),
    "a loop over two": ("for x, y in zip(['a', 'b'], ['c', 'd']):\n    x + y", ["ac", "bd"]),
    "a loop over what is sorted": ("for x in sorted({'a', 'b'}):\n    x", ["a", "b"]),
    "a name of a comprehension": ("[x for x in ('a', 'b')]\nx", ["<x>"]),
    "an item of a comprehension": ("[x + 'c' for x in ('a', 'b')][1]", ["bc"]),
    "a comprehension with a test": ("[x for x in ('a', 'b') if x != 'a'][0]", ["b"]),
    "a name of two comprehensions": (
        "[x for x in ('a',)]\n[x + '!' for x in ('b',)][0]",
        ["b!"],
    ),
    "a name that a comprehension has too": ("x = 'c'\n[x for x in ('a',)]\nx", ["c"]),
    "put together one by one": (
        "import functools\nfunctools.reduce(lambda x, y: x + '/' + y, ['a', 'b', z])",
        ["a/b/<z>"],
    ),
    "put together from what is not known": (
        "import functools\nfunctools.reduce(lambda x, y: x + y, z)",
        ["<…>"],
    ),
    "a comprehension over a range": ("[f'{n}' for n in range(1, 9, 3)][1]", ["4"]),
    "a comprehension over a range that is not known": ("[f'a{n}' for n in range(x)]", ["[1...]"]),
    "a comprehension over entries": ("[k + v for k, v in {'a': 'b'}.items()][0]", ["ab"]),
    "a mapping in a comprehension": (
        "[{k: x + v for k, v in {'a': 'b'}.items()} for x in ('c',)][0]['a']",
        ["cb"],
    ),
    "a comprehension with numbers": ("[f'{n}{x}' for n, x in enumerate(('a', 'b'))][1]", ["1b"]),
    "arguments that are packed": (
        "def f(x, *y):\n    return '/'.join([x, *y])\nf('a', 'b', 'c')",
        ["a/b/c"],
    ),
    "packed arguments handed on": (
        "def f(*x):\n    return '/'.join(x)\ndef g(*y):\n    return f(*y)\ng('a', 'b')",
        ["a/b"],
    ),
    "a parameter after packed ones": (
        "def f(*x, y='b'):\n    return y\nf('a')",
        ["b"],
    ),
    "arguments by name that are packed": (
        "def f(x, **y):\n    return y['z']\nf('a', z='b')",
        ["b"],
    ),
    "packed arguments that are named as something outside": (
        "x = 'a'\ndef f(*x):\n    return x\ndef g(y):\n    x",
        ["a"],
    ),
    "whether a mapping has a key": (
        "def f(**x):\n    return 'a' if 'k' in x else 'b'\nf(k=1) + f(l=1)",
        ["ab"],
    ),
    "a mapping by a comprehension": ("{x: x + '!' for x in ('a', 'b')}['b']", ["b!"]),
    "joined by a generator": ("'/'.join(x for x in ('a', 'b'))", ["a/b"]),
    "joined numbers": ("'/'.join(map(str, ('a', 1)))", ["a/1"]),
    "a list that was sorted, joined": ("x = ['b', 'a']\nx.sort()\n'/'.join(x)", ["<…>"]),
    "a set, joined": ("'/'.join({'a', 'b'})", ["<…>"]),
    "a list that a loop adds to, joined": (
        "x = ['a']\nfor y in z:\n    x.append('b')\n'/'.join(x)",
        ["<…>"],
    ),
    "in capitals": ("'aB'.upper()", ["AB"]),
    "a test of a known value": ("c = 'b'\n'x' if c == 'a' else 'y'", ["y"]),
    "a test of what is in": ("c = 'b'\n'x' if c in ('a', 'b') else 'y'", ["x"]),
    "a test of None": ("c = None\n'x' if c is not None else 'y'", ["y"]),
    "a test of two": ("c = 'b'\n'x' if c == 'b' or d else 'y'", ["x"]),
    "a test of a mapping": ("c = {'a': 1}\n'x' if c else 'y'", ["x"]),
    "a test that is not known": ("'x' if c == 'a' else 'y'", ["x", "y"]),
    "walrus": ("if (x := 'a'):\n    x", ["a"]),
    "awaited": ("async def f():\n    x = await 'a'\n    x", ["a"]),
    "added to": ("x = 'a'\nx += 'b'\nx", ["ab"]),
    "a name of itself": ("x = x + 'a'\nx", ["<x>a"]),
    "global": ("def f():\n    global x\n    x = 'a'\ndef g():\n    x", ["a"]),
    "a name of a class is not seen in its methods": (
        "class A:\n    x = 'a'\n    def f(self):\n        x",
        ["<x>"],
    ),
    "from the environment": ("import os\nos.environ.get('A', 'b')", ["<…>", "b"]),
    "from the environment without a fallback": ("import os\nos.getenv('A')", ["<…>"]),
    "a number": ("-5", ["-5"]),
    "no arithmetic": ("5 * 'a'", ["<…>"]),
}
CONTAINERS = {
    "a key": ("x = {'a': 'b', 'c': 'd'}\nx['c']", ["d"]),
    "a key that is not known": ("x = {'a': 'b', 'c': 'd'}\nx[y]", ["b", "d"]),
    "get": ("{'a': 'b'}.get('a')", ["b"]),
    "get with a fallback": ("{'a': 'b'}.get('c', 'd')", ["d"]),
    "get with a fallback that is not needed": ("{'a': 'b'}.get('a', 'd')", ["b"]),
    "get of what is not known with a fallback": ("x.get('c', 'd')", ["<…>", "d"]),
    "get under None": ("{None: 'a', 'b': 'c'}.get(None, 'd')", ["a"]),
    "a comparison": ("x = 'a' == 'a'\n'b' if x else 'c'", ["b"]),
    "bool()": ("{True: 'a', False: 'b'}[bool('')]", ["b"]),
    "a loop behind a test of each": (
        "for x in ('a.j', 'b'):\n    y = x if x.endswith('.j') else x + '.j'\ny",
        ["b.j"],
    ),
    "a type that is tested": (
        "for x in ('a', ['b'], 1):\n    if isinstance(x, list):\n        continue\n    x",
        ["a", "1"],
    ),
    "a name that is bound anew after a test": (
        "x = 'a'\nif not x.endswith('b'):\n    x = x + 'b'\n    x",
        ["ab"],
    ),
    "a case of a type": (
        "for x in (None, 5):\n    match x:\n        case int():\n            x",
        ["5"],
    ),
    "a case with a guard": (
        "for x in (None, 5):\n    match x:\n        case int() if x > y:\n            x",
        ["5"],
    ),
    "an item": ("('a', 'b')[1]", ["b"]),
    "a dict": ("{'a': 1, **{'b': 2}}", ["{a, b}"]),
    "a dict with what is not known": ("{'a': 1, **x}", ["{a, ...}"]),
    "dict()": ("dict({'a': 1}, b=2)", ["{a, b}"]),
    "united": ("{'a': 1} | {'b': 2}", ["{a, b}"]),
    "written to": ("x = {}\nx['a'] = 1\nx.update({'b': 2})\nx", ["{a, b}"]),
    "written to after the use": ("x = {}\ny = x\nx['a'] = 1\ny", ["{}"]),
    "written to in the other branch": ("x = {}\nif c:\n    x['a'] = 1\nelse:\n    x", ["{}"]),
    "copied": ("x = {'a': 1}\nx.copy()", ["{a}"]),
    "set by default": ("x = {'a': 1}\nx.setdefault('a', 2)\nx.setdefault('b', 2)\nx", ["{a, b}"]),
    "updated by names": ("x = {'a': 1}\nx.update(b=2)\nx", ["{a, b}"]),
    "updated by pairs": ("x = {}\nx.update([('a', 1), ('b', 2)])\nx", ["{a, b}"]),
    "updated by what is not known": ("x = {'a': 1}\nx.update(y)\nx", ["{a, ...}"]),
    "united in place": ("x = {'a': 1}\nx |= {'b': 2}\nx", ["{a, b}"]),
    "popped": ("x = {'a': 1, 'b': 2}\nx.pop('a')\nx", ["{b}"]),
    "popped in another case": ("x = {'A': 1, 'b': 2}\nx.pop('a')\nx", ["{b}"]),
    "popped under a condition": ("x = {'a': 1}\nif c:\n    x.pop('a')\nx", ["{a}"]),
    "popped where it is sure": ("x = {'a': 1}\nif c:\n    x.pop('a')\n    x", ["{}"]),
    "popped in a loop": ("x = {'a': 1, 'b': 2}\nfor k in ('a', 'b'):\n    x.pop(k)\nx", ["{}"]),
    "deleted": ("x = {'a': 1, 'b': 2}\ndel x['a'], x['b']\nx", ["{}"]),
    "cleared": ("x = {'a': 1}\nx.clear()\nx['b'] = 2\nx", ["{b}"]),
    "bound anew": ("x = {}\nx['a'] = 1\nx = {'b': 2}\nx", ["{b}"]),
    "a name of another function": (
        "def f():\n    x = {}\n    x['a'] = 1\ndef g():\n    x = {}\n    x",
        ["{}"],
    ),
    "written to by another function": (
        "def f(y):\n    y['a'] = 1\nx = {}\nf(x)\nx",
        ["{a}"],
    ),
    "written to by a method": (
        "class A:\n    def f(self, y):\n        y['a'] = 1\nx = {}\nA().f(y=x)\nx",
        ["{a}"],
    ),
    "filtered by its keys": (
        "x = {'a': 1, 'b': 2}\n{k: v for k, v in x.items() if k != 'a'}",
        ["{b}"],
    ),
    "filtered by its values": (
        "x = {'a': None, 'b': 2}\ndict((k, v) for k, v in x.items() if v is not None)",
        ["{b}"],
    ),
    "with other keys": ("{f'x-{k}': v for k, v in {'a': 1}.items()}", ["{x-a}"]),
    "a comprehension over what is not known": ("{k: v for k, v in x.items()}", ["{...}"]),
    "dict of pairs": ("dict([('a', 1), ('b', 2)])", ["{a, b}"]),
    "a mapping in a mapping": ("x = {}\nx['a'] = {}\nx['a']['b'] = 1\nx['a']", ["{b}"]),
    "an attribute that is assigned": ("s.headers = {'a': 1}\ns.headers", ["{a}"]),
    "an attribute that is assigned anew": (
        "s.headers = {'a': 1}\ns.headers = {'b': 1}\ns.headers",
        ["{b}"],
    ),
    "a list": ("['a', 'b']", ["[2]"]),
    "a set": ("{'a', 'b'}", ["[2]"]),
    "a list with a list": ("x = ['a']\n[*x, 'b']", ["[2]"]),
    "a list after a list": ("['a'] + ['b', 'c']", ["[3]"]),
    "a list added to": ("x = ['a']\nx += ['b']\nx", ["[2]"]),
    "appended": ("x = []\nx.append('a')\nx.extend(['b', 'c'])\nx", ["[3]"]),
    "appended in a loop": ("x = []\nfor y in z:\n    x.append('a')\nx", ["[1...]"]),
    "a comprehension": ("['a' for y in z]", ["[1...]"]),
    "a join of a comprehension": ("','.join(['a' for y in z])", ["<…>"]),
    "the last item": ("['a', 'b'][-1]", ["b"]),
    "an attribute that is written to": ("s.headers['a'] = 1\ns.headers", ["{a, ...}"]),
}
CALLS = {
    "a function": ("def f(x):\n    return x + 'b'\nf('a')", ["ab"]),
    "a keyword": ("def f(x, y):\n    return x + y\nf(y='b', x='a')", ["ab"]),
    "a default": ("def f(x='a'):\n    return x\nf()", ["a"]),
    "two returns": ("def f(x):\n    if x:\n        return 'a'\n    return 'b'\nf(y)", ["a", "b"]),
    "a return that is not reached": (
        "def f(x):\n    if x:\n        return x\n    return 'b'\nf('')",
        ["b"],
    ),
    "the return that is reached": (
        "def f(x):\n    if x == 'a':\n        return 'c'\n    return 'd'\nf('a')",
        ["c"],
    ),
    "a return behind one that is reached": (
        "def f(x):\n    if x == 'a':\n        return 'c'\n    return 'd'\nf('b')",
        ["d"],
    ),
    "a binding that is run": (
        "def f(x):\n    y = 'c'\n    if x:\n        y = 'd'\n    return y\nf('a')",
        ["d"],
    ),
    "a binding that is not run": (
        "def f(x=None):\n    y = 'c'\n    if x is not None:\n        y = 'd'\n    return y\nf()",
        ["c"],
    ),
    "a case": (
        "def f(x):\n    match x:\n        case 'a':\n            return 'c'\n"
        "        case _:\n            return 'd'\nf('b')",
        ["d"],
    ),
    "arms of one object": (
        "class A:\n    def f(self):\n        return 'a' if self.x else 'b'\n"
        "    def g(self):\n        return 'c' if self.x else 'd'\n"
        "    def h(self):\n        self.f() + self.g()",
        ["ac", "bd"],
    ),
    "a function in a function": (
        "def f(x):\n    return x\ndef g(x):\n    return f(x + 'b')\ng('a')",
        ["ab"],
    ),
    "a function of itself": ("def f(x):\n    return f(x)\nf('a')", ["<…>"]),
    "a lambda": ("f = lambda x: x\nf('a')", ["<…>"]),
    "a method": (
        "class A:\n    def f(self, x):\n        return x\nA().f('a')",
        ["a"],
    ),
    "in a function that is called": ("def f(x):\n    x\ny = f('a'), f('b')", ["a", "b"]),
    "in a function that nobody calls": ("def f(x='a'):\n    x", ["a", "<x>"]),
    "an attribute of self": (
        "class A:\n    def __init__(self):\n        self.x = 'a'\n    def f(self):\n        self.x",
        ["a"],
    ),
    "a property": (
        "class A:\n    @property\n    def x(self):\n        return 'a'\n"
        "    def f(self):\n        self.x",
        ["a"],
    ),
    "a property of an object": (
        "class A:\n    @cached_property\n    def x(self):\n        return 'a'\nz = A()\nz.x",
        ["a"],
    ),
    "a method that is not called": (
        "class A:\n    def x(self):\n        return 'a'\n    def f(self):\n        self.x",
        ["<self.x>"],
    ),
    "an attribute set before in the method": (
        "class A:\n    x = 'a'\n    def f(self):\n        self.x = 'b'\n        self.x",
        ["b"],
    ),
    "an argument of the constructor": (
        "A('a')\nclass A:\n    def __init__(self, x):\n        self.x = x\n"
        "    def f(self):\n        self.x",
        ["<x>"],
    ),
    "an attribute of a class": ("class A:\n    x = 'a'\nA.x", ["a"]),
    "something else": ("f('a')", ["<…>"]),
}
ROWS = {**TEXTS, **NAMES, **CONTAINERS, **CALLS}


@pytest.mark.parametrize("row", ROWS)
def test_the_last_line_is_worth(row: str) -> None:
    snippet, expected = ROWS[row]
    assert alternatives(snippet) == expected


IMPORTED = {
    "a constant": ("from settings import X\nX", ["a"]),
    "by another name": ("from settings import X as Y\nY", ["a"]),
    "of a module": ("import settings\nsettings.X", ["a"]),
    "relative": ("from .settings import X\nX", ["a"]),
    "a function": ("from settings import f\nf('c')", ["cb"]),
    "a function by another name": ("from settings import f as g\ng(y)", ["<y>b"]),
    "a function of a module": ("import settings\nsettings.f('c')", ["cb"]),
    "a function of a module in a package": ("import inner.deep\ninner.deep.f('c')", ["cd"]),
    "a function of a module from a package": ("from inner import deep\ndeep.f('c')", ["cd"]),
    "a constant of a module in a package": ("import inner.deep\ninner.deep.X", ["d"]),
    "one of two modules": ("import inner.deep\nimport inner.other\ninner.deep.X", ["d"]),
    "a function that calls another": ("from settings import g\ng('c')", ["cb!"]),
    "an attribute of a class": ("from settings import A\nA.x", ["e"]),
    "an attribute of an object": ("from settings import A\nz = A()\nz.x", ["e"]),
    "a method": ("from settings import A\nA().m('c')", ["cf"]),
    "a method of a class of a module": ("import settings\nz = settings.A()\nz.m('c')", ["cf"]),
    "what is not there": ("from settings import Z\nZ", ["<Z>"]),
    "of a module that is not there": ("from missing import X\nX", ["<X>"]),
    "a function that is not there": ("from settings import nothing\nnothing()", ["<…>"]),
    "the module itself": ("import app\napp.f()", ["<…>"]),
}


@pytest.mark.parametrize("row", IMPORTED)
def test_what_is_imported_is_worth(row: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "settings.py").write_text(
        "X = 'a'\ndef f(x):\n    return x + 'b'\ndef g(x):\n    return f(x) + '!'\n"
        "class A:\n    x = 'e'\n    def m(self, y):\n        return y + 'f'\n"
    )
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "__init__.py").touch()
    (tmp_path / "inner" / "other.py").touch()
    (tmp_path / "inner" / "deep.py").write_text("X = 'd'\ndef f(x):\n    return x + X\n")
    snippet, expected = IMPORTED[row]
    assert alternatives(snippet, tmp_path / "app.py") == expected


@pytest.mark.parametrize("count", [13, 50])
def test_there_are_never_more_than_twelve_alternatives(count: int) -> None:
    arms = "".join(f"if c{number}:\n    x = '{number}'\n" for number in range(count))
    assert len(alternatives(f"{arms}x")) == 12


def test_a_text_of_too_many_pieces_is_not_put_together() -> None:
    assert alternatives("+".join(["'a'"] * 301)) == ["<…>"]
