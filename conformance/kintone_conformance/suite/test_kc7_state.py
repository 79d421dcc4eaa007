"""KC7xx: what one object, or one call, must not leave behind for another."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, rule
from hypothesis.strategies import runner

from kintone_conformance import wires
from kintone_conformance.model import Call, Wire
from kintone_conformance.spec.auth import ApiTokens, Auth, OAuth, Password, Session
from kintone_conformance.strategies import (
    Asked,
    any_auth,
    any_call,
    guest_ids,
    harmless_call,
    secrets,
)
from kintone_conformance.suite.credentials import carried, expected, holds, secret_of
from kintone_conformance.suite.expect import equal, leaks, parting, same_request
from kintone_conformance.suite.judge import Broken, Exchange, Judge, Live, Options
from kintone_conformance.suite.requirement import requirement


@dataclass(frozen=True)
class Identity:
    """What one object was made with: its credentials, and its guest space if it has one."""

    auth: Auth
    guest: int | None

    def options(self) -> Options:
        """The options to open it with."""
        return {} if self.guest is None else {"guest": self.guest}


def fresh_auths(asked: Asked) -> st.SearchStrategy[Auth]:
    """Credentials of any declared kind, never twice the same."""
    forms: dict[str, st.SearchStrategy[Auth]] = {
        "auth.password": st.builds(Password, login=secrets(), password=secrets()),
        "auth.token": secrets().map(lambda secret: ApiTokens((secret,))),
        "auth.oauth": secrets().map(OAuth),
        "auth.session": secrets().map(lambda secret: Session(secret, "JSESSIONID=conformance")),
    }
    return st.one_of([forms[kind] for kind in sorted(forms) if kind in asked.info.supports])


def identities(asked: Asked) -> st.SearchStrategy[Identity]:
    """An object to make: with a guest space where the client can be given one."""
    guests = guest_ids() if "guest" in asked.info.supports else st.nothing()
    return st.builds(Identity, auth=fresh_auths(asked), guest=st.one_of(st.none(), guests))


def belongs_to(wire: Wire, identity: Identity) -> None:
    """The wire carries the credentials and the guest space of this object."""
    equal(carried(wire, identity.auth), expected(identity.auth), "the credentials of the request")
    path = wires.path(wire)
    prefix = "/k/v1/" if identity.guest is None else f"/k/guest/{identity.guest}/v1/"
    if not path.startswith(prefix):
        raise Broken(
            "the request goes to the guest space of another object, or to none",
            expected=f"{prefix}…",
            sent=path,
            difference=parting(prefix, path[: len(prefix)]),
        )


def holds_nothing_of(wire: Wire, auth: Auth) -> None:
    """Nothing of these credentials is in the headers of the wire."""
    if leaks(wire.raw_head, secret_of(auth)):
        raise Broken(
            "the request carries credentials that are not its own",
            expected="none of them",
            sent=wires.shown(wire),
        )


class Interleaved(RuleBasedStateMachine):
    """Opens objects and calls them in any order; each call must be its own object's."""

    def __init__(
        self, judge: Judge, asked: Asked, example: Callable[[], AbstractContextManager[None]]
    ) -> None:
        super().__init__()
        self.judge = judge
        self.asked = asked
        self.opened: list[tuple[Identity, Live]] = []
        self.broken: Broken | None = None
        self.example = example()
        self.example.__enter__()

    objects = Bundle("objects")

    @rule(target=objects, identity=runner().flatmap(lambda machine: identities(machine.asked)))
    def open(self, identity: Identity) -> tuple[Identity, Live]:
        self.opened.append((identity, self.judge.open(identity.auth, **identity.options())))
        return self.opened[-1]

    @rule(chosen=objects, call=runner().flatmap(lambda machine: any_call(machine.asked)))
    def call(self, chosen: tuple[Identity, Live], call: Call) -> None:
        identity, live = chosen
        try:
            wire = live.send(call).wire
            belongs_to(wire, identity)
            for stranger, _ in self.opened:
                if not holds(identity.auth, stranger.auth):
                    holds_nothing_of(wire, stranger.auth)
        except Broken as broken:
            self.broken = broken
            raise

    def teardown(self) -> None:
        """End the example, as broken if a call was."""
        kind = type(self.broken) if self.broken else None
        with suppress(Broken):  # it is on its way up already
            self.example.__exit__(kind, self.broken, None)


@requirement("KC701", machine=Interleaved)
def test_kc701_two_clients() -> None:
    """`Interleaved` judges."""


def _numbered(api: str, number: int) -> Call:
    return Call(api, {**harmless_call(api).params, "app": number})


@requirement(
    "KC702",
    made=lambda asked: st.lists(identities(asked), min_size=2, max_size=3),
    call=any_call,
)
def test_kc702_threads(judge: Judge, made: list[Identity], call: Call) -> None:
    lives = [judge.open(identity.auth, **identity.options()) for identity in made]
    start = threading.Barrier(len(lives) * 2)

    def work(number: int) -> None:
        start.wait(timeout=10)
        lives[number].unwatched(_numbered(call.api, number + 1))

    threads = [threading.Thread(target=work, args=(n % len(lives),)) for n in range(len(lives) * 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seen = judge.observe(lives[0].client, call)
    if len(seen.requests) < len(threads):
        raise Broken(f"{len(threads)} calls from threads sent {len(seen.requests)} requests")
    for wire in seen.requests:
        number = wires.params(wire).get("app")
        belongs_to(wire, made[int(str(number)) - 1])


@requirement(
    "KC703",
    first=fresh_auths,
    second=fresh_auths,
    before=any_call,
    after=any_call,
)
def test_kc703_changed_credentials(
    judge: Judge, first: Auth, second: Auth, before: Call, after: Call
) -> None:
    live = judge.open(first)
    live.send(before)
    live.change_auth(second)
    for wire in live.send(after).requests:
        equal(carried(wire, second), expected(second), "the credentials after the change")
        if not holds(second, first):
            holds_nothing_of(wire, first)


def _others(asked: Asked) -> st.SearchStrategy[Call]:
    names = sorted(asked.info.calls - {"file.upload", "space.guests.update", "oauth.token"})
    return st.sampled_from([harmless_call(api) for api in names or ["file.upload"]])


@requirement("KC704", auth=any_auth, call=_others)
def test_kc704_after_an_upload(judge: Judge, auth: Auth, call: Call) -> None:
    live = judge.open(auth)
    before = live.send(call)
    live.send(harmless_call("file.upload"))
    same_request(before, live.send(call), lambda: judge.send(call, auth))


@requirement(
    "KC705",
    identity=identities,
    others=lambda asked: st.lists(identities(asked), min_size=5, max_size=20),
    call=any_call,
)
def test_kc705_many_clients(
    judge: Judge, identity: Identity, others: list[Identity], call: Call
) -> None:
    def once(identity: Identity) -> Exchange:
        return judge.send(call, identity.auth, **identity.options())

    before, again = once(identity), once(identity)
    for other in others:
        judge.open(other.auth, **other.options())
    same_request(before, once(identity), lambda: again)
