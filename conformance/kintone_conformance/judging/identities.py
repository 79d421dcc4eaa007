"""Credentials, gates and guest spaces for the objects of scenarios.

A secret is unique by construction: it is made from a number, never drawn, so that it is found
wherever it turns up and is part of nothing else.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from kintone_conformance.judging.scenario import Made
from kintone_conformance.judging.values import Bags
from kintone_conformance.model import NO_GUEST, Info
from kintone_conformance.spec.auth import (
    ApiTokens,
    Auth,
    Basic,
    HeaderValue,
    OAuth,
    Password,
    Session,
)
from kintone_conformance.spec.calls import AUTHS
from kintone_conformance.spec.header_names import MAX_PASSWORD, MAX_TOKENS
from kintone_conformance.strategies import ALPHANUMERIC

_Special = TypeVar("_Special")
# Passwords and logins that a layer on the way may read as its own; all but the marked documented.
PASSWORDS: tuple[Password, ...] = (
    Password("Administrator", "cybozu"),
    Password("山田太郎", "pass1"),
    Password("josé@example.com", "p:a:s:s"),
    Password("a+b%41@example.com", "1+1=100%41&x=%2B"),
    Password("e\u0301か\u3099ﬁ", "a"),
    Password("😀𠮷", "~?>|~?>|~?>|"),
    Password("x" * 128, "y" * 64),
    Password("漢" * 128, "z" * 64),
    Password("sato", "$HOME"),
    Password("sato", "${HOME}"),
    Password("sato", '"quoted"'),
    Password("sato", "'quoted'"),
    Password("sato", "Y3lib3p1MTIz"),
    Password("sato", "cGFzc3dvcmQ="),
    Password("sato", "{{secret}}"),
    Password("sato", "a&amp;b&#39;<c>"),
    Password("佐藤@例え.jp", "b@d"),
    Password("MiXeD.CaSe", "MiXeD"),
    Password("two  blanks in", "#1;--"),
    Password("a", "b"),
    Password("a", "bc"),
    Password("a", "bcd"),
    Password("sato", "pass=word=="),
    Password("sato", "!\"#$%&'()*+,-./:;=<>?@[]^_`{|}~"),
    Password("ＦＵＬＬｗｉｄｔｈ", "0"),
    Password("0", "00"),
    Password("007", "100%%s%%"),
    Password("sato", "a\\nb\\\\c"),
    Password("sato", "true"),
    Password("1e5", "1e5"),
)
# Tokens that are numbers to whoever guesses at types, of digits or with an exponent, and several.
TOKENS: tuple[str | int, ...] = ("0{}1", "1e{}", 2, 3, 8, MAX_TOKENS)
_ALONE = tuple(form for form in TOKENS if isinstance(form, str))
_COUNTS = (1, *(form for form in TOKENS if isinstance(form, int)))
COOKIES = ("JSESSIONID={}==; theme=a%2Cb", "lang=ja; JSESSIONID={}")
BEARERS = ("-._~+/=", "bearer.a-b", "a/b+c==", "eyJhbGciOiJIUzI1NiJ9.e30.Zm9v_-", "A" * 2_100)
GATES = (
    Basic("gate", "a:b:c"),
    Basic("gate", ">>>???~~~"),
    Basic("g" * 60, "p" * 60),
    Basic("sub-domain_1.user", "p@ss/w?rd#1"),
    Basic("a", "b"),
    Basic("a+b@example.com", "100%41&1+1=2"),
    Basic("7", "007"),
)
GUEST_IDS = (1, 5, 42, 99, 1234567, 2**31 - 1, 2**53 - 1)
BAD_GUEST_IDS: tuple[object, ...] = (
    *("5/../..", 5.5, "5#", "5?x", "5/", "../5", "5%2F..", "5\r\n", "5;6", "5,6"),
    *("", 0, "0", -1, "-1", "abc", "NaN", " 5", True, None),
)


class Identities:
    """Makes objects for a client: of the kinds that it declares, with secrets of their own."""

    def __init__(self, info: Info, bags: Bags, seed: int) -> None:
        self._info = info
        self._bags = bags
        self._seed = seed
        self._made = 0
        self._asked: set[object] = set()  # of the special ones
        self.kinds = tuple(kind for kind in AUTHS if kind in info.supports)

    def secret(self, length: int = 24) -> str:
        """Letters and digits that occur nowhere else."""
        self._made += 1
        drawn = random.Random(f"{self._seed}:{self._made}")
        while True:
            text = "".join(drawn.choice(ALPHANUMERIC) for _ in range(length))
            if any(c.isdigit() for c in text) and any(c.isalpha() for c in text):
                return text

    def auth(self, kind: str, special: bool = False) -> Auth:
        """Credentials of a kind: with a secret of its own, or `special` ones in turn."""
        if special:
            found = self._special(kind)
            if found is not None:
                return found
        match kind:
            case "auth.password":
                return Password(f"user{self._made}", self.secret())
            case "auth.header":
                return HeaderValue(f"user{self._made}", self.secret())
            case "auth.token":
                return ApiTokens((self.secret(40),))
            case "auth.oauth":
                return OAuth(self.secret())
        return self._session()

    def _session(self) -> Session:
        return Session(self.secret(), f"JSESSIONID={self.secret()}")

    def _special(self, kind: str) -> Auth | None:
        if kind == "auth.password":
            password = self._bags.draw("password", PASSWORDS)
            self._asked.add(password)
            return password
        if kind == "auth.oauth":
            bearer = self._bags.draw("bearer", BEARERS)
            self._asked.add(bearer)
            return OAuth(bearer)
        if kind == "auth.token" and "auth.token.many" in self._info.supports:
            form: str | int = self._bags.draw("tokens", _COUNTS)
            return self._tokens(self._bags.draw("number", _ALONE) if form == 1 else form)
        if kind == "auth.session":
            return self._odd_session(self._bags.draw("cookies", COOKIES))
        return None

    def unasked(self) -> Iterator[Auth]:
        """The special credentials, of every kind, that no object was made with yet."""
        if "auth.password" in self.kinds:
            yield from self._left(PASSWORDS)
        if "auth.oauth" in self.kinds:
            yield from map(OAuth, self._left(BEARERS))
        if self._info.supports >= {"auth.token", "auth.token.many"}:
            yield from map(self._tokens, self._left(TOKENS))
        if "auth.session" in self.kinds:
            yield from map(self._odd_session, self._left(COOKIES))

    def _left(self, special: Iterable[_Special]) -> list[_Special]:
        return [each for each in special if each not in self._asked]

    def _tokens(self, form: str | int) -> ApiTokens:
        """So many tokens, or one of this form."""
        self._asked.add(form)
        if isinstance(form, int):
            return ApiTokens(tuple(self.secret(40) for _ in range(form)))
        self._made += 1
        digits = "".join(random.Random(f"{self._seed}:{self._made}").choices("0123456789", k=38))
        return ApiTokens((form.format(digits),))

    def _odd_session(self, cookies: str) -> Session:
        """A request token, and cookies, of characters that mean something in a URL or a header."""
        self._asked.add(cookies)
        return Session(f"{self.secret()}+/=", cookies.format(self.secret()))

    def gate(self, special: bool = False) -> Basic:
        """A Basic gate."""
        if special:
            return self._bags.draw("gate", GATES)
        return Basic("gate", self.secret())

    def guest(self, form: str) -> object:
        """A guest space id in a form: `none`, `number` or `text`."""
        if form == "none":
            return NO_GUEST
        number = self._bags.draw(("guest", form), GUEST_IDS)
        return str(number) if form == "text" else number

    def forms(self) -> tuple[str, ...]:
        """The forms of guest space ids that the client takes."""
        more = [
            form
            for form, name in (("number", "guest"), ("text", "guest.text"))
            if name in self._info.supports and "guest" in self._info.supports
        ]
        return ("none", *more)

    def near(self, made: Made, kinds: Sequence[str]) -> Made:
        """Another object that differs from this one in one thing only."""
        ways = ["secret", "secret", "host"]
        if made.guest is not NO_GUEST:
            ways.append("guest")
        if made.basic is not None:
            ways += ["gate", "no gate"]
        if len(kinds) > 1:
            ways.append("kind")
        match self._bags.draw(("near", tuple(ways)), ways):
            case "host":
                return replace(made, second=not made.second, auth=self.nearby(made.auth))
            case "guest":
                return replace(made, guest=self.guest("number"))
            case "gate" if made.basic is not None:
                return replace(made, basic=Basic(made.basic.user, self.secret()))
            case "no gate":
                return replace(made, basic=None)
            case "kind":
                others = [kind for kind in kinds if AUTHS[kind] is not type(made.auth)]
                auth = self.auth(self._bags.draw(("kind", *others), others))
                return replace(
                    made, auth=auth, basic=None if isinstance(auth, OAuth) else made.basic
                )
        return replace(made, auth=self.nearby(made.auth))

    def nearby(self, auth: Auth) -> Auth:
        """Credentials of the same kind that differ in their secret only, in a login's case, or in
        where the login ends."""
        match auth:
            case Password():
                way = self._bags.draw("nearby", ("case", "end", "secret", "secret"))
                alike = {"case": _other_case, "end": _other_end}.get(way, lambda _: None)(auth)
                return alike or replace(auth, password=self.secret())
            case ApiTokens(tokens):
                return ApiTokens((*tokens[:-1], self.secret(40)))
            case OAuth():
                return OAuth(self.secret())
        return self._session()


def _other_case(auth: Password) -> Password | None:
    """Capital and small letters of a login are different (SPEC F41)."""
    other = auth.login.swapcase()
    return replace(auth, login=other) if other != auth.login else None


def _other_end(auth: Password) -> Password | None:
    """Login and password that are the same text if nothing is between them."""
    rest, last = auth.login[:-1], auth.login[-1:]
    movable = rest.strip(" \u3000") == rest != "" and last.isascii() and last.isalnum()
    if not movable or not auth.password or len(auth.password) >= MAX_PASSWORD:
        return None
    return replace(auth, login=rest, password=last + auth.password)
