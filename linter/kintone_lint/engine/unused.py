"""Suppressions that silence nothing (KL001): which, why, and how they are removed."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_lint import codes
from kintone_lint.baseline.fingerprints import origin
from kintone_lint.findings import Confidence, Finding, Span, TextEdit, TextFix
from kintone_lint.patterns import regex
from kintone_lint.python.lines import LINE_END
from kintone_lint.python.module import Module
from kintone_lint.rules.kl001_unused_suppression import UnusedSuppression
from kintone_lint.suppressions import Comment, Suppression, misspelt, suppressions

_RULE = regex(r"(?i)KL\w{1,3}")
_HINTS = 50  # of one file: each takes as long as many findings


def code_span(item: Suppression, module: Module) -> Span:
    """Where the code of a suppression is."""
    lines = module.source.lines
    return Span(module.source.path, *lines.at(item.start), *lines.at(item.end))


def unused(
    module: Module, silenced: list[Suppression], wanted: frozenset[str], used: set[Span]
) -> Iterator[Finding]:
    """Suppressions that nothing here needed; a run drops those that another file needed."""
    lines = module.source.lines
    for item in silenced:
        span = code_span(item, module)
        if span in used or not item.codes or not item.codes <= wanted:
            continue
        fix = None
        if item.cut is not None:
            start, end, left = _removal(item.cut, item.comment, module.source.text)
            edit = TextEdit(start, end, left, Span(span.path, *lines.at(start), *lines.at(end)))
            fix = TextFix("remove the suppression", True, (edit,))
        yield _finding(module, (item.start, item.end), item.needless, fix)


def unclear(module: Module, comments: list[Comment]) -> Iterator[Finding]:
    """Suppressions that suppress nothing because of what they say. What they mean is not known."""
    for each in misspelt(comments):
        yield _finding(module, (each.start, each.end), each.message)
    hints = 0
    for item in suppressions(comments):
        if not item.codes:
            # Anything else is not quoted: a comment can hold a token, or a piece of one.
            word = f" {item.word}" if _RULE.fullmatch(item.word) else ""
            hints += 1
            known = [*codes.names(), *codes.names().values()] if hints <= _HINTS else []
            message = (
                f"a suppression names an unknown rule{word}.{codes.suggestion(item.word, known)}"
            )
            yield _finding(module, (item.start, item.end), message)


def _finding(
    module: Module, place: tuple[int, int], message: str, fix: TextFix | None = None
) -> Finding:
    lines = module.source.lines
    return Finding(
        UnusedSuppression.code,
        UnusedSuppression.name,
        message,
        Span(module.source.path, *lines.at(place[0]), *lines.at(place[1])),
        UnusedSuppression.severity,
        Confidence.HIGH,
        "",
        fix=fix,
        origin=origin(UnusedSuppression.identity, module.source, *place),
    )


def _removal(
    cut: tuple[int, int, str], comment: tuple[int, int], text: str
) -> tuple[int, int, str]:
    """What to cut: what goes with the word; with the comment, its line or the spaces before it."""
    start, end, left = cut
    first, last = comment
    if end < last or left:
        return cut
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    if cut[0] == first and (start == 0 or text[start - 1] in "\r\n"):
        line_end = LINE_END.match(text, end)
        end = line_end.end() if line_end else end
    return start, end, ""
