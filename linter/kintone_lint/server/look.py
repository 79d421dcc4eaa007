"""One document, from its text to what `check` would say of the file.

Everything here runs on the one thread that lints. What a document imports is read as it was saved.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from kintone_lint.baseline.baselines import Baselines
from kintone_lint.config import Config
from kintone_lint.engine.run import Outcome, run
from kintone_lint.errors import UnreadableError, UsageError
from kintone_lint.files import git
from kintone_lint.files.dot_git import GitError
from kintone_lint.findings import Finding, Result, Trouble
from kintone_lint.kintone.masking import masked
from kintone_lint.python.source import Source, is_python, shown
from kintone_lint.records import record
from kintone_lint.server.documents import Text
from kintone_lint.settings import Settings
from kintone_lint.texts.kinds import is_env, is_python_script, may_be_script

MARK = "\ufeff"  # of the order of bytes, if an editor passes it on


@record()
class Snapshot:
    """A document as it was at a time. A `cell` of a notebook is code for itself."""

    uri: str
    path: Path
    text: Text
    version: int
    serial: int
    language: str = ""
    cell: bool = False


@dataclass
class Looked:
    """What a document gave: `findings` in it, and `troubles` that kept it from being looked at.

    `source` is its Python as it was linted, if fixes and comments can be made in it. The fixes of
    the findings are proven when they are first asked for: to type on takes no proof.
    """

    snapshot: Snapshot
    findings: list[Finding] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    source: Source | None = None
    outcome: Outcome = field(default_factory=lambda: Outcome(Result()))
    known: Baselines | None = None
    settings: Callable[[Path], Config] | None = None
    _proven: bool = False

    def prove(self) -> None:
        """Takes off the fixes that do not prove to be right. To be called before any is offered."""
        if self._proven or self.source is None:
            return
        from kintone_lint.edits.fixes import offered  # not for documents without fixes

        self.findings = offered([self.source], self.findings)
        result = replace(self.outcome.result, findings=tuple(self.findings))
        self.outcome = replace(self.outcome, result=result)
        self._proven = True


def look(snapshot: Snapshot, settings: Settings, *, screened: bool = True) -> Looked:
    """Lints a document with the settings as they are now.

    `screened` as False: the screen need not be asked whether it can hold a finding.
    """
    looked = Looked(snapshot, settings=settings.of)
    name = shown(snapshot.path)
    try:
        _look(looked, name, settings, screened=screened)
    except UsageError as error:
        looked.findings = []
        looked.troubles = [Trouble(name, masked(str(error)))]
    return looked


def _look(looked: Looked, name: str, settings: Settings, *, screened: bool) -> None:
    path = looked.snapshot.path
    config = settings.of(path)
    if config.excluded(path) or _is_same(path, config.baseline):
        return
    raw = content_of(looked.snapshot)
    outcome = run(
        [],
        settings.of,
        given=True,
        stdin=(path, raw),
        screened=screened,
        prefiltered=True,
        unignored=[path] if _is_left_open(path) else (),
        proven=False,
    )
    looked.troubles = [each for each in outcome.result.errors if each.path == name]
    found = [each for each in outcome.result.findings if each.span.path == name]
    if not found:
        return
    known = Baselines(
        None, path.parent, lambda file: settings.of(file).baseline, [path], writing=False
    )
    looked.findings = known.new(found)
    if not looked.findings:
        return
    looked.known = known
    result = replace(outcome.result, findings=tuple(looked.findings))
    looked.outcome = replace(outcome, result=result, secrets=set())
    looked.source = _editable(looked)


def _is_same(path: Path, baseline: Path | None) -> bool:
    return (
        baseline is not None
        and path.name == baseline.name
        and path.resolve() == (baseline.resolve())
    )


def _is_left_open(path: Path) -> bool:
    """Whether a file holds the environment of a machine, and git neither tracks nor ignores it."""
    if not is_env(path.name) or not path.is_file():
        return False
    try:
        file = path.resolve()
        repository = git.repository_of(file.parent)
        return repository is not None and git.leaves_open(repository, file)
    except GitError:
        return False


def _editable(looked: Looked) -> Source | None:
    """The source of a document, if its places are those of the document's text."""
    name, text = looked.findings[0].span.path, looked.snapshot.text.text
    for job in looked.outcome.jobs:
        source = job.source
        if job.notebook is None and source.path == name:
            try:
                return source if len(source.text) == len(text.removeprefix(MARK)) else None
            except UnreadableError:
                return None
    return None


def content_of(snapshot: Snapshot) -> bytes:
    """The bytes of a document, in the encoding that its text declares.

    What that encoding lacks is a question mark, so that every character keeps its place.
    """
    text = snapshot.text.text
    if snapshot.cell:
        kind = "code" if snapshot.language == "python" else "markdown"
        return json.dumps({"cells": [{"cell_type": kind, "source": text}]}).encode()
    raw = text.encode("utf-8", "replace")
    name = snapshot.path.name
    if not is_python(name) and not (may_be_script(name) and is_python_script(raw)):
        return raw
    source = Source(snapshot.path.name, snapshot.path, raw)
    try:
        if source.encoding == "utf-8":
            return raw
        return source.mark + text.removeprefix(MARK).encode(source.encoding, "replace")
    except (UnreadableError, UnicodeError, LookupError, TypeError):
        return raw
