"""What a difference is called, once the smallest scenario that shows it is known.

A difference that needs a change of credentials, another object or a call before it is a defect of
state: the requirement about state is the finding, and the difference its detail. A refusal is
named by the input that is refused.
"""

from __future__ import annotations

from kintone_conformance.judging.exchange import guest_id
from kintone_conformance.judging.header_texts import trouble
from kintone_conformance.judging.paths import path_requirement
from kintone_conformance.judging.scenario import (
    Ask,
    Change,
    Close,
    Made,
    Open,
    Scenario,
    Together,
)
from kintone_conformance.judging.texts import PASSWORD_TRAITS, password_traits
from kintone_conformance.model import NO_GUEST, Call
from kintone_conformance.spec.auth import ApiTokens, HeaderValue, OAuth, Password
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.spec.header_names import MAX_TOKENS
from kintone_conformance.spec.requirements import requirements
from kintone_conformance.strategies import HARMLESS_BASIC, harmless_auth, harmless_call

# What is said of an answer, of output or of files is said so whatever came before.
_KEPT = frozenset(
    {
        *("KC309", "KC511", "KC526", "KC529", "KC602", "KC603", "KC604", "KC605", "KC608", "KC609"),
        *("KC610", "KC611", "KC612", "KC613", "KC614", "KC615", "KC616", "KC618", "KC705"),
    }
)
_OWN_HEADERS = frozenset({"KC101", "KC201", "KC202", "KC203", "KC304"})
_PATHS = frozenset({"KC402", "KC403", "KC406", "KC408", "KC411", "KC412", "KC415"})


def named(id_: str, scenario: Scenario) -> str:
    """The requirement that a difference breaks, in its smallest scenario."""
    kept = id_ in _KEPT or requirements()[id_].family == "Errors"
    if kept or requirements()[id_].level != "MUST":
        return id_
    state = _state(id_, scenario)
    if state is not None:
        return state
    asks = [*scenario.asks()]
    made = next(step.made for step in scenario.steps if isinstance(step, Open))
    if id_ == "KC518":
        return _refused(made, asks[-1].call)
    if id_ in _OWN_HEADERS and made.basic is not None:
        return "KC302"  # only where there is a gate: the header is not beside it
    if id_ in _PATHS and isinstance(made.guest, str) and guest_id(made.guest) is not None:
        return "KC404" if id_ == "KC402" else id_
    return id_


def is_of_state(id_: str) -> bool:
    """Whether a difference may come from what a client keeps; others are reported as they are."""
    return id_ not in _KEPT and requirements()[id_].level == "MUST" and id_ != "KC707"


def _state(id_: str, scenario: Scenario) -> str | None:
    """The requirement about state, None if one call on one fresh object shows it."""
    steps = scenario.steps
    if any(isinstance(step, Together) for step in steps):
        return "KC702"
    asks = [step for step in steps if isinstance(step, Ask)]
    opens = [step for step in steps if isinstance(step, Open)]
    if any(isinstance(step, Change) for step in steps):
        return "KC703"
    if id_ == "KC707":
        return id_
    if len(opens) > 1:
        closed = any(isinstance(step, Close) for step in steps)
        return "KC705" if closed or len(opens) > 2 else "KC701"
    if len(asks) < 2:
        return None
    before = asks[-2]
    if before.answering.failure:
        return "KC706"
    if before.call.api == "file.upload" and asks[-1].call.api != "file.upload":
        return "KC704"
    return "KC414" if id_ in _PATHS and opens[0].made.guest is not NO_GUEST else "KC708"


def _refused(made: Made, call: Call) -> str:
    """The requirement about the input for which a documented call was refused."""
    if made.auth != harmless_auth(made.auth):
        found = _about_credentials(made)
        if found is not None:
            return found
    if made.basic is not None and made.basic != HARMLESS_BASIC:
        return "KC307"
    if isinstance(made.guest, str):
        return "KC404"
    if made.guest is not NO_GUEST:
        return path_requirement(call.api, True)
    return "KC302" if made.basic is not None else _about_parameters(call)


def _about_credentials(made: Made) -> str | None:
    match made.auth:
        case HeaderValue():  # its encoding is not the client's
            return None
        case Password() as auth:
            traits = [*password_traits(auth)]
            return PASSWORD_TRAITS[traits[0]] if traits else "KC102"
        case ApiTokens(tokens) if len(tokens) > 1:
            return "KC203" if len(tokens) == MAX_TOKENS else "KC202"
        case ApiTokens() as auth if trouble(auth) is None:
            return None
        case OAuth():
            return "KC301"
    return None


def _about_parameters(call: Call) -> str:
    """The requirement about the parameter that is not harmless."""
    harmless = harmless_call(call.api).params
    special = [name for name, value in call.params.items() if harmless.get(name) != value]
    if not special:
        return "KC518"
    spec = call_spec(call.api)
    if call.api == "file.upload":
        return "KC510" if special == ["contentBase64"] else "KC525"
    if spec.method == "DELETE":
        return "KC514"
    if call.api in ("bulkRequest", "oauth.token"):
        return {"bulkRequest": "KC409", "oauth.token": "KC310"}[call.api]
    if spec.method != "GET":
        return "KC513"
    value = call.params[special[0]]
    if isinstance(value, list):
        return "KC505"
    return "KC506" if isinstance(value, bool) else "KC504"
