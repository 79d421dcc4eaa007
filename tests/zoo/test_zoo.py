"""The suite can see: every mutant is killed by the requirement meant for it, the reference by none.

Whole rows are measured by `make test-deep`, which writes `matrix.toml`; here the file is held
against the zoo and the catalogue.
"""

from __future__ import annotations

import pytest

from kintone_conformance.model import Verdict
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.spec.requirements import requirements
from zoo import matrix
from zoo.cages import ZOO, Mutant, killed, results

SEEDS = [101, *(pytest.param(seed, marks=pytest.mark.deep) for seed in (2, 3, 4))]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("mutant", ZOO.values(), ids=lambda mutant: mutant.name)
def test_a_mutant_is_killed_by_the_requirement_meant_for_it(mutant: Mutant, seed: int) -> None:
    assert killed(mutant, seed), mutant.sentence


@pytest.mark.parametrize("seed", SEEDS)
def test_the_reference_passes_everything(seed: int) -> None:
    found = results(ReferenceAdapter, requirements(), seed)
    assert {id_: r.message for id_, r in found.items() if r.verdict is not Verdict.PASS} == {}
    assert all(result.examples > 0 for result in found.values())


def test_there_are_sixty_mutants_and_each_says_its_defect_in_a_sentence() -> None:
    assert len(ZOO) >= 60
    for mutant in ZOO.values():
        assert mutant.sentence.endswith("."), mutant.name
        assert mutant.meant_for in requirements(), mutant.name


def test_the_matrix_has_every_mutant_and_knows_every_requirement() -> None:
    measured = matrix.read()
    assert set(measured.killed_by) == {matrix.REFERENCE, *ZOO}
    assert measured.killed_by[matrix.REFERENCE] == {}
    for name, mutant in ZOO.items():
        assert mutant.meant_for in measured.killed_by[name], name
    assert {id_ for row in measured.killed_by.values() for id_ in row} <= set(requirements())


def test_each_requirement_has_a_mutant_that_it_alone_kills() -> None:
    measured = matrix.read()
    for id_ in requirements():
        assert measured.alone(id_), f"no mutant dies of {id_} alone"
