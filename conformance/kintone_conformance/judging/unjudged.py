"""Why a requirement is not judged, and what of a client is not asked, from what it declares."""

from __future__ import annotations

from collections.abc import Sequence

from kintone_conformance.judging import hosted
from kintone_conformance.model import Info
from kintone_conformance.spec.calls import parameter_names
from kintone_conformance.spec.requirements import Requirement
from kintone_conformance.strategies import declared_auths

# Requirements by which a parameter that is dropped or changed is found.
_ABOUT_PARAMETERS = frozenset({"KC409", "KC513", "KC514", "KC515"})
_MANY = 40  # calls that no sentence lists


def why_not(info: Info, doors: Sequence[str], requirement: Requirement) -> str:
    """Why a requirement cannot be judged through these doors, "" if it can."""
    missing = requirement.lacking(info.supports)
    if missing:
        return f"not declared: {', '.join(missing)}"
    if not info.calls:
        return "no call is declared"
    if not info.calls & set(requirement.calls):
        if len(requirement.calls) > _MANY:
            return "the client declares none of the calls that this requirement is about"
        return f"the client declares none of these calls: {', '.join(requirement.calls)}"
    if not declared_auths(info):
        return "no authentication method is declared"
    if not set(doors) & set(requirement.doors):
        takes = " or ".join(requirement.doors)
        return f"cannot be judged through {', '.join(doors)}: it needs {takes}"
    return hosted.why_not(info, requirement.id, frozenset(requirement.calls))


def unasked(info: Info, wanted: frozenset[str]) -> str:
    """The documented parameters of the client's calls that it does not declare, in a sentence."""
    known = [
        name
        for name in parameter_names()
        if name.rpartition(".")[0] in info.calls and name not in info.parameters
    ]
    if not known or not wanted & _ABOUT_PARAMETERS:
        return ""
    return f"parameters that are not declared, and so not judged: {', '.join(known)}"
