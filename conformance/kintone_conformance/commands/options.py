"""The options of `run` for click, made from their table; other commands take some of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from kintone_conformance.options import Kind, Option, Options, table
from kintone_conformance.spec.calls import CAPABILITIES, calls
from kintone_conformance.spec.doors import DOORS
from kintone_conformance.spec.requirements import FAMILIES, requirements

_Command = TypeVar("_Command", bound=Callable[..., Any])


RENAMED = {option.old: option.name for option in table(Options) if option.old}
CONTEXT = {"token_normalize_func": lambda name: RENAMED.get(name, name)}
"""The settings of a command that takes options by their old names, too."""


def listing_option(command: _Command) -> _Command:
    """Give a command that lists something the option to list it as JSON."""
    return click.option(
        "--output-format",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="Print text or JSON.",
    )(command)


def run_options(command: _Command) -> _Command:
    """Give a command every option of `run`, in the order of their table."""
    for option in reversed(table(Options)):
        command = _made(option)(command)
    return command


def run_option(name: str) -> Callable[[_Command], _Command]:
    """One option of `run`, for another command that takes it, too."""
    return _made(next(option for option in table(Options) if option.name == name))


def _made(option: Option) -> Callable[[_Command], _Command]:
    flags = (option.flag,) if option.flag else (*filter(None, [option.short]), f"--{option.name}")
    more: dict[str, Any] = {"help": option.help, "default": option.default}
    match option.kind:
        case Kind.SWITCH:
            more["is_flag"] = True
        case Kind.WORDS:
            more["multiple"] = True
        case Kind.NUMBER:
            more["type"] = click.INT if option.least is None else click.IntRange(int(option.least))
        case Kind.SECONDS:
            more["type"] = click.FloatRange(option.least)
        case Kind.FILE:
            more["type"] = click.Path(path_type=Path)
    if option.kind in (Kind.NUMBER, Kind.SECONDS):
        more["show_default"] = option.default is not None
    if option.metavar:
        more["metavar"] = option.metavar
    if option.names:
        more["shell_complete"] = completed(option.names)
    return click.option(*flags, option.attribute, **more)


def completed(names: str) -> Callable[[Any, Any, str], list[CompletionItem]]:
    """Completes what is typed of a `requirement`, a `door`, or what can be `required`."""

    def complete(_context: Any, _parameter: Any, typed: str) -> list[CompletionItem]:
        before, comma, last = typed.rpartition(",")
        return [
            CompletionItem(before + comma + name, help=about)
            for name, about in _NAMES[names]()
            if name.lower().startswith(last.lower())
        ]

    return complete


def _requirements() -> Iterable[tuple[str, str]]:
    yield from FAMILIES.items()
    for entry in requirements().values():
        yield entry.id, entry.sentence
    for entry in requirements().values():
        yield entry.name, entry.sentence


def _required() -> Iterable[tuple[str, str]]:
    yield from CAPABILITIES.items()
    yield from ((spec.api, f"{spec.method} {spec.path}") for spec in calls().values())
    yield from _requirements()


_NAMES: dict[str, Callable[[], Iterable[tuple[str, str]]]] = {
    "door": DOORS.items,
    "requirement": _requirements,
    "required": _required,
}
