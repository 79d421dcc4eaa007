"""A finding as data for the report: what was asked, sent and expected, and what differs."""

from __future__ import annotations

from kintone_conformance import wires
from kintone_conformance.drivers.protocol import client_data
from kintone_conformance.judging.deciding import deciding
from kintone_conformance.judging.exchange import Exchange, Finding
from kintone_conformance.judging.ledger import broken
from kintone_conformance.model import Crashed, Outcome, Refused, Result, Sent, Step, Unsupported

# What a defect of state needs to show: it is before the difference that shows it.
_CIRCUMSTANCES = {
    "KC414": "with the second call on an object, ",
    "KC701": "while another object is alive, ",
    "KC702": "in calls at the same time, ",
    "KC703": "after the credentials were changed, ",
    "KC704": "after an upload, ",
    "KC705": "after other objects were made, ",
    "KC706": "after a failure, ",
    "KC708": "with a later call on an object, ",
}
MEMORY = " (only after other calls in the same process: the client keeps state)"
_LONGEST = 4_000  # characters of what was sent or expected


def told(
    id_: str, finding: Finding, exchanges: tuple[Exchange, ...], door: str, memory: bool = False
) -> Result:
    """The result of a requirement that is broken."""
    differs = id_ != finding.requirement
    circumstance = _CIRCUMSTANCES.get(id_, "") if differs else ""
    steps = tuple(step(exchange) for exchange in exchanges)
    of_core = finding._replace(requirement=finding.origin or finding.requirement)
    part, marks = deciding(of_core, steps[-1].wires if steps else ())
    return Result(
        id_,
        broken(id_),
        message=wires.on_lines(circumstance + finding.message + MEMORY * memory),
        door=door,
        counterexample=steps,
        expected=wires.on_lines(finding.expected[:_LONGEST]),
        sent=wires.on_lines(finding.sent[:_LONGEST]),
        difference=wires.on_lines(finding.difference[:_LONGEST]),
        part=part,
        marks=marks,
        origin=finding.origin if id_ == finding.requirement else "",
    )


def step(exchange: Exchange) -> Step:
    """An exchange as data for the report. The credentials are generated ones, so they are shown."""
    return Step(
        client=client_data(exchange.client),
        api=exchange.call.api,
        params=_cut(exchange.call.params),
        outcome=outcome_text(exchange.outcome),
        wires=tuple(wires.shown(wire) for wire in exchange.wires),
    )


def _cut(params: object) -> dict[str, object]:
    """Parameters with long texts cut: nobody reads a file of several megabytes."""
    assert isinstance(params, dict)
    return {
        name: f"{value[:2_000]}… ({len(value):,} characters)"
        if isinstance(value, str) and len(value) > 20_000
        else value
        for name, value in params.items()
    }


def outcome_text(outcome: Outcome) -> str:
    """An outcome in a few words."""
    match outcome:
        case Sent():
            return "returned"
        case Refused(error):
            return f"reported {error.line}"[:300]
        case Crashed(error):
            return f"crashed: {error.line}"[:300]
        case Unsupported(reason):
            return f"unsupported: {reason}"
