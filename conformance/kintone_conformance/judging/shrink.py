"""Makes a scenario smaller while it still breaks the same requirement.

Hypothesis shrinks texts well and sequences badly; this knows what a scenario is made of. Steps go
first, then failures, options and credentials, then parameters, which stay what their schema allows.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from kintone_conformance.doors.answering import ANSWERS
from kintone_conformance.judging.scenario import (
    Ask,
    Change,
    Close,
    Made,
    Open,
    Scenario,
    Step,
    Together,
)
from kintone_conformance.judging.smaller_values import shorter, shorter_bytes, smaller_values
from kintone_conformance.model import NO_GUEST, Call
from kintone_conformance.spec.auth import ApiTokens, Auth, OAuth, Password, Session
from kintone_conformance.spec.shapes import accepts, required
from kintone_conformance.strategies import HARMLESS_BASIC, harmless_auth, harmless_call

Still = Callable[[Scenario], bool]


@dataclass
class Budget:
    """How many more scenarios may be tried."""

    tries: int

    def spend(self) -> bool:
        """Take one, if there is one."""
        self.tries -= 1
        return self.tries >= 0


def smaller(scenario: Scenario, still: Still, budget: Budget) -> Scenario:
    """The smallest scenario found for which `still` holds, as it does for this one."""
    if scenario.growth or any(ask.answering.late for ask in scenario.asks()):
        return scenario  # it says what it is about as a whole; or each try would take seconds
    tried: set[str] = {repr(scenario)}
    before = None
    while scenario != before:
        before = scenario
        for moves in (_fewer_steps, _plainer_steps, _plainer_objects, _plainer_calls):
            found: Scenario | None = scenario
            while found is not None:
                scenario = found
                found = next(_kept(moves(scenario), tried, still, budget), None)
    return scenario


def _kept(
    candidates: Iterator[Scenario], tried: set[str], still: Still, budget: Budget
) -> Iterator[Scenario]:
    """The candidates for which `still` holds, each tried once."""
    for candidate in candidates:
        text = repr(candidate)
        if text in tried or not _whole(candidate):
            continue
        tried.add(text)
        if not budget.spend():
            return
        if still(candidate):
            yield candidate


def _whole(scenario: Scenario) -> bool:
    """Every call is on an object that is there, and takes its parameters."""
    alive: set[str] = set()
    for step in scenario.steps:
        match step:
            case Open(name):
                alive.add(name)
            case Close(name):
                alive.discard(name)
            case Change(name) if name not in alive:
                return False
    names = {step.name for step in scenario.steps if isinstance(step, Open)}
    return any(scenario.asks()) and all(
        ask.name in names and accepts(ask.call.api, ask.call.params) for ask in scenario.asks()
    )


# ---- steps


def _fewer_steps(scenario: Scenario) -> Iterator[Scenario]:
    steps = scenario.steps
    made = {step.name: step for step in steps if isinstance(step, Open)}
    if len(steps) > 2:
        for ask in [*scenario.asks()][::-1]:
            alone = (made[ask.name], replace(ask, holds_boundary=False))
            yield replace(scenario, steps=alone)
    for at in range(len(steps) - 1, 0, -1):
        if isinstance(steps[at], Ask) and at + 1 < len(steps):
            yield replace(scenario, steps=steps[: at + 1])
    if len(steps) > 5:
        half = len(steps) // 2
        yield replace(scenario, steps=(*_opens(steps[:half]), *steps[half:]))
        yield replace(
            scenario, steps=(*steps[: half // 2], *_opens(steps[half // 2 : half]), *steps[half:])
        )
    for at, step in enumerate(steps):
        if isinstance(step, Open):
            gone = tuple(each for each in steps if _about(each) != step.name)
            if any(isinstance(each, Ask | Together) for each in gone):
                yield replace(scenario, steps=gone)
        else:
            yield replace(scenario, steps=steps[:at] + steps[at + 1 :])
        if isinstance(step, Change):
            opened = made[step.name]
            changed = replace(opened, made=replace(opened.made, auth=step.auth))
            rest = (*steps[:at], *steps[at + 1 :])
            yield replace(scenario, steps=tuple(changed if s is opened else s for s in rest))
        if isinstance(step, Together):
            yield replace(scenario, steps=(*steps[:at], *step.asks, *steps[at + 1 :]))
            yield replace(scenario, steps=(*steps[:at], Together(step.asks[:2]), *steps[at + 1 :]))


def _opens(steps: Sequence[Step]) -> tuple[Step, ...]:
    return tuple(step for step in steps if isinstance(step, Open))


def _about(step: Step) -> str:
    return "" if isinstance(step, Together) else step.name


def _replaced(scenario: Scenario, at: int, step: Step) -> Scenario:
    return replace(scenario, steps=(*scenario.steps[:at], step, *scenario.steps[at + 1 :]))


def _plainer_steps(scenario: Scenario) -> Iterator[Scenario]:
    if scenario.door:
        yield replace(scenario, door="")
    if scenario.odd:
        yield replace(scenario, odd=False)
    if scenario.bare:
        yield replace(scenario, bare=False)
    for at, step in enumerate(scenario.steps):
        if isinstance(step, Ask) and step.answer != "ok":
            yield _replaced(scenario, at, replace(step, answer="ok"))
            usual = " ".join(step.answer.split(" ")[:2])  # of a redirect
            if usual != step.answer and usual in ANSWERS:
                yield _replaced(scenario, at, replace(step, answer=usual))
            if step.answer not in ("404", "520"):
                yield _replaced(scenario, at, replace(step, answer="404"))


# ---- objects


def _plainer_objects(scenario: Scenario) -> Iterator[Scenario]:
    for at, step in enumerate(scenario.steps):
        match step:
            case Open(made=made):
                for plainer in _plainer(made, at):
                    yield _replaced(scenario, at, replace(step, made=plainer))
            case Change(auth=auth):
                for plain in _plain_auths(auth, at):
                    yield _replaced(scenario, at, replace(step, auth=plain))


def _plainer(made: Made, at: int) -> Iterator[Made]:
    if made.guest is not NO_GUEST:
        yield replace(made, guest=NO_GUEST)
        if isinstance(made.guest, str) and made.guest.isdecimal():
            yield replace(made, guest=int(made.guest))
        valid = isinstance(made.guest, int) and not isinstance(made.guest, bool) and made.guest > 0
        if valid and made.guest != 5:
            yield replace(made, guest=5)
        elif isinstance(made.guest, str) and made.guest.isdecimal() and made.guest != "5":
            yield replace(made, guest="5")
    if made.base:
        yield replace(made, base="")
    if made.second:
        yield replace(made, second=False)
    if made.proxied:
        yield replace(made, proxied=False)
    if made.certified:
        yield replace(made, certified=False)
    if made.basic is not None:
        yield replace(made, basic=None)
        if made.basic != HARMLESS_BASIC:
            yield replace(made, basic=HARMLESS_BASIC)
    for auth in _plain_auths(made.auth, at):
        yield replace(made, auth=auth)


def _plain_auths(auth: Auth, at: int) -> Iterator[Auth]:
    """The same kind of credentials, harmless; other ones for each object. Then smaller ones."""
    plain = _numbered(harmless_auth(auth), at)
    if auth == plain:
        return
    yield plain
    match auth:
        case Password(login, password) if isinstance(plain, Password):
            yield replace(auth, login=plain.login)
            if password:
                yield replace(auth, password=plain.password)
            for text in shorter(login) if login != plain.login else ():
                yield replace(auth, login=text)
            for text in shorter(password or "") if password != plain.password else ():
                yield replace(auth, password=text)
        case ApiTokens((token,)):
            for text in shorter(token):
                yield ApiTokens((text,))
        case ApiTokens(tokens):
            for at_, _ in enumerate(tokens):
                yield ApiTokens(tokens[:at_] + tokens[at_ + 1 :])


def _numbered(auth: Auth, at: int) -> Auth:
    """Harmless credentials that differ from those of other objects; the first have no number."""
    if at == 0:
        return auth
    match auth:
        case Password(_, password):
            return replace(auth, password=_turned(str(password), at))
        case ApiTokens(tokens):
            return ApiTokens(tuple(_turned(token, at) for token in tokens))
        case OAuth(token):
            return OAuth(_turned(token, at))
    return Session(_turned(auth.request_token, at), auth.cookie)


def _turned(text: str, at: int) -> str:
    return text[at:] + text[:at]


# ---- calls


def _plainer_calls(scenario: Scenario) -> Iterator[Scenario]:
    for at, step in enumerate(scenario.steps):
        if isinstance(step, Ask):
            for call in _plainer_call(step.call):
                yield _replaced(scenario, at, replace(step, call=call))


def _plainer_call(call: Call) -> Iterator[Call]:
    harmless = harmless_call(call.api)
    needed = {name: value for name, value in harmless.params.items() if name in required(call.api)}
    for params in (harmless.params, needed):
        if dict(call.params) != dict(params):
            yield Call(call.api, params)
    for name, value in call.params.items():
        if name not in required(call.api):
            yield Call(call.api, {n: v for n, v in call.params.items() if n != name})
        elif name in needed and value != needed[name]:
            yield Call(call.api, {**call.params, name: needed[name]})
    for name, value in call.params.items():
        if value == harmless.params.get(name):
            continue
        if name == "contentBase64":
            for content in shorter_bytes(base64.b64decode(value)):
                encoded = base64.b64encode(content).decode("ascii")
                yield Call(call.api, {**call.params, name: encoded})
            continue
        for plain in smaller_values(value):
            yield Call(call.api, {**call.params, name: plain})
