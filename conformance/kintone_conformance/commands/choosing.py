"""Which options a run has: what is typed comes before the settings."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from kintone_conformance import settings
from kintone_conformance.errors import UsageError
from kintone_conformance.options import Kind, Options, split, table
from kintone_conformance.settings import Settings

_LEFT_OUT = frozenset(
    {
        *("select", "ignore", "require", "baseline", "update-baseline", "report-dir", "summary"),
        *("max-failures", "max-time", "workers", "quiet", "debug"),
    }
)
"""Options that have no part in what is found of one requirement."""


@dataclass(frozen=True)
class Chosen:
    """The options of a run, the file that some are from, and the command that repeats it."""

    options: Options
    source: Path | None
    again: str


def with_settings(command: click.Command) -> click.Command:
    """Give a command --config and --isolated, and the settings as its defaults."""
    command.params += [
        click.Option(["--isolated"], is_flag=True, is_eager=True, help="Read no settings file."),
        click.Option(
            ["--config"],
            type=click.Path(path_type=Path),
            metavar="FILE",
            is_eager=True,
            callback=_read,
            help=f"Settings; without it {settings.FILE} or pyproject.toml in the working folder.",
        ),
    ]
    return command


def _read(context: click.Context, _parameter: click.Parameter, file: Path | None) -> Path | None:
    read = Settings()
    if file is not None:
        read = settings.read(file)
    elif not context.params.get("isolated"):
        read = settings.of_working_folder()
    context.default_map = dict(read.values)
    context.obj = read
    return file


def chosen(context: click.Context, given: dict[str, Any]) -> Chosen:
    """The options of a run. If the command line names another client, the settings are left out.

    Raises UsageError if no client is named, or two.
    """
    read: Settings = context.obj
    config, isolated = given.pop("config"), given.pop("isolated")
    if config and isolated:
        raise UsageError("--config and --isolated are both given", "use one of them")
    typed = {name for name in given if _is_typed(context, name)}
    named = [(name, given[name]) for name in ("adapter", "driver") if name in typed]
    if len(named) == 1 and read.client not in (None, named[0]):
        given = {
            option.attribute: given[option.attribute]
            if option.attribute in typed
            else option.default
            for option in table(Options)
        }
        read = Settings()
    elif named and read.client in named:
        given |= {name: None for name in ("adapter", "driver") if name not in typed}
    options = _made(given)
    if bool(options.adapter) == bool(options.driver):
        raise UsageError(
            "which client is to be judged? give either --adapter or --driver", _advice(options)
        )
    where = ["--isolated"] * (isolated and _are_there()) + (
        ["--config", str(config)] if config else []
    )
    words = ["kintone-conformance", "run", *where, *_repeated(options, typed)]
    return Chosen(options, read.path, shlex.join(words))


def _advice(options: Options) -> str:
    near = None if options.adapter or options.driver else settings.below()
    if near is not None:
        return f"{near} has settings, which are read in their own folder: cd {near.parent}"
    return (
        "kintone-conformance run --adapter reference judges the bundled one; "
        f"{settings.FILE} can name yours"
    )


def _are_there() -> bool:
    """Whether the working folder has settings, good or bad ones."""
    try:
        return settings.of_working_folder().path is not None
    except UsageError:
        return True


def _is_typed(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is ParameterSource.COMMANDLINE


def _made(given: dict[str, Any]) -> Options:
    lists = {option.attribute for option in table(Options) if option.kind is Kind.WORDS}
    values = {name: split(value) if name in lists else value for name, value in given.items()}
    return Options(**dict[str, Any](values))


def _repeated(options: Options, typed: set[str]) -> Iterator[str]:
    for option in table(Options):
        if option.attribute in typed and option.name not in _LEFT_OUT:
            yield from option.words(getattr(options, option.attribute))
