"""What a person did wrong, and what to say of an exception that nobody expected."""

from __future__ import annotations

import traceback


class UsageError(Exception):
    """A mistake by the caller: one sentence on what is wrong, one on what to do (exit code 2)."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def internal_error(error: BaseException) -> tuple[str, str, str]:
    """A bug of the suite, not a verdict on a client: a sentence, what to do, and the traceback."""
    kind = type(error).__name__
    details = "".join(traceback.format_exception(error))
    hint = "please report this, with the traceback that --debug shows"
    return f"internal error in the suite ({kind}: {error})", hint, details
