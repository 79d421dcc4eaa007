"""Where a report goes: the standard output or a file, in the format that was asked for."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kintone_lint.errors import UsageError
from kintone_lint.left_out import no_files

if TYPE_CHECKING:
    from kintone_lint.findings import Finding, Result
    from kintone_lint.fixing import Change
    from kintone_lint.output.text import Variables
    from kintone_lint.run import Outcome


def print_errors(result: Result) -> None:
    """Says on the standard error what could not be looked at."""
    for error in result.errors:
        place = f"{error.path}:{error.line}" if error.line else error.path
        print(f"{place}: not linted: {error.message}", file=sys.stderr)


def report(
    options: argparse.Namespace, outcome: Outcome, changed: Sequence[Change] | None = None
) -> None:
    """Prints or writes what a run found. `changed` are files that were put right before it."""
    rewritten = changed is not None and Path("-") in options.paths
    fixed = [finding for each in changed or () for finding in each.findings]
    variables = _variables(changed or ())
    stream = sys.stderr if rewritten else sys.stdout
    colour = options.output_file is None and _colour(stream)
    text = _rendered(options, outcome, fixed, variables, colour=colour)
    if options.output_file is None:
        stream.write(text)
    else:
        _write(options.output_file, text)
    machine = options.output_format != "text"
    if options.output_file is not None or (options.statistics and not machine):
        print_errors(outcome.result)
    if options.output_file is not None or options.statistics or machine:
        _print_beside(outcome.result, variables)


def _variables(changed: Sequence[Change]) -> Variables:
    if not changed:
        return {}
    from kintone_lint.fixing import variables

    return variables(changed)


def _print_beside(result: Result, variables: Variables) -> None:
    """What a user has to know who does not see the summary."""
    if variables:
        from kintone_lint.output.text import to_do

        print("\n".join(to_do(variables)), file=sys.stderr)
    if not result.files and not result.errors:
        print(no_files(result.left_out), file=sys.stderr)
    print_left_out(result)


def print_left_out(result: Result) -> None:
    """Says on the standard error what was not looked at, and why git was not asked."""
    for line in result.left_out.lines():
        print(line, file=sys.stderr)


def _rendered(
    options: argparse.Namespace,
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
