"""What fixes would change, with secrets masked: to look at, not to apply."""

from __future__ import annotations

import difflib

NOTE = "# secrets are masked: this is no patch to apply; --fix writes the changes\n"


def render(path: str, before: str, after: str) -> str:
    """A unified diff of two masked texts."""
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{path}", f"b/{path}")
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def _lines(text: str) -> list[str]:
    return [line.rstrip("\r\n") + "\n" for line in text.splitlines(keepends=True)]
