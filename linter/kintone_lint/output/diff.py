"""What fixes would change, with secrets masked: to look at, not to apply."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from kintone_lint.counting import counted
from kintone_lint.escaping import visible
from kintone_lint.findings import Finding
from kintone_lint.python.lines import LINE_END

NOTE = "# secrets are masked, so this patch cannot be applied; --fix makes the changes\n"
_TAB = "\t"


def render(path: str, before: str, after: str) -> str:
    """A unified diff of two masked texts."""
    name = visible(path)
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{name}", f"b/{name}")
    return "".join(lines)


def nothing(found: Sequence[Finding], *, unsafe: bool) -> str:
    """Why there is no diff; `unsafe` fixes were asked for, too."""
    if not found:
        return "Nothing to fix."
    more = sum(each.fix is not None for each in found)
    hint = f", {more} with --unsafe-fixes" if more and not unsafe else ""
    return f"Nothing to fix: {counted(len(found), 'finding')}, none with a safe fix{hint}."


def _lines(text: str) -> list[str]:
    lines = LINE_END.split(text)
    if not lines[-1]:
        del lines[-1]
    return [f"{visible(line, _TAB)}\n" for line in lines]
