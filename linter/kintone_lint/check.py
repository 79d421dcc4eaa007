"""The command `check`: from its options to a report and an exit code."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kintone_lint.discover import discover, is_folder
from kintone_lint.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from kintone_lint.cache import Cache
    from kintone_lint.config import Config
    from kintone_lint.findings import Finding, Result, Trouble
    from kintone_lint.known import Known
    from kintone_lint.run import Outcome


def check(options: argparse.Namespace) -> ExitCode:
    """Lints, fixes or shows what would be fixed, and reports. Raises UsageError."""
    from dataclasses import replace

    from kintone_lint import config as configuration
    from kintone_lint.known import known_by
    from kintone_lint.run import run

    if options.diff and options.output_file:
        raise UsageError("--diff writes to the standard output: leave --output-file out")
    paths = options.paths or [Path()]
    stdin = _stdin(options, paths)
    folder = _folder(stdin[0] if stdin else paths[0])
    config = configuration.load(folder, policy=options.config, isolated=options.isolated)
    if options.select:
        chosen = configuration.chosen(options.select.split(","), "--select")
        config = replace(config, select=chosen, ignore=config.ignore - chosen)
    if options.ignore:
        ignored = configuration.chosen(options.ignore.split(","), "--ignore")
        config = replace(config, ignore=config.ignore | ignored)

    fixing = options.fix or options.unsafe_fixes or options.diff
    if options.write_baseline and (fixing or stdin):
        raise UsageError("--write-baseline stands alone: fix first, and name files or folders")
    baseline = options.baseline or config.baseline
    known = known_by(baseline, folder, writing=options.write_baseline)
    files: list[Path] = []
    errors: list[Trouble] = []
    if stdin is None:
        files, errors = discover(paths, config)
    given = not any(is_folder(path) for path in paths)
    cache = None if given or fixing or options.no_screen else _cache(options, config, folder)
    outcome = run(
        files, config, given=given, stdin=stdin, screened=not options.no_screen, cache=cache
    )
    outcome.result = replace(outcome.result, errors=(*errors, *outcome.result.errors))
    if options.write_baseline:
        known = _rewritten(known, outcome.result)
    outcome.result = known.applied(outcome.result, whole=not given)
    fixed = 0
    if fixing:
        fixed = _fix(options, outcome, config, known, stdin=stdin)
    if options.diff:
        _print_errors(outcome.result)
    else:
        _print(options, outcome, fixed, stdin=stdin is not None)
    if outcome.result.errors:
        return ExitCode.TROUBLE
    left = bool(outcome.result.findings) if not options.diff else fixed > 0
    return ExitCode.FINDINGS if left and not options.exit_zero else ExitCode.CLEAN


def _cache(options: argparse.Namespace, config: Config, folder: Path) -> Cache | None:
    if options.no_cache:
        return None
    from kintone_lint.cache import FOLDER, Cache
    from kintone_lint.imports import project_of

    return Cache(options.cache_dir or project_of(folder) / FOLDER, config, options.paths)


def _rewritten(known: Known, result: Result) -> Known:
    if result.errors:
        _print_errors(result)
        raise UsageError("the baseline was not written: put these files right, or exclude them")
    return known.rewritten(result.findings)


def _stdin(options: argparse.Namespace, paths: list[Path]) -> tuple[Path, bytes] | None:
    if Path("-") not in paths:
        if options.stdin_filename:
            raise UsageError("--stdin-filename needs - as the path")
        return None
    if len(paths) > 1:
        raise UsageError("- stands alone: nothing else is linted with the standard input")
    name = options.stdin_filename or Path("stdin.py")
    return name, sys.stdin.buffer.read()


def _folder(path: Path) -> Path:
    return path if is_folder(path) else path.parent


def _fix(
    options: argparse.Namespace,
    outcome: Outcome,
    config: Config,
    known: Known,
    *,
    stdin: tuple[Path, bytes] | None,
) -> int:
    """Applies the fixes, or shows them; gives how many findings they put right."""
    from dataclasses import replace

    from kintone_lint.codes import UNUSED
    from kintone_lint.engine import lint
    from kintone_lint.findings import Finding, Trouble
    from kintone_lint.fixes import fixed
    from kintone_lint.masking import masked, worth_masking
    from kintone_lint.project import Project
    from kintone_lint.run import shown
    from kintone_lint.source import Source
    from kintone_lint.writing import write_whole

    total = 0
    left: list[Finding] = list(outcome.result.findings)
    errors = list(outcome.result.errors)
    noted = False
    for number, job in enumerate(outcome.jobs):
        mine = [each for each in left if each.span.path == job.source.path]
        if not any(each.fix for each in mine):
            continue

        def relint(source: Source, imported: bool = job.imported) -> list[Finding]:
            found = lint(source, Project(shown), config, imported=imported).findings
            return known.new(
                each for each in found if each.rule != UNUSED or each.span not in outcome.used
            )

        text, count = fixed(job.source, mine, relint, unsafe=options.unsafe_fixes)
        if not count:
            continue
        if options.diff:
            from kintone_lint.output import diff

            hidden = worth_masking(outcome.secrets)
            before, after = (masked(each, hidden) for each in (job.source.text, text))
            if not noted:
                print(diff.NOTE, end="")
                noted = True
            print(diff.render(job.source.path, before, after), end="")
            total += count
            continue
        source = Source(job.source.path, job.source.file, job.source.encoded(text))
        if stdin:
            sys.stdout.buffer.write(source.raw)
        else:
            try:
                write_whole(job.source.file, source.raw)
            except OSError as error:
                reason = error.strerror or type(error).__name__
                errors.append(Trouble(job.source.path, f"the fix could not be written: {reason}"))
                continue
        outcome.jobs[number] = replace(job, source=source)
        total += count
        left = [each for each in left if each.span.path != job.source.path]
        left += relint(source)
    if stdin and not options.diff and not total:
        sys.stdout.buffer.write(stdin[1])
    left.sort(key=Finding.place)
    outcome.result = replace(outcome.result, findings=tuple(left), errors=tuple(errors))
    return total


def _print_errors(result: Result) -> None:
    for error in result.errors:
        place = f"{error.path}:{error.line}" if error.line else error.path
        print(f"{place}: not linted: {error.message}", file=sys.stderr)


def _print(options: argparse.Namespace, outcome: Outcome, fixed: int, *, stdin: bool) -> None:
    rewritten = stdin and (options.fix or options.unsafe_fixes)
    stream = sys.stderr if rewritten else sys.stdout
    colour = options.output_file is None and _colour(stream)
    report = _rendered(options, outcome, fixed, colour=colour)
    if options.output_file is None:
        stream.write(report)
    else:
        _write(options.output_file, report)
    counted = options.output_format == "text" and options.statistics
    if counted or options.output_file is not None:
        _print_errors(outcome.result)


def _rendered(options: argparse.Namespace, outcome: Outcome, fixed: int, *, colour: bool) -> str:
    if options.output_format != "text":
        from kintone_lint.output import formats

        linted = (job.source for job in outcome.jobs)
        return formats.rendered(options.output_format, outcome.result, linted)
    from kintone_lint.output import text

    if options.statistics:
        return text.statistics(outcome.result)
    return text.render(outcome.result, colour=colour, fixed=fixed)


def _write(file: Path, report: str) -> None:
    from kintone_lint.writing import write_whole

    try:
        write_whole(file, report.encode("utf-8", "backslashreplace"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(
            f"{file} was not written: {reason}; an older file there is untouched"
        ) from error


def _colour(stream: object) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    return bool(getattr(stream, "isatty", lambda: False)())
