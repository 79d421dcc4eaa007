"""The command line of kintone-lint."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from kintone_lint.discover import discover, is_folder
from kintone_lint.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from kintone_lint.cache import Cache
    from kintone_lint.config import Config
    from kintone_lint.findings import Finding, Result, Trouble
    from kintone_lint.known import Known
    from kintone_lint.run import Outcome

_FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "rdjson")
_EXAMPLES = """\
examples:
  kintone-lint check                    lint the Python files of the current folder
  kintone-lint check src app.py --fix   put right what is safe to put right
  kintone-lint check --diff             show what --fix would change, and change nothing
  kintone-lint check --select KL1       credentials only
  kintone-lint check --baseline known.json --write-baseline    live with what is there
  kintone-lint rule KL101               explain a rule

exit codes: 0 clean, 1 findings, 2 something could not be done or looked at
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see {self.prog} --help")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit code."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        return int(_run(_parser().parse_args(words)))
    except UsageError as error:
        print(f"kintone-lint: {error}", file=sys.stderr)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        print("kintone-lint: interrupted", file=sys.stderr)
        return 130
    except Exception as error:
        if "--debug" in words:
            raise
        kind = type(error).__name__
        print(
            f"kintone-lint: a defect of kintone-lint itself ({kind}); --debug shows where",
            file=sys.stderr,
        )
    return int(ExitCode.TROUBLE)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="kintone-lint",
        description="Finds hard-coded Kintone credentials and wrong guest-space paths.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="store_true", help="print the version and leave")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    check = commands.add_parser(
        "check",
        help="lint files and folders",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    check.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="default: .")
    check.add_argument("--fix", action="store_true", help="apply the safe fixes")
    check.add_argument("--unsafe-fixes", action="store_true", help="apply the unsafe ones too")
    check.add_argument("--diff", action="store_true", help="show the fixes, change nothing")
    check.add_argument("--select", metavar="RULES", help="only these: KL101,KL2,guest-path-order")
    check.add_argument("--ignore", metavar="RULES", help="all but these")
    check.add_argument("--output-format", choices=_FORMATS, default="text")
    check.add_argument("--output-file", type=Path, metavar="FILE", help="default: standard output")
    check.add_argument(
        "--baseline", type=Path, metavar="FILE", help="findings to live with: leave them out"
    )
    check.add_argument(
        "--write-baseline",
        action="store_true",
        help="write what this run finds into it (a changed password stays excused, a token not)",
    )
    check.add_argument("--no-cache", action="store_true", help="read and judge every file anew")
    check.add_argument("--cache-dir", type=Path, metavar="DIR", help="default: .kintone_lint_cache")
    check.add_argument("--stdin-filename", type=Path, metavar="F", help="the name of PATH -")
    check.add_argument(
        "--config", type=Path, metavar="FILE", help="a policy above the repository's"
    )
    check.add_argument("--isolated", action="store_true", help="read no pyproject.toml")
    check.add_argument("--exit-zero", action="store_true", help="findings do not fail the run")
    check.add_argument("--statistics", action="store_true", help="count the findings of each rule")
    check.add_argument("--no-screen", action="store_true", help=argparse.SUPPRESS)
    check.add_argument("--debug", action="store_true", help="show the traceback of a defect")
    rule = commands.add_parser("rule", help="explain a rule")
    rule.add_argument("rule", metavar="CODE")
    commands.add_parser("rules", help="list the rules")
    return parser


def _run(options: argparse.Namespace) -> ExitCode:
    if options.version:
        from importlib.metadata import version

        print(f"kintone-lint {version('kintone-conformance')}")
        return ExitCode.CLEAN
    if options.command == "check":
        return _check(options)
    if options.command == "rule":
        from kintone_lint.explain import explained

        print(explained(options.rule), end="")
        return ExitCode.CLEAN
    if options.command == "rules":
        from kintone_lint.explain import listed

        print(listed(), end="")
        return ExitCode.CLEAN
    raise UsageError("name a command: check, rule or rules; see kintone-lint --help")


def _check(options: argparse.Namespace) -> ExitCode:
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
        print_errors(outcome.result)
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
        print_errors(result)
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


def print_errors(result: Result) -> None:
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
        print_errors(outcome.result)


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
