"""Runs one command for an SDK: bounded in time and output, and nothing of it is left behind."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from kintone_conformance import processes
from kintone_conformance.report.places import last_lines

_KEPT = 20_000  # bytes of what a command prints
_TAIL = 600  # characters of a broken command's last words


class Trouble(Exception):  # noqa: N818 - it becomes the text of a row
    """An SDK cannot be built or judged; the text says why."""


def split(command: str) -> list[str]:
    """The words of a command, as a shell splits them. Raises Trouble."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise Trouble(f"{command!r} is not a command: {error}") from None
    if not words:
        raise Trouble("the command is empty")
    return words


def finished(
    words: Sequence[str],
    folder: Path,
    environ: Mapping[str, str],
    limit: float,
    good: set[int],
    failed: str,
) -> str:
    """What a command printed in a folder.

    `environ` is added to ours, `limit` is in seconds. Raises Trouble, beginning with `failed`,
    for an exit code that is not in `good`.
    """
    mark = processes.new_mark()
    with tempfile.TemporaryFile() as output:
        process = _started(words, folder, {**environ, processes.MARK: mark}, output)
        try:
            process.wait(limit)
        except subprocess.TimeoutExpired:
            raise Trouble(f"{failed}: it did not finish within {limit:g} s") from None
        finally:
            processes.end(process.pid, mark)
            process.wait()
        size = output.seek(0, os.SEEK_END)
        output.seek(max(0, size - _KEPT))
        text = output.read().decode("utf-8", "replace")
    if process.returncode not in good:
        raise Trouble(f"{failed}: {last_words(text)}")
    return text


def _started(
    words: Sequence[str], folder: Path, environ: Mapping[str, str], output: IO[bytes]
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            words,
            cwd=folder,
            env={**os.environ, **environ},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise Trouble(f"{words[0]} cannot be started: {error.strerror}") from None
    except ValueError as error:
        raise Trouble(f"{words[0]} cannot be started: {error}") from None


def last_words(said: str) -> str:
    """The end of what a command printed, in one line."""
    return " ".join(" ".join(last_lines(said)).split())[-_TAIL:] or "it printed nothing"
