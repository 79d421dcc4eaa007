"""The standard streams, and the only place that writes to them.

What a stream cannot encode gets a mark that it can hold. A reader that left, a full disk or a
closed descriptor is not a traceback: what is lost is told once, at the end. Imports nothing of ours
but `escaping`; the suite uses it too.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any, cast

from kintone_lint.escaping import named, visible

_MARKS = {
    "✓": "+", "✗": "x", "·": ".", "…": "...", "→": "->", "←": "<-", "×": "x",
    "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-",
}  # fmt: skip
_LEFT = {errno.EPIPE, errno.ESHUTDOWN}  # the reader has gone, and wants no more


def show(block: str, *, err: bool = False) -> None:
    """Writes a text whose parts from outside are harmless already, as a renderer makes it."""
    (sys.stderr if err else sys.stdout).write(block)


def say(sentence: str, *, err: bool = False) -> None:
    """Writes one line for people, whatever is in it."""
    show(f"{visible(sentence)}\n", err=err)


def show_bytes(raw: bytes) -> None:
    """Writes bytes to the standard output as they are."""
    stream = sys.stdout
    if isinstance(stream, Steady):
        stream.write_bytes(raw)
    else:
        stream.buffer.write(raw)


def send(raw: bytes) -> bool:
    """Writes bytes to the standard output at once; whether its reader is still there."""
    show_bytes(raw)
    sys.stdout.flush()
    return getattr(sys.stdout, "trouble", None) is None


def columns() -> int:
    """How wide the terminal is.

    As `shutil.get_terminal_size` says it, without the cost of importing that for a small run.
    """
    with suppress(ValueError):
        if (asked := int(os.environ.get("COLUMNS", "0"))) > 0:
            return asked
    with suppress(OSError, ValueError, AttributeError):
        if (found := os.get_terminal_size(sys.__stdout__.fileno()).columns) > 0:  # type: ignore[union-attr]
            return found
    return 80


class Steady:
    """A stream that never raises: after trouble it writes nothing more, and knows why."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.trouble: Exception | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        self._attempt(lambda: self._stream.write(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        self.write("".join(lines))

    def write_bytes(self, raw: bytes) -> None:
        self.flush()
        self._attempt(lambda: self._stream.buffer.write(raw))

    def flush(self) -> None:
        self._attempt(self._stream.flush)

    def _attempt(self, write: Callable[[], object]) -> None:
        if self.trouble is not None:
            return
        try:
            write()
        except (OSError, ValueError) as error:  # ValueError: it is closed
            self.trouble = error
            with suppress(OSError, ValueError):  # what is left in its buffer goes nowhere
                descriptor = self._stream.fileno()
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, descriptor)
                os.close(nowhere)

    @property
    def lost(self) -> str:
        """Why output was lost that somebody waits for; "" if none was."""
        self.flush()
        trouble = self.trouble
        if trouble is None or getattr(trouble, "errno", None) in _LEFT:
            return ""
        return getattr(trouble, "strerror", None) or str(trouble)


@contextmanager
def steady() -> Iterator[Steady]:
    """Makes the standard output and standard error steady while this lasts; gives the former.

    Descriptors that are closed lead nowhere, so that no file that is opened takes their place.
    """
    _open_closed()
    before = sys.stdout, sys.stderr
    out, err = (Steady(_encoding_all(stream)) for stream in before)
    sys.stdout, sys.stderr = cast("IO[str]", out), cast("IO[str]", err)
    try:
        yield out
    finally:
        out.flush()
        err.flush()
        sys.stdout, sys.stderr = before


def _open_closed() -> None:
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free


def _encoding_all(stream: Any) -> Any:
    if stream is None:  # its descriptor was closed when Python started
        return io.StringIO()
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="kintone-marks")
    return stream


def _marked(error: UnicodeError) -> tuple[str, int]:
    """Stands for what an encoding does not have: a mark like it, or an escape of Python."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(_MARKS.get(each) or named(each) for each in missing), error.end


codecs.register_error("kintone-marks", _marked)
