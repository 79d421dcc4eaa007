"""Scenarios of their own: rare conjunctions, many objects, threads, other doors and environments.

What a sequence meets only by luck is here, so that every plan has it; special inputs are in
`inputs`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice

from kintone_conformance.doors.answering import PAGES
from kintone_conformance.doors.redirects import REDIRECTS
from kintone_conformance.judging.elsewhere import elsewhere, other_doors
from kintone_conformance.judging.inputs import INPUTS, fullest, usual
from kintone_conformance.judging.pairs import batches
from kintone_conformance.judging.places import GROUP, groups, places
from kintone_conformance.judging.plan import Planner
from kintone_conformance.judging.rare_answers import kinds_of, rare_answers
from kintone_conformance.judging.samples import large_writes
from kintone_conformance.judging.scenario import (
    Ask,
    Change,
    Made,
    Open,
    Scenario,
    Step,
    single,
)
from kintone_conformance.judging.sweep import sweep
from kintone_conformance.judging.threads import at_once
from kintone_conformance.model import Call
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.spec.request import needs_guest
from kintone_conformance.spec.shapes import required
from kintone_conformance.strategies import harmless_call

_IN_SPACE = 8  # calls that are made in a guest space that is not the app's
_IN_ALL = 110  # calls on one object: more than the connections that libraries keep
_BACK = 3  # calls after the first credentials were handed over again
_PAGED = ("record.get", "records.get", "cursor.get", "apps.get", "user.users.get")
_DRAWN = 6  # calls, of which the one with the most parameters is made
MANY = 20  # objects that are made before a call is looked at again


def specials(planner: Planner) -> Iterator[Scenario]:
    """Every special scenario that the client can play, in order."""
    for make in (
        *INPUTS,
        _large,
        _answers,
        _forms,
        _sessions,
        _wrong_space,
        _paths_as_values,
        _hosts,
        at_once,
        _changed,
        _many,
        _again,
        _left_out,
        other_doors,
        elsewhere,
        places,
        rare_answers,
        sweep,
    ):
        yield from make(planner)


def _large(planner: Planner) -> Iterator[Scenario]:
    """Writes of more bytes than 16 bits count, in turn with every kind of credentials."""
    calls = [call for call in large_writes() if call.api in planner.calls]
    if not planner.quick:
        yield from (single(_full(planner, call.api, at), call) for at, call in enumerate(calls))
        return
    apis = [*dict.fromkeys(call.api for call in calls)]
    for group in groups(planner, apis, GROUP):
        asks = [Ask("a", call) for call in calls if call.api in group]
        yield Scenario((Open("a", planner.made(planner.least_met(group))), *asks))


def _full(planner: Planner, api: str, turn: int) -> Made:
    """An object with the next kind of credentials, and all else that it can be given."""
    kinds = planner.kinds([api])
    return planner.made(fullest(planner, api, kinds[turn % len(kinds)]))


def _answers(planner: Planner) -> Iterator[Scenario]:
    """Every page and every redirect with every kind of call, whose turns a plan takes singly."""
    kinds = kinds_of(planner.calls)
    forms = [f"{form} {status}" for status in PAGES for form in ("html", "empty")]
    moves = [f"{status} {where}" for status in REDIRECTS for where in ("here", "elsewhere")]
    answers = forms + moves
    at_once = len(answers) if planner.quick else 1
    for few in batches(answers, at_once):
        apis = [planner.bags.draw(("answers", kind), calls) for kind, calls in kinds.items()]
        for group in groups(planner, apis, len(apis)):
            made = planner.made(planner.least_met(group))
            asks = [planner.asked("a", api, made, answer) for answer in few for api in group]
            yield Scenario((Open("a", made), *asks))


def _forms(planner: Planner) -> Iterator[Scenario]:
    """The documented answer as HTTP allows it: in chunks, compressed, with the end of the
    connection; a full page; and files that are no text, or look like an error."""
    forms = ("chunked", "gzip", "closing", "charset")
    for mine in (forms,) if planner.quick else ((form,) for form in forms):
        for group in groups(planner, planner.named_by("KC814"), len(planner.calls)):
            made = planner.made(planner.least_met(group))
            asks = (Ask("a", harmless_call(api), form) for form in mine for api in group)
            yield Scenario((Open("a", made), *asks))
    calls = [*map(harmless_call, _PAGED), Call("records.get", {"app": 1, "totalCount": True})]
    full = [Ask("a", call, "full") for call in calls if call.api in planner.calls]
    for group in groups(planner, [*dict.fromkeys(ask.call.api for ask in full)], len(full)):
        made = planner.made(planner.least_met(group))
        yield Scenario((Open("a", made), *(ask for ask in full if ask.call.api in group)))
    if "file.download" in planner.calls:
        call = harmless_call("file.download")
        files = [
            Ask("a", call, each) for each in ("empty file", "file of bytes", "file of an error")
        ]
        yield Scenario((Open("a", usual(planner, "file.download")), *files))


def _sessions(planner: Planner) -> Iterator[Scenario]:
    """Answers that open a session, beside an object with other credentials, and a redirect."""
    named = planner.named_by("KC701")
    kinds = [kind for kind in planner.identities.kinds if kind != "auth.session"]
    for kind in kinds[: 2 if planner.quick else None]:
        apis = [api for api in named if kind in planner.kinds([api])]
        size = len(apis) if planner.quick else GROUP
        for few in batches(apis, size):
            calls = [harmless_call(api) for api in few]
            made = planner.made((kind, "none", False))
            other = replace(made, auth=planner.identities.nearby(made.auth))
            asks = [ask for call in calls for ask in (Ask("a", call, "cookie"), Ask("b", call))]
            move = Ask("a", calls[0], f"{planner.bags.draw('moved', REDIRECTS)} elsewhere")
            yield Scenario((Open("a", made), Open("b", other), *asks, move))


def _wrong_space(planner: Planner) -> Iterator[Scenario]:
    """CB_NO02, which a guest space that is not the app's gives: the client stays in its space."""
    apis = [api for api in planner.named_by("KC706") if not needs_guest(api)]
    for form in planner.identities.forms()[1:2]:
        for group in groups(planner, apis[:_IN_SPACE]):
            kind = planner.kinds(group)[0]
            made = planner.made((kind, form, False))
            asks = [Ask("a", harmless_call(api), "403 no guest") for api in group]
            again = [Ask("a", harmless_call(api)) for api in group]
            yield Scenario((Open("a", made), *asks, *again))


def _paths_as_values(planner: Planner) -> Iterator[Scenario]:
    """Parameters that read like a path, on an object whose own paths have a guest space."""
    record = {"title": {"value": "/k/v1/record.json"}}
    calls = (
        Call("records.get", {"app": 1, "query": 'title = "/k/v1/record.json"'}),
        Call("record.add", {"app": 1, "record": record}),
        Call("record.update", {"app": 1, "id": 1, "record": record}),
    )
    asks = [Ask("a", call) for call in calls if call.api in planner.named_by("KC413")]
    for kind in planner.kinds([ask.call.api for ask in asks])[:1]:
        for form in planner.identities.forms()[1:2] if asks else ():
            yield Scenario((Open("a", planner.made((kind, form, False))), *asks))


def _hosts(planner: Planner) -> Iterator[Scenario]:
    """Every call on an object of one host, after another was made for a second one."""
    size = 2 * GROUP if planner.quick else GROUP
    for at, group in enumerate(groups(planner, planner.named_by("KC707"), size)):
        made = replace(planner.made(planner.least_met(group)), second=at % 2 == 1)
        other = replace(made, second=not made.second)
        asks = [planner.asked("a", api, made) for api in group]
        last = planner.asked("b", group[0], other)
        yield Scenario((Open("a", made), Open("b", other), *asks, last))


def _changed(planner: Planner) -> Iterator[Scenario]:
    """Every call before and after new credentials: what kept the old ones may be any of them."""
    if not planner.able.has("auth.change"):
        return
    named = [api for api in planner.named_by("KC703") if not needs_guest(api)]
    for kind in planner.identities.kinds:
        asks = [Ask("a", harmless_call(api)) for api in named if kind in planner.kinds([api])]
        if asks:
            made = planner.made((kind, "none", False))
            change = Change("a", planner.identities.nearby(made.auth))
            back = Change("a", made.auth)
            yield Scenario((Open("a", made), *asks, change, *asks, back, *asks[:_BACK]))


def _many(planner: Planner) -> Iterator[Scenario]:
    """The same calls before and after many objects were made."""
    calls = planner.named_by("KC705")
    kinds = planner.kinds(calls)
    if not calls or not kinds:
        return
    forms = planner.identities.forms()
    first = planner.made((kinds[0], "none", False))
    others = [
        Open(f"n{at}", planner.made((kinds[at % len(kinds)], forms[at % len(forms)], False)))
        for at in range(MANY)
    ]
    rest = [
        step
        for at, opened in enumerate(others)
        for step in (opened, Ask(opened.name, harmless_call(calls[at % len(calls)])))
    ]
    same = [harmless_call(api) for api in calls]
    steps: list[Step] = []
    for name in ("a", "b"):
        steps += [Open(name, first), *(Ask(name, call) for call in same)]
    steps += [*rest, Open("z", first), *(Ask("z", call) for call in same)]
    yield Scenario(tuple(steps), growth=len(calls))


def _again(planner: Planner) -> Iterator[Scenario]:
    """Many calls on one object, each of them twice in a row, and again after all the others.

    With the first kind of credentials they are more than a client has connections or places.
    """
    for at, kind in enumerate(planner.identities.kinds):
        apis = [api for api in planner.calls if kind in planner.kinds([api])]
        guests = [form for form in planner.identities.forms() if form != "none"]
        form = planner.bags.draw("again", guests) if guests else "none"
        made = planner.made((kind, form, planner.able.has("basic") and kind != "auth.oauth"))
        steps = [Ask("a", harmless_call(api)) for api in planner.bags.shuffled(apis)]
        twice = [step for step in steps for _ in range(2)]
        more = 0 if at else max(0, _IN_ALL - len(twice) - len(steps))
        yield Scenario((Open("a", made), *twice, *steps, *islice(cycle(steps), more)))


def _left_out(planner: Planner) -> Iterator[Scenario]:
    """Every call with as many parameters as it takes, and then with those alone that it needs."""
    drawn = {api: _most(planner, api) for api in planner.calls if not _is_of_forms(api)}
    more = [api for api, call in drawn.items() if set(call.params) > required(api)]
    for group in groups(planner, more, len(more) if planner.quick else GROUP):
        steps: list[Step] = [Open("a", planner.made(planner.least_met(group)))]
        for api in group:
            # True is what a client could remember: it may leave out False, a default.
            most = {name: value is False or value for name, value in drawn[api].params.items()}
            needed = {name: value for name, value in most.items() if name in required(api)}
            steps += [Ask("a", Call(api, most)), Ask("a", Call(api, needed))]
        yield Scenario(tuple(steps))


def _most(planner: Planner, api: str) -> Call:
    """The call with the most parameters of a few that were drawn."""
    return max((planner.values.call(api) for _ in range(_DRAWN)), key=lambda call: len(call.params))


def _is_of_forms(api: str) -> bool:
    return "oneOf" in call_spec(api).params
