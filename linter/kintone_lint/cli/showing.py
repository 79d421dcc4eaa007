"""What a run would look at, and with which settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kintone_lint import codes
from kintone_lint.cli.reporting import print_errors, print_left_out
from kintone_lint.config import Config
from kintone_lint.counting import counted
from kintone_lint.errors import ExitCode
from kintone_lint.escaping import json_text
from kintone_lint.findings import Result
from kintone_lint.python.source import shown
from kintone_lint.settings import Settings
from kintone_lint.streams import say, show

_LIST = ("exclude", "sinks", "token-names")


def show_files(linted: Iterable[Path], result: Result, *, as_json: bool) -> ExitCode:
    """Lists what would be checked, and says what would not."""
    if as_json:
        show(json_text({"version": 1, "files": [shown(file) for file in linted]}))
    else:
        for file in linted:
            say(shown(file))
    print_errors(result)
    print_left_out(result)
    return ExitCode.TROUBLE if result.errors else ExitCode.CLEAN


def show_settings(
    linted: Iterable[Path],
    result: Result,
    settings: Settings,
    named: Iterable[Path],
    *,
    as_json: bool,
) -> ExitCode:
    """Prints the settings of all files, as TOML or JSON.

    If there are no files, it prints the settings of the named paths.
    """
    files = list(linted)
    by_settings: dict[Config, list[Path]] = {}
    for file in files or named:
        by_settings.setdefault(settings.of(file), []).append(file)
    if as_json:
        listed = [_as_json(each, mine if files else []) for each, mine in by_settings.items()]
        show(json_text({"version": 1, "settings": listed}))
    else:
        _print_toml(by_settings if files else {each: [] for each in by_settings}, settings.policy)
    print_errors(result)
    return ExitCode.TROUBLE if result.errors else ExitCode.CLEAN


def _as_json(config: Config, files: list[Path]) -> dict[str, Any]:
    return {
        "source": str(config.source) if config.source else None,
        "files": [shown(file) for file in files],
        "select": sorted(config.select - config.ignore),
        **{key: getattr(config, key.replace("-", "_")) for key in _LIST},
        "per-file-ignores": {glob: sorted(rules) for glob, rules in config.per_file_ignores},
        "environment": dict(config.environment),
        "baseline": str(config.baseline) if config.baseline else None,
        "enforced": sorted(config.enforced),
    }


def _print_toml(by_settings: Mapping[Config, list[Path]], policy: Path | None) -> None:
    for number, (config, files) in enumerate(by_settings.items()):
        if number:
            say("")
        for line in (*_head(config, files, policy), *_toml(config)):
            say(line)


def _head(config: Config, files: list[Path], policy: Path | None) -> Iterator[str]:
    where = str(config.source) if config.source else "no pyproject.toml with [tool.kintone-lint]"
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
