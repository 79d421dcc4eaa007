"""Where a report goes: the standard output or a file, in the format that was asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from kintone_lint.cli.options import Options
from kintone_lint.engine.run import Outcome
from kintone_lint.errors import UsageError
from kintone_lint.escaping import visible
from kintone_lint.findings import Finding, Result, Variables
from kintone_lint.fix.change import Change, variables_read
from kintone_lint.left_out import no_files
from kintone_lint.streams import say, show


def print_errors(result: Result) -> None:
    """Says on the standard error what could not be looked at."""
    for error in result.errors:
        place = f"{error.path}:{error.line}" if error.line else error.path
        say(f"{place}: not linted: {error.message}", err=True)


def report(options: Options, outcome: Outcome, changed: Sequence[Change] | None = None) -> None:
    """Writes or prints what a run found; a file before anything else.

    `changed` are files that were put right before it. Raises UsageError where the file cannot be
    written, after the rest is said.
    """
    rewritten = changed is not None and Path("-") in options.paths
    fixed = [finding for each in changed or () for finding in each.findings]
    variables = variables_read(changed or ())
    colour = options.output_file is None and _colour(sys.stderr if rewritten else sys.stdout)
    text = _rendered(options, outcome, fixed, variables, colour=colour)
    failed = ""
    if options.output_file is None:
        show(text, err=rewritten)
    else:
        failed = _write(options.output_file, text)
    machine = options.output_format != "text"
    if options.output_file is not None or (options.statistics and not machine):
        print_errors(outcome.result)
    if options.output_file is not None or options.statistics or machine:
        _print_beside(outcome.result, variables)
    if options.debug:
        _print_details(outcome.result)
    if failed:
        raise UsageError(failed)


def _print_details(result: Result) -> None:
    from kintone_lint.kintone.masking import masked_quotes

    for error in result.errors:
        show(visible(masked_quotes(error.details), "\n"), err=True)


def report_diff(changed: Sequence[Change], outcome: Outcome, *, unsafe: bool) -> None:
    """Shows what would change, with secrets masked; on the standard error why nothing would."""
    from kintone_lint.output import diff
    from kintone_lint.output.redacting import redacted

    for number, each in enumerate(changed):
        before, after = (redacted(file, outcome.secrets) for file in (each.source, each.fixed))
        note = "" if number else diff.NOTE
        show(note + diff.render(each.source.path, before, after))
    if not changed:
        say(diff.nothing(outcome.result.findings, unsafe=unsafe), err=True)
    print_errors(outcome.result)
    print_left_out(outcome.result)


def _print_beside(result: Result, variables: Variables) -> None:
    """What a user has to know who does not see the summary."""
    if variables:
        from kintone_lint.output.text import to_do

        for line in to_do(variables):
            say(line, err=True)
    if not result.files and not result.errors:
        say(no_files(result.left_out), err=True)
    print_left_out(result)


def print_left_out(result: Result) -> None:
    """Says on the standard error what was not looked at, and why git was not asked."""
    for line in result.left_out.lines():
        say(line, err=True)


def _rendered(
    options: Options,
    outcome: Outcome,
    fixed: Sequence[Finding],
    variables: Variables,
    *,
    colour: bool,
) -> str:
    if options.output_format != "text":
        from kintone_lint.output import formats

        linted = (job.source for job in outcome.jobs)
        return formats.rendered(options.output_format, outcome.result, linted)
    from kintone_lint.output import text

    if options.statistics:
        return text.statistics(outcome.result)
    return text.render(outcome.result, colour=colour, fixed=fixed, variables=variables)


def _write(file: Path, report: str) -> str:
    """Writes a report; what went wrong with it, or nothing."""
    from kintone_lint.writing import write_whole

    try:
        write_whole(file, report.encode("utf-8", "backslashreplace"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        return f"{file} was not written: {reason}; an older file there is untouched"
    return ""


def _colour(stream: object) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    return bool(getattr(stream, "isatty", lambda: False)())
