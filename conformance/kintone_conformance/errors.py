"""What a person did wrong on the command line or in the configuration."""

from __future__ import annotations


class UsageError(Exception):
    """A mistake of whoever calls: one sentence on what, and one on what to do (exit code 2)."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
