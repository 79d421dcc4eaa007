"""KL001: suppressions that silence nothing, and how they are removed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kintone_lint import codes
from kintone_lint.findings import Confidence, Finding, Severity, Span, TextEdit, TextFix
from kintone_lint.fingerprints import origin
from kintone_lint.module import Module
from kintone_lint.positions import Lines
from kintone_lint.suppressions import Suppression


def code_span(item: Suppression, module: Module, lines: Lines) -> Span:
    """Where the code of a suppression stands."""
    return Span(module.source.path, *lines.at(item.start), *lines.at(item.end))


def unused(
    module: Module, silenced: list[Suppression], wanted: frozenset[str], used: set[Span]
) -> Iterator[Finding]:
    """Suppressions that nothing here needed; a run drops those that another file needed."""
    lines = Lines(module.source.text)
    for item in silenced:
        if code_span(item, module, lines) in used or not item.known or item.code not in wanted:
            continue
        start, end = _removal(item, module.source.text)
        path = module.source.path
        edit = TextEdit(start, end, "", Span(path, *lines.at(start), *lines.at(end)))
        yield Finding(
            codes.UNUSED,
            codes.names()[codes.UNUSED],
            f"nothing here is found by {item.code}; remove the suppression",
            code_span(item, module, lines),
            Severity.WARNING,
            Confidence.HIGH,
            "",
            fix=TextFix("remove the suppression", True, (edit,)),
            origin=origin(codes.UNUSED, module.source, item.start, item.end),
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
