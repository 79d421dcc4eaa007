"""Scenarios of calls at the same time: whatever a call keeps where others find it gets mixed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from kintone_conformance.judging.places import groups
from kintone_conformance.judging.plan import Planner
from kintone_conformance.judging.samples import KEYS, long_reads, upload
from kintone_conformance.judging.scenario import Ask, Change, Open, Scenario, Step, Together
from kintone_conformance.model import Call
from kintone_conformance.strategies import harmless_call

_OWN_ERRORS = ("ok", "404", "403", "409")  # answers to calls that are made at the same time
_TOGETHER = 3  # kinds of calls
_QUICK_TOGETHER = 24
# By what the harmless form of a call can be told from another one: the app, or this.
_NUMBERS: Mapping[str, Callable[[int], Mapping[str, Any]]] = {
    **dict.fromkeys(("app.get", "space.get", "template.space.add"), lambda n: {"id": n}),
    **dict.fromkeys(("cursor.get", "cursor.delete"), lambda n: {"id": f"cursor-{n}"}),
    "apps.get": lambda n: {"ids": [n]},
    "plugins.get": lambda n: {"offset": n},
    "user.users.get": lambda n: {"codes": [f"user{n}"]},
    "bulkRequest": lambda n: {
        "requests": [{"api": "record.add", "params": {"app": n, "record": {}}}] * 2
    },
}
_NO_NUMBER = ("apis.get", "guests.add", "space.guests.update", "oauth.token")


def _numbered(api: str, number: int) -> Call:
    """A harmless call that differs from others in a number."""
    own = _NUMBERS[api](number) if api in _NUMBERS else {"app": number}
    return Call(api, {**harmless_call(api).params, **own})


def at_once(planner: Planner) -> Iterator[Scenario]:
    """The same call from several threads, on one object and on several: of these one has new
    credentials then. Objects are asked for the same, and every error is another.
    """
    if not planner.able.has("threads"):
        return
    for at, api in enumerate(planner.named_by("KC702")):
        for objects in (1, 2) if planner.quick else (1, 2, 3):
            combination = planner.bags.draw("at once", planner.combinations([api]))
            made = [planner.made(combination)]
            while len(made) < objects:
                made.append(planner.identities.near(made[0], planner.kinds([api])))
            asks = [
                Ask(f"o{n % objects}", _numbered(api, 10 * at + n // objects + 1))
                for n in range(max(4, 2 * objects))
            ]
            if objects == 1:
                asks = [replace(ask, answer=_OWN_ERRORS[n]) for n, ask in enumerate(asks)]
            steps: list[Step] = [Open(f"o{n}", each) for n, each in enumerate(made)]
            steps.append(Together(tuple(asks)))
            if objects == 2 and planner.able.has("auth.change"):
                steps += [Change("o0", planner.identities.nearby(made[0].auth)), steps[-1]]
            yield Scenario(tuple(steps))
    yield from _files_at_once(planner)
    yield from _others_at_once(planner)
    apis = planner.named_by("KC702")
    if len(apis) > 1 and planner.combinations(apis) and not planner.quick:
        long = [call for call in long_reads() if call.api in apis][-3:]
        short = [_numbered(api, number) for number in (100, 101, 102) for api in apis]
        asks = [Ask("a", call) for call in (*long, *short)]
        made_of = planner.bags.draw("all at once", planner.combinations(apis))
        yield Scenario((Open("a", planner.made(made_of)), Together(tuple(asks))))


def _others_at_once(planner: Planner) -> Iterator[Scenario]:
    """Two calls of each other kind at the same time, for they may have code of their own."""
    apart = (*planner.named_by("KC702"), *_NO_NUMBER, "file.upload", "file.download")
    others = [api for api in planner.calls if api not in apart]
    for group in groups(planner, others, _QUICK_TOGETHER if planner.quick else _TOGETHER):
        asks = tuple(Ask("a", _numbered(api, number)) for api in group for number in (103, 104))
        yield Scenario((Open("a", planner.made(planner.least_met(group))), Together(asks)))


def _files_at_once(planner: Planner) -> Iterator[Scenario]:
    """Several files on their way at the same time."""
    calls = [upload(f"{name}.bin", name.encode() * 9000) for name in ("a", "b", "c")]
    calls += [Call("file.download", {"fileKey": key}) for key in KEYS[:3]]
    asks = [Ask("a", call) for call in calls if call.api in planner.calls]
    if len(asks) == len(calls):
        made = planner.made(planner.least_met(["file.upload", "file.download"]))
        yield Scenario((Open("a", made), Together(tuple(asks))))
