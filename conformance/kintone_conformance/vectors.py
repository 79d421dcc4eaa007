"""Frozen cases for unit tests without a driver: what goes in, and what must come out.

A client is given `client` and `call`; its request must have `method`, `url` without the query,
`params` in the query or a JSON body, every header of `headers`, and none named in `forbidden`.
`steps` are the values on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from kintone_conformance.drivers.protocol import call_data, client_data
from kintone_conformance.model import NO_GUEST, Call, Client
from kintone_conformance.spec.auth import (
    ApiTokens,
    Auth,
    Basic,
    OAuth,
    Password,
    basic_value,
    headers,
    password_steps,
)
from kintone_conformance.spec.header_names import AUTHORIZATION, PASSWORD_HEADER, TOKEN_HEADER
from kintone_conformance.spec.request import documented
from kintone_conformance.spec.requirements import requirements
from kintone_conformance.strategies import harmless_call

VERSION = 1
HOST = "https://vectors.cybozu.com"


class Vector(msgspec.Struct, frozen=True, kw_only=True):
    """One case."""

    id: str
    requirement: str
    sentence: str
    why: str
    source: str
    client: dict[str, Any]
    call: dict[str, Any]
    method: str
    url: str
    params: dict[str, Any]
    headers: dict[str, str]
    forbidden: list[str]
    steps: dict[str, str]


class Vectors(msgspec.Struct, frozen=True):
    """`vectors.json`."""

    version: int
    suite: str
    vectors: list[Vector]


@dataclass(frozen=True)
class Case:
    """What goes in."""

    requirement: str
    auth: Auth
    basic: Basic | None = None
    guest: object = NO_GUEST
    call: str = "record.get"

    @property
    def client(self) -> Client:
        """The client of the case."""
        return Client(HOST, self.auth, self.basic, self.guest)


_TOKEN = ApiTokens(("BuBNIwbRRaUvr33nWXcfUZ5VhaFsJxN0xH4NPN92",))  # the documentation's own
_SECOND = "6pQ2sT8vX4zB1nM7kJ3hG5fD9wR0yL6aC2eU8iO4"  # kintone-lint: ignore[KL101] a fake
_PASSWORDS = {
    "KC102": [("Administrator", "cybozu"), ("user1", "pass1")],
    "KC103": [("user1", ">>>???~~~"), ("user1", "a>b?c~d|")],
    "KC104": [("a", "b"), ("a", "bc"), ("a", "bcd")],
    "KC105": [("a" * 128, "b" * 64)],
    "KC108": [("山田太郎", "pass1"), ("müller", "pass1"), ("김철수", "pass1"), ("иван", "pass1")],
    "KC109": [("user1", "a:b:c"), ("user1", ":"), ("user1", "::a")],
    "KC110": [("か\u3099", "pass1"), ("が", "pass1"), ("e\u0301", "pass1"), ("ﬁ", "pass1")],
    "KC111": [("100%41", "pass1"), ("user1", "%25%3A%zz")],
    "KC112": [("a+b", "pass1"), ("user1", "+a+")],
    "KC114": [("x" * 100, "y" * 64)],
    "KC115": [("😀", "pass1"), ("𠮷野家", "pass1"), ("👨‍👩‍👧", "pass1")],
}


def cases() -> Iterator[Case]:
    """Every case, in order of requirement."""
    for id_, pairs in _PASSWORDS.items():
        for login, password in pairs:
            yield Case(id_, Password(login, password))
    yield Case("KC201", _TOKEN)
    yield Case("KC202", ApiTokens((*_TOKEN.tokens, _SECOND)))
    yield Case("KC301", OAuth("fXvHDBZ3L6rRcxYmT2u8qWk0sNpJ4gBa"))
    yield Case("KC302", Password("user1", "pass1"), Basic("gate", "a:b"))
    yield Case("KC302", _TOKEN, Basic("gate", "basic1"))
    for api in ("record.get", "records.get", "app.form.fields.get", "records.delete"):
        yield Case("KC401", _TOKEN, call=api)
        for guest in (1, 5, 9007199254740991):
            yield Case("KC402", _TOKEN, guest=guest, call=api)
    yield Case("KC403", _TOKEN, guest=5, call="preview.app.form.fields.get")
    yield Case("KC407", _TOKEN, guest=5, call="file.download")
    yield Case("KC412", Password("user1", "pass1"), guest=5, call="user.users.get")


def export(suite: str) -> Vectors:
    """The vectors as they are written to a file."""
    numbers: dict[str, int] = {}
    made = []
    for case in cases():
        numbers[case.requirement] = numbers.get(case.requirement, 0) + 1
        made.append(_vector(case, f"{case.requirement}-{numbers[case.requirement]}"))
    return Vectors(VERSION, suite, made)


def schema() -> dict[str, Any]:
    """The JSON Schema of `vectors.json`."""
    found = msgspec.json.schema(Vectors)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


def _vector(case: Case, id_: str) -> Vector:
    entry = requirements()[case.requirement]
    call = Call(case.call, harmless_call(case.call).params)
    guest = case.guest if isinstance(case.guest, int) else None
    request = documented(call.api, call.params, guest)
    expected = dict(headers(case.auth, case.basic))
    credentials = {PASSWORD_HEADER, TOKEN_HEADER, AUTHORIZATION}
    return Vector(
        id=id_,
        requirement=case.requirement,
        sentence=entry.sentence,
        why=entry.why,
        source=entry.source,
        client=client_data(case.client),
        call=call_data(call),
        method=request.method,
        url=HOST + request.paths[0],
        params=dict(request.params),
        headers=expected,
        forbidden=sorted(credentials - set(expected)),
        steps=_steps(case),
    )


def _steps(case: Case) -> dict[str, str]:
    steps = {}
    if isinstance(case.auth, Password):
        found = password_steps(case.auth)
        steps = {"joined": found.joined, "utf8Hex": found.utf8.hex(), "base64": found.base64}
    if case.basic is not None:
        steps["basic"] = basic_value(case.basic)
    return steps
