"""One file that is not Python, from its text to findings. Without a finding no rule is imported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

from kintone_lint.codes import UNUSED, names
from kintone_lint.config import Config
from kintone_lint.findings import Confidence, FileResult, Finding, Origin, Severity, Span
from kintone_lint.kintone.names import KINTONE_NAME, CredentialKind, credential_kind
from kintone_lint.kintone.secrets import ADVICE
from kintone_lint.kintone.written import Found, Subject, found_in, subject_of
from kintone_lint.python.lines import Lines
from kintone_lint.python.source import Source
from kintone_lint.suppressions import Suppression, suppressions, worth_reading
from kintone_lint.texts.comments import suppressing_comments
from kintone_lint.texts.kinds import Syntax

UNIGNORED = "KL110"
_FALLBACK = "KL107"


def lint_text(source: Source, config: Config, *, unignored: bool = False) -> FileResult:
    """What is found in a file. `unignored`: git neither tracks nor ignores it."""
    own = frozenset(config.token_names)
    subject = subject_of(source.path, source.text, token_names=own)
    if subject is None:
        return FileResult()
    found = found_in(subject)
    silenced = _suppressions(subject, source)
    key = _first_key(subject) if unignored else None
    notes = [f"{source.path}: {why}; it was read line by line" for why in subject.unread]
    if not found and not silenced and key is None:
        return FileResult(notes=notes)
    placed = [*_findings(found, subject, source)]
    if key is not None:
        placed.append(_unignored(source, *key))
    wanted = config.rules_for(source.named or source.file)
    return replace(_kept(placed, found, subject, source, silenced, wanted), notes=notes)


def piece_findings(subject: Subject, source: Source) -> tuple[list[Finding], set[str]]:
    """What is found in a piece of a file, and the secrets in it, for a cell of a notebook."""
    found = found_in(subject)
    secrets = {subject.text[each.start : each.end] for each in found}
    return ([*_findings(found, subject, source)] if found else []), secrets


def _kept(
    placed: list[Finding],
    found: list[Found],
    subject: Subject,
    source: Source,
    silenced: list[Suppression],
    wanted: frozenset[str],
) -> FileResult:
    """The findings of the rules that are wanted and that nothing silences."""
    result = FileResult(secrets={subject.text[each.start : each.end] for each in found})
    for finding in placed:
        silent = [each for each in silenced if _silences(each, finding, source)]
        if silent:
            result.used |= {_span(source, each.start, each.end) for each in silent}
        elif finding.rule in wanted:
            result.findings.append(finding)
    if silenced and subject.form.syntax is not Syntax.DOCUMENT and UNUSED in wanted:
        result.findings += _unused(silenced, source, result.used, wanted)
    result.findings.sort(key=Finding.place)
    return result


def _findings(found: list[Found], subject: Subject, source: Source) -> Iterator[Finding]:
    if not found:
        return
    from kintone_lint.rules import all_rules  # it brings libcst

    rules = {rule.credential: rule for rule in all_rules() if rule.credential}
    fallbacks = next(each for each in all_rules() if each.code == _FALLBACK)
    lines = Lines(subject.text)
    for each in found:
        rule = rules.get(each.kind)
        if rule is None:
            continue
        if each.fallback and each.kind is not CredentialKind.URL:
            rule = fallbacks
        where = " in the output of a cell" if subject.output else ""
        where = " in a document" if each.aside and subject.document and not where else where
        secret = subject.text[each.start : each.end]
        digest = sha256(secret.encode("utf-8", "replace")).hexdigest()
        yield Finding(
            rule.code,
            rule.name,
            f"{rule.what}{where}; {ADVICE}",
            Span(source.path, *lines.at(each.start), *lines.at(each.end)),
            Severity.WARNING if each.aside else rule.severity,
            each.confidence,
            "",
            origin=Origin(
                source.file,
                each.start,
                _context(each),
                digest if each.kind is CredentialKind.TOKEN else "",
            ),
            revoke=True,
        )


def _context(each: Found) -> str:
    """The name of what is found, if it is the name of a setting: it must hold no secret."""
    known = credential_kind(each.name, own=True) or each.name.lower().startswith("x-cybozu-")
    return each.name if known else ""


def _first_key(subject: Subject) -> tuple[int, int] | None:
    """The first variable for a credential of Kintone that a text sets."""
    for entry in subject.entries:
        if KINTONE_NAME.search(entry.name) and credential_kind(entry.name, own=True):
            start = subject.text.rfind(entry.name, 0, entry.start)
            return max(start, 0), entry.end
    return None


def _unignored(source: Source, start: int, end: int) -> Finding:
    from kintone_lint.rules import all_rules

    rule = next(each for each in all_rules() if each.code == UNIGNORED)
    return _bare(rule.code, rule.name, rule.what, source, (start, end))


def _bare(code: str, name: str, message: str, source: Source, place: tuple[int, int]) -> Finding:
    span = _span(source, *place)
    origin = Origin(source.file, place[0])
    return Finding(code, name, message, span, Severity.WARNING, Confidence.HIGH, "", origin=origin)


# ---- suppressions


def _suppressions(subject: Subject, source: Source) -> list[Suppression]:
    if not worth_reading(subject.text):
        return []
    return suppressions(suppressing_comments(subject.text, source.lines, subject.form.comments))


def _silences(item: Suppression, finding: Finding, source: Source) -> bool:
    """Whether a comment is on the line of a finding, alone on the line above, or for the file."""
    if finding.rule not in item.codes:
        return False
    if item.whole_file or item.line == finding.span.line:
        return True
    if item.line + 1 != finding.span.line:
        return False
    start = source.lines.starts[item.line - 1]
    before = source.text[start : item.comment[0]]
    return not before.strip(" \t/*<!-#;'") or before.strip().lower() == "re"  # of rem


def _unused(
    silenced: list[Suppression],
    source: Source,
    used: set[Span],
    wanted: frozenset[str],
) -> Iterator[Finding]:
    for item in silenced:
        if _span(source, item.start, item.end) in used or not item.codes <= wanted:
            continue
        message = item.needless if item.codes else "a suppression names an unknown rule"
        yield _bare(UNUSED, names()[UNUSED], message, source, (item.start, item.end))


def _span(source: Source, start: int, end: int) -> Span:
    return Span(source.path, *source.lines.at(start), *source.lines.at(end))
