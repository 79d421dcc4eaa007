"""What a command line says, and whether it makes sense."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

from kintone_lint.cli.words import (
    COMMANDS,
    CONFIDENCES,
    FAIL_ON,
    FORMATS,
    LISTINGS,
    OLD_NAMES,
    Parser,
    parser,
)
from kintone_lint.codes import names, suggestion
from kintone_lint.errors import UsageError
from kintone_lint.files.walking import is_file, is_folder
from kintone_lint.python.source import is_python
from kintone_lint.records import record


@record()
class Target:
    """A report: its format, and the file that it is written to; None is the standard output."""

    form: str
    file: Path | None = None


@dataclass
class Options:
    """What a command line says, option by option; `word` is the rule to explain, or the shell.

    `targets` are the reports: those in files, and one for the standard output, the last.
    `as_json` is about a listing.
    """

    command: str | None = None
    version: bool = False
    word: str = ""
    paths: list[Path] = field(default_factory=list)
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    write_env_example: Path | None = None
    select: list[str] = field(default_factory=list)
    ignore: list[str] = field(default_factory=list)
    min_confidence: str = CONFIDENCES[0]
    fail_on: str = FAIL_ON[0]
    exit_zero: bool = False
    targets: tuple[Target, ...] = (Target("text"),)
    as_json: bool = False
    quiet: bool = False
    statistics: bool = False
    baseline: Path | None = None
    update_baseline: bool = False
    add_ignore: str | None = None
    stdin_filename: Path | None = None
    languages: str | None = None
    shard: str | None = None
    config: Path | None = None
    isolated: bool = False
    force_exclude: bool = False
    show_files: bool = False
    show_settings: bool = False
    no_screen: bool = False
    debug: bool = False

    @property
    def files(self) -> list[Path]:
        """The files that reports are written to."""
        return [each.file for each in self.targets if each.file is not None]


def parsed(words: Sequence[str]) -> Options:
    """What a command line says. Raises UsageError."""
    _check_command(words)
    whole = parser()
    said, unknown = whole.parse_known_args(words)
    if unknown:
        raise UsageError(_unknown_option(unknown, whole, said.command))
    return _checked(said)


def _checked(said: argparse.Namespace) -> Options:
    known = {each.name for each in fields(Options)}  # not the options that do nothing any more
    values = {name: value for name, value in vars(said).items() if name in known}
    values = {name: value for name, value in values.items() if value is not None}
    options = Options(**values)
    options.command = OLD_NAMES.get(options.command or "", options.command)
    if options.command in ("check", "history"):
        _check_word("--min-confidence", options.min_confidence, CONFIDENCES)
        _check_word("--fail-on", options.fail_on, FAIL_ON)
        if options.exit_zero:
            options.fail_on = "never"
        options.targets = targets(said.output_format or [], said.output_file)
        options.as_json = options.targets[-1].form == "json"
    elif options.command in ("explain", "rules"):
        form = said.output_format or LISTINGS[0]
        _check_word("--output-format", form, LISTINGS)
        options.as_json = form == "json"
    return options


def _check_word(option: str, word: str, words: Sequence[str]) -> None:
    if word not in words:
        hint = suggestion(word, words) or f" Choose one of {', '.join(words)}."
        raise UsageError(f"{option} does not take {word!r}.{hint}")


def targets(forms: Iterable[str], file: Path | None) -> tuple[Target, ...]:
    """The reports that are asked for: FORMAT or FORMAT=FILE each, and the file of --output-file.

    That file is for the last format that names none. Whatever is written to files, findings are
    printed as well, as text if no format is left. Raises UsageError.
    """
    found = [_target(each) for each in forms]
    open_ended = [each.form for each in found if each.file is None]
    written = [each for each in found if each.file is not None]
    if file is not None:
        if found and not open_ended:
            raise UsageError(
                "--output-file has nothing to write: each --output-format names its own file"
            )
        written.append(Target(open_ended.pop() if open_ended else "text", file))
    if len(open_ended) > 1:
        first, second = open_ended[:2]
        raise UsageError(
            f"{first} and {second} cannot both go to the standard output; "
            f"name a file: --output-format {second}=FILE"
        )
    printed = open_ended[0] if open_ended else "text"
    files = [each.file for each in written if each.file is not None]
    if len({each.absolute() for each in files}) < len(files):
        raise UsageError("two reports cannot be written to the same file")
    return *written, Target(printed)


def _target(said: str) -> Target:
    form, equals, file = said.partition("=")
    _check_word("--output-format", form, list(FORMATS))
    if equals and not file:
        raise UsageError(f"--output-format {said} lacks a file name; write {form}=FILE")
    return Target(form, Path(file) if file not in ("", "-") else None)


def _check_command(words: Sequence[str]) -> None:
    """The first word that is not an option is a command. Raises UsageError."""
    word = next((each for each in words if not each.startswith("-")), None)
    if word is None or word in COMMANDS or word in OLD_NAMES:
        return
    if _names_file(word):
        meant = f" did you mean: {' '.join(['kintone-lint check', *words])}"
    elif word.upper() in names() or word.lower() in names().values():
        meant = f" did you mean: kintone-lint explain {word}"
    else:
        meant = suggestion(word, COMMANDS) or f" The commands are {', '.join(COMMANDS)}."
        raise UsageError(f"there is no command {word!r}.{meant}")
    raise UsageError(f"there is no command {word!r};{meant}")


def _names_file(word: str) -> bool:
    return is_python(word) or is_folder(Path(word)) or is_file(Path(word))


def _unknown_option(unknown: Sequence[str], whole: Parser, command: str | None) -> str:
    word = next((each for each in unknown if each.startswith("-")), None)
    if word is None:
        return f"unexpected argument {unknown[0]!r}; see kintone-lint {command} --help"
    name = word.partition("=")[0]
    parsers = whole.commands()
    near = parsers.get(command or "", whole)
    known = [option for each in near.options() for option in each.option_strings]
    where = f"kintone-lint {command}" if command else "kintone-lint"
    if name in known:
        return f"{name} must come after the command: {where} {name}"
    if command is None:
        holders = [
            each
            for each, its in parsers.items()
            if any(name in action.option_strings for action in its.options())
        ]
        if holders:
            return (
                f"{name} is an option of a command: kintone-lint {holders[0]} {' '.join(unknown)}"
            )
    hint = suggestion(name, known) or f" See {where} --help."
    of = f"{command} has no option" if command else "there is no option"
    return f"{of} {name}.{hint}"
