"""The kill matrix: which requirement kills which mutant, on how many seeds.

    cd tests && python -m zoo.matrix                     writes zoo/matrix.toml, in an hour
    cd tests && python -m zoo.matrix --only Truncates    measures one row anew

`test_zoo.py` reads the file and holds it against the zoo and the catalogue.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from kintone_conformance.model import Verdict
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.spec.requirements import requirements
from zoo.cages import KILLED, ZOO, results

FILE = Path(__file__).with_name("matrix.toml")
REFERENCE = "reference"


@dataclass(frozen=True)
class Matrix:
    """For each mutant and the reference: requirement id to the number of seeds it killed on.

    Each requirement had `examples` scenarios of the plan and as many drawn texts, at most.
    """

    seeds: int
    examples: int
    killed_by: Mapping[str, Mapping[str, int]]

    def alone(self, requirement: str) -> list[str]:
        """The mutants that this requirement kills on every seed, and no other on any."""
        return [
            name for name, row in self.killed_by.items() if dict(row) == {requirement: self.seeds}
        ]


def read() -> Matrix:
    """The matrix of the file."""
    found = tomllib.loads(FILE.read_text("utf-8"))
    return Matrix(found["seeds"], found["examples"], found["killed_by"])


def _row(task: tuple[str, int, int]) -> tuple[str, list[str], list[str]]:
    name, seed, examples = task
    adapter = ReferenceAdapter if name == REFERENCE else ZOO[name].adapter
    found = results(adapter, requirements(), seed, examples)
    killers = [
        id_ for id_, result in found.items() if result.verdict in KILLED and not result.cause
    ]
    errors = [
        f"{name}, seed {seed}, {id_}: {result.message}"
        for id_, result in found.items()
        if result.verdict in (Verdict.ERROR, Verdict.NA)
    ]
    return name, killers, errors


def measure(
    names: Sequence[str], seeds: int, examples: int, workers: int
) -> tuple[Matrix, list[str]]:
    """Run the named clients on every seed; returns their matrix and what went wrong."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in names}
    trouble: list[str] = []
    tasks = [(name, seed, examples) for seed, name in product(range(1, seeds + 1), names)]
    started = time.monotonic()
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=spawn) as pool:
        for done, (name, killers, errors) in enumerate(pool.map(_row, tasks), 1):
            counts[name].update(killers)
            trouble += errors
            if done % len(names) == 0:
                seconds = time.monotonic() - started
                print(f"{done} of {len(tasks)} rows, {seconds:.0f} s", file=sys.stderr)
    rows = {name: dict(sorted(found.items())) for name, found in counts.items()}
    return Matrix(seeds, examples, rows), trouble


def write(matrix: Matrix) -> None:
    """Write the file."""
    lines = [
        "# Which requirement kills which mutant, on how many seeds. Written by `make test-deep`.",
        f"seeds = {matrix.seeds}",
        f"examples = {matrix.examples} # scenarios and drawn texts a requirement, on each seed",
        "",
        "[killed_by]",
    ]
    for name, row in matrix.killed_by.items():
        cells = ", ".join(f"{id_} = {count}" for id_, count in row.items())
        lines.append(f"{name} = {{ {cells} }}" if cells else f"{name} = {{}}")
    FILE.write_text("\n".join(lines) + "\n", "utf-8")


def main() -> int:
    """Measure and write; 1 where a run broke or the reference was killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--examples", type=int, default=10)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", action="append", choices=[REFERENCE, *ZOO], default=[])
    options = parser.parse_args()
    if options.only:
        known = read()
        part, trouble = measure(options.only, known.seeds, known.examples, options.workers)
        matrix = replace(known, killed_by={**known.killed_by, **part.killed_by})
    else:
        names = [REFERENCE, *ZOO]
        matrix, trouble = measure(names, options.seeds, options.examples, options.workers)
    write(matrix)
    for line in trouble:
        print(line, file=sys.stderr)
    killed = matrix.killed_by[REFERENCE]
    if killed:
        print(f"the reference was killed by {', '.join(killed)}", file=sys.stderr)
    return 1 if trouble or killed else 0


if __name__ == "__main__":
    sys.exit(main())
