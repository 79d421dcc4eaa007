"""How the words of a report look on a terminal: the colours of verdicts, and names in backticks."""

from __future__ import annotations

from rich.text import Text

from kintone_conformance.model import Verdict
from kintone_conformance.report.text import CODE

STYLES = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.WARN: "yellow",
    Verdict.NOTE: "cyan",
    Verdict.NA: "dim",
    Verdict.ERROR: "bold magenta",
}


def styled(sentence: str, style: str = "") -> Text:
    """A sentence with what is in backticks set apart, and without them."""
    text, end = Text(style=style), 0
    for found in CODE.finditer(sentence):
        text.append(sentence[end : found.start()])
        text.append(found[1], "bold cyan")
        end = found.end()
    text.append(sentence[end:])
    return text
