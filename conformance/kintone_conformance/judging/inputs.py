"""Scenarios that differ in what the client is given: base URL, guest space, credentials, files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from kintone_conformance.judging.allowed import length
from kintone_conformance.judging.header_texts import INJECTED
from kintone_conformance.judging.identities import BAD_GUEST_IDS, GATES
from kintone_conformance.judging.pairs import batches
from kintone_conformance.judging.places import GROUP, groups
from kintone_conformance.judging.plan import Planner
from kintone_conformance.judging.samples import (
    TEXT_CONTENTS,
    TEXT_NAMES,
    filled,
    long_reads,
    upload,
)
from kintone_conformance.judging.scenario import Ask, Made, Open, Scenario, Step, single
from kintone_conformance.spec.auth import ApiTokens, Auth, OAuth, Session
from kintone_conformance.spec.request import needs_guest
from kintone_conformance.strategies import harmless_call

_LINE_BREAKS = (f"\r\n{INJECTED}: ", "\r\n", "\n")
_UNSENDABLE = (*_LINE_BREAKS, "\0", "\x0b", "\x7f", "é", "あ")
_SHORT = 12  # letters of a credential that is not searched for
_MEGABYTES = (1_048_576, 2_500_000, 11_000_000)
_AFTER_LONG = ("520", "400", "html 503", "429", "no answer")  # answers to what is sent otherwise


def of_inputs(planner: Planner) -> Iterator[Scenario]:
    """Every special input that the client can take, and every special gate."""
    for make in (*INPUTS, _gates):
        yield from make(planner)


def usual(planner: Planner, api: str, *, gate: bool | None = None) -> Made:
    """An object that takes this call, of the combination that was met least."""
    choices = [
        each
        for each in planner.combinations([api])
        if gate is None or each[2] is gate or each[0] == "auth.oauth"
    ]
    return planner.made(
        planner.bags.draw(("usual", api, gate), choices or planner.combinations([api]))
    )


def fullest(planner: Planner, api: str, kind: str) -> tuple[str, str, bool]:
    """The combination of a kind of credentials with all else that the call takes."""
    return [each for each in planner.combinations([api]) if each[0] == kind][-1]


def _bases(planner: Planner) -> Iterator[Scenario]:
    """Base URLs with an end that does not belong there."""
    if planner.quick:
        yield from _bases_at_once(planner)
        return
    for at, api in enumerate(planner.named_by("KC501")):
        for base in ("/", ("?a=b", "#top")[at % 2]):
            made = replace(usual(planner, api), base=base)
            yield Scenario((Open("a", made), planner.asked("a", api, made)))


def _bases_at_once(planner: Planner) -> Iterator[Scenario]:
    """Each base URL with several calls on one object."""
    for group in groups(planner, planner.named_by("KC501"), GROUP):
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
        made = replace(usual(planner, api, gate=False), guest=value)
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
    """The same with several reads on one object: the longest fails at the end, and one is short."""
    forms = planner.identities.forms()
    for number, kind in enumerate(planner.identities.kinds):
        calls = [
            call
            for call in long_reads()
            if call.api in planner.calls and kind in planner.kinds([call.api])
        ]
        for at, group in enumerate(batches([Ask("a", call) for call in calls], GROUP)):
            gate = planner.able.has("basic") and kind != "auth.oauth" and at % 2 == 0
            made = planner.made((kind, forms[(number + at) % len(forms)], gate))
            longest = max(group, key=lambda ask: length(ask.call.params))
            failing = replace(longest, answer=planner.bags.draw("after long", _AFTER_LONG))
            ends = (failing, Ask("a", harmless_call(longest.call.api)))
            yield Scenario((Open("a", made), *group, *ends))


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
    for few in batches(files, at_once):
        asks = (Ask("a", call) for call in few)
        yield Scenario((Open("a", usual(planner, "file.upload")), *asks))
    first, *larger = (upload("large.bin", filled(size)) for size in _MEGABYTES)
    for kind in planner.kinds(["file.upload"]):
        made_of = fullest(planner, "file.upload", kind)
        failure = planner.bags.draw("large upload", _AFTER_LONG)
        twice = (Ask("a", first), Ask("a", first, failure))
        yield Scenario((Open("a", planner.made(made_of, special=True)), *twice))
    for call in larger:
        yield single(usual(planner, "file.upload"), call)


def _odd_tokens(planner: Planner) -> Iterator[Scenario]:
    """Tokens that no header can hold, between parts that are searched for in errors and output."""
    if not planner.able.has("auth.token"):
        return
    calls = [api for api in planner.named_by("KC205") if "auth.token" in planner.kinds([api])]
    for at, text in enumerate(_UNSENDABLE if calls else ()):
        token = f"{planner.identities.secret()}{text}{planner.identities.secret()}"
        yield single(Made(ApiTokens((token,))), harmless_call(calls[at % len(calls)]))


def _unsendable_others(planner: Planner) -> Iterator[Scenario]:
    """The same of access tokens and cookies; their parts are too short to be searched for."""
    forms: dict[str, tuple[Callable[[str], Auth], tuple[str, ...]]] = {
        "auth.oauth": (OAuth, (*_LINE_BREAKS, "é", "あ", "")),
        "auth.session": (_session, _LINE_BREAKS),
    }
    asked = 0
    for kind, (made_of, texts) in forms.items():
        calls = [api for api in planner.named_by("KC313") if kind in planner.kinds([api])]
        for text in (texts[:1] if planner.quick else texts) if calls else ():
            parts = (planner.identities.secret(_SHORT), planner.identities.secret(_SHORT))
            made = Made(made_of(text.join(parts) if text else ""))
            yield single(made, harmless_call(calls[asked % len(calls)]))
            asked += 1


def _session(text: str) -> Session:
    return Session("c5rfToken", f"JSESSIONID={text}")


def _special_credentials(planner: Planner) -> Iterator[Scenario]:
    """Those that a layer on the way may read as its own, and that no scenario came to."""
    for at, auth in enumerate(planner.identities.unasked()):
        made = Made(auth)
        apis = [api for api in planner.calls if made.kind in planner.kinds([api])]
        apis = [api for api in apis if not needs_guest(api)]
        if apis:
            yield single(made, harmless_call(apis[at % len(apis)]))


def _gates(planner: Planner) -> Iterator[Scenario]:
    """Every special gate in front of every kind of credentials that goes with one."""
    for kind in planner.identities.kinds:
        apis = [api for api in planner.calls if (kind, "none", True) in planner.combinations([api])]
        for api in apis[:1]:
            for gate in GATES:
                made = replace(planner.made((kind, "none", True)), basic=gate)
                yield single(made, harmless_call(api))


INPUTS: tuple[Callable[[Planner], Iterator[Scenario]], ...] = (
    _bases,
    _bad_guests,
    _no_guest,
    _long,
    _uploads,
    _odd_tokens,
    _unsendable_others,
    _special_credentials,  # the last: it knows what the others asked for
)
