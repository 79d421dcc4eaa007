"""The settings of a repository: what `kintone-conformance run` needs to know there.

They are read from the working folder alone, and from no folder above it: as with make, whoever
types the command in a folder runs what that folder names. Files that a run reads or writes are in
that folder. An example is in docs/judge.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kintone_conformance.errors import UsageError
from kintone_conformance.options import Kind, Option, Options, table
from kintone_conformance.tomls import choice, parsed, read_text

FILE = Path("kintone-conformance.toml")
_PROJECT = Path("pyproject.toml")
_TABLE = "kintone-conformance"


@dataclass(frozen=True)
class Settings:
    """The settings of a file, by the attributes of `Options`; without a file `path` is None."""

    path: Path | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def client(self) -> tuple[str, str] | None:
        """The option that names the client, and what it names: `("driver", "node driver.mjs")`."""
        named = [(name, self.values[name]) for name in ("adapter", "driver") if name in self.values]
        return named[0] if named else None


def of_working_folder() -> Settings:
    """The settings in the working folder.

    Raises UsageError for a file that cannot be read or holds what is not a setting, and if both
    files hold some.
    """
    own = _read(FILE, whole=True) if FILE.exists() or FILE.is_symlink() else None
    project = _read(_PROJECT, whole=False) if _PROJECT.is_file() else None
    if own and project:
        raise UsageError(
            f"both {FILE} and {_PROJECT} hold settings", "keep one of them: they are not merged"
        )
    return own or project or Settings()


def below() -> Path | None:
    """The first settings file in a folder of the working folder; it is named, and not read."""
    return next(iter(sorted(Path().glob(f"*/{FILE}"))[:1]), None)


def read(path: Path) -> Settings:
    """The settings in a file that is named. Raises UsageError, as `of_working_folder`."""
    if not path.exists():
        raise UsageError(
            f"there is no file {path}", 'write settings into it, as driver = "./driver"'
        )
    settings = _read(path, whole=path.name != _PROJECT.name)
    if settings is None:
        raise UsageError(f"{path} has no table [tool.{_TABLE}]", "settings belong there")
    return settings


def _read(path: Path, *, whole: bool) -> Settings | None:
    """The settings in a file, or in its table; None if it has no such table."""
    try:
        text = read_text(path)
    except FileNotFoundError:
        raise UsageError(
            f"{path} is a link that leads to no file", "write the file, or remove the link"
        ) from None
    content: Any = parsed(path, text, 'each line is a setting, as in driver = "node driver.mjs"')
    if not whole:
        tool = content.get("tool")
        if not isinstance(tool, dict) or _TABLE not in tool:
            return None
        content = tool[_TABLE]
        if not isinstance(content, dict):
            raise UsageError(
                f"{path}: [tool.{_TABLE}] is not a table", "write one setting on each line below it"
            )
    values = dict(_setting(path, name, value) for name, value in content.items())
    if {"adapter", "driver"} <= set(values):
        raise UsageError(f"{path} names an adapter and a driver", "a run judges one client")
    return Settings(path, values)


def _setting(path: Path, name: str, value: Any) -> tuple[str, Any]:
    known = {option.setting: option for option in table(Options) if option.setting}
    option = known.get(name)
    if option is None:
        others = [option.name for option in table(Options) if not option.setting]
        hint = choice(name, known)
        if name in others:
            hint = f"--{name} can be given on the command line only"
        raise UsageError(f"{path}: {name!r} is not a setting", hint)
    wrong = _wrong(option, value)
    if wrong:
        raise UsageError(f"{path}: {name} is {str(value)[:80]!r}, but must be {wrong}")
    if option.kind is Kind.FILE:
        _check_inside(path, name, value)
        value = str(path.parent / value)
    alone = option.kind is Kind.WORDS and isinstance(value, str)
    return option.attribute, [value] if alone else value


def _wrong(option: Option, value: Any) -> str:
    """What a value should be, "" if it is."""
    match option.kind:
        case Kind.SWITCH:
            return "" if isinstance(value, bool) else "true or false"
        case Kind.NUMBER | Kind.SECONDS:
            kinds = (int,) if option.kind is Kind.NUMBER else (int, float)
            number = isinstance(value, kinds) and not isinstance(value, bool)
            fits = number and value >= (option.least or value) and value == value
            return "" if fits else f"a number, at least {option.least:g}"
        case Kind.WORDS:
            texts = isinstance(value, list) and all(isinstance(each, str) for each in value)
            return "" if texts or isinstance(value, str) else "a list of strings"
    return "" if isinstance(value, str) and value else "a string"


def _check_inside(path: Path, name: str, value: str) -> None:
    """A file that settings name is in the folder of the settings, also if links are followed."""
    folder = path.parent.resolve()
    try:
        inside = (folder / value).resolve().is_relative_to(folder)
    except (OSError, ValueError, RuntimeError):
        inside = False
    if not inside:
        raise UsageError(
            f"{path}: {name} {value[:200]!r} is not in the folder of the settings",
            f"give --{name} on the command line for a file elsewhere",
        )
