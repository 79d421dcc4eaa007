"""Files that cannot be linted, or not to the end: why, and the tokens in their text."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_lint.baseline.fingerprints import token_origin
from kintone_lint.findings import (
    Confidence,
    FileResult,
    Finding,
    Span,
    Trouble,
)
from kintone_lint.kintone.words import mentions_kintone
from kintone_lint.python.lines import Lines
from kintone_lint.python.source import MAX_BYTES, Source
from kintone_lint.rules import all_rules


def not_linted(
    source: Source, why: str, line: int | None, imported: bool, details: str = ""
) -> FileResult:
    """An error, and tokens that a search of the text finds."""
    result = FileResult(errors=[Trouble(source.path, why, line, details)])
    text = source.raw[:MAX_BYTES].decode("utf-8", "replace").removeprefix("\ufeff")
    if imported or mentions_kintone(text):
        for token, finding in in_text(source, text):
            result.secrets.add(token)
            result.findings.append(finding)
    return result


def in_text(source: Source, text: str) -> Iterator[tuple[str, Finding]]:
    """The secrets that rules find in a text without its syntax, and what is found of them."""
    lines = Lines(text)
    for rule in all_rules():
        for report in rule.check_text(text):
            secret = text[report.start : report.end]
            yield (
                secret,
                Finding(
                    rule.code,
                    rule.name,
                    report.message,
                    Span(source.path, *lines.at(report.start), *lines.at(report.end)),
                    rule.severity,
                    Confidence.MEDIUM,
                    "",
                    origin=token_origin(source, report.start, secret),
                    revoke=True,
                ),
            )
