"""KL001: suppressions that silence nothing, why, and how they are removed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kintone_lint import codes
from kintone_lint.findings import Confidence, Finding, Severity, Span, TextEdit, TextFix
from kintone_lint.fingerprints import origin
from kintone_lint.module import Module
from kintone_lint.positions import Lines
from kintone_lint.suppressions import Comment, Suppression, misspelt, suppressions

_RULE = re.compile(r"(?i)KL\w{1,3}")


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
        start, end = _removal(item, module.source.text)
        edit = TextEdit(start, end, "", Span(span.path, *lines.at(start), *lines.at(end)))
        message = f"nothing here is found by {item.word}; remove the suppression"
        fix = TextFix("remove the suppression", True, (edit,))
        yield _finding(module, (item.start, item.end), message, fix)


def unclear(module: Module, comments: list[Comment]) -> Iterator[Finding]:
    """Suppressions that silence nothing because of what they say. What is meant is not known."""
    for each in misspelt(comments):
        yield _finding(module, (each.start, each.end), each.message)
    for item in suppressions(comments):
        if not item.codes:
            # Anything else is not quoted: a comment can hold a token, or a piece of one.
            word = f" {item.word}" if _RULE.fullmatch(item.word) else ""
            hint = codes.suggestion(item.word, [*codes.names(), *codes.names().values()])
            message = f"a suppression names an unknown rule{word}.{hint}"
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


def _removal(item: Suppression, text: str) -> tuple[int, int]:
    """What to cut: the code out of its list, the directive, or the comment with its line."""
    if not item.alone:
        start, end = item.start, item.end
        behind = re.match(r"[,\s]+(?=[A-Za-z])", text[end:])
        if behind:
            return start, end + behind.end()
        before = re.search(r"[,\s]+$", text[:start])
        return (before.start() if before else start), end
    start, end = item.directive
    rest = text[end : item.comment[1]].strip()
    if rest and not rest.startswith("#"):
        end = item.comment[1]
    start = len(text[:start].rstrip(" \t"))
    if end == item.comment[1] and (start == 0 or text[start - 1] in "\r\n"):
        line_end = re.match(r"\r\n|\r|\n", text[end:])
        end += line_end.end() if line_end else 0
    return start, end
