"""The command line of the suite. Decides nothing about a client."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module

import click

from kintone_conformance import __version__
from kintone_conformance.commands import INTERRUPTED, complain, defect
from kintone_conformance.errors import UsageError
from kintone_conformance.model import ExitCode, HarnessError
from kintone_lint.streams import show, steady


class _Machine(Exception):  # noqa: N818 - what click must not see
    """An OSError in a command: click ends with exit code 1 if it comes from a pipe."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.error = error


# The module of each command; that of the one at hand alone is imported.
_NAMES = (
    *("run", "judge", "watch", "compare", "matrix", "rules", "init"),
    *("check-driver", "names", "serve", "vectors", "schema"),
)
COMMANDS: Mapping[str, str] = {
    **{name: name.replace("-", "_") for name in _NAMES},
    "explain": "rules",
}
_OLD_NAMES = {"list": "rules"}  # for one release


def load(words: Sequence[str]) -> None:
    """Import the command that is named first, or all if none is. Raises what that raises."""
    for name in COMMANDS.keys() & words[:1] or COMMANDS:
        _command(name)


def _command(name: str) -> click.Command:
    module = import_module(f"kintone_conformance.commands.{COMMANDS[name]}")
    found: click.Command = getattr(module, name.replace("-", "_"))
    return found


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        name = _OLD_NAMES.get(cmd_name, cmd_name)
        return _command(name) if name in COMMANDS else None

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except OSError as error:
            raise _Machine(error) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kintone-conformance")
def cli() -> None:
    """Tests whether a Kintone client sends the right requests.

    Clients are judged on Linux and macOS.

    \b
    Examples:
      kintone-conformance run --adapter reference
      kintone-conformance run --adapter adapter.py:MyAdapter --report-dir build
      kintone-conformance run --driver "node driver.mjs"
      kintone-conformance explain KC109
    """


def main() -> int:
    """Runs the command line and returns its exit code; whatever ends it is one sentence."""
    with steady() as output:
        code = _guarded()
        if why := output.lost:
            complain(f"could not write to standard output: {why}", "")
            code = code if code > ExitCode.FAILED else ExitCode.HARNESS
    return code


def _guarded() -> int:
    """The exit code of a command; 1 says that a client is not conformant, and nothing else."""
    try:
        cli.main(standalone_mode=False)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else ExitCode.OK
    except UsageError as error:
        complain(error.message, error.hint)
        return ExitCode.USAGE
    except click.ClickException as error:
        _complain_of_usage(error)
        return ExitCode.USAGE
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except HarnessError as error:
        details = error.details if "--debug" in sys.argv else ""
        complain(error.message, error.hint, details, error.stderr)
        return ExitCode.HARNESS
    except Exception as error:
        complain(*defect(error.error if isinstance(error, _Machine) else error))
        return ExitCode.HARNESS
    return ExitCode.OK


def _complain_of_usage(error: click.ClickException) -> None:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        show(f"{error.format_message()}\n", err=True)
        return
    context = getattr(error, "ctx", None)
    complain(error.format_message(), f"see {context.command_path} --help" if context else "")
