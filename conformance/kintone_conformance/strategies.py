"""Hypothesis strategies for credentials, calls and guest space ids; for authors of SDKs too.

`text()` averages six characters whatever its limit, and misses what breaks clients; so every
strategy here draws from short, curated and long values in turn.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kintone_conformance.model import Call, Info
from kintone_conformance.spec.auth import (
    ApiTokens,
    Auth,
    Basic,
    HeaderValue,
    OAuth,
    Password,
    Session,
)
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.spec.request import needs_guest

ALPHANUMERIC = string.ascii_letters + string.digits
# What is left when each character that has a requirement of its own is taken out: : % +
_PLAIN_SYMBOLS = "!\"#$&'()*,-./;=<>?@[]^_`{}|~"
_PLAIN_LOGIN_SYMBOLS = "!#$&'()*-.=?@^_`{}|~"

# Fakes, each long enough that it occurs nowhere by chance.
HARMLESS_PASSWORD = Password("conformance", "Qm7xTz2Lw9RbKc4VnHs8Pd3J")
HARMLESS_TOKENS = ApiTokens(
    ("w3ZkTq8NvYb5Rm2XcJd7Lf4HsPg9Ka6UeBt1WzQx",)
)  # kintone-lint: ignore[KL101] a fake
HARMLESS_OAUTH = OAuth("Zt4Wm9Kc2Xq7Rv5Bn8Ls3Hd6")
HARMLESS_SESSION = Session("Jf8Gk3Py6Tn2Vd9Cw5Mx7Rb4", "JSESSIONID=conformance")
HARMLESS_HEADER = HeaderValue("conformance", "Tz6Wc3Kq9Xn5Rb8Vd2Lm7Hs4")
HARMLESS_BASIC = Basic("gate", "Hs5Nv8Xt2Qc7Lk4Zm9Wb3Rf6")

_KINDS: Mapping[str, Auth] = {
    "auth.password": HARMLESS_PASSWORD,
    "auth.token": HARMLESS_TOKENS,
    "auth.oauth": HARMLESS_OAUTH,
    "auth.session": HARMLESS_SESSION,
    "auth.header": HARMLESS_HEADER,
}

_RECORD = {"title": {"value": "conformance"}}
_HARMLESS_PARAMS: Mapping[str, Mapping[str, Any]] = {
    "record.get": {"app": 1, "id": 1},
    "record.add": {"app": 1, "record": _RECORD},
    "record.update": {"app": 1, "id": 1, "record": _RECORD},
    "records.get": {"app": 1, "query": "limit 1"},
    "records.add": {"app": 1, "records": [_RECORD, _RECORD]},
    "records.update": {"app": 1, "records": [{"id": 1, "record": _RECORD}]},
    "records.delete": {"app": 1, "ids": [1, 2]},
    "record.status.update": {"app": 1, "id": 1, "action": "start"},
    "records.status.update": {"app": 1, "records": [{"id": 1, "action": "start"}]},
    "record.assignees.update": {"app": 1, "id": 1, "assignees": ["admin"]},
    "cursor.create": {"app": 1, "fields": ["title"], "query": 'title = "a"', "size": 100},
    "cursor.get": {"id": "9a9716fe-1394-4677-a1c7-2199a5d28215"},
    "cursor.delete": {"id": "9a9716fe-1394-4677-a1c7-2199a5d28215"},
    "bulkRequest": {
        "requests": [
            {"api": "record.add", "params": {"app": 1, "record": _RECORD}},
            {"api": "records.delete", "params": {"app": 1, "ids": [1]}},
        ]
    },
    "file.upload": {"name": "a.txt", "contentBase64": "Y29uZm9ybWFuY2U="},
    "file.download": {"fileKey": "201202061155587E339F9067544F1A92C743460E3D12B3297"},
    "app.get": {"id": 1},
    "apps.get": {"limit": 10},
    "app.form.fields.get": {"app": 1},
    "preview.app.form.fields.get": {"app": 1},
    "space.get": {"id": 1},
    "guests.add": {
        "guests": [
            {
                "code": "guest@example.com",
                "password": "Kd7Rt2Wm9Xc4Bn6QhZ3Jv5Ls",
                "timezone": "Asia/Tokyo",
                "name": "Guest",
            }
        ]
    },
    "space.guests.update": {"id": 5, "guests": ["guest@example.com"]},
    "template.space.add": {
        "id": 1,
        "name": "space",
        "members": [{"entity": {"type": "USER", "code": "admin"}, "isAdmin": True}],
    },
    "plugins.get": {"limit": 10},
    "apis.get": {},
    "user.users.get": {"codes": ["admin"]},
    "oauth.token": {
        "grantType": "refresh_token",
        "refreshToken": "Rk6Vt3Wq8Zm2Lx9Hb4Ns7Dy5",
        "clientId": "l.1.conformance",
        "clientSecret": "Bn4Xc7Ls9Hd5Tq2Vw8Kj3Rm6",
    },
}


def harmless_call(api: str) -> Call:
    """A call that nobody could refuse. Raises KeyError for an unknown name."""
    spec = call_spec(api)
    return Call(api, _HARMLESS_PARAMS[api] if spec.core else spec.example)


def harmless_form(call: Call) -> Call:
    """The same call with parameters that nobody could refuse; a guest space that it names stays."""
    harmless = harmless_call(call.api)
    if not needs_guest(call.api):
        return harmless
    return Call(call.api, {**harmless.params, "id": call.params.get("id")})


def harmless_auth(auth: Auth) -> Auth:
    """Credentials of the same kind that nobody could refuse."""
    return next(kind for kind in _KINDS.values() if type(kind) is type(auth))


def declared_auths(info: Info) -> dict[str, Auth]:
    """Harmless credentials for each kind that the client declares, by capability."""
    return {name: auth for name, auth in _KINDS.items() if name in info.supports}


def fragments(alphabet: str, *, longest: int, curated: tuple[str, ...] = ()) -> SearchStrategy[str]:
    """Text of an alphabet: short, curated, or long up to `longest` characters; never empty."""
    usable = tuple(text for text in curated if len(text) <= longest)
    letters = st.sampled_from(alphabet)
    short = st.text(letters, min_size=1, max_size=min(12, longest))
    long = st.text(letters, min_size=max(1, longest * 3 // 4), max_size=longest)
    return st.one_of(short, *([st.sampled_from(usable)] if usable else []), long)


def secrets() -> SearchStrategy[str]:
    """24 letters and digits: found again wherever they turn up, by no chance elsewhere."""
    return st.text(st.sampled_from(ALPHANUMERIC), min_size=24, max_size=24).filter(
        lambda secret: len(set(secret)) > 6
    )


def logins() -> SearchStrategy[str]:
    """Plain documented login names in ASCII (SPEC F41): no percent, no plus."""
    return fragments(
        ALPHANUMERIC + _PLAIN_LOGIN_SYMBOLS, longest=40, curated=("Administrator", "a@b.c")
    )


def passwords() -> SearchStrategy[str]:
    """Plain documented passwords (SPEC F42): no colon, percent or plus, 1 to 40 characters."""
    alphabet = ALPHANUMERIC + _PLAIN_SYMBOLS
    return fragments(alphabet, longest=40, curated=("cybozu", "pass=word==", "p@ss/w?rd#1"))


def plain_words() -> SearchStrategy[str]:
    """Letters and digits, 1 to 40: the part of credentials that is not the point."""
    return fragments(ALPHANUMERIC, longest=40)


def password_auths() -> SearchStrategy[Password]:
    """Plain documented password credentials, the documentation's own among them."""
    documented = st.sampled_from(
        [
            Password("Administrator", "cybozu"),
            Password("kintone", "developer"),
            Password("admin", "mypassword"),
        ]
    )
    return st.one_of(documented, st.builds(Password, login=logins(), password=passwords()))


def full_tokens() -> SearchStrategy[str]:
    """API tokens of the length of the published ones: 40 letters and digits (SPEC F49)."""
    return st.text(st.sampled_from(ALPHANUMERIC), min_size=40, max_size=40)


def tokens() -> SearchStrategy[str]:
    """API tokens of any length up to 60, mostly 40."""
    return st.one_of(full_tokens(), fragments(ALPHANUMERIC, longest=60))


def guest_ids() -> SearchStrategy[int]:
    """Guest space ids: positive integers (SPEC F10)."""
    return st.one_of(st.integers(1, 9), st.integers(1, 2**31 - 1))


def around(special: SearchStrategy[str]) -> SearchStrategy[str]:
    """A special text at the start, in the middle or at the end of plain letters."""
    plain = st.text(st.sampled_from(ALPHANUMERIC), max_size=6)
    return st.builds(lambda before, text, after: before + text + after, plain, special, plain)


_SPECIALS = (
    "&", "+", "%", "#", '"', "'", "a&b=c", "1+1", "100%", "%41", "#1", 'name = "x & y"',
    "日本語", "山田 太郎", "😀", "a  b", "?", "=", ";", "/", "\\", "\n", "\u3000",
)  # fmt: skip
# A fixed alphabet: Hypothesis' own tables of characters cost a second to build.
_LETTERS = st.sampled_from(string.printable[:94] + " àéñßøžщя漢字かなカナ한글😀𠮷\u200b\u00a0")


def tricky_texts() -> SearchStrategy[str]:
    """Text with what URLs, forms and JSON treat in a special way; no space at either end."""
    pieces = st.one_of(st.sampled_from(_SPECIALS), st.text(_LETTERS, max_size=8))
    texts = st.lists(pieces, min_size=1, max_size=5).map("".join)
    return st.builds("f{}f".format, texts)


def any_auth(info: Info) -> SearchStrategy[Auth]:
    """Harmless credentials of any kind that the client declares."""
    return st.sampled_from([*declared_auths(info).values()])


def header_auth(info: Info) -> SearchStrategy[Auth]:
    """Harmless credentials that leave the Authorization header free for the Basic gate."""
    found = [auth for auth in declared_auths(info).values() if not isinstance(auth, OAuth)]
    return st.sampled_from(found) if found else st.nothing()
