"""Finds the client that a user names: the command of a driver, or an adapter.

An adapter is a bundled one, an entry point, or a class in a module or file.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import shlex
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from importlib.machinery import PathFinder
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

from kintone_conformance.adapter import Adapter, served_parameters
from kintone_conformance.beside import serve_from
from kintone_conformance.drivers import TIME_LIMIT, StartDriver
from kintone_conformance.errors import UsageError
from kintone_conformance.isolation import PYTHON
from kintone_conformance.options import split
from kintone_conformance.spec import calls as spec_calls
from kintone_conformance.spec.doors import ALL_DOORS
from kintone_lint.nearest import did_you_mean

GROUP = "kintone_conformance.adapters"
BUNDLED = {"reference": "kintone_conformance.reference:ReferenceAdapter"}
_CLASS = re.compile(r"(?:\S+\.py|[A-Za-z_][\w.]*):[A-Za-z_]\w*")
_FORMS = "give a bundled or installed name, package.module:Name, or path/to/adapter.py:Name"


def load_adapter(named: str) -> Callable[[], Adapter]:
    """The adapter class that `named` means, checked against the closed tables.

    Raises UsageError if there is no such module or class, or where it declares unknown names.
    """
    where, name = _place(named)
    module = _from_file(where) if where.endswith(".py") else _from_package(where, named)
    found = getattr(module, name, None)
    if not (isinstance(found, type) and issubclass(found, Adapter)):
        raise UsageError(
            f"{where} has no adapter {name!r}",
            did_you_mean(name, [n for n, v in vars(module).items() if _is_adapter(v)])
            or "the class must derive from kintone_conformance.adapter.Adapter",
        )
    _check(found)
    return found


def check_client(adapter: str | None, command: str | None) -> None:
    """Raises UsageError as `load_driver`, as far as it can be told without running anything."""
    if command is not None:
        command_words(command)
    if adapter is not None:
        where, _ = _place(adapter)
        if where.endswith(".py"):
            _file(where)


def _place(named: str) -> tuple[str, str]:
    """The file or module, and the class in it. Raises UsageError."""
    where, _, name = _spelt_out(named).rpartition(":")
    if not where or not name:
        raise UsageError(f"--adapter {named!r} does not name a class", _FORMS)
    return where, name


def load_driver(
    adapter: str | None, command: str | None, time_limit: float = TIME_LIMIT
) -> StartDriver:
    """What starts the client that is named: by an adapter, or by the command of a driver.

    `time_limit` is what an answer of it may take, in seconds. Raises UsageError as
    `load_adapter`, and for an empty or malformed command.
    """
    from kintone_conformance.drivers.stdio import Stdio

    if command is None:
        named = adapter or ""
        return start_python(load_adapter(named), named, time_limit)
    words = command_words(command)
    return lambda environ, within: Stdio([*within, *words], environ, time_limit)


def start_python(
    made: Callable[[], Adapter], named: str, time_limit: float = TIME_LIMIT
) -> StartDriver:
    """What starts a Python client: here, or as `serve` where it must have a process of its own."""
    from kintone_conformance.drivers import Driver
    from kintone_conformance.drivers.environment import FRESH, OTHER_LOCALE
    from kintone_conformance.drivers.inprocess import InProcess
    from kintone_conformance.drivers.stdio import Stdio

    def start(environ: Mapping[str, str], within: tuple[str, ...]) -> Driver:
        if OTHER_LOCALE.items() <= environ.items() or FRESH.items() <= environ.items():
            return Stdio([*within, *served_by(named)], environ, time_limit)
        return InProcess(made, environ, time_limit)

    return start


def served_by(adapter: str) -> list[str]:
    """The command that makes a driver of an adapter."""
    return [*PYTHON, "-m", "kintone_conformance", "serve", adapter]


def named_adapter(command: str) -> str:
    """The adapter that a command names in place of a driver; "" if it is a command.

    Raises UsageError as `load_adapter`.
    """
    if command in BUNDLED or _CLASS.fullmatch(command):
        load_adapter(command)
        return command
    return ""


def command_words(command: str) -> list[str]:
    """A command as words. Raises UsageError if it is empty or malformed."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UsageError(
            f"--driver {command!r} is not a command: {error}", "check the quotes"
        ) from None
    if not words:
        raise UsageError("--driver is empty", 'for example --driver "node driver.mjs"')
    return words


def _spelt_out(named: str) -> str:
    if ":" in named:
        return named
    installed = {entry.name: entry.value for entry in entry_points(group=GROUP)}
    known = {**installed, **BUNDLED}
    if named.endswith(".py"):
        raise UsageError(
            f"--adapter {named!r} does not name a class", f"as in --adapter {named}:MyAdapter"
        )
    if named not in known:
        hint = did_you_mean(named, list(known)) or f"{_FORMS}; known names: {', '.join(known)}"
        raise UsageError(f"there is no adapter called {named!r}", hint)
    return known[named]


def _file(path: str) -> Path:
    file = Path(path)
    if not file.is_file():
        raise UsageError(f"there is no file {path}", "the path is relative to the current folder")
    return file


def _from_file(path: str) -> ModuleType:
    file = _file(path)
    spec = importlib.util.spec_from_file_location(f"kintone_adapter_{file.stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    serve_from(file.parent)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise _import_failed(path, error) from error
    return module


def _from_package(name: str, named: str) -> ModuleType:
    try:
        if ":" in named:
            serve_from(Path())
            _import_from_here(name.partition(".")[0])
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if name == missing or name.startswith(f"{missing}."):
            message = f"there is no module {missing!r} for --adapter {named}"
            raise UsageError(message, _FORMS) from error
        raise _import_failed(name, error) from error
    except (Exception, SystemExit) as error:
        raise _import_failed(name, error) from error


def _import_from_here(package: str) -> None:
    """Import the package that the user names from the working folder, if it lies there."""
    if package in sys.modules or package in sys.stdlib_module_names:
        return
    spec = PathFinder.find_spec(package, [str(Path.cwd())])
    if spec is None or spec.loader is None or not spec.has_location:
        return
    module = importlib.util.module_from_spec(spec)
    sys.modules[package] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[package]
        raise


def _import_failed(where: str, error: BaseException) -> UsageError:
    if isinstance(error, ModuleNotFoundError):
        return UsageError(
            f"{where} needs the module {error.name!r}, which is not installed",
            "install the SDK in this environment (pip install --editable ..), or set PYTHONPATH",
        )
    line = traceback.extract_tb(error.__traceback__)[-1]
    return UsageError(
        f"{where} cannot be imported: {type(error).__name__}: {error}",
        f"see {Path(line.filename).name}, line {line.lineno}",
    )


def _check(adapter: type[Adapter]) -> None:
    """The declared names exist. Raises UsageError for the first that does not."""
    info = getattr(adapter, "info", None)
    if info is None:
        raise UsageError(f"{adapter.__name__} has no info", "set info = Info(name=…, version=…)")
    for unknown in spec_calls.unknown_capabilities(sorted(info.supports)):
        raise UsageError(f"{adapter.__name__}: {unknown.message}")
    for name in dir(adapter):
        api = getattr(getattr(adapter, name), "__kintone_api__", None)
        if api is not None:
            try:
                spec_calls.call_spec(api)
            except spec_calls.UnknownName as unknown:
                raise UsageError(f"{adapter.__name__}.{name}: {unknown.message}") from None
    parameters = sorted(served_parameters(adapter))
    calls = {name.rpartition(".")[0] for name in parameters}
    for wrong in spec_calls.unknown_parameters(parameters, calls):
        raise UsageError(f"{adapter.__name__}: {wrong}")
    for door in info.doors:
        checked_door(door)


def checked_door(name: str) -> str:
    """The name of a door. Raises UsageError if there is none of this name."""
    if name not in ALL_DOORS:
        hint = did_you_mean(name, ALL_DOORS) or f"the doors are {', '.join(ALL_DOORS)}"
        raise UsageError(f"there is no door {name!r}", hint)
    return name


def checked_doors(names: Iterable[str]) -> tuple[str, ...] | None:
    """The doors that are named, None if none is. Raises UsageError as `checked_door`."""
    return tuple(checked_door(name) for name in split(names)) or None


def _is_adapter(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, Adapter) and value is not Adapter
