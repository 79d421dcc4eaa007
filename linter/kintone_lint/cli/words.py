"""The words that the command line understands, with their help."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from kintone_lint.cli.examples import EXAMPLES, EXIT_CODES, WHOLE
from kintone_lint.errors import UsageError
from kintone_lint.streams import columns

FORMATS = {
    "text": "findings with the lines of the code, for people",
    "concise": "one line a finding",
    "json": "everything about each finding, for scripts",
    "sarif": "SARIF 2.1.0, for GitHub code scanning and others",
    "github": "annotations of GitHub Actions",
    "gitlab": "a Code Quality report of GitLab",
    "junit": "JUnit XML",
    "rdjson": "reviewdog's format",
}
FAIL_ON = ("warning", "error", "never")
CONFIDENCES = ("low", "medium", "high")
SHELLS = ("bash", "zsh", "fish")
LISTINGS = ("text", "json")
COMMANDS = {
    "check": "check files and folders",
    "history": "search every commit of repositories for credentials",
    "server": "show findings and fixes in an editor, over LSP",
    "explain": "explain a rule",
    "rules": "list the rules",
    "completion": "print a completion script for a shell",
}
OLD_NAMES = {"rule": "explain"}  # for one release


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
        epilog=WHOLE,
    )
    whole.add_argument("-V", "--version", action="store_true", help="print the version and exit")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    for name in (*COMMANDS, *OLD_NAMES):
        meant = OLD_NAMES.get(name, name)
        shown: dict[str, Any] = {"help": COMMANDS[name]} if name in COMMANDS else {}
        _ADD[meant](commands.add_parser(name, **shown, **_about(meant)))
    return whole


def _about(command: str) -> dict[str, Any]:
    """What --help says of a command beside its options."""
    examples = EXAMPLES[command]
    paths = {"check": " [PATH ...]", "history": " [REPOSITORY ...]", "server": ""}
    if command not in paths:
        return {"epilog": examples}
    usage = f"kintone-lint {command} [OPTION ...]{paths[command]}"
    return {"usage": usage, "epilog": f"{examples}{EXIT_CODES if paths[command] else ''}"}


def _add_check(check: Parser) -> None:
    check.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="default: .")
    _add_rules(check)
    _add_fixes(check)
    _add_output(check)
    group = _add_baseline(
        check,
        "accept the findings of this run: write them to the baseline. A password stays accepted"
        " when its value changes, a token does not",
    )
    group.add_argument(
        "--add-ignore",
        metavar="RULES",
        help="suppress each finding of these rules with a comment, in Python files",
    )
    _add_files(check)
    _add_old(check)


def _add_history(history: Parser) -> None:
    history.add_argument("paths", nargs="*", type=Path, metavar="REPOSITORY", help="default: .")
    _add_rules(history)
    _add_output(history)
    _add_baseline(
        history, "add the findings of this run to the baseline; revoke the credentials first"
    )
    _add_settings(history.add_argument_group("settings"))


def _add_server(server: Parser) -> None:
    _add_selection(server.add_argument_group("which findings"))
    group = server.add_argument_group("settings")
    _add_settings(group)
    group.add_argument(
        "--debug", action="store_true", help="print the traceback of an internal error"
    )
    group.add_argument("--stdio", action="store_true", help=argparse.SUPPRESS)  # editors add it


def _add_explain(explain: Parser) -> None:
    explain.add_argument(
        "word", metavar="CODE", help="KL101, hardcoded-api-token, or a family: KL1"
    )
    _add_listing(explain)


def _add_listing(listing: Parser) -> None:
    forms = " or ".join(LISTINGS)
    listing.add_argument("--output-format", metavar="FORMAT", help=f"{forms}; default: text")


def _add_completion(completion: Parser) -> None:
    completion.add_argument("word", metavar="SHELL", help=", ".join(SHELLS))


_ADD: dict[str, Callable[[Parser], None]] = {
    "check": _add_check,
    "history": _add_history,
    "server": _add_server,
    "explain": _add_explain,
    "rules": _add_listing,
    "completion": _add_completion,
}


def _add_selection(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--select",
        action="append",
        metavar="RULES",
        help="check only these: codes, names or families, as in KL101,KL2; repeatable",
    )
    group.add_argument(
        "--ignore",
        action="append",
        metavar="RULES",
        help="leave these out: codes, names or families; repeatable",
    )


def _add_rules(check: Parser) -> None:
    group = check.add_argument_group("which findings")
    _add_selection(group)
    group.add_argument(
        "--min-confidence",
        metavar="LEVEL",
        help="leave out findings below this confidence: low (the default), medium or high",
    )
    group.add_argument(
        "--fail-on",
        metavar="LEVEL",
        help="lowest severity that makes the exit code 1: warning (the default), error or never",
    )
    group.add_argument("--exit-zero", action="store_true", help="the same as --fail-on never")


def _add_fixes(check: Parser) -> None:
    group = check.add_argument_group("fixes")
    group.add_argument("--fix", action="store_true", help="apply the safe fixes")
    group.add_argument(
        "--unsafe-fixes",
        action="store_true",
        help="with --fix or --diff: include the unsafe fixes",
    )
    group.add_argument(
        "--diff",
        action="store_true",
        help="print what --fix would change, and change nothing; also if --fix is given",
    )
    group.add_argument(
        "--write-env-example",
        type=Path,
        metavar="FILE",
        help="with --fix --unsafe-fixes: add the new environment variables to FILE, without values",
    )


def _add_output(check: Parser) -> None:
    group = check.add_argument_group("output")
    group.add_argument(
        "--output-format",
        action="append",
        metavar="FORMAT[=FILE]",
        help=f"{', '.join(FORMATS)}; default: text. With =FILE the report is written to FILE. "
        "Repeatable",
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
    group.add_argument(
        "--statistics", action="store_true", help="print how many findings each rule has"
    )
    group.add_argument(
        "--debug", action="store_true", help="print the traceback of an internal error"
    )


def _add_baseline(check: Parser, update: str) -> argparse._ArgumentGroup:
    group = check.add_argument_group("accepting findings")
    group.add_argument(
        "--baseline", type=Path, metavar="FILE", help="leave out the findings that FILE lists"
    )
    group.add_argument("--update-baseline", action="store_true", help=update)
    return group


def _add_settings(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="a policy: settings that the repository's own settings cannot weaken",
    )
    group.add_argument("--isolated", action="store_true", help="read no pyproject.toml")


def _add_files(check: Parser) -> None:
    group = check.add_argument_group("files and settings")
    group.add_argument(
        "--stdin-filename", type=Path, metavar="FILE", help="file name to assume for stdin (PATH -)"
    )
    group.add_argument(
        "--languages",
        metavar="KINDS",
        help="check only files of these kinds: python, notebook, settings, other",
    )
    group.add_argument(
        "--shard",
        metavar="N/M",
        help="check only part N of M of the paths, to spread many repositories over machines",
    )
    _add_settings(group)
    group.add_argument(
        "--force-exclude",
        action="store_true",
        help="apply the exclude setting to files named on the command line, too",
    )
    group.add_argument(
        "--show-files", action="store_true", help="list the files that would be checked"
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
