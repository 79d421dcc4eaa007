"""Calls that a client hands to the host it runs in, as the `kintone.api` of a page.

Method, path and parameters are the client's there. Headers, credentials, the connection, and what
is made of the answer are the host's: nothing is said of them.
"""

from __future__ import annotations

from kintone_conformance.model import Info

_OWN = frozenset(
    {
        *("KC401", "KC402", "KC403", "KC404", "KC405", "KC406", "KC407", "KC408", "KC409"),
        *("KC410", "KC411", "KC412", "KC413", "KC414", "KC415", "KC416", "KC417"),
        *("KC504", "KC505", "KC506", "KC513", "KC514", "KC515", "KC516", "KC518", "KC519"),
        *("KC520", "KC522", "KC704", "KC706", "KC708"),
        *("KC901", "KC902"),
    }
)


def is_told(info: Info, api: str, id_: str) -> bool:
    """Whether a call of the client can judge a requirement."""
    return api not in info.hosted or id_ in _OWN


def why_not(info: Info, id_: str, apis: frozenset[str]) -> str:
    """Why a requirement about these calls is not judged, "" if it is."""
    declared = sorted(info.calls & apis)
    if not declared or any(is_told(info, api, id_) for api in declared):
        return ""
    return f"the host of the client sends these calls, not the client: {', '.join(declared)}"
