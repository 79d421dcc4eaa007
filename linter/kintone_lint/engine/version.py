"""One version of a file as a history has it: the secrets in it. It is looked at alone.

What it imports is missing, because nobody knows which version of that would belong to it.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from kintone_lint.config import Config
from kintone_lint.errors import UnreadableError, internal_error
from kintone_lint.files.reading import reading_of
from kintone_lint.files.texts import TextJob, concerned, text_jobs
from kintone_lint.files.triage import Job, may_hold_finding
from kintone_lint.findings import FileResult, Finding, Trouble
from kintone_lint.kintone.words import candidate
from kintone_lint.left_out import LeftOut
from kintone_lint.python.lines import Lines
from kintone_lint.python.source import Source, is_python, shown
from kintone_lint.texts.kinds import is_python_script, may_be_script


@dataclass
class Version:
    """What a version gave: its secrets, each with a digest that tells it from others."""

    found: list[tuple[str, Finding]] = field(default_factory=list)
    errors: list[Trouble] = field(default_factory=list)
    unparsed: bool = False


def secrets_in(file: Path, raw: bytes, config: Config) -> Version:
    """The secrets in the bytes of a file that is worth a look.

    A defect of ours costs this version, and no other.
    """
    version = Version()
    try:
        for result, text in _results(file, raw, config):
            version.unparsed |= bool(result.errors)
            version.found += (
                (_digest(each, result.secrets, text), each)
                for each in result.findings
                if each.revoke
            )
    except Exception as error:
        why = internal_error(error)
        version.errors.append(Trouble(shown(file), why, None, traceback.format_exc()))
    return version


def is_worth_a_look(file: Path, raw: bytes, config: Config) -> bool:
    """Whether a version has to do with Kintone, by its bytes."""
    if _is_python(file, raw):
        return candidate(raw, [word.encode() for word in config.words])
    return concerned(file, raw, config)


def _is_python(file: Path, raw: bytes) -> bool:
    return is_python(file.name) or (may_be_script(file.name) and is_python_script(raw))


def _results(file: Path, raw: bytes, config: Config) -> Iterator[tuple[FileResult, str | None]]:
    """What a version gives, with the text that its findings are in, if they do."""
    if _is_python(file, raw):
        source = Source(shown(file), file, raw)
        own = reading_of(source)
        if own is None or may_hold_finding(source, own, [], config.words):
            yield _linted(source, config, valid=own is not None), _text(source)
        return
    for job in text_jobs([(file, raw)], lambda _: config, LeftOut(), given=False):
        if isinstance(job, TextJob):
            from kintone_lint.engine.texts import lint_text

            yield lint_text(job.source, config), job.source.text
        elif isinstance(job, Job) and job.notebook is not None:
            from kintone_lint.engine.notebooks import in_cells

            result = _linted(job.source, config, valid=False)
            yield in_cells(result, job.notebook, job.source, config), None


def _linted(source: Source, config: Config, *, valid: bool) -> FileResult:
    from kintone_lint.engine.lint import lint  # it brings libcst
    from kintone_lint.python.project import Alone

    project = Alone(shown)
    try:
        return lint(Job(source, config, valid=valid, proven=False), project)
    finally:
        project.forget()


def _text(source: Source) -> str | None:
    try:
        return source.text
    except UnreadableError:
        return None


def _digest(finding: Finding, secrets: Iterable[str], text: str | None) -> str:
    """A key that is equal for equal secrets and does not reveal them.

    It is a digest; without a text it is the rule, path and context of the finding.
    """
    if finding.origin.token:
        return finding.origin.token
    if text is None:
        return f"{finding.rule} {finding.span.path} {finding.origin.context}"
    span, starts = finding.span, Lines(text).starts
    start = starts[span.line - 1] + span.column - 1
    piece = text[start : starts[span.end_line - 1] + span.end_column - 1]
    held = max((each for each in secrets if each in piece), key=len, default=piece)
    return sha256(held.encode("utf-8", "backslashreplace")).hexdigest()
