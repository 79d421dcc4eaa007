"""Rules in the words of SARIF, with what GitHub code scanning reads of them."""

from __future__ import annotations

from typing import Any

from kintone_lint import codes, explain
from kintone_lint.explain import Explanation

_PRECISION = "high"

SECURITY = {
    "KL101": ("8.0", 798),
    "KL102": ("8.0", 798),
    "KL103": ("8.0", 798),
    "KL104": ("8.0", 798),
    "KL105": ("8.0", 798),
    "KL106": ("7.0", 598),
    "KL107": ("8.0", 798),
    "KL108": ("6.0", 532),
    "KL304": ("6.0", 319),
    "KL305": ("7.0", 295),
}
"""Score and CWE of the rules that are about security.

The scores are ours, within GitHub's bands: from 7.0 high, where reading the code or a URL is
enough; from 4.0 medium, where someone has to stand on the way or to read logs.
"""


def descriptor(code: str) -> dict[str, Any]:
    """The `reportingDescriptor` of a rule (SARIF 2.1.0, section 3.49)."""
    rule = next(each for each in explain.explanations() if each.code == code)
    found = {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.statement},
        "fullDescription": {"text": f"{rule.statement} {rule.why} {rule.instead}"},
        "help": {"text": explain.explained(rule.code), "markdown": explain.markdown(rule)},
        "defaultConfiguration": {"level": str(rule.severity)},
        "properties": _properties(rule),
    }
    return {**found, "helpUri": rule.source} if rule.source else found


def _properties(rule: Explanation) -> dict[str, Any]:
    if rule.code not in SECURITY:
        kind = "maintainability" if rule.code == codes.UNUSED else "correctness"
        return {
            "precision": _PRECISION,
            "problem.severity": str(rule.severity),
            "tags": ["kintone", kind],
        }
    score, cwe = SECURITY[rule.code]
    return {
        "precision": _PRECISION,
        "security-severity": score,
        "tags": ["kintone", "security", f"external/cwe/cwe-{cwe}"],
    }
