"""The requirement under which a difference is reported, for operations outside the core calls.

KC901 to KC903 report what is wrong with one operation. A defect that breaks the core calls too is
reported there (`Ledger`). How the operations are asked is in `sweep`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kintone_conformance.judging.exchange import Asking, Exchange, Finding
from kintone_conformance.spec.calls import call_spec

PLAIN, GUEST, CREDENTIALS = "KC901", "KC902", "KC903"
SWEEP = frozenset({PLAIN, GUEST, CREDENTIALS})

# Differences in one operation alone; every other is reported under its own requirement.
_PATHS = frozenset({"KC402", "KC403", "KC404", "KC405", "KC406", "KC411", "KC412"})
_REQUEST = frozenset(
    {
        *("KC401", "KC504", "KC505", "KC506", "KC508", "KC509", "KC510", "KC511", "KC513"),
        *("KC514", "KC515", "KC516", "KC518", "KC524", "KC525", "KC526"),
    }
)
# What sources disagree about is a note, and is given for the core calls only.
_NOTED = frozenset({"KC407", "KC410"})


# What a core call breaks by the same defect, where that has another name there.
_RELATIVES = {
    **dict.fromkeys(_PATHS, _PATHS | {"KC410", "KC414"}),
    "KC518": frozenset({"KC518", "KC101", "KC201", "KC301", "KC304"}),
}


def requirements_of(asking: Asking) -> Iterator[str]:
    """The requirements of the sweep that a call can judge."""
    if call_spec(asking.call.api).core:
        return
    yield PLAIN if asking.guest is None else GUEST
    if asking.expected.credentials == "needed":
        yield CREDENTIALS


def as_told(exchange: Exchange, finding: Finding) -> Finding | None:
    """The finding as it is reported for this call; None if it is reported for core calls only."""
    id_ = finding.requirement
    if call_spec(exchange.call.api).core:
        return finding
    if id_ in _NOTED:
        return None
    requirement = id_
    if id_ in _PATHS:
        requirement = GUEST if _is_its_endpoint(exchange, finding) else PLAIN
    elif id_ in _REQUEST:
        requirement = PLAIN
    elif id_.startswith(("KC1", "KC2", "KC3")):
        requirement = CREDENTIALS
    return finding if requirement == id_ else finding._replace(requirement=requirement, origin=id_)


def _is_its_endpoint(exchange: Exchange, finding: Finding) -> bool:
    """The path that was sent is the operation's but for the guest space, or no path is at fault."""
    endpoint = exchange.asking.expected.plain.removeprefix("/k/v1")
    return finding.requirement == "KC405" or finding.sent.endswith(endpoint)


def relatives(origin: str) -> frozenset[str]:
    """The requirements of core calls that the defect of an operation breaks as well."""
    return _RELATIVES.get(origin, frozenset({origin}))
