"""The commands of the suite, one module each; here what several of them say."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from kintone_conformance.errors import internal_error
from kintone_conformance.model import ExitCode
from kintone_conformance.report.places import last_lines
from kintone_lint.streams import say

INTERRUPTED = 130
"""The exit code after an interrupt from the keyboard; 128 and its number after another signal."""


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


def code_after_writing(failed: Sequence[str], code: int) -> int:
    """Complain of each file that could not be written; the exit code after that."""
    for sentence in failed:
        complain(sentence, "free space or choose another place; an existing file is left as it was")
    return ExitCode.HARNESS if failed and code in (ExitCode.OK, ExitCode.FAILED) else code


def defect(error: BaseException) -> tuple[str, str, str]:
    """What to say of an exception that nobody expected; its traceback where --debug asks for it."""
    message, hint, details = internal_error(error)
    details = details if "--debug" in sys.argv else ""
    match error:
        case MemoryError():
            return "there is not enough memory", "judge fewer requirements at a time: -n 1", details
        case OSError(strerror=str(why)):
            what = f"{error.filename}: {why}" if error.filename else why
            return what, "this is a problem of the machine, not a verdict on the client", details
    return message, hint, details
