"""What the rules about hard-coded credentials share: the report."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_lint.findings import Severity
from kintone_lint.kintone.credentials import Credential, CredentialKind, Stage, credentials
from kintone_lint.kintone.secrets import ADVICE
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.spots import Spot
from kintone_lint.rules._environment import from_environment
from kintone_lint.rules.report import Report


def reports(subject: Subject, kind: CredentialKind, what: str) -> Iterator[Report]:
    """A report for each credential of a kind that is not a fallback of the environment."""
    for found in credentials(subject):
        if found.kind is kind and found.stage is not Stage.DEFAULT:
            yield report(subject, found, what)


def report(subject: Subject, found: Credential, what: str) -> Report:
    """`what` is the first half of the message."""
    aside = found.stage in (Stage.COMMENT, Stage.DOCSTRING) or not found.sure
    where = {Stage.COMMENT: " in a comment", Stage.DOCSTRING: " in a docstring"}
    related: tuple[tuple[Spot, str], ...] = ()
    if found.use is not None and found.use.node is not found.spot.node:
        related = ((found.use, f"sent as {found.sent_as} here"),)
    fixable = found.stage is Stage.CODE and found.kind is not CredentialKind.URL
    return Report(
        found.spot,
        f"{what}{where.get(found.stage, '')}; {ADVICE}",
        related=related,
        fix=from_environment(found, subject.variables) if fixable else None,
        severity=Severity.WARNING if aside else None,
        confidence=found.confidence,
        secrets=(found.text, *found.pieces),
        use=found.use,
        revoke=True,
    )
