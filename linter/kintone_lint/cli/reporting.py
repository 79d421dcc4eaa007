"""Where reports go: files first, then the standard output, each in its format."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from kintone_lint.cli.options import Options, Target
from kintone_lint.engine.run import Outcome
from kintone_lint.errors import UsageError
from kintone_lint.escaping import visible
from kintone_lint.findings import Finding, Result, Variables
from kintone_lint.fix.change import Change, variables_read
from kintone_lint.left_out import no_files
from kintone_lint.output.style import Style
from kintone_lint.streams import columns, say, show

FOR_PEOPLE = ("text", "concise")


def print_errors(result: Result) -> None:
    """Says on the standard error what could not be looked at."""
    for error in result.errors:
        place = f"{error.path}:{error.line}" if error.line else error.path
        say(f"{place}: {error.sentence}", err=True)


def report(
    options: Options,
    outcome: Outcome,
    changed: Sequence[Change] | None = None,
    *,
    code: bool = True,
) -> None:
    """Writes and prints what a run found; files before anything else.

    `changed` are files that were fixed before it. Without `code` a report for people has a line for
    each finding, and none of the file. Raises UsageError if a file cannot be written, after the
    rest is said.
    """
    rewritten = changed is not None and Path("-") in options.paths
    variables = variables_read(changed or ())
    fixed = [finding for each in changed or () for finding in each.findings]
    rendered = partial(
        _rendered, options, outcome=outcome, fixed=fixed, variables=variables, code=code
    )
    *written, printed = options.targets
    failed = [
        why
        for target in written
        if target.file is not None and (why := _write(target.file, rendered(target)))
    ]
    style = _style(sys.stderr if rewritten else sys.stdout)
    text = rendered(printed, style=style)
    show(text, err=rewritten)
    counted = options.statistics and printed.form in FOR_PEOPLE
    if counted:
        print_errors(outcome.result)
    if (counted or printed.form not in FOR_PEOPLE) and not options.quiet:
        _print_beside(outcome.result, variables)
    if options.debug:
        _print_details(outcome.result)
    if failed:
        raise UsageError("; ".join(failed))


def _print_details(result: Result) -> None:
    from kintone_lint.kintone.masking import masked_quotes

    for error in result.errors:
        show(visible(masked_quotes(error.details), "\n"), err=True)


def report_diff(changed: Sequence[Change], outcome: Outcome, *, unsafe: bool) -> None:
    """Shows what would change, with secrets masked; on the standard error why nothing would."""
    from kintone_lint.output import diff
    from kintone_lint.output.redacting import redacted

    shown, masked = "", False
    for each in changed:
        before, after = (redacted(file, outcome.secrets) for file in (each.source, each.fixed))
        patch = diff.render(each.source.path, before, after)
        masked |= patch != diff.render(each.source.path, each.source.text, each.fixed.text)
        shown += patch
    show(diff.NOTE + shown if masked else shown)
    if not changed:
        say(diff.nothing(outcome.result.findings, unsafe=unsafe), err=True)
    print_errors(outcome.result)
    print_left_out(outcome.result)


def _print_beside(result: Result, variables: Variables) -> None:
    """What users need to know if they do not see the summary."""
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
    target: Target,
    outcome: Outcome,
    fixed: Sequence[Finding],
    variables: Variables,
    code: bool,
    style: Style | None = None,
) -> str:
    """A report; one for the standard output has a style."""
    if target.form not in FOR_PEOPLE:
        from kintone_lint.output import formats

        linted = (*(job.source for job in outcome.jobs), *outcome.texts)
        return formats.rendered(target.form, outcome.result, linted)
    from kintone_lint.output import text

    if options.statistics and style:
        return text.statistics(outcome.result)
    style = style or Style()
    return text.render(
        outcome.result,
        style if target.form == "text" else Style(style.colour),
        (*(job.source for job in outcome.jobs), *outcome.texts),
        outcome.secrets,
        full=target.form == "text" and code,
        fixed=fixed,
        variables=variables,
        quiet=options.quiet,
    )


def _write(file: Path, report: str) -> str:
    """Writes a report; returns what went wrong, "" if nothing did."""
    from kintone_lint.writing import write_whole

    try:
        write_whole(file, report.encode("utf-8", "backslashreplace"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        return f"{file} was not written: {reason}; an existing file is left as it was"
    return ""


def _style(stream: object) -> Style:
    """What a stream shows: no wrapping if it is not a terminal."""
    terminal = bool(getattr(stream, "isatty", lambda: False)())
    return Style(_colour(terminal=terminal), columns() if terminal else None)


def _colour(*, terminal: bool) -> bool:
    """Whether there is colour; the variables count as they do for Python's own tracebacks."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return terminal and os.environ.get("TERM") != "dumb"
