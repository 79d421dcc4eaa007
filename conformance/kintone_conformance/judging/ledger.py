"""What is known of each requirement, while a run goes on and when it has ended.

A requirement is judged by many scenarios, in several processes: here their counts and findings
come together to one result each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from kintone_conformance.judging.sweep_findings import relatives
from kintone_conformance.model import Result, Verdict
from kintone_conformance.spec.requirements import COMES_WITH, Level, requirements

_BROKEN: Mapping[Level, Verdict] = {
    "MUST": Verdict.FAIL,
    "SHOULD": Verdict.WARN,
    "NOTE": Verdict.NOTE,
}


def broken(id_: str) -> Verdict:
    """The verdict of a requirement that is broken."""
    return _BROKEN[requirements()[id_].level]


class Ledger:
    """Results by requirement, put together as they come."""

    def __init__(self) -> None:
        self._results: dict[str, Result] = {}
        self._findings: dict[str, dict[str, Result]] = {}  # by requirement and origin
        self._examples: Counter[str] = Counter()
        self._unserved: Counter[str] = Counter()
        self.pairs: dict[str, set[str]] = {}

    def judged(self, result: Result) -> None:
        """A requirement came to its end in one process."""
        known = self._results.get(result.id)
        if known is None or known.verdict is Verdict.PASS:
            self._results[result.id] = result

    def is_judged(self, id_: str) -> bool:
        """A requirement came to its end."""
        return id_ in self._results

    def found(self, finding: Result) -> None:
        """A requirement was found broken; the smallest counterexample is kept."""
        found = self._findings.setdefault(finding.id, {})
        known = found.get(finding.origin)
        if known is None or _size(finding) < _size(known):
            found[finding.origin] = finding

    def counted(self, pairs: Mapping[str, Iterable[str]], unserved: Mapping[str, int]) -> None:
        """So many calls judged requirements: a list of the calls for each."""
        for id_, apis in pairs.items():
            names = [*apis]
            self._examples[id_] += len(names)
            self.pairs.setdefault(id_, set()).update(names)
        self._unserved.update(unserved)

    def result(self, id_: str) -> Result | None:
        """What came of a requirement; None if it was not begun.

        What a defect breaks that is told elsewhere is broken all the same: it names the `cause`.
        """
        begun = self._results.get(id_)
        finding = self._finding(id_)
        if begun is None and finding is None:
            return None
        made = begun if begun is not None else Result(id_, Verdict.PASS)
        if finding is not None and made.verdict is not Verdict.ERROR:
            made = finding
        examples, unserved = self._examples[id_], self._unserved[id_]
        if made.verdict is Verdict.PASS and not examples:
            message = "the client could not take any of the inputs" if unserved else _NOTHING
            made = replace(made, verdict=Verdict.NA, message=made.message or message)
        elif made.verdict is Verdict.PASS:
            made = replace(made, message="")
        seconds = begun.seconds if begun is not None else made.seconds
        door = made.door or (begun.door if begun is not None else "")
        return replace(
            made,
            examples=max(examples, made.examples),
            not_applicable=unserved,
            seconds=seconds,
            door=door,
        )

    def _finding(self, id_: str) -> Result | None:
        """The smallest finding, first of those that are told nowhere else."""
        found = [
            replace(finding, cause=self._teller(id_, finding.origin))
            for finding in self._findings.get(id_, {}).values()
        ]
        return min(found, key=lambda each: (bool(each.cause), *_size(each)), default=None)

    def _teller(self, id_: str, origin: str) -> str:
        """The requirement under which a finding is told, of those that were found broken."""
        near = (*COMES_WITH.get(id_, ()), *(sorted(relatives(origin)) if origin else ()))
        return next((other for other in near if other in self._findings), "")


_NOTHING = "nothing that the client declares can show it"


def _size(finding: Result) -> tuple[int, int]:
    steps = finding.counterexample
    return len(steps), sum(len(str(step.params)) + len(str(step.client)) for step in steps)
