"""What a mapping holds where it is used: programs that are clean, and their twins that are not."""

from __future__ import annotations

import pytest

from linter.linting import codes

HEAD = """\
import base64, json, os, requests
BASE = "https://demo.cybozu.com/k/v1"
URL = "https://demo.cybozu.com/k/v1/app.json?id=1"
"""

# Of each pair the second differs in what decides.
CONTENT_TYPE = {
    "popped": (
"""\
h = {'Content-Type': 'application/json'}
h.pop('Content-Type')
requests.get(URL, headers=h)
""",
"""\
h = {'Content-Type': 'application/json'}
h.pop('Accept', None)
requests.get(URL, headers=h)
""",
    ),
    "popped in lower case": (
"""\
s = requests.Session()
s.headers.update({'Content-Type': 'application/json'})
s.headers.pop('content-type')
s.get(URL)
""",
"""\
s = requests.Session()
s.headers.update({'Content-Type': 'application/json'})
s.get(URL)
""",
    ),
    "popped for one method": (
"""\
def headers(method):
    h = {'Content-Type': 'application/json'}
    if method in ('GET', 'HEAD'):
        h.pop('Content-Type')
    return h
requests.get(URL, headers=headers('GET'))
""",
"""\
def headers(method):
    h = {'Content-Type': 'application/json'}
    if method in ('DELETE', 'HEAD'):
        h.pop('Content-Type')
    return h
requests.get(URL, headers=headers('GET'))
""",
    ),
    "popped in a loop over names": (
"""\
h = {'Content-Type': 'application/json', 'X': '1'}
for name in ('X', 'Content-Type'):
    h.pop(name, None)
requests.get(URL, headers=h)
""",
"""\
h = {'Content-Type': 'application/json', 'X': '1'}
for name in ('X', 'Accept'):
    h.pop(name, None)
requests.get(URL, headers=h)
""",
    ),
    "popped by another function": (
"""\
def bare(h):
    h.pop('Content-Type', None)
h = {'Content-Type': 'application/json'}
bare(h)
requests.get(URL, headers=h)
""",
"""\
def bare(h):
    h.pop('Accept', None)
h = {'Content-Type': 'application/json'}
bare(h)
requests.get(URL, headers=h)
""",
    ),
    "deleted": (
"""\
h = {'Content-Type': 'application/json'}
del h['Content-Type']
requests.get(URL, headers=h)
""",
"""\
h = {'Content-Type': 'application/json', 'X': '1'}
del h['X']
requests.get(URL, headers=h)
""",
    ),
    "cleared": (
"""\
h = {'Content-Type': 'application/json'}
h.clear()
requests.get(URL, headers=h)
""",
"""\
h = {'Content-Type': 'application/json'}
requests.get(URL, headers=h)
h.clear()
""",
    ),
    "None of the request": (
"""\
s = requests.Session()
s.headers['Content-Type'] = 'application/json'
s.get(URL, headers={'content-type': None})
""",
"""\
s = requests.Session()
s.headers['Content-Type'] = 'application/json'
s.get(URL, headers={'accept': None})
""",
    ),
    "left out by a comprehension": (
"""\
h = {'Content-Type': 'application/json', 'X': '1'}
g = {k: v for k, v in h.items() if k != 'Content-Type'}
requests.get(URL, headers=g)
""",
"""\
h = {'Content-Type': 'application/json', 'X': '1'}
g = {k: v for k, v in h.items() if k != 'X'}
requests.get(URL, headers=g)
""",
    ),
    "left out by lower case": (
"""\
OUT = ('content-type',)
h = {'Content-Type': 'application/json', 'X': '1'}
g = {k: v for k, v in h.items() if k.lower() not in OUT}
requests.get(URL, headers=g)
""",
"""\
OUT = ('accept',)
h = {'Content-Type': 'application/json', 'X': '1'}
g = {k: v for k, v in h.items() if k.lower() not in OUT}
requests.get(URL, headers=g)
""",
    ),
    "filtered by what is not known": (
"""\
h = {'Content-Type': 'application/json', 'X': '1'}
g = {k: v for k, v in h.items() if wanted(k)}
requests.get(URL, headers=g)
""",
"""\
h = {'Content-Type': 'application/json', 'X': '1'}
g = {k: v for k, v in h.items()}
requests.get(URL, headers=g)
""",
    ),
    "replaced as a whole": (
"""\
s = requests.Session()
s.headers = {'Content-Type': 'application/json'}
s.headers = {'X': '1'}
s.get(URL)
""",
"""\
s = requests.Session()
s.headers = {'X': '1'}
s.headers = {'Content-Type': 'application/json'}
s.get(URL)
""",
    ),
    "bound anew": (
"""\
h = {}
h['Content-Type'] = 'application/json'
h = {'X': '1'}
requests.get(URL, headers=h)
""",
"""\
h = {'X': '1'}
h['Content-Type'] = 'application/json'
requests.get(URL, headers=h)
""",
    ),
    "of another function": (
"""\
def one():
    h = {}
    h['Content-Type'] = 'application/json'
    return h
def two():
    h = {'X': '1'}
    requests.get(URL, headers=h)
""",
"""\
def two():
    h = {}
    h['Content-Type'] = 'application/json'
    requests.get(URL, headers=h)
""",
    ),
    "with a body only": (
"""\
def call(path, body=None):
    h = {}
    if body is not None:
        h['Content-Type'] = 'application/json'
    return requests.get(BASE + path, headers=h)
call('/app.json?id=1')
""",
"""\
def call(path, body=None):
    h = {}
    if body is None:
        h['Content-Type'] = 'application/json'
    return requests.get(BASE + path, headers=h)
call('/app.json?id=1')
""",
    ),
    "by a match": (
"""\
def headers(method):
    h = {}
    match method:
        case 'POST' | 'PUT':
            h['Content-Type'] = 'application/json'
        case 'GET':
            pass
    return h
requests.get(URL, headers=headers('GET'))
""",
"""\
def headers(method):
    h = {}
    match method:
        case 'POST' | 'GET':
            h['Content-Type'] = 'application/json'
        case _:
            pass
    return h
requests.get(URL, headers=headers('GET'))
""",
    ),
    "a copy is changed": (
"""\
h = {'X': '1'}
g = h.copy()
g['Content-Type'] = 'application/json'
requests.get(URL, headers=h)
""",
"""\
h = {'X': '1'}
g = h.copy()
g['Content-Type'] = 'application/json'
requests.get(URL, headers=g)
""",
    ),
    "merged": (
"""\
A = {'Content-Type': 'application/json'}
h = {**A, 'Content-Type': None}
requests.get(URL, headers=h)
""",
"""\
A = {'Content-Type': 'application/json'}
h = {'Content-Type': None, **A}
requests.get(URL, headers=h)
""",
    ),
    "set by a method that is perhaps not called": (
"""\
class C:
    def __init__(self):
        self.h = {}
    def typed(self):
        self.h['Content-Type'] = 'application/json'
    def app(self):
        return requests.get(URL, headers=self.h)
""",
"""\
class C:
    def __init__(self):
        self.h = {}
        self.h['Content-Type'] = 'application/json'
    def app(self):
        return requests.get(URL, headers=self.h)
""",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTENT_TYPE)
def test_a_content_type_that_is_gone_is_not_sent(name: str) -> None:
    clean, typed = CONTENT_TYPE[name]
    assert codes(HEAD + clean) == []
    assert codes(HEAD + typed) == ["KL306"]


CONFLICTS = {
    "one is popped": (
"""\
h = {'X-Cybozu-API-Token': t, 'X-Cybozu-Authorization': p}
if c:
    h.pop('X-Cybozu-API-Token')
else:
    h.pop('X-Cybozu-Authorization')
requests.get(URL, headers=h)
""",
"""\
h = {'X-Cybozu-API-Token': t}
h['X-Cybozu-Authorization'] = p
requests.get(URL, headers=h)
""",
    ),
    "modes": (
"""\
h = {}
if mode == 'token':
    h['X-Cybozu-API-Token'] = t
if mode == 'password':
    h['X-Cybozu-Authorization'] = p
requests.get(URL, headers=h)
""",
"""\
h = {}
if mode == 'token':
    h['X-Cybozu-API-Token'] = t
if user:
    h['X-Cybozu-Authorization'] = p
requests.get(URL, headers=h)
""",
    ),
    "modes by name": (
"""\
h = {}
if kind is Kind.TOKEN:
    h['X-Cybozu-API-Token'] = t
if kind is Kind.LOGIN:
    h['X-Cybozu-Authorization'] = p
requests.get(URL, headers=h)
""",
"""\
h = {}
if kind is Kind.TOKEN:
    h['X-Cybozu-API-Token'] = t
if kind is not Kind.GATE:
    h['X-Cybozu-Authorization'] = p
requests.get(URL, headers=h)
""",
    ),
    "kinds": (
"""\
h = {}
if isinstance(auth, Token):
    h['X-Cybozu-API-Token'] = t
if isinstance(auth, Login):
    h['X-Cybozu-Authorization'] = p
requests.get(URL, headers=h)
""",
"""\
h = {}
if isinstance(auth, Token):
    h['X-Cybozu-API-Token'] = t
if isinstance(gate, Login):
    h['X-Cybozu-Authorization'] = p
requests.get(URL, headers=h)
""",
    ),
    "a way out before": (
"""\
def f(t, p):
    h = {}
    if t:
        h['X-Cybozu-API-Token'] = t
        return h
    h['X-Cybozu-Authorization'] = p
    return h
h = f(a, b)
requests.get(URL, headers=h)
""",
"""\
def f(t, p):
    h = {}
    if t:
        h['X-Cybozu-API-Token'] = t
    h['X-Cybozu-Authorization'] = p
    return h
h = f(a, b)
requests.get(URL, headers=h)
""",
    ),
    "both are refused": (
"""\
def f(t, p):
    if t and p:
        raise ValueError
    h = {}
    if t:
        h['X-Cybozu-API-Token'] = t
    if p:
        h['X-Cybozu-Authorization'] = p
    return h
h = f(a, b)
requests.get(URL, headers=h)
""",
"""\
def f(t, p):
    h = {}
    if t:
        h['X-Cybozu-API-Token'] = t
    if p:
        h['X-Cybozu-Authorization'] = p
    return h
h = f(a, b)
requests.get(URL, headers=h)
""",
    ),
    "either value": (
"""\
h = {'X-Cybozu-API-Token': t if t else None, 'X-Cybozu-Authorization': None if t else p}
requests.get(URL, headers=h)
""",
"""\
h = {'X-Cybozu-API-Token': t, 'X-Cybozu-Authorization': p or q}
requests.get(URL, headers=h)
""",
    ),
    "cases": (
"""\
h = {}
match auth:
    case Token():
        h['X-Cybozu-API-Token'] = t
    case Login():
        h['X-Cybozu-Authorization'] = p
requests.get(URL, headers=h)
""",
"""\
h = {}
match auth:
    case Token():
        h['X-Cybozu-API-Token'] = t
        h['X-Cybozu-Authorization'] = p
requests.get(URL, headers=h)
""",
    ),
    "what is empty is left out": (
"""\
h = {k: v for k, v in {'X-Cybozu-API-Token': t, 'X-Cybozu-Authorization': p}.items() if v}
requests.get(URL, headers=h)
""",
"""\
h = {k: v for k, v in {'X-Cybozu-API-Token': t, 'X-Cybozu-Authorization': p}.items()}
h['X-Cybozu-Authorization'] = p
h['X-Cybozu-API-Token'] = t
requests.get(URL, headers=h)
""",
    ),
    "None of the request": (
"""\
s = requests.Session()
s.headers['X-Cybozu-API-Token'] = t
s.get(URL, headers={'X-Cybozu-API-Token': None, 'X-Cybozu-Authorization': p})
""",
"""\
s = requests.Session()
s.headers['X-Cybozu-API-Token'] = t
s.get(URL, headers={'X-Cybozu-Authorization': p})
""",
    ),
    "the constructor of either": (
"""\
class C:
    @classmethod
    def by_token(cls, t):
        return cls(t, None)
    @classmethod
    def by_login(cls, p):
        return cls(None, p)
    def get(self):
        h = {}
        if self.t:
            h['X-Cybozu-API-Token'] = self.t
        if self.p:
            h['X-Cybozu-Authorization'] = self.p
        requests.get(URL, headers=h)
""",
"""\
class C:
    def get(self):
        h = {}
        if self.t:
            h['X-Cybozu-API-Token'] = self.t
        if self.p:
            h['X-Cybozu-Authorization'] = self.p
        requests.get(URL, headers=h)
""",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CONFLICTS)
def test_what_excludes_each_other_is_not_sent_together(name: str) -> None:
    clean, conflict = CONFLICTS[name]
    assert codes(HEAD + clean) == []
    assert codes(HEAD + conflict) == ["KL303"]
