"""What fixes would change, with secrets masked: to look at, not to apply."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from kintone_lint.findings import Finding
from kintone_lint.left_out import counted

NOTE = "# secrets are masked: this is no patch to apply; --fix writes the changes\n"


def render(path: str, before: str, after: str) -> str:
    """A unified diff of two masked texts."""
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{path}", f"b/{path}")
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def nothing(found: Sequence[Finding], *, unsafe: bool) -> str:
    """Why there is no diff; `unsafe` fixes were asked for, too."""
    if not found:
        return "Nothing to fix."
    more = sum(each.fix is not None for each in found)
    hint = f", {more} with --unsafe-fixes" if more and not unsafe else ""
    return f"Nothing to fix: {counted(len(found), 'finding')}, none with a fix that is safe{hint}."


def _lines(text: str) -> list[str]:
    return [line.rstrip("\r\n") + "\n" for line in text.splitlines(keepends=True)]
