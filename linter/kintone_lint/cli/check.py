"""The command `check`: from its options to a report and an exit code."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from kintone_lint.baseline.baselines import Baselines
from kintone_lint.cli.options import Options
from kintone_lint.cli.reporting import report, report_diff
from kintone_lint.cli.task import Task, named_files, of_shard, task_of
from kintone_lint.config import chosen
from kintone_lint.counting import counted
from kintone_lint.errors import ExitCode, UsageError
from kintone_lint.files.walking import is_folder
from kintone_lint.findings import Result
from kintone_lint.python.source import MAX_BYTES, is_python
from kintone_lint.streams import say, show_bytes


def check(options: Options) -> ExitCode:
    """Lints, fixes or shows what would be fixed, and reports. Raises UsageError."""
    if options.diff and options.files:
        raise UsageError(
            f"--diff prints changes and makes no report: it cannot write {options.files[0]}"
        )
    paths = options.paths or [Path()]
    stdin = _stdin(options, paths)
    fixing = options.fix or options.diff
    if options.unsafe_fixes and not fixing:
        raise UsageError("--unsafe-fixes needs --fix or --diff")
    if options.write_env_example:
        _check_example(options, options.write_env_example)
    if options.update_baseline and (fixing or stdin):
        raise UsageError("--update-baseline cannot be combined with --fix, --diff or stdin")
    if options.add_ignore and (fixing or stdin or options.update_baseline):
        raise UsageError(
            "--add-ignore cannot be combined with --fix, --diff, --update-baseline or stdin"
        )
    paths = paths if stdin else of_shard(options, paths)
    work = task_of(options, paths, stdin)
    if options.show_files or options.show_settings:
        return _show(options, work, named_files(paths, stdin))
    known = Baselines(
        options.baseline,
        _folder(stdin[0] if stdin else next(iter(paths), Path())),
        lambda file: work.settings.of(file).baseline,
        [*named_files(paths, stdin), *work.files],
        writing=options.update_baseline,
        checkouts=work.checkouts,
    )
    written = [*options.files, *([options.write_env_example] if options.write_env_example else [])]
    code = [file for file in work.files if is_python(file.name)]
    for file in written:
        _apart(file, [*code, *known.files])
    work = work.without_files([*written, *known.files])
    if fixing:
        return _fix(options, work, known)
    if options.update_baseline:
        return _update(options, work, known)
    if options.add_ignore:
        return _ignore(options, work, known)
    outcome = work.new(known)
    report(options, outcome)
    return exit_code(options, outcome.result)


def _show(options: Options, work: Task, named: list[Path]) -> ExitCode:
    """What would be linted, or with which settings."""
    from kintone_lint.cli.showing import show_files, show_settings

    result = Result(errors=work.errors, left_out=work.left_out, files=len(work.linted))
    if options.show_settings:
        return show_settings(work.linted, result, work.settings, named, as_json=options.as_json)
    return show_files(work.linted, result, as_json=options.as_json)


def _apart(written: Path, read: list[Path]) -> None:
    """Checks that nothing that is read is overwritten. Raises UsageError."""
    if written.resolve() in {file.resolve() for file in read}:
        raise UsageError(
            f"{written} is read by this run, and would be overwritten; name another file"
        )


def _check_example(options: Options, example: Path) -> None:
    if not (options.fix and options.unsafe_fixes) or options.diff:
        raise UsageError("--write-env-example needs --fix --unsafe-fixes")
    if is_folder(example) or not is_folder(example.parent):
        raise UsageError(f"{example} cannot be written: name a file in an existing folder")


def exit_code(options: Options, result: Result, changed: int = 0) -> ExitCode:
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


def _update(options: Options, work: Task, known: Baselines) -> ExitCode:
    """Writes the baselines, and reports what is left; what was found is reported in any case."""
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
    return exit_code(options, outcome.result)


def _ignore(options: Options, work: Task, known: Baselines) -> ExitCode:
    """Writes suppressions for what is found of some rules, and reports what is left."""
    from kintone_lint.codes import UNUSED
    from kintone_lint.fix.ignoring import add_ignores

    rules = chosen((options.add_ignore or "").split(","), "--add-ignore")
    if rules == {UNUSED}:
        raise UsageError(
            f"{UNUSED} cannot be suppressed: --fix removes suppressions without effect"
        )
    done = add_ignores(work.new(known), rules)
    outcome = replace(work, errors=(*work.errors, *done.failed)).new(known)
    report(options, outcome)
    suppressed = f"{counted(done.findings, 'finding')} suppressed in {counted(done.files, 'file')}"
    say(f"{suppressed}{_without_comment(done.left, done.elsewhere)}.", err=True)
    return exit_code(options, outcome.result)


def _without_comment(left: int, elsewhere: int) -> str:
    """The sentence about findings that got no comment."""
    said = ""
    if left:
        said += f"; {left} left: no comment can be added to the line"
    if elsewhere:
        said += (
            f"; {elsewhere} left: --add-ignore writes to Python files only; "
            "write the comment yourself or use a baseline"
        )
    return said


def _stdin(options: Options, paths: list[Path]) -> tuple[Path, bytes] | None:
    if Path("-") not in paths:
        if options.stdin_filename:
            raise UsageError("--stdin-filename needs - as the only path")
        return None
    if len(paths) > 1:
        raise UsageError("- must be the only path: stdin and files cannot be checked together")
    name = options.stdin_filename or Path("stdin.py")
    return name, _read_stdin()


def _read_stdin() -> bytes:
    if sys.stdin is None:
        raise UsageError("stdin is closed: there is nothing to read for -")
    try:
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"stdin cannot be read: {error.strerror}") from None


def _folder(path: Path) -> Path:
    return path if is_folder(path) else path.parent


def _fix(options: Options, work: Task, known: Baselines) -> ExitCode:
    """Writes the fixes and reports what is left, or shows them and changes nothing."""

    from kintone_lint.fix.apply import changes, write

    outcome = work.new(known)
    changed = changes(outcome, known, work.wanted, unsafe=options.unsafe_fixes)
    if options.diff:
        report_diff(changed, outcome, unsafe=options.unsafe_fixes)
        return exit_code(options, outcome.result, len(changed))
    if work.stdin:
        content = changed[0].fixed.raw if changed else work.stdin[1]
        show_bytes(content)
        work = replace(work, stdin=(work.stdin[0], content))
    failed = [] if work.stdin else write(changed)
    if changed:  # the cause of a finding can be in another file: all of them are linted again
        outcome = replace(work, errors=(*work.errors, *failed)).new(known)
    gone = {each.path for each in failed}
    changed = [each for each in changed if each.source.path not in gone]
    report(options, outcome, changed)
    if options.write_env_example:
        from kintone_lint.fix.change import variables_read
        from kintone_lint.fix.env_example import add_variables

        add_variables(options.write_env_example, variables_read(changed))
    return exit_code(options, outcome.result)
