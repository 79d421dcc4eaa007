"""Scenarios on other machines, and with what a client is given besides credentials.

Another locale, credentials that are there in the environment, a certificate authority, a proxy, and
a client certificate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from kintone_conformance.doors.redirects import REDIRECTS
from kintone_conformance.judging.exchange import UNTOLD
from kintone_conformance.judging.plan import FAILURES, Planner
from kintone_conformance.judging.samples import upload
from kintone_conformance.judging.scenario import Ask, Made, Open, Scenario, Step, single
from kintone_conformance.model import Call
from kintone_conformance.spec.auth import Basic, OAuth, Password
from kintone_conformance.spec.doors import SECURE_DOORS
from kintone_conformance.spec.requirements import requirements
from kintone_conformance.strategies import harmless_call

_WIDE = (Password("佐藤", "pass1"), Password("josé@😀", "pass1"), Password("e\u0301か\u3099", "p"))
_WIDE_GATES = ("é", "佐藤é")
_NAME = {"氏名": {"value": "佐藤 é😀"}, "日時": {"value": "2026-02-28T00:00:00Z"}}
_WIDE_CALLS: dict[str, Call] = {
    "record.add": Call("record.add", {"app": 1, "record": _NAME}),
    "record.update": Call("record.update", {"app": 1, "id": 1, "record": _NAME}),
    "records.add": Call("records.add", {"app": 1, "records": [{"氏名": {"value": "é"}}]}),
    "records.update": Call(
        "records.update", {"app": 1, "records": [{"id": 1, "record": {"é": {"value": "佐"}}}]}
    ),
    "record.status.update": Call(
        "record.status.update", {"app": 1, "id": 1, "action": "承認する", "assignee": "佐藤é"}
    ),
    "records.status.update": Call(
        "records.status.update", {"app": 1, "records": [{"id": 1, "action": "承認する"}]}
    ),
    "record.assignees.update": Call(
        "record.assignees.update", {"app": 1, "id": 1, "assignees": ["佐藤", "josé"]}
    ),
    "records.get": Call("records.get", {"app": 1, "query": '氏名 = "佐藤é😀"', "fields": ["氏名"]}),
    "cursor.create": Call("cursor.create", {"app": 1, "query": '氏名 = "佐藤é😀"'}),
    "bulkRequest": Call(
        "bulkRequest",
        {"requests": [{"api": "record.add", "params": {"app": 1, "record": _NAME}}]},
    ),
    "template.space.add": Call(
        "template.space.add", {**harmless_call("template.space.add").params, "name": "営業é"}
    ),
    "file.upload": upload("佐藤é.txt", "佐藤".encode()),
}
GROUP = 6  # calls on one object, where a quick plan makes fewer of them
_ASKS_FOR_MORE = 4  # calls to which the proxy opens no tunnel


def places(planner: Planner) -> Iterator[Scenario]:
    """Every scenario of this kind that the client can play, in order."""
    if planner.able.odd:
        yield from _strange_places(planner)
    secure = [door for door in planner.able.doors if door in SECURE_DOORS]
    if secure and planner.able.has("caPem"):
        yield from _told_to_one(planner)
        for made, apis in _each(planner, "KC614"):
            yield replace(_harmless(made, apis), bare=True)
    if "tls" in secure and planner.able.has("proxyUrl"):
        yield from _proxied(planner)
    if "proxy" in secure:
        asked = planner.named_by("KC611")[:_ASKS_FOR_MORE]
        for apis in groups(planner, asked, len(asked) if planner.quick else 1):
            asks = [Ask("a", harmless_call(api), "no tunnel") for api in apis]
            yield Scenario((Open("a", planner.made(planner.least_met(apis))), *asks), "proxy")
    for door in [door for door in secure if door in ("tls", "proxy")][:1]:
        if planner.able.has("clientCertificate"):
            yield from _certified(planner, door)


def _told_to_one(planner: Planner) -> Iterator[Scenario]:
    """Two objects at one host, of which one alone is told its authority: before it, and after."""
    found = [*groups(planner, planner.named_by("KC614"), GROUP)]
    for apis in found[: 1 if planner.quick else None]:
        calls = [harmless_call(api) for api in apis]
        for order in (("a", "b"), ("b", "a"))[: 1 if planner.quick else None]:
            made = planner.made(planner.least_met(apis))
            near = planner.identities.near(made, planner.kinds(apis))
            untold = replace(near, second=made.second, base=UNTOLD)
            opens = {"a": Open("a", made), "b": Open("b", untold)}
            first, last = order
            steps: list[Step] = [opens[first], Ask(first, calls[0]), opens[last]]
            yield Scenario((*steps, *(Ask(last, call) for call in calls)), bare=True)


def _each(planner: Planner, id_: str) -> Iterator[tuple[Made, Sequence[str]]]:
    """The calls of the client that a requirement names, with the objects that they are made on."""
    for apis in groups(planner, planner.named_by(id_), 2 * GROUP if planner.quick else 1):
        yield planner.made(planner.least_met(apis)), apis


def groups(planner: Planner, apis: Sequence[str], size: int = 4) -> Iterator[Sequence[str]]:
    """Calls in groups that can be on one object."""
    group: list[str] = []
    for api in apis:
        if group and (len(group) == size or not planner.combinations([*group, api])):
            yield group
            group = []
        group.append(api)
    if group:
        yield group


def _proxied(planner: Planner) -> Iterator[Scenario]:
    """An object with a proxy of its own; now and then beside one at the same host without any."""
    for at, (made, apis) in enumerate(_each(planner, "KC613")):
        own = _harmless(replace(made, proxied=True), apis).steps
        other: list[Step] = [Open("b", made), Ask("b", harmless_call(apis[0]))]
        around = ((other, ()), ((), other), ((), ()), ((), ()))[at % 4]
        yield Scenario((*around[0], *own, *around[1]), door="tls")


def _harmless(made: Made, apis: Sequence[str]) -> Scenario:
    """Harmless calls on one object."""
    return Scenario((Open("a", made), *(Ask("a", harmless_call(api)) for api in apis)))


def _strange_places(planner: Planner) -> Iterator[Scenario]:
    """A process with another locale, and with credentials lying about in its environment."""
    asked = _asked_there(planner)
    for at, ((kind, gate), calls) in enumerate(asked.items()):
        size = GROUP if planner.quick else 1
        for start in range(0, len(calls), size):
            made = planner.made((kind, "none", gate))
            if kind == "auth.password":
                made = replace(made, auth=_WIDE[(at + start) % len(_WIDE)])
            asks = (ask for asks in calls[start : start + size] for ask in asks)
            yield Scenario((Open("a", made), *asks), odd=True)
    for at, api in enumerate(planner.calls):
        if planner.able.has("basic") and api in requirements()["KC312"].calls:
            yield from _wide_gate(planner, api, _WIDE_GATES[at % len(_WIDE_GATES)])


def _asked_there(planner: Planner) -> dict[tuple[str, bool], list[list[Ask]]]:
    """For each kind of credentials, with and without a gate, its calls: each fails with one, and
    the first is told that the credentials are wrong, as if others were to be looked for, and is
    asked for a login by a page, as a gate does that has got none.
    """
    failures = planner.bags.shuffled([each for each in FAILURES if each not in _PLAYED_AT_ONCE])
    found: dict[tuple[str, bool], list[list[Ask]]] = {}
    for at, api in enumerate(planner.calls):
        call = _WIDE_CALLS.get(api, harmless_call(api))
        kinds = planner.kinds([api])
        gated = "auth.token" if "auth.token" in kinds else "auth.session"
        named = api in requirements()["KC309"].calls or api in _WIDE_CALLS
        for number, kind in enumerate(kinds if named else ()):
            asks = [Ask("a", call)]
            if number == at % len(kinds):
                asks.append(Ask("a", call, failures[at % len(failures)]))
            gate = planner.able.has("basic") and kind == gated
            if (kind, gate) not in found:
                asks += [Ask("a", call, "401"), Ask("a", call, "html 401"), Ask("a", call)]
            found.setdefault((kind, gate), []).append(asks)
    return found


_PLAYED_AT_ONCE = ("extra", "html", "empty", "elsewhere", "sent on", "here", "twice")


def _wide_gate(planner: Planner, api: str, text: str) -> Iterator[Scenario]:
    for kind in planner.kinds([api])[:1]:
        made = planner.made((kind, "none", False))
        if not isinstance(made.auth, OAuth):
            gate = Basic("gate", f"{text}{planner.identities.secret()}")
            yield replace(single(replace(made, basic=gate), harmless_call(api)), odd=True)


def _certified(planner: Planner, door: str) -> Iterator[Scenario]:
    """A client certificate, beside an object without one, and a redirect to another host."""
    without: Callable[[Made], Made] = lambda made: replace(made, certified=False)  # noqa: E731
    for at, (made, apis) in enumerate(_each(planner, "KC615")):
        own = replace(made, certified=True)
        steps: list[Step] = [Open("a", own)]
        for call in map(harmless_call, apis):
            steps.append(Ask("a", call))
            if at % 2 and len(steps) == 2:
                steps += [Open("b", without(made)), Ask("b", call)]
            steps.append(Ask("a", call, f"{planner.bags.draw('certified', REDIRECTS)} elsewhere"))
        yield Scenario(tuple(steps), door)
