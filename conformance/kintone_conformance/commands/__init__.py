"""The commands of the suite, one module each; here what several of them say."""

from __future__ import annotations

import difflib
import re
import sys
import traceback
from collections.abc import Sequence

import click

from kintone_conformance.drivers import TIME_LIMIT
from kintone_conformance.errors import UsageError
from kintone_conformance.report.places import last_lines
from kintone_conformance.spec.requirements import requirements
from kintone_lint.streams import say

INTERRUPTED = 130
"""The exit code after an interrupt from the keyboard; 128 and its number after another signal."""

TIME_LIMIT_OPTION = click.option(
    "--time-limit",
    type=click.FloatRange(min=1),
    default=TIME_LIMIT,
    show_default=True,
    metavar="S",
    help="Seconds for an answer of the client; hello has twice as long.",
)


def complain(message: str, hint: str, details: str = "", stderr: str = "") -> None:
    """One sentence, a driver's last words, and what to do next, on standard error.

    Details have a line each.
    """
    say(f"error: {message}", err=True)
    for line in last_lines(stderr):
        say(f"  stderr: {line}", err=True)
    if hint:
        say(f"  {hint}", err=True)
    for line in details.rstrip().split("\n") if details.strip() else ():
        say(f"    {line}", err=True)


def defect(error: BaseException) -> tuple[str, str, str]:
    """What to say of an exception that nobody expected; its traceback where --debug asks for it."""
    details = "".join(traceback.format_exception(error)) if "--debug" in sys.argv else ""
    match error:
        case MemoryError():
            return "there is not enough memory", "judge fewer requirements at a time: -n 1", details
        case OSError(strerror=str(why)):
            what = f"{error.filename}: {why}" if error.filename else why
            return what, "this is the machine's trouble, and no verdict", details
    kind = type(error).__name__
    return f"a defect of the suite itself ({kind}: {error})", "--debug shows where", details


def known_ids(only: Sequence[str]) -> list[str]:
    """The ids to judge, by id, name or family. Raises UsageError for what is in no catalogue."""
    asked = {id_ for entry in only for word in entry.split(",") for id_ in _meant(word.strip())}
    return [id_ for id_ in requirements() if not only or id_ in asked]


def _meant(word: str) -> list[str]:
    """The ids that an id, a name or the start of an id stands for."""
    named = {entry.name: entry.id for entry in requirements().values()}
    prefix = re.sub("XX$", "", word.upper())
    found = [id_ for id_ in requirements() if id_.startswith(prefix) and len(prefix) >= 3]
    if word.lower() in named:
        found = [named[word.lower()]]
    if not found:
        close = difflib.get_close_matches(word.upper(), requirements(), n=1)
        close += difflib.get_close_matches(word.lower(), named, n=1)
        hint = f"did you mean {close[0]}? " if close else ""
        raise UsageError(
            f"there is no requirement {word!r}", f"{hint}kintone-conformance list shows them all"
        )
    return found
