"""What a script only tells its reader: `echo "KINTONE_PASSWORD=…"` sets nothing."""

from __future__ import annotations

import re

from kintone_lint.kintone.written.text import Subject
from kintone_lint.patterns import regex
from kintone_lint.texts.kinds import Syntax

_TELLS = regex(
    r"(?i)(?:^|[;&|({=]|\b(?:then|else|do)\s|[\s\"']-\s|run:\s)[\s@(\"']{0,200}"
    r"(?:echo|printf|write-(?:host|output|error|warning|verbose)|die|fail|log(?:_\w{1,9})?|warn\w{0,4})\s(?!\s{0,9}[:=])[^;&|>\n]*\Z",
    re.MULTILINE,
)
_WRITES = regex(r">(?!\s?&2|\s?/dev/(?:stderr|tty))|\|")  # to a file or to a program


def is_message(subject: Subject, at: int) -> bool:
    """Whether a place is in what a command of a shell prints."""
    if subject.form.syntax is Syntax.CODE:
        return False
    start, end = subject.line_at(at)
    told = _TELLS.search(subject.text, max(start, at - 300), at)
    return told is not None and _WRITES.search(subject.text, at, end) is None
