"""Addresses, texts that are cut, names that are captured: rows as in `test_values`."""

from __future__ import annotations

import pytest

from linter.python.evaluating import alternatives

PARSE = "from urllib.parse import urlsplit, urlparse, urlunsplit, urlunparse, SplitResult\n"
YARL = "from yarl import URL\nu = URL('https://a.b/k')\n"
FURL = "from furl import furl\nf = furl('https://a.b/k')\n"
HTTPX = "import httpx\nu = httpx.URL('https://a.b/k')\n"

ADDRESSES = {
    "urlunsplit": (PARSE + "urlunsplit(('https', 'a.b', '/k', '', ''))", ["https://a.b/k"]),
    "urlunparse, a path without slash": (
        PARSE + "urlunparse(('https', 'a.b', 'k/' + x, '', '', ''))",
        ["https://a.b/k/<x>"],
    ),
    "a result by name": (
        PARSE + "SplitResult(scheme='https', netloc=x, path='/k', query='', fragment='').geturl()",
        ["https://<x>/k"],
    ),
    "a piece that is replaced": (
        PARSE + "urlsplit('http://a.b/k?q')._replace(scheme='https', path='/c').geturl()",
        ["https://a.b/c?q"],
    ),
    "pieces by name": (
        PARSE + "p = urlparse('https://a.b/k?q#f')\nf'{p.scheme}|{p.netloc}|{p.hostname}|{p.path}'",
        ["https|a.b|a.b|/k"],
    ),
    "a piece that is replaced in": (
        PARSE
        + "u = urlsplit('http://a.b/k/c')\nu._replace(path=u.path.replace('/k', '/d')).geturl()",
        ["http://a.b/d/c"],
    ),
    "a path below nothing": ("import posixpath\nposixpath.join('', 'a', '', '/b')", ["a/b"]),
    "a piece of what is not known": (PARSE + "p = urlparse(x)\np.path", ["<p.path>"]),
    "yarl: build": (
        "from yarl import URL\nURL.build(scheme='https', host='a.b', path='/k')",
        ["https://a.b/k"],
    ),
    "yarl: joinpath": (YARL + "u.joinpath('c', 'd')", ["https://a.b/k/c/d"]),
    "yarl: join": (YARL + "u.join(URL('/c'))", ["https://a.b/c"]),
    "yarl: scheme and path": (YARL + "u.with_scheme('http').with_path('/c')", ["http://a.b/c"]),
    "yarl: name": (YARL + "(u / 'c.d').with_name('e')", ["https://a.b/k/e"]),
    "yarl: suffix": (YARL + "(u / 'c').with_suffix('.d')", ["https://a.b/k/c.d"]),
    "yarl: query": (YARL + "u.update_query(a=1) % {'b': 2}", ["https://a.b/k"]),
    "yarl: in place": (YARL + "u /= 'c'\nu", ["https://a.b/k/c"]),
    "httpx: copied": (HTTPX + "u.copy_with(scheme='http', path='/c')", ["http://a.b/c"]),
    "httpx: made of pieces": (
        "import httpx\nhttpx.URL(scheme='https', host='a.b', path='/k')",
        ["https://a.b/k"],
    ),
    "furl: made of pieces": (
        "from furl import furl\nfurl(scheme='https', host='a.b', path='k').url",
        ["https://a.b/k"],
    ),
    "furl: added": (FURL + "f.add(path='c', args={'x': 1}).url", ["https://a.b/k/c"]),
    "furl: set": (FURL + "f.set(path='/c').tostr()", ["https://a.b/c"]),
    "furl: written": (FURL + "f.path = '/c'\nf.args['x'] = 1\nf.url", ["https://a.b/c"]),
    "furl: grown": (FURL + "f.path.add('c')\nf.path /= 'd'\nf.url", ["https://a.b/k/c/d"]),
    "furl: another scheme": (FURL + "f.scheme = 'http'\nstr(f)", ["http://a.b/k"]),
    "furl: changed in a way that is not known": (
        FURL + "f.path.segments[-1] += 'x'\nf.url",
        ["<f.url>"],
    ),
    "furl: changed perhaps": (FURL + "if x:\n    f.path = '/c'\nf.url", ["<f.url>"]),
}

CUT = {
    "an item of a split": ("'a/b/c'.split('/')[1]", ["b"]),
    "the last of a split": ("'a/b/c'.rsplit('/', 1)[-1]", ["c"]),
    "before a mark": ("'a?b'.partition('?')[0]", ["a"]),
    "an item that is not there": ("'a/b'.split('/')[5]", ["<…>"]),
    "a split of what is not known": ("x.split('/')[0]", ["<…>"]),
    "a slice": ("'abcd'[1:-1]", ["bc"]),
    "a slice of a sum": ("('ab' + 'cd')[:3]", ["abc"]),
    "a slice with an end that is not known": ("'abcd'[:x]", ["<…>"]),
    "a join by its type": ("str.join('/', ['a', 'b'])", ["a/b"]),
    "divided in place, of what is not known": ("x = 'a'\nx //= y\nx", ["<y>"]),
}

NAMES = {
    "what a star takes": ("a, *b = 'x', 'y', 'z'\n'/'.join(b)", ["y/z"]),
    "after a star": ("*a, b = 'x', 'y', 'z'\nb", ["z"]),
    "a capture": ("match x:\n    case a:\n        a", ["<x>"]),
    "a sequence": ("match ('x', 'y'):\n    case (a, b):\n        a + b", ["xy"]),
    "a sequence with a star": ("match ('x', 'y'):\n    case [*_, b]:\n        b", ["y"]),
    "a mapping": ("match {'a': 'x', 'b': 'y'}:\n    case {'b': b}:\n        b", ["y"]),
    "of a type": ("match 'x':\n    case str(a):\n        a", ["x"]),
    "of a class": ("match x:\n    case C(a):\n        a", ["<a>"]),
    "one of several": ("match x:\n    case [a, _] | [_, a]:\n        a", ["<a>"]),
    "of the case that it is in": (
        "match ('x', 'y'):\n    case (a, 'z'):\n        pass\n    case (_, a):\n        a",
        ["y"],
    ),
    "partial": (
        "from functools import partial\ndef f(a, b): return a + b\ng = partial(f, 'x')\ng('y')",
        ["xy"],
    ),
    "partial, a keyword that is given again": (
        "import functools\ndef f(a, b): return a + b\ng = functools.partial(f, b='x')\n"
        "g('y', b='z')",
        ["yz"],
    ),
    "partial, in the function": (
        "from functools import partial\ndef m():\n    h = partial(f, 'x')\n    h()\n"
        "def f(a):\n    a\n",
        ["x"],
    ),
}


@pytest.mark.parametrize("name", [*ADDRESSES, *CUT, *NAMES])
def test_the_last_line_is_worth(name: str) -> None:
    snippet, wanted = {**ADDRESSES, **CUT, **NAMES}[name]
    assert alternatives(snippet) == wanted
