"""Takes what is about this machine out of texts: its folders, and the frames of stack traces.

A report is read, published and compared elsewhere. Drawn values, and the command that repeats a
finding, stay as they are.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

LINES = 8  # of a driver's last words
_WIDEST = 200  # characters of such a line
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
# Frames as Python, Java and Node, Ruby, PHP, and Go write them.
_FRAME = re.compile(
    r"""^(Traceback\ \(most\ recent|\s*File\ ".*",\ line\ \d+|\s+at\ \S|\s*\.\.\.\ \d+\ more
        |\s+from\ .*:\d+:in|\#\d+\ |\t\S+\.go:\d+)""",
    re.VERBOSE,
)
_PYTHON_FRAME = re.compile(r'^\s*File ".*", line \d+')
# An absolute path of a file; the paths of the API are not files.
_FILE = re.compile(
    r"""(?<![\w/:.~\-])(?:file://)?/(?!k/|v1/|oauth2/)(?:[^\s/:'"()<>,;]+/)+(?P<name>[^\s/:'"()<>,;]*)"""
)
_OF_THE_API = {"/k", "/v1", "/oauth2"}


def last_lines(said: str) -> tuple[str, ...]:
    """The last lines of what a process wrote to standard error, each fit to be printed."""
    lines = [line.rstrip() for line in _COLOURS.sub("", said).splitlines()]
    told = [line for line in _without_frames(lines) if line.strip()]
    told = told or [line for line in lines if line.strip()]
    return tuple(_shown(line) for line in told[-LINES:])


def _without_frames(lines: list[str]) -> Iterator[str]:
    inside = False  # a frame of Python, whose line of source is indented further
    for line in lines:
        if _FRAME.match(line):
            inside = bool(_PYTHON_FRAME.match(line))
        elif not (inside and line.startswith("    ")):
            inside = False
            yield line


def _shown(line: str) -> str:
    text = _printable(fileless(line))
    return text if len(text) <= _WIDEST else f"{text[:_WIDEST]}…"


def _printable(line: str) -> str:
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line)


def fileless(text: str) -> str:
    """A text with the names of files, and without the folders they are in."""
    return placeless(_FILE.sub(r"…/\g<name>", text))


def placeless(text: str) -> str:
    """A text without the folders of this machine: `.` is the working folder, `~` the home."""
    return _places().sub(lambda found: _names()[found[0]], text) if "/" in text else text


@cache
def _places() -> re.Pattern[str]:
    longest_first = sorted(_names(), key=len, reverse=True)
    return re.compile(rf"(?<![\w/.\-])({'|'.join(map(re.escape, longest_first))})(?![\w.\-])")


@cache
def _names() -> dict[str, str]:
    """Each folder of this machine that texts are about, and what to say for it."""
    found = {
        str(Path(__file__).parents[2]): "<suite>",
        sys.base_prefix: "<python>",
        sys.prefix: "<python>",
        tempfile.gettempdir(): "<temporary>",
        os.path.realpath(tempfile.gettempdir()): "<temporary>",
        str(Path.home()): "~",
        str(Path.cwd()): ".",
    }
    return {place: name for place, name in found.items() if place not in _OF_THE_API | {"/"}}
