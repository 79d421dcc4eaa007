"""Credentials in comments, and former values of what is secret in the code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kintone_lint.findings import Confidence
from kintone_lint.kintone.comments import former_value, in_comment, may_hold_credential
from kintone_lint.kintone.credentials.credential import Credential, Stage, name_of
from kintone_lint.kintone.headers import sends_password
from kintone_lint.kintone.names import KINTONE_NAME, CredentialKind, Written
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.spots import Spot


def in_comments(subject: Subject, found: Iterable[Credential]) -> Iterator[Credential]:
    """What is in the comments of a file; `found` is what is in its code."""
    if not subject.kintone or not may_hold_credential(subject.module.source.parsable):
        return
    names = {name for each in found if (name := name_of(each))}
    for start, text in subject.module.comments:
        seen: set[int] = set()
        for written in (*in_comment(text), *_former(subject, text, names)):
            shaped = written.kind is CredentialKind.TOKEN and not written.name
            if written.start in seen or (subject.in_test and not shaped):
                continue
            seen.add(written.start)
            spot = Spot(subject.module, None, start + written.start, start + written.end)
            level = Confidence.HIGH if shaped else Confidence.MEDIUM
            secret = text[written.start : written.end]
            yield Credential(written.kind, Stage.COMMENT, spot, secret, level)


def _former(subject: Subject, text: str, names: set[str]) -> Iterator[Written]:
    """An assignment that is commented out, to a name that holds a Kintone credential."""
    former = former_value(text)
    if former is not None and (
        KINTONE_NAME.search(former.name) or former.name in names or _logs_in(subject, former.name)
    ):
        yield former


def _logs_in(subject: Subject, name: str) -> bool:
    """Whether a file sends a password, and has a name for one in its code, too."""
    return sends_password(subject) and name in subject.module.mentions
