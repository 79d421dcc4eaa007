"""The command line of kintone-lint: which command runs, and the exit code of it."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence

from kintone_lint.errors import ExitCode, UsageError
from kintone_lint.options import parsed


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit code."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        return int(_run(parsed(words)))
    except UsageError as error:
        print(f"kintone-lint: {error}", file=sys.stderr)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        print("kintone-lint: interrupted", file=sys.stderr)
        return 130
    except Exception as error:
        if "--debug" in words:
            raise
        kind = type(error).__name__
        print(
            f"kintone-lint: a defect of kintone-lint itself ({kind}); --debug shows where",
            file=sys.stderr,
        )
    return int(ExitCode.TROUBLE)


def _run(options: argparse.Namespace) -> ExitCode:
    if options.version:
        from importlib.metadata import version

        print(f"kintone-lint {version('kintone-conformance')}")
        return ExitCode.CLEAN
    if options.command == "check":
        from kintone_lint.check import check

        return check(options)
    if options.command == "rule":
        from kintone_lint.explain import explained

        print(explained(options.rule), end="")
        return ExitCode.CLEAN
    if options.command == "rules":
        from kintone_lint.explain import listed

        print(listed(), end="")
        return ExitCode.CLEAN
    raise UsageError("name a command: check, rule or rules; see kintone-lint --help")
