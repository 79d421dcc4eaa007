"""What is asked of a client: scenarios that together meet every promised pair, by a plan.

Promised are, for what the client declares: every call after every other on one object; every call
with every kind of credentials that it takes, in each form of guest space, with and without a gate;
every call with every kind of answer. Chance decides about the order and the values only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, product

from kintone_conformance.doors.answering import PAGES
from kintone_conformance.doors.redirects import REDIRECTS
from kintone_conformance.judging.identities import Identities
from kintone_conformance.judging.pairs import PIECE, batches, every_pair, pieces
from kintone_conformance.judging.scenario import Ask, Change, Close, Made, Open, Scenario, Step
from kintone_conformance.judging.values import Bags, Values
from kintone_conformance.model import NO_GUEST, Call, Info
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.spec.request import BULK_OPERATIONS, needs_guest
from kintone_conformance.spec.requirements import requirements

# Kinds of answers that every call gets; of the families one after the other.
_FAMILIES: Mapping[str, tuple[str, ...]] = {
    "html": tuple(f"html {status}" for status in PAGES),
    "empty": tuple(f"empty {status}" for status in PAGES),
    "elsewhere": (
        *("301 elsewhere", "302 elsewhere", "303 elsewhere"),
        *("302 elsewhere //", "301 elsewhere @"),
    ),
    "sent on": ("307 elsewhere", "308 elsewhere", "307 elsewhere //", "308 elsewhere @"),
    "here": ("307 here", "308 here"),
    "twice": tuple(f"{status} twice" for status in REDIRECTS),
}
_QUICK_PIECE = 12  # calls on one object, of a client that is slow to make one
FAILURES: tuple[str, ...] = (
    *("400", "401", "401 as 520", "403", "404", "409", "429", "520"),
    *("no answer", "half a head", "half an answer", "html 200", "empty 200", "json 503", "extra"),
    *_FAMILIES,
)


@dataclass(frozen=True)
class Able:
    """What is known of a client before the plan: its declarations, and the calls that work.

    `odd` tells that a process with another environment can be started, `doors` which can be used.
    `operations` are those of the calls that are asked once in each of a few ways.
    """

    info: Info
    calls: tuple[str, ...]
    doors: tuple[str, ...]
    odd: bool = True
    operations: tuple[str, ...] = ()

    def has(self, *capabilities: str) -> bool:
        """The client declares all of these."""
        return set(capabilities) <= self.info.supports


@dataclass
class Met:
    """What a plan meets; a self-test holds it against what it promises."""

    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    combinations: Counter[tuple[str, str, str, bool]] = field(default_factory=Counter)
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)


class Planner:
    """Makes the scenarios of one client, in order; the same seed makes the same.

    `quick` meets the same pairs on fewer objects, with more calls on each.
    """

    def __init__(
        self, able: Able, seed: int, texts: Sequence[str] = (), *, quick: bool = False
    ) -> None:
        self.able = able
        self.quick = quick
        self.bags = Bags(seed)
        self.identities = Identities(able.info, self.bags, seed)
        known = [api for api in BULK_OPERATIONS if api in able.calls] or list(BULK_OPERATIONS[:5])
        self.values = Values(self.bags, known, able.info.parameters, texts)
        self.met = Met()
        self._combinations: dict[tuple[str, ...], tuple[tuple[str, str, bool], ...]] = {}
        self.calls = tuple(api for api in able.calls if self._askable(api))
        self.operations = able.operations

    def _askable(self, api: str) -> bool:
        return bool(self.kinds([api])) and (not needs_guest(api) or self.able.has("guest"))

    def named_by(self, id_: str) -> list[str]:
        """The calls of the client that a requirement names."""
        return [api for api in self.calls if api in requirements()[id_].calls]

    def kinds(self, apis: Sequence[str]) -> tuple[str, ...]:
        """The declared kinds of credentials that Kintone documents for all of these calls.

        A client that declares none of them is asked with what it has: it may refuse.
        """
        declared = self.identities.kinds
        found = [kind for kind in declared if all(call_spec(api).accepts(kind) for api in apis)]
        if found or len(apis) > 1:
            return tuple(found)
        return () if any(call_spec(apis[0]).accepts(kind) for kind in declared) else declared

    def combinations(self, apis: Sequence[str]) -> tuple[tuple[str, str, bool], ...]:
        """The kinds of credentials, forms of guest space and gates that all of these calls take."""
        key = tuple(apis)
        if key not in self._combinations:
            self._combinations[key] = tuple(self._combined(key))
        return self._combinations[key]

    def _combined(self, apis: Sequence[str]) -> Iterator[tuple[str, str, bool]]:
        forms = self.identities.forms()
        if any(needs_guest(api) for api in apis):
            forms = tuple(form for form in forms if form != "none")
        gates = (False, True) if self.able.has("basic") else (False,)
        for kind, form, gate in product(self.kinds(apis), forms, gates):
            if not (gate and kind == "auth.oauth"):
                yield kind, form, gate

    # ---- choices

    def least_met(self, apis: Sequence[str]) -> tuple[str, str, bool]:
        """The combination that these calls have met least."""
        choices = self.bags.shuffled(self.combinations(apis))
        met = self.met.combinations
        return min(choices, key=lambda each: sum(met[(api, *each)] for api in apis))

    def made(self, combination: tuple[str, str, bool], special: bool = False) -> Made:
        """An object of a combination."""
        kind, form, gate = combination
        return Made(
            self.identities.auth(kind, special),
            self.identities.gate(special) if gate else None,
            self.identities.guest(form),
        )

    def failure(self, api: str) -> str:
        """The next kind of answer for a call that is not the documented one."""
        family = self.bags.draw(("answer", api), FAILURES)
        self.met.answers[api, family] += 1
        return self.bags.draw(family, _FAMILIES[family]) if family in _FAMILIES else family

    def asked(self, name: str, api: str, made: Made, answer: str = "ok") -> Ask:
        """A call with drawn parameters; one that is about a guest space names it."""
        call = self.values.call(api)
        if needs_guest(api) and made.guest is not NO_GUEST:
            call = Call(api, {**call.params, "id": int(str(made.guest))})
        return Ask(name, call, answer)

    # ---- the scenarios

    def sequences(self) -> Iterator[Scenario]:
        """Every call after every other; in turn with a second object, a change, or an end."""
        order = self.bags.shuffled(self.calls)
        together = lambda apis: bool(self.combinations(apis))  # noqa: E731
        some = len(order) ** 2 // _QUICK_PIECE  # a few calls are in as many pieces as ever
        size = max(PIECE, min(_QUICK_PIECE, some)) if self.quick else PIECE
        for number, apis in enumerate(pieces(every_pair(order), together, size)):
            combination = self.least_met(apis)
            for api in apis:
                self.met.combinations[(api, *combination)] += 1
            self.met.pairs.update(pairwise(apis))
            made = self.made(combination, special=number % 2 == 1)
            failing = number // 6 % 2
            asks = [
                self.asked("a", api, made, self.failure(api) if at % 2 == failing else "ok")
                for at, api in enumerate(apis)
            ]
            yield Scenario(tuple(self._arranged(number, made, asks)))

    def _arranged(self, number: int, made: Made, asks: Sequence[Ask]) -> Iterator[Step]:
        """The calls of a piece with what may come between them, in turn."""
        kinds = self.kinds([ask.call.api for ask in asks])
        yield Open("a", made)
        way = number % 6
        if way == 1 and self.able.has("auth.change"):
            yield from self._changing(made, asks, kinds)
        elif way == 2:
            yield from self._beside(made, asks, kinds)
        elif way == 4:
            half = len(asks) // 2
            yield from asks[:half]
            yield Close("a")
            yield Open("a2", made)
            yield from (replace(ask, name="a2") for ask in asks[half:])
        elif way == 5:
            yield from self._beside(made, asks, kinds, before=True)
        else:
            yield from asks

    def _changing(self, made: Made, asks: Sequence[Ask], kinds: Sequence[str]) -> Iterator[Step]:
        """New credentials after the first call: near ones, or another kind."""
        others = [kind for kind in kinds if not (made.basic and kind == "auth.oauth")]
        kind = self.bags.draw(("change", *others), (*others, ""))
        yield asks[0]
        yield Change("a", self.identities.auth(kind) if kind else self.identities.nearby(made.auth))
        yield from asks[1:]

    def _beside(
        self, made: Made, asks: Sequence[Ask], kinds: Sequence[str], before: bool = False
    ) -> Iterator[Step]:
        """A second object, near the first, that is asked for the same in between."""
        other = self.identities.near(made, [kind for kind in kinds if kind])
        if before:
            yield Open("b", other)
            yield from self._of_the_other(other, asks[:1])
            yield Close("b")
            yield from asks
            return
        yield from asks[:1]
        yield Open("b", other)
        yield from asks[1:2]
        yield from self._of_the_other(other, asks[:1] if len(asks) < 3 else asks[2:3])
        yield from asks[2:]

    def _of_the_other(self, other: Made, asks: Sequence[Ask]) -> Iterator[Step]:
        for ask in asks:
            yield self.asked("b", ask.call.api, other)

    def left_over(self) -> Iterator[Scenario]:
        """The combinations and answers that no sequence has met."""
        if self.quick:
            yield from self._combinations_at_once()
        for api in self.bags.shuffled(self.calls):
            for combination in self.combinations([api]):
                if not self.met.combinations[(api, *combination)]:
                    self.met.combinations[(api, *combination)] += 1
                    made = self.made(combination)
                    yield Scenario((Open("a", made), self.asked("a", api, made)))
            while missing := [f for f in FAILURES if not self.met.answers[api, f]]:
                made = self.made(self.least_met([api]))
                some = missing[: _QUICK_PIECE if self.quick else 2]
                asks = [self.asked("a", api, made, self.failure(api)) for _ in some]
                yield Scenario((Open("a", made), *asks, self.asked("a", api, made)))

    def _combinations_at_once(self) -> Iterator[Scenario]:
        """The combinations that are left, each with several of its calls on one object."""
        left: dict[tuple[str, str, bool], list[str]] = {}
        for api in self.bags.shuffled(self.calls):
            for combination in self.combinations([api]):
                if not self.met.combinations[(api, *combination)]:
                    self.met.combinations[(api, *combination)] += 1
                    left.setdefault(combination, []).append(api)
        for combination, apis in left.items():
            for few in batches(apis, _QUICK_PIECE):
                made = self.made(combination)
                asks = [
                    self.asked("a", api, made, self.failure(api) if at % 2 else "ok")
                    for at, api in enumerate(few)
                ]
                yield Scenario((Open("a", made), *asks))
