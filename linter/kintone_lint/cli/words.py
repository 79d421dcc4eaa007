"""The words that the command line understands, and what they mean to whoever types them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from kintone_lint.errors import UsageError
from kintone_lint.streams import columns

FORMATS = {
    "text": "findings with the lines of the code, for people",
    "concise": "one line a finding",
    "json": "all that is known, for scripts",
    "sarif": "SARIF 2.1.0, for GitHub code scanning and others",
    "github": "annotations of GitHub Actions",
    "gitlab": "a Code Quality report of GitLab",
    "junit": "JUnit XML",
    "rdjson": "reviewdog's format",
}
FAIL_ON = ("warning", "error", "never")
CONFIDENCES = ("low", "medium", "high")
SHELLS = ("bash", "zsh", "fish")
COMMANDS = {
    "check": "lint files and folders",
    "history": "search all commits of repositories for credentials",
    "explain": "explain a rule",
    "rules": "list the rules",
    "completion": "print a script that completes commands in a shell",
}
OLD_NAMES = {"rule": "explain"}  # for one release
_EXAMPLES = """\
examples:
  kintone-lint check                    lint the files of the current folder
  kintone-lint check src app.py --fix   fix what is safe to fix
  kintone-lint check --diff             show what --fix would change, and change nothing
  kintone-lint check --select KL1       credentials only
  kintone-lint check --output-format sarif=lint.sarif   write a report, and print the findings
  kintone-lint check --baseline known.json --update-baseline   accept what is there today
  kintone-lint history                  search all commits for credentials
  kintone-lint explain KL101            explain a rule

exit codes: 0 no findings, 1 findings, 2 something could not be done or looked at
systems: Linux, macOS, Windows
"""

_HISTORY = """\
Each version of each file is looked at once, in all branches, tags and other refs. Nothing is
fetched, run or changed. Each secret is one finding, where it was written last.

exit codes: 0 no findings, 1 findings, 2 something is missing or could not be looked at
"""


class Parser(argparse.ArgumentParser):
    """One that raises UsageError, and knows its options by their whole names only."""

    def __init__(self, **settings: object) -> None:
        super().__init__(
            formatter_class=_formatter,
            allow_abbrev=False,
            **settings,  # type: ignore[arg-type]
        )

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see {self.prog} --help")

    def options(self) -> Iterator[argparse.Action]:
        """The options that --help shows."""
        return (
            each for each in self._actions if each.option_strings and each.help != argparse.SUPPRESS
        )

    def commands(self) -> dict[str, Parser]:
        """The parser of each command."""
        for each in self._actions:
            if isinstance(each, argparse._SubParsersAction):
                return {name: parser for name, parser in each.choices.items() if name in COMMANDS}
        return {}


def _formatter(prog: str) -> argparse.HelpFormatter:
    """One that knows its width: else argparse asks for it by way of shutil, for each option."""
    return argparse.RawDescriptionHelpFormatter(prog, width=columns() - 2)


def parser() -> Parser:
    """The whole command line."""
    whole = Parser(
        prog="kintone-lint",
        description="Finds hard-coded Kintone credentials and wrong guest-space paths.",
        epilog=_EXAMPLES,
    )
    whole.add_argument("-V", "--version", action="store_true", help="print the version and exit")
    commands = whole.add_subparsers(
        dest="command",
        metavar="COMMAND",
        parser_class=Parser,
    )
    check = commands.add_parser(
        "check",
        help=COMMANDS["check"],
        usage="kintone-lint check [OPTION ...] [PATH ...]",
        epilog=_EXAMPLES,
    )
    check.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="default: .")
    _add_rules(check)
    _add_fixes(check)
    _add_output(check)
    _add_accepting(check)
    _add_files(check)
    _add_old(check)
    _add_history(
        commands.add_parser(
            "history",
            help=COMMANDS["history"],
            usage="kintone-lint history [OPTION ...] [REPOSITORY ...]",
            epilog=_HISTORY,
        )
    )
    for name in ("explain", *OLD_NAMES):
        settings = {"help": COMMANDS[name]} if name in COMMANDS else {}
        explain = commands.add_parser(name, **settings)  # type: ignore[arg-type]
        explain.add_argument("word", metavar="CODE", help="such as KL101 or hardcoded-api-token")
    commands.add_parser("rules", help=COMMANDS["rules"])
    completion = commands.add_parser("completion", help=COMMANDS["completion"])
    completion.add_argument("word", metavar="SHELL", help=", ".join(SHELLS))
    return whole


def _add_history(history: Parser) -> None:
    history.add_argument("paths", nargs="*", type=Path, metavar="REPOSITORY", help="default: .")
    _add_rules(history)
    _add_output(history)
    group = history.add_argument_group("accepting findings")
    group.add_argument(
        "--baseline", type=Path, metavar="FILE", help="leave out the findings that FILE lists"
    )
    group.add_argument(
        "--update-baseline",
        action="store_true",
        help="add what this run finds to the baseline, once it is revoked",
    )
    group = history.add_argument_group("settings")
    group.add_argument(
        "--config", type=Path, metavar="FILE", help="a policy above the repository's settings"
    )
    group.add_argument("--isolated", action="store_true", help="read no pyproject.toml")


def _add_rules(check: Parser) -> None:
    group = check.add_argument_group("which findings")
    group.add_argument(
        "--select", metavar="RULES", help="only these rules: KL101,KL2,guest-path-order"
    )
    group.add_argument("--ignore", metavar="RULES", help="all rules but these")
    group.add_argument(
        "--min-confidence",
        metavar="LEVEL",
        help="leave out findings that are less sure: low, medium or high; default: low",
    )
    group.add_argument(
        "--fail-on",
        metavar="LEVEL",
        help="what makes the exit code 1: warning (the default), error, or never",
    )
    group.add_argument("--exit-zero", action="store_true", help="the same as --fail-on never")


def _add_fixes(check: Parser) -> None:
    group = check.add_argument_group("fixes")
    group.add_argument("--fix", action="store_true", help="apply the safe fixes")
    group.add_argument(
        "--unsafe-fixes", action="store_true", help="with --fix or --diff: the unsafe ones too"
    )
    group.add_argument(
        "--diff", action="store_true", help="show the fixes and change nothing, even with --fix"
    )
    group.add_argument(
        "--write-env-example",
        type=Path,
        metavar="FILE",
        help="with --fix --unsafe-fixes: add the variables to FILE, without their values",
    )


def _add_output(check: Parser) -> None:
    group = check.add_argument_group("output")
    group.add_argument(
        "--output-format",
        action="append",
        metavar="FORMAT[=FILE]",
        help=f"{', '.join(FORMATS)}; default: text. May be repeated; FORMAT=FILE writes to FILE",
    )
    group.add_argument(
        "--output-file",
        type=Path,
        metavar="FILE",
        help="write the report to FILE, and print the findings as text",
    )
    group.add_argument(
        "-q", "--quiet", action="store_true", help="print findings and errors only, no summary"
    )
    group.add_argument("--statistics", action="store_true", help="count the findings of each rule")
    group.add_argument("--debug", action="store_true", help="show the traceback of a defect")


def _add_accepting(check: Parser) -> None:
    group = check.add_argument_group("accepting findings")
    group.add_argument(
        "--baseline", type=Path, metavar="FILE", help="leave out the findings that FILE lists"
    )
    group.add_argument(
        "--update-baseline",
        action="store_true",
        help="write what this run finds to the baseline "
        "(a changed password stays excused, a changed token does not)",
    )
    group.add_argument(
        "--add-ignore",
        metavar="RULES",
        help="write a comment that suppresses it to every finding of these rules in Python files",
    )


def _add_files(check: Parser) -> None:
    group = check.add_argument_group("files and settings")
    group.add_argument(
        "--stdin-filename", type=Path, metavar="FILE", help="file name to assume for PATH -"
    )
    group.add_argument(
        "--languages",
        metavar="KINDS",
        help="only files of these kinds: python, notebook, settings, other",
    )
    group.add_argument(
        "--shard",
        metavar="N/M",
        help="look only at the paths of part N of M, to spread many checkouts over machines",
    )
    group.add_argument(
        "--config", type=Path, metavar="FILE", help="a policy above the repository's settings"
    )
    group.add_argument("--isolated", action="store_true", help="read no pyproject.toml")
    group.add_argument(
        "--force-exclude",
        action="store_true",
        help="apply exclude of the settings to files that are named, too",
    )
    group.add_argument(
        "--show-files", action="store_true", help="list the files that would be linted"
    )
    group.add_argument(
        "--show-settings", action="store_true", help="show the settings that apply to the files"
    )


def _add_old(check: Parser) -> None:
    """Old names go with the next release; there is no cache any more, its options do nothing."""
    hidden = argparse.SUPPRESS
    check.add_argument("--write-baseline", action="store_true", dest="update_baseline", help=hidden)
    check.add_argument("--no-cache", action="store_true", help=hidden)
    check.add_argument("--cache-dir", help=hidden)
    check.add_argument("--no-screen", action="store_true", help=hidden)
