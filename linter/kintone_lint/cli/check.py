"""The command `check`: from its options to a report and an exit code."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from kintone_lint.baseline.known import Baselines, Scope
from kintone_lint.cli.options import Options
from kintone_lint.cli.reporting import report, report_diff
from kintone_lint.config import Config, chosen
from kintone_lint.engine.run import Outcome
from kintone_lint.errors import ExitCode, UsageError
from kintone_lint.files.discover import discover
from kintone_lint.files.walking import is_folder
from kintone_lint.findings import Confidence, Finding, Result, Trouble
from kintone_lint.left_out import LeftOut, counted
from kintone_lint.python.source import MAX_BYTES
from kintone_lint.records import record
from kintone_lint.settings import Settings
from kintone_lint.streams import say, show_bytes


@record()
class _Task:
    """What is linted, and with which settings.

    `errors` are what could not be found; `given` as in `run`; `scope` is what was asked for.
    """

    scope: Scope
    files: list[Path]
    errors: tuple[Trouble, ...]
    left_out: LeftOut
    stdin: tuple[Path, bytes] | None
    given: bool
    settings: Settings
    screened: bool
    least: Confidence = Confidence.LOW

    def wanted(self, finding: Finding) -> bool:
        """Whether a finding is sure enough to be shown, fixed and counted."""
        return finding.confidence.reaches(self.least)

    def new(self, known: Baselines) -> Outcome:
        """What is found now, without what is known."""
        return self.without(known, self.found())

    def without(self, known: Baselines, outcome: Outcome) -> Outcome:
        result = known.applied(outcome.result, self.scope)
        result = replace(result, findings=tuple(filter(self.wanted, result.findings)))
        if not any(each.fix and each.fix.variable for each in result.findings):
            return replace(outcome, result=result)
        from kintone_lint.fix.variables import Variables

        variables = Variables(outcome, self.settings.of)
        findings = tuple(variables.named(each) for each in result.findings)
        return replace(outcome, result=replace(result, findings=findings), named=variables.named)

    def found(self) -> Outcome:
        from kintone_lint.engine.run import run

        outcome = run(
            self.files,
            self.settings.of,
            given=self.given,
            stdin=self.stdin,
            screened=self.screened,
        )
        errors = (*self.errors, *outcome.result.errors)
        count = 1 if self.stdin else len(self.files)
        result = replace(outcome.result, errors=errors, files=count, left_out=self.left_out)
        return replace(outcome, result=result)

    @property
    def linted(self) -> list[Path]:
        return [self.stdin[0]] if self.stdin else self.files


def check(options: Options) -> ExitCode:
    """Lints, fixes or shows what would be fixed, and reports. Raises UsageError."""
    from kintone_lint.baseline.known import Baselines

    if options.diff and options.files:
        raise UsageError(f"--diff prints its changes: it cannot write {options.files[0]}")
    paths = options.paths or [Path()]
    stdin = _stdin(options, paths)
    fixing = options.fix or options.diff
    if options.unsafe_fixes and not fixing:
        raise UsageError("--unsafe-fixes goes with --fix or --diff")
    if options.write_env_example:
        _check_example(options, options.write_env_example)
    if options.update_baseline and (fixing or stdin):
        raise UsageError("--update-baseline stands alone: fix first, and name files or folders")
    if options.add_ignore and (fixing or stdin or options.update_baseline):
        raise UsageError("--add-ignore stands alone: fix first, and name files or folders")
    work = _work(options, paths, stdin)
    if options.show_files or options.show_settings:
        return _show(options, work, _named(paths, stdin))
    known = Baselines(
        options.baseline,
        _folder(paths[0] if stdin is None else stdin[0]),
        lambda file: work.settings.of(file).baseline,
        [*_named(paths, stdin), *work.files],
        writing=options.update_baseline,
    )
    for written in (*options.files, options.write_env_example):
        if written:
            _apart(written, [*work.files, *known.files])
    if fixing:
        return _fix(options, work, known)
    if options.update_baseline:
        return _update(options, work, known)
    if options.add_ignore:
        return _ignore(options, work, known)
    outcome = work.new(known)
    report(options, outcome)
    return _exit_code(options, outcome.result)


def _work(options: Options, paths: list[Path], stdin: tuple[Path, bytes] | None) -> _Task:
    """What there is to do. Raises UsageError where settings are wrong."""
    from kintone_lint.baseline.known import Scope

    settings = _settings(options)
    for file in _named(paths, stdin):
        settings.of(file)
    scope = Scope((stdin[0],) if stdin else tuple(paths), settings.of)
    if stdin and options.force_exclude and settings.of(stdin[0]).excluded(stdin[0]):
        if options.fix and not options.diff:
            show_bytes(stdin[1])
        return _Task(scope, [], (), LeftOut(excluded=1), None, True, settings, True)
    found = discover([] if stdin else paths, settings.of, force_exclude=options.force_exclude)
    given = not any(is_folder(path) for path in paths)
    return _Task(
        scope,
        [*found.files],
        tuple(found.errors),
        found.left_out,
        stdin,
        given,
        settings,
        screened=not options.no_screen,
        least=Confidence(options.min_confidence),
    )


def _named(paths: list[Path], stdin: tuple[Path, bytes] | None) -> list[Path]:
    """The files that are named, and any file of each folder: their settings count in any case."""
    if stdin:
        return [stdin[0]]
    return [path / "any.py" if is_folder(path) else path for path in paths]


def _show(options: Options, work: _Task, named: list[Path]) -> ExitCode:
    """What would be linted, or with which settings."""
    from kintone_lint.cli.showing import show_files, show_settings

    if options.show_settings:
        return show_settings(work.linted, work.settings, named)
    result = Result(errors=work.errors, left_out=work.left_out, files=len(work.linted))
    return show_files(work.linted, result)


def _apart(written: Path, read: list[Path]) -> None:
    """What is written must not replace what is read. Raises UsageError."""
    if written.resolve() in {file.resolve() for file in read}:
        raise UsageError(f"{written} would replace what is read: name another file")


def _check_example(options: Options, example: Path) -> None:
    if not (options.fix and options.unsafe_fixes) or options.diff:
        raise UsageError("--write-env-example goes with --fix --unsafe-fixes")
    if is_folder(example) or not is_folder(example.parent):
        raise UsageError(f"{example} cannot be written: name a file in a folder")


def _settings(options: Options) -> Settings:
    """The settings of the run, those of the command line above all others."""
    selected = chosen(options.select.split(","), "--select") if options.select else None
    ignored = chosen(options.ignore.split(","), "--ignore") if options.ignore else frozenset()

    def adapt(config: Config) -> Config:
        if selected is not None:
            config = replace(config, select=selected, ignore=config.ignore - selected)
        return replace(config, ignore=config.ignore | ignored)

    return Settings(policy=options.config, isolated=options.isolated, adapt=adapt)


def _exit_code(options: Options, result: Result, changed: int = 0) -> ExitCode:
    """`changed` are files that a diff shows."""
    if result.errors:
        return ExitCode.TROUBLE
    counting = [
        each
        for each in result.findings
        if options.fail_on == "warning" or each.severity == options.fail_on
    ]
    left = options.fail_on != "never" and (bool(changed) if options.diff else bool(counting))
    return ExitCode.FINDINGS if left else ExitCode.CLEAN


def _update(options: Options, work: _Task, known: Baselines) -> ExitCode:
    """Writes the baselines, and reports what is left; what was found is told in any case."""
    outcome = work.found()
    failed, changed = None, []
    try:
        changed = known.update(outcome.result, work.scope)
    except UsageError as error:
        failed = error
    outcome = work.without(known, outcome)
    report(options, outcome)
    if failed:
        raise failed
    for sentence in changed:
        say(sentence, err=True)
    return _exit_code(options, outcome.result)


def _ignore(options: Options, work: _Task, known: Baselines) -> ExitCode:
    """Writes suppressions for what is found of some rules, and reports what is left."""
    from kintone_lint.codes import UNUSED
    from kintone_lint.fix.ignoring import add_ignores

    rules = chosen((options.add_ignore or "").split(","), "--add-ignore")
    if rules == {UNUSED}:
        raise UsageError(f"{UNUSED} cannot be suppressed: --fix removes what has no effect")
    done = add_ignores(work.new(known), rules)
    outcome = replace(work, errors=(*work.errors, *done.failed)).new(known)
    report(options, outcome)
    suppressed = f"{counted(done.findings, 'finding')} suppressed in {counted(done.files, 'file')}"
    left = f"; {done.left} left: no comment can be put on their lines" if done.left else ""
    say(f"{suppressed}{left}.", err=True)
    return _exit_code(options, outcome.result)


def _stdin(options: Options, paths: list[Path]) -> tuple[Path, bytes] | None:
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
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"the standard input cannot be read: {error.strerror}") from None


def _folder(path: Path) -> Path:
    return path if is_folder(path) else path.parent


def _fix(options: Options, work: _Task, known: Baselines) -> ExitCode:
    """Writes the fixes and reports what is left, or shows them and changes nothing."""

    from kintone_lint.fix.apply import changes, write

    outcome = work.new(known)
    changed = changes(outcome, known, work.wanted, unsafe=options.unsafe_fixes)
    if options.diff:
        report_diff(changed, outcome, unsafe=options.unsafe_fixes)
        return _exit_code(options, outcome.result, len(changed))
    if work.stdin:
        content = changed[0].fixed.raw if changed else work.stdin[1]
        show_bytes(content)
        work = replace(work, stdin=(work.stdin[0], content))
    failed = [] if work.stdin else write(changed)
    if changed:  # the cause of a finding can stand in another file: all of them are linted again
        outcome = replace(work, errors=(*work.errors, *failed)).new(known)
    gone = {each.path for each in failed}
    changed = [each for each in changed if each.source.path not in gone]
    report(options, outcome, changed)
    if options.write_env_example:
        from kintone_lint.fix.change import variables_read
        from kintone_lint.fix.env_example import add_variables

        add_variables(options.write_env_example, variables_read(changed))
    return _exit_code(options, outcome.result)
