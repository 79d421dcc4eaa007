"""KL001: suppressions that silence nothing, why, and how they are removed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kintone_lint import codes
from kintone_lint.findings import Confidence, Finding, Severity, Span, TextEdit, TextFix
from kintone_lint.fingerprints import origin
from kintone_lint.masking import masked
from kintone_lint.module import Module
from kintone_lint.positions import Lines
from kintone_lint.suppressions import Comment, Suppression, misspelt, suppressions

_LINE_END = re.compile(r"\r\n|\r|\n")
_LONGEST = 30  # of a word that is shown


def code_span(item: Suppression, module: Module, lines: Lines) -> Span:
    """Where the code of a suppression stands."""
    return Span(module.source.path, *lines.at(item.start), *lines.at(item.end))


def unused(
    module: Module, silenced: list[Suppression], wanted: frozenset[str], used: set[Span]
) -> Iterator[Finding]:
    """Suppressions that nothing here needed; a run drops those that another file needed."""
    lines = Lines(module.source.text)
    for item in silenced:
        span = code_span(item, module, lines)
        if span in used or not item.codes or not item.codes <= wanted:
            continue
        start, end, left = _removal(item, module.source.text)
        edit = TextEdit(start, end, left, Span(span.path, *lines.at(start), *lines.at(end)))
        message = f"nothing here is found by {item.word}; remove the suppression"
        fix = TextFix("remove the suppression", True, (edit,))
        yield _finding(module, (item.start, item.end), message, fix)


def unclear(module: Module, comments: list[Comment], secrets: tuple[str, ...]) -> Iterator[Finding]:
    """Suppressions that silence nothing because of what they say. What is meant is not known."""
    for each in misspelt(comments):
        yield _finding(module, (each.start, each.end), each.message)
    for item in suppressions(comments):
        if not item.codes:
            word = masked(item.word, secrets)
            word = word if len(word) <= _LONGEST else f"{word[:_LONGEST]}…"
            hint = codes.suggestion(item.word, [*codes.names(), *codes.names().values()])
            message = f"a suppression names an unknown rule {word}.{hint}"
            yield _finding(module, (item.start, item.end), message)


def _finding(
    module: Module, place: tuple[int, int], message: str, fix: TextFix | None = None
) -> Finding:
    lines = Lines(module.source.text)
    return Finding(
        codes.UNUSED,
        codes.names()[codes.UNUSED],
        message,
        Span(module.source.path, *lines.at(place[0]), *lines.at(place[1])),
        Severity.WARNING,
        Confidence.HIGH,
        "",
        fix=fix,
        origin=origin(codes.UNUSED, module.source, *place),
    )


def _removal(item: Suppression, text: str) -> tuple[int, int, str]:
    """What to cut: what goes with the word; with the comment, its line or the blanks before it."""
    start, end, left = item.cut
    first, last = item.comment
    if end < last or left:
        return start, end, left
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    if item.cut[0] == first and (start == 0 or text[start - 1] in "\r\n"):
        line_end = _LINE_END.match(text, end)
        end = line_end.end() if line_end else end
    return start, end, ""
