"""Rules in the words of SARIF, with what GitHub code scanning reads of them."""

from __future__ import annotations

from typing import Any

from kintone_lint.rules import explain
from kintone_lint.rules.explain import Explanation

_PRECISION = "high"


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
    if rule.cwe is None:
        return {
            "precision": _PRECISION,
            "problem.severity": str(rule.severity),
            "tags": ["kintone", rule.kind],
        }
    return {
        "precision": _PRECISION,
        "security-severity": rule.score,
        "tags": ["kintone", "security", f"external/cwe/cwe-{rule.cwe}"],
    }
