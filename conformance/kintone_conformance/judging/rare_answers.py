"""Scenarios about answers that a call meets once in a while: each kind of them in every plan.

Other statuses and codes, redirects that are spelt oddly or lead to themselves, bodies that end in
the middle of their chunks, many failures in a row, and answers that come late or ask for patience.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import cycle

from kintone_conformance.doors.answering import ANSWERS, CODES, NEW_CODE, STATUSES
from kintone_conformance.doors.redirects import REDIRECTS, SPELLINGS
from kintone_conformance.judging.inputs import usual
from kintone_conformance.judging.places import groups
from kintone_conformance.judging.plan import Planner
from kintone_conformance.judging.scenario import Ask, Open, Scenario, single
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.strategies import harmless_auth, harmless_call

IN_A_ROW = 11  # calls, one more than the connections that libraries keep
_ON_ONE = 10  # calls on one object
_ALL_ON_ONE = 150  # calls: more failures than connections that Kintone allows and libraries keep
_QUICK_ON_ONE = 60
_IN_A_ROW_OF = ("GET ", "POST ", "POST file", "GET file")
_FAILURES = ("404", "520", "401", "html 503", "empty 500", "half an answer", "302 elsewhere")
_KEEPS_BODY = (307, 308)
_DOWNLOAD = "file.download"
_FOR_A_DAY = ("429 for a day", "503 for a day")


def rare_answers(planner: Planner) -> Iterator[Scenario]:
    """Every scenario of this kind that the client can play, in order."""
    for make in (_refusals, _spelt, _endless, _cut, _in_a_row, _patience):
        yield from make(planner)


def kinds_of(calls: Sequence[str]) -> dict[str, list[str]]:
    """Calls by what they are on the wire: their method, what carries them, and where they go."""
    found: dict[str, list[str]] = {}
    for api in calls:
        spec = call_spec(api)
        carrier = api.partition(".")[0] if api.startswith(("file.", "bulk", "oauth.")) else ""
        found.setdefault(f"{spec.method} {carrier}", []).append(api)
    return found


class _Turns:
    """Calls of every kind in turn."""

    def __init__(self, planner: Planner, about: str, apis: Sequence[str]) -> None:
        self._planner, self._about, self._kinds = planner, about, kinds_of(apis)
        self._turns = cycle(planner.bags.shuffled([*self._kinds]))

    def next(self) -> list[str]:
        """A call of the next kind; none if there are none."""
        if not self._kinds:
            return []
        kind = next(self._turns)
        return [self._planner.bags.draw((self._about, kind), self._kinds[kind])]


def _reads(planner: Planner) -> list[str]:
    return [api for api in planner.named_by("KC520") if call_spec(api).method == "GET"]


def _on_objects(
    planner: Planner, asked: Sequence[tuple[str, str]], most: int = _ON_ONE
) -> Iterator[Scenario]:
    """Harmless calls with their answers, as many on one object as can be there."""
    left, size = [*asked], max(most, _QUICK_ON_ONE if planner.quick else 0)
    while left:
        apis = next(iter(groups(planner, [api for api, _ in left], size)))
        asks = (Ask("a", harmless_call(api), answer) for api, answer in left[: len(apis)])
        yield Scenario((Open("a", planner.made(planner.least_met(apis))), *asks))
        del left[: len(apis)]


def _refusals(planner: Planner) -> Iterator[Scenario]:
    """Every status and every code, as the answer to a read and to a write.

    All are asked of one object: what a failure keeps from it (a connection, a place) may be one of
    many. A download takes any body for its file, so that it is asked with each status below 400,
    and apart, for a client may not live through the others.
    """
    reads = _reads(planner)
    turns = [
        _Turns(planner, "refused reads", reads),
        _Turns(planner, "refused writes", planner.named_by("KC521")),
    ]
    asked: list[tuple[str, str]] = []
    downloads: list[tuple[str, str]] = []
    for at, status in enumerate(STATUSES):
        forms = [form for form in ("html", "empty") if f"{form} {status}" in ANSWERS]
        for number, turn in enumerate(turns):
            answer = f"{forms[(at + number) % len(forms)]} {status}"
            asked += [(api, answer) for api in turn.next()]
        if status < 400 and _DOWNLOAD in reads:
            downloads.append((_DOWNLOAD, f"{forms[0]} {status}"))
    asked += [(api, code) for code in (*CODES, NEW_CODE) for turn in turns for api in turn.next()]
    yield from _on_objects(planner, asked, _ALL_ON_ONE)
    yield from _on_objects(planner, downloads)


def _spelt(planner: Planner) -> Iterator[Scenario]:
    """A Location in every spelling, as the answer to a read and to a write that may be repeated."""
    reads = _Turns(planner, "led reads", _reads(planner))
    writes = _Turns(planner, "led writes", planner.named_by("KC617"))
    asked = []
    for at, spelling in enumerate(SPELLINGS):
        status, kept = REDIRECTS[at % len(REDIRECTS)], _KEEPS_BODY[at % len(_KEEPS_BODY)]
        asked += [(api, f"{status} elsewhere {spelling}") for api in reads.next()]
        asked += [(api, f"{kept} elsewhere {spelling}") for api in writes.next()]
    yield from _on_objects(planner, asked)


def _endless(planner: Planner) -> Iterator[Scenario]:
    """Redirects that lead to themselves: of reads, and of writes where they keep the method."""
    reads = _Turns(planner, "endless reads", _reads(planner))
    writes = _Turns(planner, "endless writes", planner.named_by("KC521"))
    turns = [*((reads, each) for each in REDIRECTS), *((writes, each) for each in _KEEPS_BODY)]
    asked = [(api, f"{status} round") for turn, status in turns for api in turn.next()]
    if planner.quick:
        yield from _on_objects(planner, asked)
        return
    for api, answer in asked:
        yield single(usual(planner, api), harmless_call(api), answer)


def _cut(planner: Planner) -> Iterator[Scenario]:
    """Bodies in chunks that end too early, of every kind of call; of a file in both places."""
    asked = []
    for at, apis in enumerate(kinds_of(planner.named_by("KC807")).values()):
        api = planner.bags.draw(("cut", at), apis)
        answers = ("half a chunk", "no last chunk")
        asked += [(api, each) for each in (answers if api == _DOWNLOAD else answers[at % 2 :])]
    yield from _on_objects(planner, asked)


def _in_a_row(planner: Planner) -> Iterator[Scenario]:
    """More failures in a row than a client has connections, and more files; then one call more."""
    kinds = kinds_of(planner.named_by("KC806"))
    rows = [(kind, planner.bags.draw("in a row", _FAILURES)) for kind in _IN_A_ROW_OF]
    asked: dict[str, list[Ask]] = {}
    for kind, answer in (*rows, ("GET file", "ok")):
        for api in [planner.bags.draw(("in a row", kind), kinds[kind])] if kind in kinds else ():
            call = harmless_call(api)
            asks = [*[Ask("a", call, answer)] * IN_A_ROW, Ask("a", call)]
            asked.setdefault(api, []).extend(asks)
    for apis in groups(planner, [*asked], len(asked) if planner.quick else 1):
        made = planner.made(planner.least_met(apis))
        yield Scenario((Open("a", made), *(ask for api in apis for ask in asked[api])))


def _patience(planner: Planner) -> Iterator[Scenario]:
    """Answers that tell the client to wait for a day, and one that comes after seconds.

    It must not be taken for the answer to the next call, which fails.
    """
    if planner.able.doors[0] == "responses":
        return  # nothing takes any time there
    asked = [*zip(planner.named_by("KC816"), cycle(_FOR_A_DAY), strict=False)]
    writes = [api for api in planner.named_by("KC521") if call_spec(api).method == "POST"]
    asked += [(api, "late") for api in planner.bags.shuffled(writes)[:1]]
    for api, answer in asked:
        made = planner.made((planner.kinds([api])[0], "none", False))
        made = replace(made, auth=harmless_auth(made.auth))
        call = harmless_call(api)
        next_one = [Ask("a", call, "404")] if answer == "late" else []
        yield Scenario((Open("a", made), Ask("a", call, answer), *next_one))
