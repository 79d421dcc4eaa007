"""What a rule is: one sentence, why, examples, and a check."""

from __future__ import annotations

import enum
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from kintone_lint.analysis import Code
from kintone_lint.findings import Report, Severity


class Fixable(enum.StrEnum):
    """Whether a rule has fixes. Not each of its findings has one."""

    SAFE = "safe fix"
    UNSAFE = "unsafe fix"
    NONE = "no fix"


@dataclass(frozen=True)
class Bad:
    """Code with a finding on each line that ends in `#!`, and the code after its fixes.

    `also` are other rules that find something in it. `sends` marks code that sends a request when
    it is run: then the requests before and after the fix are compared. `meant` is the URL that it
    sends after a fix that changes it. `path` is the file it stands in.
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
    credentials, so that no scanner finds one here. `source` is a public address, `facts` are the
    numbers of the facts in the specification that the rule stands on, `since` is the version that
    had the rule first.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    statement: ClassVar[str]
    why: ClassVar[str]
    instead: ClassVar[str]
    source: ClassVar[str]
    facts: ClassVar[tuple[str, ...]]
    since: ClassVar[str]
    severity: ClassVar[Severity] = Severity.ERROR
    fixable: ClassVar[Fixable] = Fixable.NONE
    bad: ClassVar[tuple[Bad, ...]]
    good: ClassVar[tuple[str, ...]]

    @abstractmethod
    def check(self, code: Code) -> Iterator[Report]:
        """What is wrong in a module."""
