"""What a rule is: one sentence, why, examples, and a check."""

from __future__ import annotations

import enum
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from kintone_lint.findings import Identity, Severity
from kintone_lint.kintone.names import CredentialKind
from kintone_lint.kintone.subject import Subject
from kintone_lint.records import record
from kintone_lint.rules.report import Report, TextReport


class Fixable(enum.StrEnum):
    """Whether a rule has fixes. Not each of its findings has one."""

    SAFE = "safe fix"
    UNSAFE = "unsafe fix"
    NONE = "no fix"


@record()
class Bad:
    """Code with a finding on each line that ends in `#!`, and the code after its fixes.

    `also` are other rules that find something in it. `sends` marks code that sends a request when
    it is run: then the requests before and after the fix are compared. `meant` is the URL that it
    sends after a fix that changes it. `path` is the file it is in.
    """

    code: str
    fixed: str | None = None
    also: tuple[str, ...] = ()
    sends: bool = False
    meant: str | None = None
    path: str = "app.py"


class Rule(ABC):
    """One rule. The examples are its tests and its documentation.

    In examples `@TOKEN@`, `@TOKEN2@`, `@PASSWORD@`, `@BASE64@` and `@SECRET@` stand for generated
    credentials, so that no scanner finds one here.

    `statement` says what is wrong where the rule finds something, `why` what comes of it, `instead`
    what to do; `finds` how it is found, `misses` what is not. `source` is a public address, `facts`
    are the numbers of the facts in the specification that the rule rests on; a rule about the
    linter itself has neither. `since` is the version that had the rule first.

    `cwe` and `score` are those of a rule about security. The scores are ours, within the bands of
    GitHub code scanning: from 7.0 high, where reading the code or a URL is enough; from 4.0 medium,
    where someone has to be on the way or to read logs. `kind` is what other rules are about.
    `identity` says what of a finding tells it from others of the rule. `credential` is the kind
    of credential that the rule reports, in whatever file, and `what` the first half of the message.
    Good examples are in a `file` of this name. `words` are patterns of names and strings that
    only this rule can judge: the screen lets a file through that has one.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    statement: ClassVar[str]
    why: ClassVar[str]
    instead: ClassVar[str]
    finds: ClassVar[str]
    misses: ClassVar[str]
    source: ClassVar[str]
    facts: ClassVar[tuple[str, ...]]
    since: ClassVar[str]
    cwe: ClassVar[int | None] = None
    score: ClassVar[str] = ""
    kind: ClassVar[str] = "correctness"
    identity: ClassVar[Identity] = Identity.CODE
    words: ClassVar[tuple[str, ...]] = ()
    severity: ClassVar[Severity] = Severity.ERROR
    fixable: ClassVar[Fixable] = Fixable.NONE
    credential: ClassVar[CredentialKind | None] = None
    what: ClassVar[str] = ""
    file: ClassVar[str] = "app.py"
    bad: ClassVar[tuple[Bad, ...]]
    good: ClassVar[tuple[str, ...]]

    @abstractmethod
    def check(self, subject: Subject) -> Iterator[Report]:
        """What is wrong in a module."""

    def check_text(self, text: str) -> Iterator[TextReport]:
        """The tokens in a text that cannot be parsed, or takes too much work; mostly none."""
        return iter(())
