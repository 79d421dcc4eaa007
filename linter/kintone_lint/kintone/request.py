"""A request and its headers, as far as they can be known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import libcst as cst

from kintone_lint.kintone.authentication import added_headers
from kintone_lint.kintone.header_keys import header_key
from kintone_lint.kintone.hosts import is_kintone
from kintone_lint.kintone.sessions import Session, session_headers, session_of
from kintone_lint.kintone.starred import headers_in, starred
from kintone_lint.python.alternatives import combined
from kintone_lint.python.conditions import contradict, rounds, without_marks, without_sums
from kintone_lint.python.entries import Entries
from kintone_lint.python.evaluator import Evaluator
from kintone_lint.python.module import Module
from kintone_lint.python.scopes import Choice
from kintone_lint.python.urls import below, resolved
from kintone_lint.python.values import (
    Alternative,
    Constant,
    Expr,
    Mapping,
    Text,
    Value,
    key_of,
    text_of,
)
from kintone_lint.records import record

_JOINING = ("aiohttp", "requests_toolbelt")  # whose clients join addresses as a browser does
BODIES = ("json", "data", "content", "files", "body")
"""Arguments that give a request a body."""


@record(eq=False)
class Header:
    """A header of a request or of a mapping: name, value and where it is written."""

    name: str
    value: Expr
    evaluator: Evaluator
    node: cst.CSTNode
    choices: tuple[Choice, ...] = ()

    @property
    def key(self) -> str:
        """Its name as it is compared with others."""
        return header_key(self.name)

    @property
    def module(self) -> Module:
        """Where it is written."""
        return self.value.module

    def values(self) -> list[Value]:
        """What it can be under its conditions."""
        return [each.value for each in self.alternatives()]

    def alternatives(self) -> list[Alternative]:
        """What it can be under its conditions, with those of each."""
        found = self.evaluator.values(self.value)
        return [each for each in found if not contradict(self.choices, each.choices)]


class HeaderSet(NamedTuple):
    """Headers that are sent together, whether they are all, and when they are sent.

    `replaceable` are those of a session that headers which are not known may replace or take out.
    """

    headers: list[Header]
    whole: bool
    choices: tuple[Choice, ...]
    replaceable: frozenset[cst.CSTNode] = frozenset()


@record(eq=False)
class Request:
    """One call that sends. `method` is upper case, None if it is not known."""

    call: Expr
    evaluator: Evaluator
    method: str | None
    url: Expr
    arguments: dict[str, cst.BaseExpression]
    library: bool
    receiver: str | None
    holder: cst.BaseExpression | None = None
    connection: bool = False  # of http.client, which is made for a host
    stars: tuple[cst.Arg, ...] = ()  # `*` and `**` of its arguments

    @property
    def node(self) -> cst.CSTNode:
        return self.call.node

    @property
    def module(self) -> Module:
        return self.call.module

    @property
    def conditions(self) -> tuple[Choice, ...]:
        return self.module.conditions(self.node)

    def sure(self, choices: Sequence[Choice]) -> bool:
        """Whether conditions are met wherever this is sent."""
        met = self.conditions
        return all(each in met for each in without_sums(without_marks(choices)))

    def surely_sends(self, key: str) -> Iterator[Header]:
        """The headers with a key, of each set, that are sent wherever this is."""
        for sent in self.header_sets():
            for header in sent.headers:
                if header.key == key and self._sends(sent, header):
                    yield header

    def _sends(self, sent: HeaderSet, header: Header) -> bool:
        """Whether a header of a set is sent wherever this is, or in the round of the set."""
        around = sent.choices
        if self._is_own(sent):
            around = tuple(each for each in around if not rounds([each]))
        surely = self.sure((*around, *header.choices))
        return surely and header.node not in sent.replaceable

    def _is_own(self, sent: HeaderSet) -> bool:
        """Whether headers are Kintone's: by where they are sent in their round, or by name."""
        self.evaluator.work.spend(len(sent.headers))
        if any(each.key.startswith("x-cybozu-a") for each in sent.headers):
            return True
        kintone = (each for each in self.urls() if is_kintone(each.value))
        return any(not contradict(each.choices, sent.choices) for each in kintone)

    def urls(self) -> tuple[Alternative, ...]:
        """What it is sent to, with the `base_url` of its client."""
        return self._urls

    @cached_property
    def _urls(self) -> tuple[Alternative, ...]:
        given = self.evaluator.values(self.url)
        base = self.session.argument("base_url") if self.session is not None else None
        name = self._made_as
        joins = name.startswith(_JOINING)
        if base is None and self.session is not None and joins:
            base = self.session.first()
        if base is None:
            return given
        join = resolved if joins else below
        known = [self.evaluator.values(base), given]
        found = []
        for both in combined(known, self.evaluator.work):
            start, path = (text_of(each) for each in both.values)
            whole = join(start, path) if start is not None and path is not None else None
            found.append(Alternative(whole if whole is not None else both.values[1], both.choices))
        return tuple(found)

    @cached_property
    def session(self) -> Session | None:
        """The session or client that it is sent by."""
        if self.holder is None:
            return None
        return session_of(self.call, self.holder, self.evaluator)

    @cached_property
    def _made_as(self) -> str:
        """The full name of what makes the session."""
        made = self.session.made if self.session is not None else None
        node = made.node if made is not None else None
        if made is None or not isinstance(node, cst.Call):
            return ""
        return self.evaluator.callees(made.module).name(node.func) or ""

    def argument(self, name: str) -> Value | None:
        node = self.arguments.get(name)
        return None if node is None else self.evaluator.one(self.call.beside(node))

    @property
    def has_body(self) -> bool:
        """Whether a body is given; an argument that is None does not count."""
        for name in BODIES:
            node = self.arguments.get(name)
            if node is not None:
                value = self.evaluator.one(self.call.beside(node))
                if not (isinstance(value, Constant) and value.value is None):
                    return True
        more = self.starred
        positional = any(arg.star == "*" for arg in self.stars)
        named = any(key_of(each.key) in BODIES for each in more.entries)
        return positional or named or not more.whole

    @cached_property
    def starred(self) -> Mapping:
        """What all `**` of its arguments hold; whole if no name is missing."""
        return starred(self.stars, self.call, self.evaluator)

    def headers(self) -> tuple[list[Header], bool]:
        """The headers given, those of the session first, and whether these are all."""
        return self._headers

    @cached_property
    def _headers(self) -> tuple[list[Header], bool]:
        found: dict[tuple[str, cst.CSTNode], Header] = {}
        sets = self.header_sets()
        for each in sets:
            self.evaluator.work.spend(len(each.headers))
            found |= {(header.name, header.node): header for header in each.headers}
        return list(found.values()), all(each.whole for each in sets)

    def header_sets(self) -> list[HeaderSet]:
        """What the headers can be, each alternative for itself; one that is None is not sent."""
        return self._header_sets

    @cached_property
    def _header_sets(self) -> list[HeaderSet]:
        base = Mapping(())
        if self.session is not None:
            base = session_headers(self.session, self.evaluator)
        if not self.starred.whole:
            base = replace(base, whole=False)
        node = self.arguments.get("headers")
        given = (
            self.evaluator.values(self.call.beside(node))
            if node is not None
            else (Alternative(headers_in(self.starred, self.call, self.evaluator)),)
        )
        sets = []
        for each in given:
            nothing = isinstance(each.value, Constant) and each.value.value is None
            own = Mapping((), whole=nothing)
            if isinstance(each.value, Mapping):
                own = each.value
            sent = _sent((base, own, self._authentication), self.evaluator)
            headers = headers_of(sent, self.evaluator)
            held = frozenset(() if own.whole else (entry.node for entry in base.entries))
            sets.append(HeaderSet(headers, sent.whole, each.choices, held))
        return sets

    @property
    def _authentication(self) -> Mapping:
        """The headers that the user's own authentication adds."""
        auth = self.auth
        return added_headers(auth, self.evaluator) if auth is not None else Mapping(())

    @property
    def auth(self) -> Expr | None:
        """What it is given as `auth`, or what its session has."""
        node = self.arguments.get("auth")
        if node is not None or self.session is None:
            return self.call.beside(node) if node is not None else None
        given = self.session.argument("auth")
        return next((value for value, _, _ in self.session.assigned("auth")), given)

    def session_auth(self) -> list[cst.CSTNode]:
        """What is assigned to `session.auth`."""
        if self.session is None:
            return []
        return [value.node for value, _, _ in self.session.assigned("auth")]

    @cached_property
    def kintone(self) -> bool:
        """Whether this goes to Kintone: by host, by path, or by a header of its own."""
        if any(is_kintone(each.value) for each in self.urls()):
            return True
        headers, _ = self.headers()
        self.evaluator.work.spend(len(headers))
        return any(header.key.startswith("x-cybozu-a") for header in headers)


def headers_of(mapping: Mapping, evaluator: Evaluator) -> list[Header]:
    """The entries of a mapping whose names are known."""
    found = []
    evaluator.work.spend(len(mapping.entries))
    for entry in mapping.entries:
        name = entry.key.known if isinstance(entry.key, Text) else None
        if name is not None:
            name = name.strip()
            found.append(Header(name, entry.value, evaluator, entry.node, entry.choices))
    return found


def _sent(mappings: Sequence[Mapping], evaluator: Evaluator) -> Mapping:
    """What is sent of the headers of a session and of a request: None takes out what was there."""
    entries = Entries(Mapping((), all(each.whole for each in mappings)), evaluator.work)
    for mapping in mappings:
        for entry in mapping.entries:
            name = (Alternative(entry.key),)
            values = [each.value for each in evaluator.values(entry.value)]
            if key_of(entry.key) is not None:
                entries.remove(name, entry.choices, entry.node)
            if not all(isinstance(each, Constant) and each.value is None for each in values):
                entries.put(entry, (), entry.node)
    return entries.mapping()
