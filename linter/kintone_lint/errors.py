"""What can end a run, and its exit codes."""

from __future__ import annotations

import enum


class ExitCode(enum.IntEnum):
    """2 wins over 1: a run that could not look everywhere is not merely a run with findings."""

    CLEAN = 0
    FINDINGS = 1
    TROUBLE = 2


class UsageError(Exception):
    """The command line or a configuration file is wrong; the message says what to do."""


class UnreadableError(Exception):
    """A file that cannot be looked at; the message says why, and `line` where, if that is known."""

    def __init__(self, why: str, line: int | None = None) -> None:
        super().__init__(why)
        self.line = line


def internal_error(error: BaseException) -> str:
    """What to say of an exception that nobody expected: it is a bug of the linter."""
    return f"internal error in kintone-lint ({type(error).__name__}); --debug shows the traceback"


class NoRoomError(Exception):
    """A file that could be looked at if other files took less memory."""
