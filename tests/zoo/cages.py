"""Runs a mutant against requirements: which of them it breaks counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from kintone_conformance.adapter import Adapter
from kintone_conformance.drivers import StartDriver
from kintone_conformance.judging.bench import Bench, Budget, judged
from kintone_conformance.loading import start_python
from kintone_conformance.model import Result, Verdict
from kintone_conformance.suite.properties import properties
from zoo import (
    errors,
    guests,
    kinds,
    methods,
    operations,
    passwords,
    rare,
    secrets,
    state,
    tokens,
    updates,
    urls,
)
from zoo.registry import ZOO, Mutant

__all__ = ["KILLED", "MODULES", "ZOO", "Mutant", "killed", "results"]

MODULES = (
    *(passwords, tokens, methods, guests, urls, updates, secrets, state, errors, operations),
    kinds,
    rare,
)
_FINDABLE = {"PYTHONPATH": str(Path(__file__).parents[1])}  # by a client in a process of its own
KILLED = {Verdict.FAIL, Verdict.WARN, Verdict.NOTE}


def results(
    adapter: type[Adapter], ids: Iterable[str], seed: int | None, examples: int = 100
) -> Mapping[str, Result]:
    """The result of each requirement for one client and one seed."""
    props = [properties()[id_] for id_ in ids]
    return judged(_start(adapter), props, Budget(examples=examples, seed=seed))


def _start(adapter: type[Adapter]) -> StartDriver:
    start = start_python(adapter, f"{adapter.__module__}:{adapter.__name__}")
    return lambda environ, within: start({**environ, **_FINDABLE}, within)


class _KilledError(BaseException):
    """Ends a run in which a mutant was killed; no part of the suite takes it for its own."""


def killed(mutant: Mutant, seed: int) -> bool:
    """The requirement meant for a mutant kills it. The run ends with the first counterexample."""

    def found(result: Result) -> None:
        if result.id == mutant.meant_for and result.verdict in KILLED:
            raise _KilledError

    budget = Budget(seed=seed)
    with closing(Bench(_start(mutant.adapter), None, budget, [mutant.meant_for])) as bench:
        try:
            bench.examine(properties()[mutant.meant_for], found=found)
        except _KilledError:
            return True
    return False
