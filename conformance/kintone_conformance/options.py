"""The options of a run, each said once, as the fields of what they fill.

The command line, pytest, settings files, the processes that judge, and the command that repeats a
finding are all made from here. Nothing but the standard library: every pytest session reads this.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

TIME_LIMIT = 10.0  # seconds for an answer of a client
EXAMPLES = 100
PYTEST = "--kintone-"


class Kind(enum.Enum):
    """What the value of an option is; WORDS is a list, of which each may hold several by commas."""

    TEXT = "text"
    NUMBER = "number"
    SECONDS = "seconds"
    SWITCH = "switch"
    WORDS = "words"
    FILE = "file"


@dataclass(frozen=True)
class Option:
    """One option. `least` is the smallest number that is taken.

    `setting` is its key in a settings file, "" if it is for the command line only. `names` is what
    its values are taken from, as `requirement` or `door`, for completion. `old` is the name that it
    had before, which works for one more release. `flag` stands for its name, `short` beside it.
    """

    name: str
    kind: Kind
    default: Any
    help: str
    metavar: str = ""
    flag: str = ""
    short: str = ""
    setting: str = ""
    names: str = ""
    least: float | None = None
    hidden: bool = False
    old: str = ""

    @property
    def attribute(self) -> str:
        """Its name in Python: `any_process` for `any-process`."""
        return self.name.replace("-", "_")

    def words(self, value: Any, prefix: str = "--") -> list[str]:
        """The arguments that give this value; none for the default."""
        if value == self.default:
            return []
        name = f"{prefix}{self.name}" if prefix != "--" else self.flag or f"--{self.name}"
        match self.kind:
            case Kind.SWITCH:
                return [name]
            case Kind.WORDS:
                return [word for each in value for word in (name, each)]
            case Kind.SECONDS:
                return [name, f"{value:g}"]
        return [name, str(value)]


def _option(default: Any, kind: Kind, help: str, metavar: str = "", **more: Any) -> Any:  # noqa: A002
    about = {"kind": kind, "help": help, "metavar": metavar, **more}
    return field(default=default, metadata=about)


def _text(help: str, metavar: str, **more: Any) -> Any:  # noqa: A002
    return _option(None, Kind.TEXT, help, metavar, **more)


def _words(help: str, metavar: str, **more: Any) -> Any:  # noqa: A002
    return _option((), Kind.WORDS, help, metavar, **more)


def _switch(help: str, **more: Any) -> Any:  # noqa: A002
    return _option(False, Kind.SWITCH, help, **more)


def _number(default: int | None, help: str, **more: Any) -> Any:  # noqa: A002
    return _option(default, Kind.NUMBER, help, "N", **more)


def _seconds(default: float | None, help: str) -> Any:  # noqa: A002
    return _option(default, Kind.SECONDS, help, "S", setting=True, least=1)


def _file(help: str, metavar: str, **more: Any) -> Any:  # noqa: A002
    return _option(None, Kind.FILE, help, metavar, **more)


@dataclass(frozen=True)
class Order:
    """Which client is judged, and how: what every process that judges has to know."""

    adapter: str | None = _text(
        "The client, in Python: reference, package.module:Name, or a.py:Name.", "X", setting=True
    )
    driver: str | None = _text(
        'The client, in any language: the command of its driver, as "node driver.mjs".',
        "CMD",
        setting=True,
    )
    examples: int = _number(
        EXAMPLES,
        "Inputs for each requirement; fewer are faster and find less.",
        setting=True,
        least=1,
    )
    quick: bool = _switch(
        "For slow clients: the same calls and combinations, on fewer objects and texts.",
        setting=True,
    )
    seed: int | None = _number(None, "Random seed. Without it every run draws the same inputs.")
    door: tuple[str, ...] = _words(
        "Catch requests through this door only; repeatable.", "D", setting="doors", names="door"
    )
    time_limit: float = _seconds(
        TIME_LIMIT, "Seconds to wait for each answer of the client; twice as long when it starts."
    )
    any_process: bool = _switch(
        "Judge the requests of any process, as for a client in a container.", setting=True
    )


@dataclass(frozen=True)
class Wanted(Order):
    """What is asked of the client, and what fails it; pytest has these options, too."""

    select: tuple[str, ...] = _words(
        "Judge only these: codes, names or families, as in KC109,KC2; repeatable.",
        "RULES",
        names="requirement",
        old="only",
    )
    ignore: tuple[str, ...] = _words(
        "Leave these out: codes, names or families; repeatable.",
        "RULES",
        setting=True,
        names="requirement",
    )
    require: tuple[str, ...] = _words(
        "Fail if this is not judged: a code, a capability, or a call; repeatable.",
        "WHAT",
        setting=True,
        names="required",
    )
    strict: bool = _switch("A broken SHOULD fails the run, too.", setting=True)


@dataclass(frozen=True)
class Options(Wanted):
    """Everything that the command `run` takes."""

    baseline: Path | None = _file(  # noqa: RUF009
        "Do not fail on the known failures that FILE lists.", "FILE", setting=True
    )
    update_baseline: bool = _switch("Write the failures of this run to the baseline.")
    report_dir: Path | None = _file(  # noqa: RUF009
        "Write report.html, report.json, … to this folder.", "DIR", setting=True
    )
    summary: Path | None = _file("Append Markdown to this file.", "FILE")  # noqa: RUF009
    max_failures: int | None = _number(None, "Stop after N new failures.", setting=True, least=1)
    max_time: float | None = _seconds(None, "Stop after S seconds, and report what was judged.")
    workers: int | None = _number(
        None,
        "Processes that judge at the same time; default: one for each core, at most 2.",
        flag="-n",
        setting=True,
        least=1,
    )
    quiet: bool = _switch(
        "Print only failures and the last line: no progress, no warnings.", short="-q"
    )
    debug: bool = _switch("Print the tracebacks of errors.")


@dataclass(frozen=True)
class Share:
    """What a process that judges a share of a run is given in addition to its order."""

    of: tuple[str, ...] = _words("", "IDS", hidden=True)
    events: int | None = _number(None, "", hidden=True)


def table(made: type) -> tuple[Option, ...]:
    """The options that are the fields of a class of this module."""
    return tuple(_of(each) for each in fields(made))


def _of(about: Field[Any]) -> Option:
    name = about.name.replace("_", "-")
    more = dict(about.metadata)
    setting = more.pop("setting", "")
    return Option(
        name=name,
        default=about.default,
        setting=name if setting is True else setting,
        **more,
    )


def wanted_of(order: Order, select: Sequence[str]) -> Wanted:
    """The options of a process that judges these requirements alone."""
    known = {each.attribute: getattr(order, each.attribute) for each in table(Order)}
    return Wanted(**known, select=(",".join(select),))


def arguments(given: Order | Share) -> Iterator[str]:
    """The arguments that give options to pytest."""
    for option in table(type(given)):
        words = option.words(getattr(given, option.attribute), PYTEST)
        yield from ("=".join(words[at : at + 2]) for at in range(0, len(words), 2))


def from_pytest(made: type, given: Callable[[str], Any]) -> Any:
    """The options of a class as a pytest session has them; `given` is `config.getoption`."""
    values: dict[str, Any] = {}
    for option in table(made):
        value = given(f"{PYTEST}{option.name}")
        values[option.attribute] = split(value or ()) if option.kind is Kind.WORDS else value
    return made(**values)


def split(words: Any) -> tuple[str, ...]:
    """Words that may hold several, separated by commas."""
    return tuple(word.strip() for each in words for word in each.split(",") if word.strip())


def pytest_options() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The name of each option of pytest, with what `addoption` takes."""
    import argparse

    for option in (*table(Wanted), *table(Share)):
        more: dict[str, Any] = {"help": argparse.SUPPRESS if option.hidden else option.help}
        if option.kind is Kind.SWITCH:
            more["action"] = "store_true"
        else:
            more |= {"metavar": option.metavar, "default": option.default}
            more |= _parsed(option.kind)
        yield f"{PYTEST}{option.name}", more
        if option.old:
            hidden = {
                "help": argparse.SUPPRESS,
                "dest": f"{PYTEST}{option.name}"[2:].replace("-", "_"),
            }
            yield f"{PYTEST}{option.old}", more | hidden


def _parsed(kind: Kind) -> dict[str, Any]:
    match kind:
        case Kind.NUMBER:
            return {"type": int}
        case Kind.SECONDS:
            return {"type": float}
        case Kind.WORDS:
            return {"action": "append", "default": None}
    return {}
