"""Rules in the words of SARIF, with what GitHub code scanning reads of them."""

from __future__ import annotations

from typing import Any

from kintone_lint.pages import page_of
from kintone_lint.rules.base import Rule
from kintone_lint.rules.explain import explanation, in_words, markdown

_PRECISION = "high"


def descriptor(code: str) -> dict[str, Any]:
    """The `reportingDescriptor` of a rule (SARIF 2.1.0, section 3.49)."""
    explained = explanation(code)
    rule = explained.rule
    found = {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.statement},
        "fullDescription": {"text": f"{rule.statement} {rule.why} {rule.instead}"},
        "help": {"text": in_words(explained), "markdown": markdown(explained)},
        "defaultConfiguration": {"level": str(rule.severity)},
        "properties": _properties(rule),
    }
    page = page_of(rule.code, rule.name)
    return {**found, "helpUri": page} if page else found


def _properties(rule: Rule) -> dict[str, Any]:
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
