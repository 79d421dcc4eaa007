"""The command line of kintone-lint: runs the command, and returns its exit code."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence

from kintone_lint.cli.ending import ENDED, EndedError, signals_raised
from kintone_lint.cli.options import Options, parsed
from kintone_lint.errors import ExitCode, UsageError, internal_error
from kintone_lint.escaping import visible
from kintone_lint.streams import columns, say, show, steady


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit code."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    with steady() as output:
        code = _guarded(words)
        if why := output.lost:
            say(f"kintone-lint: could not write to standard output: {why}", err=True)
            code = code if code > ExitCode.FINDINGS else ExitCode.TROUBLE
    return int(code)


def _guarded(words: Sequence[str]) -> int:
    """The exit code of a command; whatever ends it is one sentence, and never 1."""
    try:
        return _run(parsed(words))
    except UsageError as error:
        from kintone_lint.kintone.masking import masked  # settings and baselines are quoted in it

        say(f"kintone-lint: {masked(str(error))}", err=True)
    except KeyboardInterrupt:
        say("kintone-lint: interrupted", err=True)
        return ENDED + signal.SIGINT
    except EndedError as error:
        say("kintone-lint: terminated", err=True)
        return ENDED + error.number
    except SystemExit as leaving:  # of argparse, after --help
        return ExitCode.TROUBLE if leaving.code else ExitCode.CLEAN
    except Exception as error:
        if "--debug" in words:
            _show_traceback(error)
        say(f"kintone-lint: {_what(error)}", err=True)
    return ExitCode.TROUBLE


def _show_traceback(error: Exception) -> None:
    import traceback

    from kintone_lint.kintone.masking import masked_quotes

    text = masked_quotes("".join(traceback.format_exception(error)))
    show(visible(text, "\n"), err=True)


def _what(error: Exception) -> str:
    match error:
        case MemoryError():
            return "there is not enough memory"
        case OSError(strerror=str(why)):
            return f"{error.filename}: {why}" if error.filename else why
    return internal_error(error)


def _run(options: Options) -> ExitCode:
    if options.version:
        from importlib.metadata import version

        say(f"kintone-lint {version('kintone-conformance')}")
        return ExitCode.CLEAN
    if options.command == "check":
        from kintone_lint.cli.check import check

        with signals_raised():
            return check(options)
    if options.command == "history":
        from kintone_lint.cli.history import look_back

        with signals_raised():
            return look_back(options)
    if options.command == "server":
        return _serve(options)
    if options.command in ("explain", "rules"):
        from kintone_lint.rules.explain import explained, listed

        terminal = sys.__stdout__ is not None and sys.__stdout__.isatty()
        width = columns() if terminal else None
        one = options.command == "explain"
        show(
            explained(options.word, as_json=options.as_json, columns=width)
            if one
            else listed(as_json=options.as_json, columns=width)
        )
        return ExitCode.CLEAN
    if options.command == "completion":
        from kintone_lint.cli.completion import script

        show(script(options.word))
        return ExitCode.CLEAN
    raise UsageError("name a command, as in kintone-lint check; see kintone-lint --help")


def _serve(options: Options) -> ExitCode:
    """Serves an editor. Raises UsageError if that is not installed."""
    from kintone_lint.cli.task import settings_of

    settings_of(options)  # a wrong policy is told before anything is served
    try:
        from kintone_lint.server.main import serve
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("kintone_lint"):
            raise
        raise UsageError(
            "the server needs pygls: install kintone-conformance with its extra [lsp]"
        ) from None

    def defect(error: Exception) -> None:
        if options.debug:
            _show_traceback(error)
        say(f"kintone-lint: {_what(error)}", err=True)

    return ExitCode(serve(lambda: settings_of(options), defect))
