"""The words that the command line understands."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import NoReturn

from kintone_lint.errors import UsageError
from kintone_lint.files.walking import is_file, is_folder
from kintone_lint.python.source import is_python

_FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "rdjson")
_EXAMPLES = """\
examples:
  kintone-lint check                    lint the Python files of the current folder
  kintone-lint check src app.py --fix   put right what is safe to put right
  kintone-lint check --diff             show what --fix would change, and change nothing
  kintone-lint check --select KL1       credentials only
  kintone-lint check --baseline known.json --update-baseline   live with what is there
  kintone-lint rule KL101               explain a rule

exit codes: 0 clean, 1 findings, 2 something could not be done or looked at
systems: Linux, macOS, Windows
"""


_COMMANDS = ("check", "rule", "rules")


@dataclass
class Options:
    """What a command line says, option by option; `word` is the rule to explain."""

    command: str | None = None
    version: bool = False
    word: str = ""
    paths: list[Path] = field(default_factory=list)
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    write_env_example: Path | None = None
    select: str | None = None
    ignore: str | None = None
    output_format: str = "text"
    output_file: Path | None = None
    baseline: Path | None = None
    update_baseline: bool = False
    stdin_filename: Path | None = None
    config: Path | None = None
    isolated: bool = False
    force_exclude: bool = False
    show_files: bool = False
    exit_zero: bool = False
    statistics: bool = False
    no_screen: bool = False
    debug: bool = False


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see {self.prog} --help")


def parsed(words: Sequence[str]) -> Options:
    """What a command line says. Raises UsageError."""
    first = next((word for word in words if not word.startswith("-")), None)
    if first is not None and first not in _COMMANDS and _names_file(first):
        meant = " ".join(["kintone-lint check", *words])
        raise UsageError(f"no command {first!r}; did you mean: {meant}")
    said = vars(_parser().parse_args(words))
    known = {each.name for each in fields(Options)}  # not the options that do nothing any more
    return Options(**{name: value for name, value in said.items() if name in known})


def _names_file(word: str) -> bool:
    return is_python(word) or is_folder(Path(word)) or is_file(Path(word))


def _parser() -> argparse.ArgumentParser:
    whole = _Parser(
        prog="kintone-lint",
        description="Finds hard-coded Kintone credentials and wrong guest-space paths.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole.add_argument("--version", action="store_true", help="print the version and leave")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    check = commands.add_parser(
        "check",
        help="lint files and folders",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    check.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="default: .")
    check.add_argument("--fix", action="store_true", help="apply the safe fixes")
    check.add_argument(
        "--unsafe-fixes", action="store_true", help="with --fix or --diff: the unsafe ones too"
    )
    check.add_argument(
        "--diff", action="store_true", help="show the fixes, change nothing, beside --fix too"
    )
    check.add_argument(
        "--write-env-example",
        type=Path,
        metavar="FILE",
        help="with --fix --unsafe-fixes: add the variables to FILE, without their values",
    )
    check.add_argument("--select", metavar="RULES", help="only these: KL101,KL2,guest-path-order")
    check.add_argument("--ignore", metavar="RULES", help="all but these")
    check.add_argument("--output-format", choices=_FORMATS, default="text")
    check.add_argument("--output-file", type=Path, metavar="FILE", help="default: standard output")
    check.add_argument(
        "--baseline", type=Path, metavar="FILE", help="findings to live with: leave them out"
    )
    check.add_argument(
        "--update-baseline",
        action="store_true",
        help="write what this run finds into it (a changed password stays excused, a token not)",
    )
    # The old name; it goes with the next release.
    check.add_argument(
        "--write-baseline", action="store_true", dest="update_baseline", help=argparse.SUPPRESS
    )
    # There is no cache any more; for one release its options do nothing.
    check.add_argument("--no-cache", action="store_true", help=argparse.SUPPRESS)
    check.add_argument("--cache-dir", help=argparse.SUPPRESS)
    check.add_argument("--stdin-filename", type=Path, metavar="F", help="the name of PATH -")
    check.add_argument(
        "--config", type=Path, metavar="FILE", help="a policy above the repository's"
    )
    check.add_argument("--isolated", action="store_true", help="read no pyproject.toml")
    check.add_argument(
        "--force-exclude",
        action="store_true",
        help="exclude of the settings holds for files that are named, too",
    )
    check.add_argument(
        "--show-files", action="store_true", help="list the files that would be linted"
    )
    check.add_argument("--exit-zero", action="store_true", help="findings do not fail the run")
    check.add_argument("--statistics", action="store_true", help="count the findings of each rule")
    check.add_argument("--no-screen", action="store_true", help=argparse.SUPPRESS)
    check.add_argument("--debug", action="store_true", help="show the traceback of a defect")
    rule = commands.add_parser("rule", help="explain a rule")
    rule.add_argument("word", metavar="CODE")
    commands.add_parser("rules", help="list the rules")
    return whole
