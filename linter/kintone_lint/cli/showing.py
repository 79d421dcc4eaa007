"""What a run would look at, and with which settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from kintone_lint import codes
from kintone_lint.cli.reporting import print_errors, print_left_out
from kintone_lint.config import Config
from kintone_lint.errors import ExitCode
from kintone_lint.findings import Result
from kintone_lint.left_out import counted
from kintone_lint.python.source import shown
from kintone_lint.settings import Settings
from kintone_lint.streams import say

_LIST = ("exclude", "sinks", "token-names")


def show_files(linted: Iterable[Path], result: Result) -> ExitCode:
    """Lists what would be linted, and says what would not."""
    for file in linted:
        say(shown(file))
    print_errors(result)
    print_left_out(result)
    return ExitCode.TROUBLE if result.errors else ExitCode.CLEAN


def show_settings(
    linted: Iterable[Path], result: Result, settings: Settings, named: Iterable[Path]
) -> ExitCode:
    """Prints the settings of all files, as TOML; those of what is named if there are no files."""
    files = list(linted)
    by_settings: dict[Config, list[Path]] = {}
    for file in files or named:
        by_settings.setdefault(settings.of(file), []).append(file)
    for number, (config, mine) in enumerate(by_settings.items()):
        if number:
            say("")
        for line in (*_head(config, mine if files else [], settings.policy), *_toml(config)):
            say(line)
    print_errors(result)
    return ExitCode.TROUBLE if result.errors else ExitCode.CLEAN


def _head(config: Config, files: list[Path], policy: Path | None) -> Iterator[str]:
    where = str(config.source) if config.source else "no pyproject.toml"
    above = f", below the policy {policy}" if policy else ""
    such = f", for {counted(len(files), 'file')} such as {shown(files[0])}" if files else ""
    yield f"# {where}{above}{such}"
    yield "[tool.kintone-lint]"


def _toml(config: Config) -> Iterator[str]:
    """The settings, with the rules as they are selected in the end."""
    known = set(codes.names())
    rules = config.select - config.ignore
    yield f"select = {_texts(sorted(rules))}  # {len(rules)} of {len(known)} rules"
    for key in _LIST:
        yield f"{key} = {_texts(getattr(config, key.replace('-', '_')))}"
    ignores = ", ".join(f"{_text(a)} = {_texts(sorted(b))}" for a, b in config.per_file_ignores)
    yield f"per-file-ignores = {{{ignores}}}"
    environment = ", ".join(f"{key} = {_text(name)}" for key, name in config.environment)
    yield f"environment = {{{environment}}}"
    if config.baseline is not None:
        yield f"baseline = {_text(str(config.baseline))}"
    if config.enforced:
        yield f"# enforced by the policy: {', '.join(sorted(config.enforced))}"


def _texts(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def _text(value: str) -> str:
    """A text in quotes, as TOML and JSON write it."""
    import json

    return json.dumps(value)
