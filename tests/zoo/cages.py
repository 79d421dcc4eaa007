"""Runs a mutant against requirements: which of them it breaks counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from kintone_conformance.adapter import Adapter
from kintone_conformance.judging.bench import Budget, judged
from kintone_conformance.loading import start_python
from kintone_conformance.model import Result, Verdict
from kintone_conformance.suite.properties import properties
from zoo import errors, guests, methods, passwords, secrets, state, tokens, urls
from zoo.registry import ZOO, Mutant

__all__ = ["KILLED", "MODULES", "ZOO", "Mutant", "results"]

MODULES = (passwords, tokens, methods, guests, urls, secrets, state, errors)
_FINDABLE = {"PYTHONPATH": str(Path(__file__).parents[1])}  # by a client in a process of its own
KILLED = {Verdict.FAIL, Verdict.WARN, Verdict.NOTE}


def results(
    adapter: type[Adapter], ids: Iterable[str], seed: int | None, examples: int = 100
) -> Mapping[str, Result]:
    """The result of each requirement for one client and one seed."""
    start = start_python(adapter, f"{adapter.__module__}:{adapter.__name__}")
    props = [properties()[id_] for id_ in ids]
    return judged(
        lambda environ, within: start({**environ, **_FINDABLE}, within),
        props,
        Budget(examples=examples, seed=seed),
    )
