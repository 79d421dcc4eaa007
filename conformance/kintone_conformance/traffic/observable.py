"""Which requirements traffic shows by itself, and which take more than that.

Every other requirement can be judged only if the call, or what the client made of the answer, is
known: `kintone-conformance run` judges it.
"""

from __future__ import annotations

from kintone_conformance.spec.requirements import requirements

ALONE = frozenset(
    {
        *("KC101", "KC102", "KC103", "KC104", "KC105", "KC106", "KC107", "KC108"),
        *("KC201", "KC301", "KC302", "KC304", "KC305", "KC306", "KC307", "KC310"),
        *("KC401", "KC402", "KC403", "KC406", "KC408", "KC409", "KC410", "KC411", "KC412"),
        *("KC501", "KC502", "KC503", "KC505", "KC506", "KC507", "KC508", "KC509", "KC510"),
        *("KC513", "KC523", "KC524", "KC525", "KC528", "KC611"),
    }
)
"""One request shows whether they hold."""

BY_SEQUENCE = frozenset({"KC526", "KC529", "KC602", "KC603"})
"""Several requests show it, with the answers between them."""

WITH_CREDENTIALS = frozenset(
    {
        *("KC109", "KC110", "KC111", "KC112", "KC113", "KC114", "KC115", "KC116", "KC117"),
        *("KC118", "KC120", "KC601"),
    }
)
"""They are judged where the credentials are known; KC601 also finds those that were seen."""

WHERE_BROKEN = frozenset(
    {
        *("KC202", "KC206", "KC208", "KC405", "KC414", "KC416", "KC417", "KC512", "KC514"),
        *("KC515", "KC516"),
    }
)
"""A request may show that they are broken, and none shows that they hold."""

_ASKED = "needs to know what was asked for (kintone-conformance run)"


def why_not_judged(id_: str, credentials: bool) -> str:
    """Why nothing is said of a requirement; `credentials`: some were named."""
    if id_ in WHERE_BROKEN:
        return "no request breaks it; whether it holds is judged by kintone-conformance run"
    if id_ in WITH_CREDENTIALS and not credentials:
        return "needs the credentials that were used (--credential)"
    if id_ in ALONE | BY_SEQUENCE | WITH_CREDENTIALS:
        return "no request shows it"
    if requirements()[id_].family == "Errors" or id_ in ("KC604", "KC605", "KC608", "KC618"):
        return "needs what the client told its user (kintone-conformance run)"
    return _ASKED
