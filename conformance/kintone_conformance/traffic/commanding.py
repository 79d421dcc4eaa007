"""Runs somebody's command in the environment of a door, until it and what it left have ended."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import Protocol

from kintone_conformance import processes
from kintone_conformance.doors import Door
from kintone_conformance.doors.recording import new_secret
from kintone_conformance.errors import UsageError
from kintone_conformance.spec.doors import ANY_HOST_DOORS
from kintone_conformance.traffic.watching import Watch
from kintone_lint.escaping import visible

_LOOK = 0.05  # seconds between two looks at the command
_QUIET = 2.0  # seconds without a request, after which what a command left behind is ended
_LONGEST = 60.0  # seconds that it may go on at most
_LOCAL = "localhost,127.0.0.1,::1"


class Heard(Protocol):
    """The signals that the process was sent; `number` of the first, 0 if there was none."""

    @property
    def number(self) -> int:
        """The number of the first signal."""


def environment(door: Door) -> dict[str, str]:
    """The variables that lead a client to a door: base URL, proxy, certificate authority."""
    found = {"KINTONE_BASE_URL": door.base_url, **door.environ}
    if door.name not in ANY_HOST_DOORS:
        found |= dict.fromkeys(("NO_PROXY", "no_proxy"), _LOCAL)
    return found


def made_up() -> dict[str, str]:
    """Credentials for the command that belong to nobody, and occur nowhere else."""
    return {
        "KINTONE_USERNAME": f"user-{secrets.token_hex(4)}",
        "KINTONE_PASSWORD": new_secret(),
        "KINTONE_API_TOKEN": f"{new_secret()}{new_secret()}"[:40],
    }


class Command:
    """A command that was started in the terminal of this process, with its own environment.

    Raises UsageError if it cannot be started.
    """

    def __init__(self, words: Sequence[str], variables: Mapping[str, str]) -> None:
        self._mark = processes.new_mark()
        try:
            self._process = subprocess.Popen(
                list(words), env={**os.environ, **variables, processes.MARK: self._mark}
            )
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise UsageError(
                f"{visible(words[0]) or repr('')} cannot be started: {why}", "run it by hand first"
            ) from None

    def finished(self, watch: Watch, heard: Heard) -> int:
        """Wait for its end; its exit code, 128 and the number where a signal ended it.

        What it leaves behind may go on while it sends requests. Ctrl-C is the command's: it goes
        to both, and what the command makes of it counts.
        """
        try:
            while self._process.poll() is None and watch.trouble is None:
                if heard.number not in (0, signal.SIGINT):
                    break
                watch.look(_LOOK)
            ended = time.monotonic()
            while self._is_left() and watch.trouble is None and heard.number == 0:
                if watch.idle > _QUIET and time.monotonic() - ended > _QUIET:
                    break
                if time.monotonic() - ended > _LONGEST:
                    break
                watch.look(_LOOK)
        finally:
            processes.end(self._process.pid, self._mark)
            code = self._process.wait()
        if watch.trouble is not None:
            raise watch.trouble
        return code if code >= 0 else 128 - code

    def _is_left(self) -> bool:
        """Something that the command started still runs."""
        table = processes.running()
        return any(
            not known.ended and processes.marked(pid, self._mark) for pid, known in table.items()
        )
