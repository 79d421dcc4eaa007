"""Lets Hypothesis look for the input that breaks a property, and says what came of it.

Knows nothing of pytest: in goes a property and a judge, out comes a Result.
"""

from __future__ import annotations

import contextlib
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity
from hypothesis.errors import Flaky, Unsatisfiable
from hypothesis.stateful import run_state_machine_as_test

from kintone_conformance import wires
from kintone_conformance.drivers.protocol import client_data
from kintone_conformance.model import (
    HarnessError,
    Outcome,
    Refused,
    Result,
    Sent,
    Step,
    Unsupported,
    Verdict,
)
from kintone_conformance.spec.requirements import Level
from kintone_conformance.strategies import Asked
from kintone_conformance.suite.judge import Broken, Exchange, Judge, NotJudged
from kintone_conformance.suite.requirement import Property

_BROKEN: Mapping[Level, Verdict] = {
    "MUST": Verdict.FAIL,
    "SHOULD": Verdict.WARN,
    "NOTE": Verdict.NOTE,
}


@dataclass(frozen=True)
class Budget:
    """How long to look: examples a requirement, a seed (None: the same inputs every time)."""

    examples: int = 100
    seed: int | None = None
    explain: bool = False
    shrink: bool = True

    def settings(self) -> hypothesis.settings:
        """The Hypothesis settings of a run; explain is most of the time of a red run, so off."""
        phases = [Phase.explicit, Phase.generate]
        if self.shrink:
            phases.append(Phase.shrink)
        if self.explain:
            phases.append(Phase.explain)
        return hypothesis.settings(
            max_examples=self.examples,
            stateful_step_count=12,
            deadline=None,
            database=None,
            derandomize=self.seed is None,
            phases=phases,
            verbosity=Verbosity.quiet,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        )


@dataclass
class Tally:
    """What has been counted, and the last failure: the smallest, as Hypothesis ends on it."""

    judged: int = 0
    not_applicable: int = 0
    broken: Broken | None = None
    trace: tuple[Exchange, ...] = field(default=())


def examine(
    prop: Property,
    judge: Judge,
    asked: Asked,
    budget: Budget,
    beat: Callable[[int], None] = lambda _judged: None,
) -> Result:
    """Judge one property. `beat` is called with the number of judged examples as they pass."""
    started = time.perf_counter()
    tally = Tally()
    result = Result(prop.requirement.id, Verdict.PASS, door=judge.door.name)
    try:
        _search(prop, judge, asked, budget, tally, beat)
        if not tally.judged:
            result = replace(
                result, verdict=Verdict.NA, message="no input could be expressed by the client"
            )
    except Broken as broken:
        result = _failed(result, prop, tally, broken)
    except Flaky:
        # A failure that does not come back is the client's memory of earlier calls.
        assert tally.broken is not None
        result = _failed(result, prop, tally, tally.broken)
        result = replace(result, message=f"{result.message} (not every time: it has a memory)")
    except HarnessError as error:
        result = replace(
            result,
            verdict=Verdict.ERROR,
            message=error.message,
            hint=error.hint,
            details=error.details,
            stderr=error.stderr,
            counterexample=tuple(step(exchange) for exchange in judge.trace),
        )
    except Exception as error:
        result = replace(suite_failed(result.id, error), door=result.door)
    return replace(
        result,
        examples=tally.judged,
        not_applicable=tally.not_applicable,
        seconds=round(time.perf_counter() - started, 4),
    )


def suite_failed(id_: str, error: Exception) -> Result:
    """What came of a requirement where the suite itself broke."""
    return Result(
        id_,
        Verdict.ERROR,
        message=f"the suite itself failed: {type(error).__name__}: {error}",
        hint="please report this, with what --debug shows",
        details="".join(traceback.format_exception(error)),
    )


def _search(
    prop: Property,
    judge: Judge,
    asked: Asked,
    budget: Budget,
    tally: Tally,
    beat: Callable[[int], None],
) -> None:
    def example() -> AbstractContextManager[None]:
        return _counted(judge, tally, beat)

    def attempt(**values: Any) -> None:
        with example():
            prop.body(judge, **values)

    settings = budget.settings()
    if prop.machine is not None:
        machine: Any = partial(prop.machine, judge, asked, example)
        if budget.seed is not None:
            machine = hypothesis.seed(budget.seed)(machine)
        run_state_machine_as_test(machine, settings=settings)
        return
    attempt.__qualname__ = attempt.__name__ = prop.requirement.id
    test = settings(hypothesis.given(**prop.strategies(asked))(attempt))
    if budget.seed is not None:
        test = hypothesis.seed(budget.seed)(test)
    with contextlib.suppress(Unsatisfiable):
        test()


@contextlib.contextmanager
def _counted(judge: Judge, tally: Tally, beat: Callable[[int], None]) -> Iterator[None]:
    """One example, counted as what came of it."""
    try:
        with judge.example():
            yield
    except NotJudged:
        tally.not_applicable += 1
    except Broken as broken:
        tally.judged += 1
        tally.broken, tally.trace = broken, tuple(judge.trace)
        raise
    else:
        tally.judged += 1
    finally:
        beat(tally.judged)


def _failed(result: Result, prop: Property, tally: Tally, broken: Broken) -> Result:
    return replace(
        result,
        verdict=_BROKEN[prop.requirement.level],
        message=broken.message,
        expected=broken.expected,
        sent=broken.sent,
        difference=broken.difference,
        hint="\n".join(_about_inputs(getattr(broken, "__notes__", ()))),
        counterexample=tuple(step(exchange) for exchange in tally.trace),
    )


def _about_inputs(notes: Iterable[str]) -> list[str]:
    """What Hypothesis explains of the inputs; not which lines of the suite were run."""
    return [note for note in notes if "lines were always and only run" not in note]


def step(exchange: Exchange) -> Step:
    """An exchange as data for the report. The credentials are generated ones, so they are shown."""
    return Step(
        client=client_data(exchange.client),
        api=exchange.call.api,
        params=dict(exchange.call.params),
        outcome=outcome_text(exchange.outcome),
        wires=tuple(wires.shown(wire) for wire in exchange.wires),
    )


def outcome_text(outcome: Outcome) -> str:
    """An outcome in a few words."""
    match outcome:
        case Sent():
            return "returned"
        case Refused(error):
            return f"reported {error.line}"[:300]
        case Unsupported(reason):
            return f"unsupported: {reason}"
