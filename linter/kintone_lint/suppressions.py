"""Comments that silence a rule: `# kintone-lint: ignore[KL101] reason`, and `# noqa: KL101`.

A comment counts for findings of the statement on whose lines it stands. Bare and foreign `noqa`
are none of our business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kintone_lint import codes

_OURS = re.compile(r"#\s*kintone-lint:\s*(?P<kind>ignore(?:-file)?)\[(?P<codes>[^\]]*)\]")
_NOQA = re.compile(r"#\s*noqa\s*:\s*(?P<codes>[A-Za-z]+\d+(?:[,\s]+[A-Za-z]+\d+)*)", re.IGNORECASE)
_CODE = re.compile(r"[A-Za-z]+\d+")


@dataclass(frozen=True)
class Suppression:
    """One code in one comment. Offsets are in the text of the file."""

    code: str
    line: int
    whole_file: bool
    start: int  # of the code
    end: int
    comment: tuple[int, int]
    alone: bool  # the only code of the comment, so that the whole directive can go
    directive: tuple[int, int]

    @property
    def known(self) -> bool:
        return self.code in codes.names()


def suppressions(comments: Iterable[tuple[int, int, str]]) -> list[Suppression]:
    """Those in comments given as (offset, line, text)."""
    found: list[Suppression] = []
    for offset, line, text in comments:
        for pattern in (_OURS, _NOQA):
            for match in pattern.finditer(text):
                found += _of(match, offset, line, text)
    return found


def _of(match: re.Match[str], offset: int, line: int, text: str) -> list[Suppression]:
    whole = match.groupdict().get("kind") == "ignore-file"
    listed = list(_CODE.finditer(match["codes"]))
    start = offset + match.start("codes")
    ours = match.re is _OURS
    return [
        Suppression(
            each[0].upper(),
            line,
            whole,
            start + each.start(),
            start + each.end(),
            (offset, offset + len(text)),
            len(listed) == 1,
            (offset + match.start(), offset + (len(text) if ours else match.end())),
        )
        for each in listed
        if ours or each[0].upper().startswith("KL")
    ]


def worth_reading(text: str) -> bool:
    """Whether a text can hold a suppression of ours at all."""
    return "kintone-lint:" in text or bool(re.search(r"(?i)noqa\s*:.*\bKL\d", text))
