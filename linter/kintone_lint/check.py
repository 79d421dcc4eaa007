"""The command `check`: from its options to a report and an exit code."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kintone_lint.discover import discover, is_folder
from kintone_lint.errors import ExitCode, UsageError
from kintone_lint.reporting import report, report_diff
from kintone_lint.streams import say, show_bytes

if TYPE_CHECKING:
    from kintone_lint.config import Config
    from kintone_lint.findings import Result, Trouble
    from kintone_lint.known import Known, Scope
    from kintone_lint.run import Outcome


@dataclass(frozen=True)
class _Work:
    """What is linted, and with which settings.

    `errors` are what could not be found; `given` as in `run`; `scope` is what was asked for.
    """

    scope: Scope
    files: list[Path]
    errors: tuple[Trouble, ...]
    stdin: tuple[Path, bytes] | None
    given: bool
    config: Config
    screened: bool

    def new(self, known: Known) -> Outcome:
        """What is found now, without what is known."""
        return self.without(known, self.found())

    def without(self, known: Known, outcome: Outcome) -> Outcome:
        return replace(outcome, result=known.applied(outcome.result, self.scope))

    def found(self) -> Outcome:
        from kintone_lint.run import run

        outcome = run(
            self.files,
            self.config,
            given=self.given,
            stdin=self.stdin,
            screened=self.screened,
        )
        errors = (*self.errors, *outcome.result.errors)
        count = 1 if self.stdin else len(self.files)
        return replace(outcome, result=replace(outcome.result, errors=errors, files=count))


def check(options: argparse.Namespace) -> ExitCode:
    """Lints, fixes or shows what would be fixed, and reports. Raises UsageError."""
    from kintone_lint.known import Scope, known_by

    if options.diff and options.output_file:
        raise UsageError("--diff writes to the standard output: leave --output-file out")
    paths = options.paths or [Path()]
    stdin = _stdin(options, paths)
    folder = _folder(stdin[0] if stdin else paths[0])
    config = _settings(options, folder)
    fixing = options.fix or options.diff
    if options.unsafe_fixes and not fixing:
        raise UsageError("--unsafe-fixes goes with --fix or --diff")
    if options.update_baseline and (fixing or stdin):
        raise UsageError("--update-baseline stands alone: fix first, and name files or folders")
    baseline = options.baseline or config.baseline
    known = known_by(baseline, folder, writing=options.update_baseline)
    files, errors = discover([] if stdin else paths, config)
    if options.output_file:
        _apart(options.output_file, [*files, *([baseline] if baseline else [])])
    given = not any(is_folder(path) for path in paths)
    scope = Scope((stdin[0],) if stdin else tuple(paths), config)
    work = _Work(scope, files, tuple(errors), stdin, given, config, not options.no_screen)
    if fixing:
        return _fix(options, work, known)
    if options.update_baseline:
        return _update(options, work, known)
    outcome = work.new(known)
    report(options, outcome)
    return _exit_code(options, outcome.result, bool(outcome.result.findings))


def _apart(report: Path, read: list[Path]) -> None:
    """A report must not replace what is read. Raises UsageError."""
    if report.resolve() in {file.resolve() for file in read}:
        raise UsageError(f"--output-file {report} would replace what is read: name another file")


def _settings(options: argparse.Namespace, folder: Path) -> Config:
    from kintone_lint import config as configuration

    config = configuration.load(folder, policy=options.config, isolated=options.isolated)
    if options.select:
        chosen = configuration.chosen(options.select.split(","), "--select")
        config = replace(config, select=chosen, ignore=config.ignore - chosen)
    if options.ignore:
        ignored = configuration.chosen(options.ignore.split(","), "--ignore")
        config = replace(config, ignore=config.ignore | ignored)
    return config


def _exit_code(options: argparse.Namespace, result: Result, left: bool) -> ExitCode:
    if result.errors:
        return ExitCode.TROUBLE
    return ExitCode.FINDINGS if left and not options.exit_zero else ExitCode.CLEAN


def _update(options: argparse.Namespace, work: _Work, known: Known) -> ExitCode:
    """Writes the baseline, and reports what is left; what was found is told in any case."""
    outcome = work.found()
    before = known.applied(outcome.result, work.scope)
    failed = None
    try:
        known = known.updated(outcome.result, work.scope)
    except UsageError as error:
        failed = error
    outcome = work.without(known, outcome)
    report(options, outcome)
    if failed:
        raise failed
    if before.unmatched:
        say(f"{known.baseline}: {before.unmatched} of the entries before are gone", err=True)
    if kept := known.kept(outcome.result):
        say(f"{known.baseline}: entries kept for what was not linted: {kept}", err=True)
    return _exit_code(options, outcome.result, bool(outcome.result.findings))


def _stdin(options: argparse.Namespace, paths: list[Path]) -> tuple[Path, bytes] | None:
    if Path("-") not in paths:
        if options.stdin_filename:
            raise UsageError("--stdin-filename needs - as the path")
        return None
    if len(paths) > 1:
        raise UsageError("- stands alone: nothing else is linted with the standard input")
    name = options.stdin_filename or Path("stdin.py")
    return name, _read_stdin()


def _read_stdin() -> bytes:
    if sys.stdin is None:
        raise UsageError("the standard input is closed: nothing can be read as -")
    try:
        return sys.stdin.buffer.read()
    except OSError as error:
        raise UsageError(f"the standard input cannot be read: {error.strerror}") from None


def _folder(path: Path) -> Path:
    return path if is_folder(path) else path.parent


def _fix(options: argparse.Namespace, work: _Work, known: Known) -> ExitCode:
    """Writes the fixes and reports what is left, or shows them and changes nothing."""
    from kintone_lint import fixing

    outcome = work.new(known)
    changed = fixing.changes(outcome, work.config, known, unsafe=options.unsafe_fixes)
    if options.diff:
        report_diff(changed, outcome, unsafe=options.unsafe_fixes)
        return _exit_code(options, outcome.result, bool(changed))
    if work.stdin:
        content = changed[0].fixed.raw if changed else work.stdin[1]
        show_bytes(content)
        work = replace(work, stdin=(work.stdin[0], content))
    failed = [] if work.stdin else fixing.write(changed)
    if changed:  # the cause of a finding can stand in another file: all of them are linted again
        outcome = replace(work, errors=(*work.errors, *failed)).new(known)
    gone = {each.path for each in failed}
    report(options, outcome, [each for each in changed if each.source.path not in gone])
    return _exit_code(options, outcome.result, bool(outcome.result.findings))
