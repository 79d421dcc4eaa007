"""Scenarios of their own: rare conjunctions, many objects, threads, other doors and environments.

What a sequence meets only by luck is here, so that every plan has it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kintone_conformance.doors.answering import PAGES, REDIRECTS
from kintone_conformance.judging.credentials import INJECTED
from kintone_conformance.judging.identities import BAD_GUEST_IDS, BEARERS, GATES, PASSWORDS
from kintone_conformance.judging.places import groups, places
from kintone_conformance.judging.plan import Planner
from kintone_conformance.judging.samples import (
    TEXT_CONTENTS,
    TEXT_NAMES,
    filled,
    large_writes,
    long_reads,
    upload,
)
from kintone_conformance.judging.scenario import (
    Ask,
    Change,
    Made,
    Open,
    Scenario,
    Step,
    Together,
    single,
)
from kintone_conformance.judging.sweep import sweep
from kintone_conformance.model import Call
from kintone_conformance.spec.auth import ApiTokens
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.spec.doors import SECURE_DOORS
from kintone_conformance.spec.request import needs_guest
from kintone_conformance.strategies import harmless_call

_GROUP = 6  # calls on one object, where a quick plan makes fewer of them
MANY = 20  # objects that are made before a call is looked at again
_UNSENDABLE = (f"\r\n{INJECTED}: ", "\r\n", "\n", "\0", "\x0b", "\x7f", "é", "あ")
_MEGABYTES = (1_048_576, 2_500_000, 11_000_000)
_AFTER_LONG = ("520", "400", "html 503", "429", "no answer")  # answers to reads that are posted


def specials(planner: Planner) -> Iterator[Scenario]:
    """Every special scenario that the client can play, in order."""
    for make in (
        _bases,
        _bad_guests,
        _no_guest,
        _long,
        _large,
        _answers,
        _uploads,
        _odd_tokens,
        _unasked,
        _hosts,
        _at_once,
        _changed,
        _many,
        _again,
        _other_doors,
        _elsewhere,
        places,
        sweep,
    ):
        yield from make(planner)


def of_inputs(planner: Planner) -> Iterator[Scenario]:
    """Those that differ in what the client is given: base URL, guest space, credentials, files."""
    for make in (_bases, _bad_guests, _no_guest, _long, _uploads, _odd_tokens, _identities):
        yield from make(planner)


def _identities(planner: Planner) -> Iterator[Scenario]:
    """Credentials and gates that a layer on the way may read as its own."""
    for kind in planner.identities.kinds:
        apis = [api for api in planner.calls if kind in planner.kinds([api])]
        for api in apis[:1]:
            for _ in PASSWORDS if kind == "auth.password" else BEARERS:
                yield single(planner.made((kind, "none", False), special=True), harmless_call(api))
            for _ in GATES if (kind, "none", True) in planner.combinations([api]) else ():
                yield single(planner.made((kind, "none", True), special=True), harmless_call(api))


def _unasked(planner: Planner) -> Iterator[Scenario]:
    """The special credentials that no sequence came to: a quick plan has fewer objects."""
    for at, auth in enumerate(planner.identities.unasked()):
        made = Made(auth)
        apis = [api for api in planner.calls if made.kind in planner.kinds([api])]
        apis = [api for api in apis if not needs_guest(api)]
        if apis:
            yield single(made, harmless_call(apis[at % len(apis)]))


def _usual(planner: Planner, api: str, *, gate: bool | None = None) -> Made:
    """An object that takes this call, of the combination that was met least."""
    choices = [
        each
        for each in planner.combinations([api])
        if gate is None or each[2] is gate or each[0] == "auth.oauth"
    ]
    return planner.made(
        planner.bags.draw(("usual", api, gate), choices or planner.combinations([api]))
    )


def _bases(planner: Planner) -> Iterator[Scenario]:
    """Base URLs with an end that does not belong there."""
    if planner.quick:
        yield from _bases_at_once(planner)
        return
    for at, api in enumerate(planner.named_by("KC501")):
        for base in ("/", ("?a=b", "#top")[at % 2]):
            made = replace(_usual(planner, api), base=base)
            yield Scenario((Open("a", made), planner.asked("a", api, made)))


def _bases_at_once(planner: Planner) -> Iterator[Scenario]:
    """Each base URL with several calls on one object."""
    for group in groups(planner, planner.named_by("KC501"), _GROUP):
        for base in ("/", "?a=b", "#top"):
            made = replace(planner.made(planner.least_met(group)), base=base)
            asks = [planner.asked("a", api, made) for api in group]
            yield Scenario((Open("a", made), *asks))


def _bad_guests(planner: Planner) -> Iterator[Scenario]:
    """Guest space ids that are not positive integers, less what the SDK calls no guest space."""
    if not planner.able.has("guest"):
        return
    documented = {(type(value), value) for value in planner.able.info.no_guest}
    texts = planner.able.has("guest.text")
    ids = [
        value
        for value in BAD_GUEST_IDS
        if (type(value), value) not in documented and (texts or not isinstance(value, str))
    ]
    calls = planner.named_by("KC415")
    times = len(calls) * (1 if planner.quick else 3)
    for at, value in enumerate([*ids] * max(1, -(-times // max(1, len(ids))))):
        api = calls[at % len(calls)]
        made = replace(_usual(planner, api, gate=False), guest=value)
        yield single(made, harmless_call(api))


def _no_guest(planner: Planner) -> Iterator[Scenario]:
    """The call that has a guest form only, on an object without a guest space."""
    for api in planner.named_by("KC417"):
        for kind in planner.kinds([api]):
            yield single(planner.made((kind, "none", False)), harmless_call(api))


def _long(planner: Planner) -> Iterator[Scenario]:
    """Reads that a URL cannot hold, each with every kind of credentials; then another call."""
    if planner.quick:
        yield from _long_at_once(planner)
        return
    forms, met = planner.identities.forms(), Counter[str]()
    for at, call in enumerate(long_reads()):
        if call.api not in planner.calls:
            continue
        for kind in planner.kinds([call.api]):
            form = forms[at % len(forms)]
            gate = planner.able.has("basic") and kind != "auth.oauth" and at % 2 == 0
            made_of = (kind, form, gate)
            made = planner.made(made_of, special=at % 3 == 1)
            steps: list[Step] = [Open("a", made), Ask("a", call)]
            if at % 4 == 0:
                answer = planner.bags.draw("after long", _AFTER_LONG)
                steps += [Ask("a", call, answer), Ask("a", harmless_call(call.api))]
            else:
                mine = [
                    api
                    for api in planner.bags.shuffled(planner.calls)
                    if made_of in planner.combinations([api])
                ]
                least = min(mine, key=met.__getitem__)
                met[least] += 1
                steps.append(Ask("a", harmless_call(least)))
            yield Scenario(tuple(steps))


def _long_at_once(planner: Planner) -> Iterator[Scenario]:
    """The same with several reads on one object, and a failure and a short one at the end."""
    forms = planner.identities.forms()
    for number, kind in enumerate(planner.identities.kinds):
        calls = [
            call
            for call in long_reads()
            if call.api in planner.calls and kind in planner.kinds([call.api])
        ]
        for at, group in enumerate(_chunks([Ask("a", call) for call in calls])):
            gate = planner.able.has("basic") and kind != "auth.oauth" and at % 2 == 0
            made = planner.made((kind, forms[(number + at) % len(forms)], gate))
            last = group[-1]
            ends = (replace(last, answer="520"), replace(last, call=harmless_call(last.call.api)))
            yield Scenario((Open("a", made), *group, *ends))


def _large(planner: Planner) -> Iterator[Scenario]:
    """Writes of more bytes than 16 bits count, in turn with every combination."""
    calls = [call for call in large_writes() if call.api in planner.calls]
    if not planner.quick:
        yield from (single(_usual(planner, call.api), call) for call in calls)
        return
    apis = [*dict.fromkeys(call.api for call in calls)]
    for group in groups(planner, apis, _GROUP):
        asks = [Ask("a", call) for call in calls if call.api in group]
        yield Scenario((Open("a", planner.made(planner.least_met(group))), *asks))


def _answers(planner: Planner) -> Iterator[Scenario]:
    """Every page and every redirect with every kind of call, whose turns a plan takes singly."""
    kinds = kinds_of(planner.calls)
    forms = [f"{form} {status}" for status in PAGES for form in ("html", "empty")]
    moves = [f"{status} {where}" for status in REDIRECTS for where in ("here", "elsewhere")]
    answers = forms + moves
    at_once = 5 if planner.quick else 1
    for start in range(0, len(answers), at_once):
        apis = [planner.bags.draw(("answers", kind), calls) for kind, calls in kinds.items()]
        for group in groups(planner, apis, len(apis)):
            made = planner.made(planner.least_met(group))
            asks = [
                planner.asked("a", api, made, answer)
                for answer in answers[start : start + at_once]
                for api in group
            ]
            yield Scenario((Open("a", made), *asks))


def kinds_of(calls: Iterable[str]) -> dict[str, list[str]]:
    """Calls by what they are on the wire: their method, what carries them, and where they go."""
    found: dict[str, list[str]] = {}
    for api in calls:
        spec = call_spec(api)
        carrier = api.partition(".")[0] if api.startswith(("file.", "bulk", "oauth.")) else ""
        found.setdefault(f"{spec.method} {carrier}", []).append(api)
    return found


def _uploads(planner: Planner) -> Iterator[Scenario]:
    """Files that end their own part if the boundary allows it, and large ones."""
    if "file.upload" not in planner.calls:
        return
    for kind in planner.kinds(["file.upload"]):
        made = planner.made((kind, "none", False))
        first, again = upload("a.bin", b"first"), upload("a.bin", b"again")
        steps = (Open("a", made), Ask("a", first), Ask("a", again), Ask("a", again, "ok", True))
        yield Scenario(steps)
    files = [upload(name, content) for name in TEXT_NAMES for content in TEXT_CONTENTS]
    at_once = len(files) if planner.quick else len(TEXT_CONTENTS)
    for start in range(0, len(files), at_once):
        asks = (Ask("a", call) for call in files[start : start + at_once])
        yield Scenario((Open("a", _usual(planner, "file.upload")), *asks))
    for size in _MEGABYTES:
        yield single(_usual(planner, "file.upload"), upload("large.bin", filled(size)))


def _odd_tokens(planner: Planner) -> Iterator[Scenario]:
    """Tokens that no header can hold, between parts that are searched for in errors and output."""
    if not planner.able.has("auth.token"):
        return
    calls = [api for api in planner.named_by("KC205") if "auth.token" in planner.kinds([api])]
    for at, text in enumerate(_UNSENDABLE if calls else ()):
        token = f"{planner.identities.secret()}{text}{planner.identities.secret()}"
        yield single(Made(ApiTokens((token,))), harmless_call(calls[at % len(calls)]))


def _hosts(planner: Planner) -> Iterator[Scenario]:
    """Every call on an object of one host, after another was made for a second one."""
    for at, group in enumerate(groups(planner, planner.named_by("KC707"), _GROUP)):
        made = replace(planner.made(planner.least_met(group)), second=at % 2 == 1)
        other = replace(made, second=not made.second)
        asks = [planner.asked("a", api, made) for api in group]
        last = planner.asked("b", group[0], other)
        yield Scenario((Open("a", made), Open("b", other), *asks, last))


def _at_once(planner: Planner) -> Iterator[Scenario]:
    """The same call from several threads, on one object and on several."""
    if not planner.able.has("threads"):
        return
    for at, api in enumerate(planner.named_by("KC702")):
        for objects in (1, 2, 3):
            combination = planner.bags.draw("at once", planner.combinations([api]))
            made = [planner.made(combination)]
            while len(made) < objects:
                made.append(planner.identities.near(made[0], planner.kinds([api])))
            opens = [Open(f"o{n}", each) for n, each in enumerate(made)]
            asks = [
                Ask(f"o{n % objects}", _numbered(api, 10 * at + n + 1))
                for n in range(max(4, 2 * objects))
            ]
            yield Scenario((*opens, Together(tuple(asks))))


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
            yield Scenario((Open("a", made), *asks, change, *asks))


def _numbered(api: str, number: int) -> Call:
    return Call(api, {**harmless_call(api).params, "app": number})


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
    """Many calls on one object, each of them twice with the same parameters."""
    for kind in planner.identities.kinds:
        apis = [api for api in planner.calls if kind in planner.kinds([api])]
        guests = [form for form in planner.identities.forms() if form != "none"]
        form = planner.bags.draw("again", guests) if guests else "none"
        made = planner.made((kind, form, planner.able.has("basic") and kind != "auth.oauth"))
        steps = [Ask("a", harmless_call(api)) for api in planner.bags.shuffled(apis)]
        yield Scenario((Open("a", made), *steps, *steps))


# ---- through other doors, in other environments


def _other_doors(planner: Planner) -> Iterator[Scenario]:
    """A share of everything through TLS and through the proxy: each call, each kind, answers."""
    for door in planner.able.doors:
        if door in SECURE_DOORS and door != planner.able.doors[0]:
            calls = planner.bags.shuffled(planner.calls)
            for at in range(0, len(calls), 3):
                yield from _trio(planner, door, calls[at : at + 3], at)


def _trio(planner: Planner, door: str, apis: Sequence[str], at: int) -> Iterator[Scenario]:
    """Three calls on one object, the second answered with a failure; or each on its own."""
    groups = [tuple(apis)] if planner.combinations(apis) else [(api,) for api in apis]
    for group in groups:
        made = planner.made(planner.least_met(group))
        answers = ["ok", planner.failure(group[-1]) if len(group) > 1 else "ok", "ok"]
        asks = [planner.asked("a", api, made, answers[n]) for n, api in enumerate(group)]
        other = planner.identities.near(made, planner.kinds(group))
        more: list[Step] = [Open("b", other), planner.asked("b", group[0], other)] if at % 2 else []
        yield Scenario((Open("a", made), asks[0], *more, *asks[1:]), door)


def _elsewhere(planner: Planner) -> Iterator[Scenario]:
    """Redirects to plain http, certificates that nobody should trust, and hosts over http."""
    secure = [door for door in planner.able.doors if door in SECURE_DOORS]
    for door in secure[:1]:
        for kind in planner.identities.kinds:  # libraries drop some headers by themselves
            apis = [api for api in planner.named_by("KC603") if kind in planner.kinds([api])]
            for group in groups(planner, apis, len(apis) if planner.quick else 4):
                made = planner.made((kind, "none", False))
                answers = [f"{planner.bags.draw('to http', REDIRECTS)} to http" for _ in group]
                asks = zip(group, answers, strict=True)
                steps = [planner.asked("a", api, made, answer) for api, answer in asks]
                yield Scenario((Open("a", made), *steps), door)
        for group in groups(planner, planner.named_by("KC606"), _GROUP if planner.quick else 1):
            for base in ("unknown-ca", "wrong-host"):
                made = replace(planner.made(planner.least_met(group)), base=base)
                calls = (call for api in group for call in (harmless_call(api), *_first_long(api)))
                yield Scenario((Open("a", made), *(Ask("a", call) for call in calls)), door)
    if planner.able.doors[0] in ("loopback", "namespace"):
        for api in planner.named_by("KC503"):
            yield single(replace(_usual(planner, api), base="foreign"), harmless_call(api))


def _first_long(api: str) -> list[Call]:
    return [call for call in long_reads() if call.api == api][:1]


def _chunks(asks: Sequence[Ask]) -> Iterator[Sequence[Ask]]:
    """So many calls as are made on one object."""
    for start in range(0, len(asks), _GROUP):
        yield asks[start : start + _GROUP]
