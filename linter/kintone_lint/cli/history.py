"""The command `history`: the credentials in all commits of repositories, and what to revoke."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from kintone_lint.baseline.baselines import Baselines, Scope
from kintone_lint.cli.check import exit_code
from kintone_lint.cli.options import Options
from kintone_lint.cli.reporting import FOR_PEOPLE, report
from kintone_lint.cli.task import settings_of
from kintone_lint.codes import expand
from kintone_lint.config import Config
from kintone_lint.counting import counted
from kintone_lint.engine.history import Looked, history
from kintone_lint.engine.run import Outcome
from kintone_lint.errors import ExitCode, UsageError
from kintone_lint.files.dot_git import GitError
from kintone_lint.files.git import Repository
from kintone_lint.files.history import repository_named
from kintone_lint.findings import Confidence, Finding, Result, Span
from kintone_lint.left_out import LeftOut
from kintone_lint.python.source import Source
from kintone_lint.settings import Settings
from kintone_lint.streams import say

_CREDENTIALS = "KL1"
_SECONDS = 10.0  # between two sentences on how far it is


def look_back(options: Options) -> ExitCode:
    """Searches the history of repositories, and reports. Raises UsageError."""
    roots = [_named(path) for path in options.paths or [Path()]]
    settings = settings_of(options)
    files = [each.root / "any.py" for each in roots]
    known = Baselines(
        options.baseline,
        roots[0].root,
        lambda file: settings.of(file).baseline,
        files,
        writing=options.update_baseline,
        checkouts=[each.root for each in roots] if len(roots) > 1 else (),
    )
    credentials = _only_credentials(settings)
    progress = _progress(options)
    looked = [history(each, credentials, progress) for each in roots]
    least = Confidence(options.min_confidence)
    found = [each for one in looked for each in one.findings() if each.confidence.reaches(least)]
    whole = _result(looked, found)
    # It takes nothing out of a baseline: it sees secrets, not places.
    scope = Scope((), settings.of, history=True)
    updated = known.update(whole, scope) if options.update_baseline else []
    result = known.applied(whole, scope)
    _report(options, result)
    for sentence in (*updated, _checked(looked)):
        _say(options, sentence)
    return exit_code(options, result)


def _named(path: Path) -> Repository:
    try:
        found = repository_named(path)
    except GitError as error:
        raise UsageError(f"{path}: {error}; name the folder of a git repository") from None
    if found.doubt is not None:
        raise UsageError(f"{path}: {found.doubt}")
    return found


def _only_credentials(settings: Settings) -> Callable[[Path], Config]:
    """The settings of a file, with the rules about credentials alone."""
    rules = expand(_CREDENTIALS)
    known: dict[Path, Config] = {}

    def of(file: Path) -> Config:
        if file.parent not in known:
            config = settings.of(file)
            known[file.parent] = replace(config, select=config.select & rules)
        return known[file.parent]

    return of


def _result(looked: list[Looked], found: list[Finding]) -> Result:
    left_out = LeftOut()
    for each in looked:
        left_out.add(each.left_out)
    return Result(
        tuple(sorted(found, key=Finding.place)),
        tuple(error for each in looked for error in each.errors),
        files=sum(each.blobs for each in looked),
        left_out=left_out,
        history=True,
    )


def _report(options: Options, result: Result) -> None:
    """Reports without source lines: the files on disk may differ from the commits."""
    paths = {span.path for each in result.findings for span in _spans(each)}
    empty = [Source(path, Path(path), b"") for path in sorted(paths)]
    report(options, Outcome(result, texts=empty), code=False)


def _spans(finding: Finding) -> Iterator[Span]:
    yield finding.span
    yield from (span for span, _ in finding.related)


def _checked(looked: list[Looked]) -> str:
    """How much was looked at."""
    commits, blobs = (sum(getattr(each, name) for each in looked) for name in ("commits", "blobs"))
    size = sum(each.bytes for each in looked)
    versions = counted(blobs, "version")
    return f"Checked {counted(commits, 'commit')}: {versions} of files, {_size(size)}."


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1e3:,.1f} kB"


def _say(options: Options, sentence: str) -> None:
    """Beside a report for machines on the standard error."""
    if not options.quiet:
        say(sentence, err=options.targets[-1].form not in FOR_PEOPLE)


def _progress(options: Options) -> Callable[[Looked], None]:
    """Says on the standard error how far it is, now and then."""
    last = time.monotonic()

    def told(looked: Looked) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _SECONDS and not options.quiet:
            last = now
            done = f"{looked.commits:,} of {looked.of:,} commits, {looked.bytes / 1e6:,.0f} MB"
            say(f"{done}, {counted(len(looked.leaks), 'secret')} so far", err=True)

    return told
