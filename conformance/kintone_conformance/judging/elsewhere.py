"""Scenarios through other doors, and at servers that nobody should trust.

What is special about the machine, or about what a client is given, is in `places`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kintone_conformance.doors import UNTRUSTED, Certificate
from kintone_conformance.doors.redirects import REDIRECTS
from kintone_conformance.judging.exchange import FOREIGN
from kintone_conformance.judging.inputs import usual
from kintone_conformance.judging.places import GROUP, groups
from kintone_conformance.judging.plan import Planner
from kintone_conformance.judging.samples import long_reads
from kintone_conformance.judging.scenario import Ask, Open, Scenario, Step, single
from kintone_conformance.model import Call
from kintone_conformance.spec.doors import SECURE_DOORS
from kintone_conformance.strategies import harmless_call


def other_doors(planner: Planner) -> Iterator[Scenario]:
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


def elsewhere(planner: Planner) -> Iterator[Scenario]:
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
        yield from _untrusted(planner, door)
    if planner.able.doors[0] in ("loopback", "namespace"):
        for api in planner.named_by("KC503"):
            base = planner.bags.draw("foreign", [*FOREIGN])
            yield single(replace(usual(planner, api), base=base), harmless_call(api))


def _untrusted(planner: Planner, door: str) -> Iterator[Scenario]:
    """Servers whose certificate must be refused; some calls also through a proxy, and with one's
    own certificate, for which a client may have code of its own."""
    named = planner.named_by("KC606")
    singly: tuple[Certificate, ...] = ("unknown-ca", "wrong-host")
    for base in [each for each in UNTRUSTED if each not in singly] if named else ():
        # What is checked is the same in every call: one is enough.
        api = planner.bags.draw("untrusted", named)
        made = replace(planner.made(planner.least_met([api])), base=base)
        yield single(made, harmless_call(api), door=door)
    for base in singly:
        for group in groups(planner, named, GROUP if planner.quick else 1):
            made = replace(planner.made(planner.least_met(group)), base=base)
            calls = (call for api in group for call in (harmless_call(api), *_first_long(api)))
            yield Scenario((Open("a", made), *(Ask("a", call) for call in calls)), door)
    for base in singly if door == "tls" else ():
        for group in [*groups(planner, named, GROUP)][:1]:
            asks = [Ask("a", harmless_call(api)) for api in group]
            if planner.able.has("proxyUrl"):
                made = replace(planner.made(planner.least_met(group)), base=base, proxied=True)
                yield Scenario((Open("a", made), *asks), door)
            if planner.able.has("clientCertificate"):
                made = replace(planner.made(planner.least_met(group)), base=base, certified=True)
                yield Scenario((Open("a", made), *asks), door)


def _first_long(api: str) -> list[Call]:
    return [call for call in long_reads() if call.api == api][:1]
