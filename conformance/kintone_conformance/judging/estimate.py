"""How long a run will take, told from its plan and from what one call took in the rehearsal."""

from __future__ import annotations

from collections.abc import Iterable

from kintone_conformance.judging.scenario import Open, Scenario

# Seconds for what is not a call: to start processes, draw texts and confirm findings.
_BESIDE = 3.5
# Answers that are not the usual one take longer than the rehearsal's, and so does what is found.
# Measured with five clients, on a machine that had other work: 1.3 to 2.4. A client that waits
# after each failure takes longer.
_SLOWER = 2.0


def least_and_most(
    planned: Iterable[Scenario], drawn: int, drawn_calls: int, seconds: float
) -> tuple[float, float]:
    """The seconds that these scenarios, and so many drawn objects and calls, take.

    `seconds` is what a call on a new object takes. The least is right if all of that is for the
    object, the most if all of it is for the call.
    """
    objects, calls = drawn, drawn_calls
    for scenario in planned:
        objects += sum(isinstance(step, Open) for step in scenario.steps)
        calls += sum(1 for _ in scenario.asks())
    return _BESIDE + objects * seconds, _BESIDE + max(objects, calls) * seconds * _SLOWER
